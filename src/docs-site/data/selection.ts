import { QuernError } from '../../errors/quern-error.ts'
import { buildDag, type Dag } from '../../graph/dag.ts'
import { parseSelection } from '../../graph/selector/grammar.ts'
import { select } from '../../graph/selector/select.ts'
import { type NamedSelectors, namedSelectors } from '../../graph/selector/selectors-yml.ts'
import type { Value } from '../../jinja/runtime/value.ts'
import { emptyManifest, type Macro, type Manifest } from '../../manifest/manifest.ts'
import type { MacroNode } from '../../manifest/node.ts'
import type { NodeMap, NodeOutline } from '../../manifest/node-map.ts'
import { asUniqueId, RESOURCE_TYPES } from '../../manifest/unique-id.ts'
import type { ArtifactNode } from './artifact-types.ts'
import type { Project } from './project.ts'

/** What a selection comes to, or why it makes no sense. */
export type Selected =
  | { readonly ids: readonly string[]; readonly problem?: undefined; readonly warning: string | undefined }
  | { readonly ids?: undefined; readonly problem: string; readonly hint: string | undefined }

/** The command line's `--select` and `--exclude`, on the project of the page. Built when first asked. */
export class Selecting {
  readonly #project: Project
  #known: { readonly manifest: Manifest; readonly dag: Dag; readonly named: NamedSelectors } | undefined

  constructor(project: Project) {
    this.#project = project
  }

  /** Everything that `select` means and `exclude` does not; an empty `select` means everything. */
  select(select_: string, exclude: string): Selected {
    let warning: string | undefined
    try {
      const { manifest, dag, named } = this.#world()
      const spec = parseSelection(words(select_), words(exclude), 'eager', (pattern) => named.matching(pattern))
      const { ids } = select(manifest, dag, spec, {
        resourceTypes: new Set(RESOURCE_TYPES),
        includeEmpty: true,
        comparison: {
          state: {
            folder: 'the last run',
            manifest: undefined,
            results: this.#lastResults(),
            sources: undefined,
            currentSources: undefined,
          },
          constraintSupport: {},
          moreUnrendered: false,
          builtinPackages: new Set(),
          now: Date.now(),
        },
        emit: (event) => {
          if (event.kind === 'warning')
            warning ??= event.hint === undefined ? event.text : `${event.text} ${event.hint}`
        },
      })
      return { ids, warning }
    } catch (error) {
      if (!(error instanceof QuernError)) throw error
      return { problem: error.message, hint: ABOUT_STATE[error.code] ?? error.hint }
    }
  }

  /** Names of selectors.yml. */
  get selectorNames(): readonly string[] {
    try {
      return this.#world().named.names
    } catch {
      return []
    }
  }

  #lastResults() {
    const { run } = this.#project
    if (run === undefined) return undefined
    const results = run.results.map(({ unique_id: id, status, execution_time: seconds = 0 }) => ({
      id,
      status,
      seconds,
      batches: undefined,
    }))
    return { results, args: {}, startedAt: run.metadata.generated_at ?? null }
  }

  #world() {
    if (this.#known === undefined) {
      const manifest = asManifest(this.#project)
      const definitions = Object.values(this.#project.artifacts.manifest.selectors ?? {}).map((one) => ({
        name: one.name,
        description: one.description ?? null,
        isDefault: one.default === true,
        definition: one.definition as Value,
      }))
      this.#known = { manifest, dag: buildDag(manifest), named: namedSelectors(definitions) }
    }
    return this.#known
  }
}

/** What the command line says of its options is of no use in the page. */
const ABOUT_STATE: Readonly<Record<string, string>> = {
  no_comparison_manifest: 'This page knows one state of the project only: state: needs two.',
  no_comparison_results: 'There are no results of a run beside this page: run “quern build” first.',
  no_comparison_sources: 'This page knows one check of the sources only: source_status: needs two.',
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '')

const GROUPS = {
  source: 'sources', exposure: 'exposures', metric: 'metrics', semantic_model: 'semanticModels', saved_query: 'savedQueries', unit_test: 'unitTests',
  function: 'functions',
} as const // biome-ignore format: one table

/** The page's nodes as what the graph and its selectors work on. */
function asManifest(project: Project): Manifest {
  const manifest = emptyManifest(project.name)
  for (const [id, node] of project.nodes) {
    const group = GROUPS[node.resource_type as keyof typeof GROUPS] ?? 'nodes'
    const map = manifest[group] as unknown as NodeMap<NodeOutline>
    map.set(asUniqueId(id), outlineOf(node, project))
  }
  for (const [id, macro] of project.macros) {
    const node = { ...macro, original_file_path: macro.original_file_path ?? '' } as unknown as MacroNode
    const kept: Macro = { node, calls: [], definition: () => { throw new Error('macros do not run in the page') } } // biome-ignore format: one line
    manifest.macros.set(asUniqueId(id), kept)
  }
  return manifest
}

/** A node of an artifact with all that selecting relies on; dependencies that are not there are left out. */
function outlineOf(node: ArtifactNode, project: Project): NodeOutline {
  const parents = project.parents.get(node.unique_id) ?? []
  return {
    ...node,
    fqn: node.fqn ?? [node.package_name, node.name],
    original_file_path: node.original_file_path ?? '',
    config: node.config ?? {},
    depends_on: { ...node.depends_on, nodes: parents },
  } as unknown as NodeOutline
}
