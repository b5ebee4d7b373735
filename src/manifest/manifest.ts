import type { MacroDefinition } from '../jinja/macro-definition.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'
import type {
  DocNode,
  ExposureNode,
  FunctionNode,
  GraphNode,
  GroupNode,
  MacroNode,
  ManifestNode,
  OtherNode,
  SourceNode,
  UnitTestDefinition,
} from './node.ts'
import { NodeMap, type NodeOutline } from './node-map.ts'
import type { PublishedText } from './published-text.ts'
import type { UniqueId } from './unique-id.ts'

/** A macro with what runs it; the node is what the artifact shows. `definition()` parses the macro's file part on first use. */
export interface Macro {
  readonly node: MacroNode
  /** What its text calls, in order, for `depends_on`. */
  readonly calls: readonly MacroCall[]
  /** Where it stands; absent of quern's own. */
  readonly source?: MacroSource
  definition(): MacroDefinition
}

/** The place of a macro: the how-manieth block of a file. */
export interface MacroSource {
  /** Absolute. */
  readonly path: string
  /** As messages name it. */
  readonly shown: string
  /** The file is one of `tests/generic`, in which only tests count. */
  readonly testsOnly: boolean
  readonly index: number
}

/** A name or `package.name` that is called, or `adapter.dispatch` with literal arguments. */
export type MacroCall = string | DispatchCall
export interface DispatchCall {
  readonly dispatch: string
  readonly namespace: string | null
  /** Where the call stands in the macro's file. */
  readonly start: number
  readonly end: number
}

/** All that a project and its packages hold, by unique id. Filled by `parse`, read by everything after. */
export interface Manifest {
  readonly projectName: string
  readonly nodes: NodeMap<ManifestNode>
  readonly sources: NodeMap<SourceNode>
  readonly macros: Map<UniqueId, Macro>
  readonly docs: Map<UniqueId, DocNode>
  readonly exposures: NodeMap<ExposureNode>
  readonly groups: Map<UniqueId, GroupNode>
  readonly metrics: NodeMap<OtherNode>
  readonly semanticModels: NodeMap<OtherNode>
  readonly savedQueries: NodeMap<OtherNode>
  readonly unitTests: NodeMap<UnitTestDefinition>
  readonly functions: NodeMap<FunctionNode>
  /** Disabled resources by id; a name may be disabled more than once. */
  readonly disabled: Map<UniqueId, GraphNode[]>
  /** The normalised definitions of selectors.yml, as `manifest.selectors` publishes them. */
  readonly selectors: PlainDict
  /** The text of it all as it came from parsing, where that is kept. */
  published?: PublishedText | undefined
}

/** An empty manifest of a project. */
export const emptyManifest = (projectName: string): Manifest => ({
  projectName,
  nodes: new NodeMap(),
  sources: new NodeMap(),
  macros: new Map(),
  docs: new Map(),
  exposures: new NodeMap(),
  groups: new Map(),
  metrics: new NodeMap(),
  semanticModels: new NodeMap(),
  savedQueries: new NodeMap(),
  unitTests: new NodeMap(),
  functions: new NodeMap(),
  disabled: new Map(),
  selectors: {},
})

/** Any vertex of the graph by id, or undefined. */
export const graphNode = (manifest: Manifest, id: UniqueId): GraphNode | undefined =>
  manifest.nodes.get(id) ??
  manifest.sources.get(id) ??
  manifest.exposures.get(id) ??
  manifest.metrics.get(id) ??
  manifest.semanticModels.get(id) ??
  manifest.savedQueries.get(id) ??
  manifest.unitTests.get(id) ??
  manifest.functions.get(id)

/** What is known of a vertex of the graph without reading the whole of it. */
export const graphOutline = (manifest: Manifest, id: UniqueId): NodeOutline | undefined =>
  manifest.nodes.outline(id) ??
  manifest.sources.outline(id) ??
  manifest.exposures.outline(id) ??
  manifest.metrics.outline(id) ??
  manifest.semanticModels.outline(id) ??
  manifest.savedQueries.outline(id) ??
  manifest.unitTests.outline(id) ??
  manifest.functions.outline(id)
