import type { Adapter } from '../adapter/adapter.ts'
import type { Invocation } from '../config/invocation.ts'
import type { Project, ProjectConfig } from '../config/project-config.ts'
import { QuernError } from '../errors/quern-error.ts'
import type { SourceFile } from '../errors/source-file.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'
import type { Template } from '../jinja/template.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { ManifestNode } from '../manifest/node.ts'
import type { MacroIndex } from '../manifest/resolve-macro.ts'
import type { Caller, ManifestIndex } from '../manifest/resolve-ref.ts'
import { indexManifest } from '../manifest/resolve-ref.ts'
import type { UniqueId } from '../manifest/unique-id.ts'
import type { ParseMemory } from './memory.ts'
import type { SharedConfig } from './node-config.ts'
import type { ParseContexts } from './parse-contexts.ts'
import type { SourcePatch, UnpatchedSource } from './unpatched-source.ts'

/** What parsing knows of a node beyond what is published: needed until its config and names are final. */
export interface Draft {
  readonly node: ManifestNode
  readonly file: SourceFile
  readonly project: Project
  /** `config()` calls of its template, in order. */
  readonly configCalls: PlainDict[]
  /** What stands for them in `unrendered_config`; absent = themselves. */
  readonly unrenderedCall?: PlainDict | undefined
  readonly template: Template | undefined
}

/** The state of one parse of a project: what came in, what was made so far, and whom to ask for rendering. */
export interface ParseSession {
  readonly config: ProjectConfig
  readonly invocation: Invocation
  readonly adapter: Adapter
  readonly memory: ParseMemory
  readonly manifest: Manifest
  /** Root project first, then packages. */
  readonly projects: readonly Project[]
  readonly drafts: Map<ManifestNode, Draft>
  /** Tables of `sources:`, made into sources when all property files are read. */
  readonly unpatchedSources: UnpatchedSource[]
  /** `sources:` entries with `overrides:`, by `<package>.<source>`. */
  readonly sourcePatches: Map<string, SourcePatch>
  readonly contexts: ParseContexts
  readonly macros: MacroIndex
  /** Seconds since the epoch at the start: `created_at` of everything. */
  readonly startedAt: number
  /** Rows of unit test fixture files by `<package>.<name>`. */
  readonly fixtures: Map<string, PlainDict[] | string>
  /** Configs that follow from the project files alone, by where in their trees a node stands. */
  readonly projectConfigs: Map<string, SharedConfig>
  /** Templates of generic tests by their text: many tests share one. */
  readonly testTemplates: Map<string, Template>
  /** Texts of the property files by `<package>://<path>`, as `patch_path` names them. */
  readonly propertyTexts: Map<string, SourceFile>
  index: ManifestIndex
}

/** Makes the look-ups by name again, after nodes came, went or changed their names. */
export function reindex(session: ParseSession): void {
  session.index = indexManifest(session.manifest)
}

/** A behaviour flag of `flags:`. */
/** The flag under which `unrendered_config` holds what was written in files too, not only in dbt_project.yml. */
export const MORE_UNRENDERED = 'state_modified_compare_more_unrendered_values'

export const behavior = (session: ParseSession, name: string): boolean =>
  session.invocation.flags.behavior[name] === true

/** Who asks, for a resource of a package. */
export const callerOf = (session: ParseSession, packageName: string): Caller => ({
  packageName,
  rootProject: session.config.project.name,
  ownPackageFirst: behavior(session, 'require_ref_searches_node_package_before_root'),
})

export const projectOf = (session: ParseSession, packageName: string): Project =>
  session.projects.find((project) => project.name === packageName) ?? session.config.project

/** How errors name a resource: `model orders (models/orders.sql)`. */
export const nodeLabel = (node: { resource_type: string; name: string; original_file_path: string }): string =>
  `${node.resource_type} ${node.name} (${node.original_file_path})`

/** Names the resource in errors that `run` throws, unless they name one already. */
export function inNode<T>(node: { resource_type: string; name: string; original_file_path: string }, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (error instanceof QuernError) error.node ??= nodeLabel(node)
    throw error
  }
}

interface Unique {
  readonly name: string
  readonly resource_type: string
  readonly unique_id: UniqueId
  readonly original_file_path: string
}

/** Adds an enabled node to the map that it belongs to. */
export function addNode({ manifest }: ParseSession, node: ManifestNode): void {
  if (node.resource_type === 'function') addUnique(manifest.functions, node)
  else addUnique(manifest.nodes, node)
}

/** Adds to one of the manifest's maps; two resources with one id are an error that names both. */
export function addUnique<N extends Unique>(map: Map<UniqueId, N>, node: N): void {
  const existing = map.get(node.unique_id)
  if (existing !== undefined) throw duplicateResource(node, existing)
  map.set(node.unique_id, node)
}

/** Puts a resource where its config says: into `map`, or among the disabled. */
export function addResource<N extends Unique & { config: { enabled?: unknown } }>(
  session: ParseSession,
  map: Map<UniqueId, N>,
  node: N,
): void {
  if (node.config.enabled === false) addDisabled(session, node)
  else addUnique(map, node)
}

/** Disabled resources may share an id. */
export function addDisabled(session: ParseSession, node: Unique): void {
  const { disabled } = session.manifest
  const list = disabled.get(node.unique_id)
  if (list === undefined) disabled.set(node.unique_id, [node as never])
  else list.push(node as never)
}

const PLURALS: Readonly<Record<string, string>> = { analysis: 'analyses', saved_query: 'saved_queries' }
/** `models`, `analyses`: the plural of a resource type. */
export const plural = (type: string): string => PLURALS[type] ?? `${type}s`

export function duplicateResource(a: Unique, b: Unique): QuernError {
  const kinds =
    a.resource_type !== b.resource_type
      ? 'resources'
      : a.resource_type === 'test'
        ? 'data_tests'
        : plural(a.resource_type)
  let named = a.name
  let looked: string = a.name
  let action = 'looking for'
  if (['model', 'seed', 'snapshot'].includes(a.resource_type)) looked = `ref("${a.name}")`
  else if (a.resource_type === 'doc') looked = `doc("${a.name}")`
  else if (a.resource_type === 'source') {
    const source = (a as Unique & { source_name?: string }).source_name ?? ''
    named = `${source}_${a.name}`
    looked = `source("${source}", "${a.name}")`
  } else if (a.resource_type === 'test' && 'test_metadata' in a) {
    const test = a as unknown as { column_name: string | null; file_key_name: string }
    const column = test.column_name === null ? '' : `column "${test.column_name}" in `
    named = `${a.name}" defined on ${column}"${test.file_key_name}`
    action = 'running'
    looked = 'tests'
  }
  return new QuernError(
    'Compilation',
    'duplicate_resource',
    [
      `dbt found two ${kinds} with the name "${named}".`,
      '',
      'Since these resources have the same name, dbt will be unable to find the correct resource',
      `when ${action} ${looked}.`,
      '',
      'To fix this, change the name of one of these resources:',
      `- ${a.unique_id} (${a.original_file_path})`,
      `- ${b.unique_id} (${b.original_file_path})`,
    ].join('\n'),
  )
}
