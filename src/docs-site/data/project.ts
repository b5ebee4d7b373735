import type {
  ArtifactMacro,
  ArtifactNode,
  Artifacts,
  CatalogTable,
  FreshnessResult,
  RunResult,
  RunResultsFile,
} from './artifact-types.ts'

/** A column as the page shows it: what the project says of it, and what the database does. */
export interface Column {
  readonly name: string
  readonly type: string | null
  readonly description: string
  readonly tags: readonly string[]
  readonly constraints: readonly string[]
  readonly meta: Readonly<Record<string, unknown>>
  /** Described in the project, but not in the catalog's table: undefined when there is no catalog of it. */
  readonly inDatabase: boolean | undefined
  /** Ids of tests on it. */
  readonly tests: readonly string[]
}

/** Types in the order in which lists show them. */
export const TYPES = [
  'model', 'source', 'seed', 'snapshot', 'exposure', 'metric', 'semantic_model', 'saved_query', 'analysis', 'function',
  'test', 'unit_test', 'macro',
] as const // biome-ignore format: one list

const PLURALS: Readonly<Record<string, string>> = {
  analysis: 'analyses',
  saved_query: 'saved queries',
}
/** `model` -> `models`. */
export const pluralOf = (type: string): string => PLURALS[type] ?? `${type.replaceAll('_', ' ')}s`

/** All that the page knows of a project, by unique id. Made once from the artifacts. */
export interface Project {
  readonly name: string
  readonly artifacts: Artifacts
  /** Every resource but macros; disabled ones are not among them. */
  readonly nodes: ReadonlyMap<string, ArtifactNode>
  readonly macros: ReadonlyMap<string, ArtifactMacro>
  /** Direct neighbours; both lists hold ids of `nodes` only. */
  readonly parents: ReadonlyMap<string, readonly string[]>
  readonly children: ReadonlyMap<string, readonly string[]>
  /** Tests and unit tests of a resource. */
  readonly tests: ReadonlyMap<string, readonly string[]>
  /** What uses a macro. */
  readonly macroUsers: ReadonlyMap<string, readonly string[]>
  readonly results: ReadonlyMap<string, RunResult>
  /** The run that `results` are from. */
  readonly run: RunResultsFile | undefined
  readonly freshness: ReadonlyMap<string, FreshnessResult>
}

/** How many there are of each type; of macros those of the project and its packages, not of dbt and quern. */
export function typeCounts(project: Project): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const node of project.nodes.values())
    if (!isHidden(node)) counts.set(node.resource_type, (counts.get(node.resource_type) ?? 0) + 1)
  counts.set('macro', ownMacros(project).length)
  return counts
}

/** Macros of the project and its packages. */
export function ownMacros(project: Project): ArtifactMacro[] {
  const own = new Set([...project.nodes.values()].map((node) => node.package_name))
  return [...project.macros.values()].filter((macro) => own.has(macro.package_name) && !isHidden(macro))
}

/** Brings the artifacts together. */
export function makeProject(artifacts: Artifacts): Project {
  const { manifest } = artifacts
  const nodes = new Map<string, ArtifactNode>()
  for (const group of [
    manifest.sources, manifest.nodes, manifest.exposures, manifest.metrics, manifest.semantic_models, manifest.saved_queries,
    manifest.unit_tests, manifest.functions,
  ]) // biome-ignore format: one list
    for (const node of Object.values(group ?? {})) {
      if (node.resource_type === 'operation' || node.resource_type === 'sql_operation') continue
      nodes.set(node.unique_id, node)
    }
  const macros = new Map(Object.values(manifest.macros ?? {}).map((macro) => [macro.unique_id, macro]))
  const { parents, children } = edgesOf(nodes)
  const run = runOf(artifacts)
  return {
    name:
      manifest.metadata.project_name ??
      [...nodes.values()].find((node) => node.resource_type === 'model')?.package_name ??
      'project',
    artifacts,
    nodes,
    macros,
    parents,
    children,
    tests: testsOf(nodes, parents),
    macroUsers: macroUsersOf(nodes, macros),
    run,
    results: new Map((run?.results ?? []).map((result) => [result.unique_id, result])),
    freshness: new Map((artifacts.sources?.results ?? []).map((result) => [result.unique_id, result])),
  }
}

const BUILDING = new Set(['build', 'run', 'test', 'seed', 'snapshot', 'retry', 'clone', 'run-operation'])

/** What built or tested last: `docs generate` and `compile` overwrite run_results.json with results that say nothing of data. */
function runOf({ runResults, lastRun }: Artifacts): RunResultsFile | undefined {
  const which = runResults?.args?.['which']
  if (runResults !== undefined && (which === undefined || BUILDING.has(String(which)))) return runResults
  return lastRun
}

function edgesOf(nodes: ReadonlyMap<string, ArtifactNode>): {
  parents: Map<string, string[]>
  children: Map<string, string[]>
} {
  const parents = new Map<string, string[]>()
  const children = new Map<string, string[]>([...nodes.keys()].map((id) => [id, []]))
  for (const [id, node] of nodes) {
    const above = [...new Set(node.depends_on?.nodes ?? [])].filter((parent) => nodes.has(parent))
    parents.set(id, above)
    for (const parent of above) children.get(parent)!.push(id)
  }
  return { parents, children }
}

/** A generic test belongs to the node that it is written on, any other to all that it reads. */
function testsOf(
  nodes: ReadonlyMap<string, ArtifactNode>,
  parents: ReadonlyMap<string, readonly string[]>,
): Map<string, string[]> {
  const tests = new Map<string, string[]>()
  for (const [id, node] of nodes) {
    if (!isTest(node)) continue
    const attached = node.attached_node
    const owners = typeof attached === 'string' && nodes.has(attached) ? [attached] : (parents.get(id) ?? [])
    for (const owner of owners) {
      const list = tests.get(owner)
      if (list === undefined) tests.set(owner, [id])
      else list.push(id)
    }
  }
  return tests
}

function macroUsersOf(
  nodes: ReadonlyMap<string, ArtifactNode>,
  macros: ReadonlyMap<string, ArtifactMacro>,
): Map<string, string[]> {
  const users = new Map<string, string[]>()
  for (const user of [...nodes.values(), ...macros.values()])
    for (const macro of user.depends_on?.macros ?? []) {
      const list = users.get(macro)
      if (list === undefined) users.set(macro, [user.unique_id])
      else list.push(user.unique_id)
    }
  return users
}

export const isTest = (node: { readonly resource_type: string }): boolean =>
  node.resource_type === 'test' || node.resource_type === 'unit_test'

/** Whether the project wants it left out of its documentation (`docs: {show: false}`): it has a page, and is in no list. */
export function isHidden(one: {
  readonly docs?: ArtifactNode['docs']
  readonly config?: ArtifactNode['config']
}): boolean {
  const inConfig = (one.config?.['docs'] as { show?: unknown } | undefined)?.show
  return one.docs?.show === false || inConfig === false
}

/** What people call it: `raw.flights` of a source, `dim_users.v2` of a version, the name of all else. */
export function titleOf(node: ArtifactNode): string {
  if (node.resource_type === 'source') return `${node.source_name}.${node.name}`
  if (node.version !== undefined && node.version !== null) return `${node.name}.v${node.version}`
  return node.name
}

export const tagsOf = (node: ArtifactNode): readonly string[] => {
  const tags = node.tags ?? node.config?.['tags']
  return Array.isArray(tags) ? tags.map(String) : typeof tags === 'string' ? [tags] : []
}

/** How it is built: `table`, `view`, ... */
export const materializationOf = (node: ArtifactNode): string | undefined => {
  const kind = node.config?.['materialized']
  return typeof kind === 'string' ? kind : undefined
}

/** The table or view of a node, as the database described it. */
export function catalogOf({ artifacts }: Project, id: string): CatalogTable | undefined {
  return artifacts.catalog?.nodes[id] ?? artifacts.catalog?.sources[id]
}

/** Whether a resource stands for a table or view, with columns. */
export const hasColumns = ({ resource_type: type }: ArtifactNode): boolean =>
  type === 'model' || type === 'seed' || type === 'snapshot' || type === 'source'

/** Columns of the database in its order, then those that only the project knows. Names are compared without case, as dbt's page does. */
export function columnsOf(project: Project, node: ArtifactNode): Column[] {
  const table = catalogOf(project, node.unique_id)
  const described = new Map(Object.values(node.columns ?? {}).map((column) => [column.name.toLowerCase(), column]))
  const tests = new Map<string, string[]>()
  for (const id of project.tests.get(node.unique_id) ?? []) {
    const name = project.nodes.get(id)?.column_name
    if (typeof name !== 'string') continue
    const key = bareName(name)
    tests.set(key, [...(tests.get(key) ?? []), id])
  }
  const make = (
    name: string,
    type: string | null,
    inDatabase: boolean | undefined,
    comment?: string | null,
  ): Column => {
    const info = described.get(name.toLowerCase())
    return {
      name,
      type: type ?? info?.data_type ?? null,
      description: info?.description || comment || '',
      tags: info?.tags ?? [],
      constraints: (info?.constraints ?? []).map((one) =>
        one.expression ? `${one.type} (${one.expression})` : one.type,
      ),
      meta: info?.meta ?? {},
      inDatabase,
      tests: tests.get(name.toLowerCase()) ?? [],
    }
  }
  const found = Object.values(table?.columns ?? {})
    .sort((a, b) => a.index - b.index)
    .map((column) => make(column.name, column.type, true, column.comment))
  const known = new Set(found.map((column) => column.name.toLowerCase()))
  const more = [...described.values()].filter((column) => !known.has(column.name.toLowerCase()))
  return [...found, ...more.map((column) => make(column.name, null, table === undefined ? undefined : false))]
}

const bareName = (name: string): string => name.replace(/^["`[]|["`\]]$/g, '').toLowerCase()
