import { didYouMean } from '../errors/did-you-mean.ts'
import type { Manifest } from './manifest.ts'
import {
  type FunctionNode,
  type GraphNode,
  type ManifestNode,
  type OtherNode,
  REFABLE,
  type SourceNode,
} from './node.ts'
import type { NodeOutline } from './node-map.ts'
import type { UniqueId } from './unique-id.ts'

/** Names of one kind of resource: search name -> package -> id. */
type Names = Map<string, Map<string, UniqueId>>

/** Look-ups by name over a manifest; made again when nodes were added or moved. */
export interface ManifestIndex {
  readonly manifest: Manifest
  readonly refables: Names
  readonly sources: Names
  readonly metrics: Names
  readonly functions: Names
  readonly docs: Names
  readonly disabled: ReadonlyMap<string, ReadonlyMap<string, readonly GraphNode[]>>
}

/** The name under which a resource is looked for: `orders`, `orders.v2`, `source.table`. */
export function searchName(node: NodeOutline): string {
  // A unit test's fixture is a model with the name of the source that it stands for.
  if (node.source_name !== undefined) return `${node.source_name}.${node.name}`
  const version = node.resource_type === 'model' ? node.version : null
  return version === null || version === undefined ? node.name : `${node.name}.v${version}`
}

/** Indexes all enabled and disabled resources of a manifest by name. */
export function indexManifest(manifest: Manifest): ManifestIndex {
  const refables: Names = new Map()
  for (const node of manifest.nodes.outlines()) if (REFABLE.has(node.resource_type)) addRefable(refables, node)
  const sources: Names = new Map()
  for (const source of manifest.sources.outlines()) put(sources, searchName(source), source)
  const metrics: Names = new Map()
  for (const metric of manifest.metrics.outlines()) put(metrics, metric.name, metric)
  const functions: Names = new Map()
  for (const fn of manifest.functions.outlines()) put(functions, fn.name, fn)
  const docs: Names = new Map()
  for (const doc of manifest.docs.values()) put(docs, doc.name, doc)
  const disabled = new Map<string, Map<string, GraphNode[]>>()
  for (const nodes of manifest.disabled.values()) {
    for (const node of nodes) {
      const name = searchName(node)
      let packages = disabled.get(name)
      if (packages === undefined) disabled.set(name, (packages = new Map()))
      const list = packages.get(node.package_name)
      if (list === undefined) packages.set(node.package_name, [node])
      else list.push(node)
    }
  }
  return { manifest, refables, sources, metrics, functions, docs, disabled }
}

function addRefable(names: Names, node: NodeOutline): void {
  const { version, latest_version } = node
  if (version === null || version === undefined) put(names, node.name, node)
  else {
    put(names, `${node.name}.v${version}`, node)
    if (version === latest_version) put(names, node.name, node)
  }
}

/** Takes a node out of the look-up, before its name or version changes. */
export function forgetRefable(index: ManifestIndex, node: ManifestNode): void {
  for (const name of [node.name, searchName(node)]) {
    const packages = index.refables.get(name)
    if (packages?.get(node.package_name) === node.unique_id) packages.delete(node.package_name)
  }
}

/** Puts a node into the look-up under its names. */
export function rememberRefable(index: ManifestIndex, node: ManifestNode): void {
  if (REFABLE.has(node.resource_type) && index.manifest.nodes.get(node.unique_id) === node)
    addRefable(index.refables, node)
}

function put(names: Names, name: string, node: { package_name: string; unique_id: UniqueId }): void {
  let packages = names.get(name)
  if (packages === undefined) names.set(name, (packages = new Map()))
  packages.set(node.package_name, node.unique_id)
}

/** The id under a name in one package, or in any (null: the first that was loaded). */
export function findId(names: Names, name: string, packageName: string | null): UniqueId | undefined {
  const packages = names.get(name)
  if (packages === undefined) return undefined
  return packageName === null ? packages.values().next().value : packages.get(packageName)
}

/** Who asks: the package of the node that refers, the root project, and dbt's flag `require_ref_searches_node_package_before_root`. */
export interface Caller {
  readonly packageName: string
  readonly rootProject: string
  readonly ownPackageFirst: boolean
}

/** Packages to look into, in order (null = any). dbt-core 1.11: a given package only; the root project; then the caller's own; then any. */
export function packagesToSearch(caller: Caller, packageName: string | null): readonly (string | null)[] {
  if (packageName !== null) return [packageName]
  if (caller.packageName === caller.rootProject) return [caller.rootProject, null]
  return caller.ownPackageFirst
    ? [caller.packageName, caller.rootProject, null]
    : [caller.rootProject, caller.packageName, null]
}

/** What a look-up by name gives. `ambiguous`: several packages have the name and none of the preferred ones. */
export type Resolved<N> =
  | { readonly kind: 'found'; readonly node: N }
  | { readonly kind: 'disabled'; readonly node: N }
  | { readonly kind: 'missing' }
  | { readonly kind: 'ambiguous'; readonly key: string; readonly ids: readonly UniqueId[] }

const MISSING = { kind: 'missing' } as const

/**
 * What `ref(name)` means for a caller: see `packagesToSearch`. A versioned model without a version means its latest. A disabled node is told apart
 * from a missing one.
 */
export function resolveRef(
  index: ManifestIndex,
  target: { readonly name: string; readonly package: string | null; readonly version: string | number | null },
  caller: Caller,
): Resolved<ManifestNode> {
  const key =
    target.version === null || target.version === '' || target.version === 0
      ? target.name
      : `${target.name}.v${target.version}`
  let disabled: readonly GraphNode[] | undefined
  for (const packageName of packagesToSearch(caller, target.package)) {
    if (packageName === null) {
      const ids = index.refables.get(key)
      if (ids !== undefined && ids.size > 1) return { kind: 'ambiguous', key, ids: [...ids.values()] }
    }
    const id = findId(index.refables, key, packageName)
    const node = id === undefined ? undefined : index.manifest.nodes.get(id)
    if (node?.config.enabled === true) return { kind: 'found', node }
    disabled ??= findDisabled(index, key, packageName, REFABLE)
  }
  return disabled === undefined ? MISSING : { kind: 'disabled', node: disabled[0] as ManifestNode }
}

/** What `source(source, table)` means for a caller. */
export function resolveSource(
  index: ManifestIndex,
  source: string,
  table: string,
  caller: Caller,
): Resolved<SourceNode> {
  return resolveNamed(index, index.sources, (id) => index.manifest.sources.get(id), `${source}.${table}`, null, caller)
}

/** What `metric(...)` means for a caller. */
export function resolveMetric(
  index: ManifestIndex,
  name: string,
  packageName: string | null,
  caller: Caller,
): Resolved<OtherNode> {
  return resolveNamed(index, index.metrics, (id) => index.manifest.metrics.get(id), name, packageName, caller)
}

/** What `function(...)` means for a caller. */
export function resolveFunction(
  index: ManifestIndex,
  name: string,
  packageName: string | null,
  caller: Caller,
): Resolved<FunctionNode> {
  return resolveNamed(index, index.functions, (id) => index.manifest.functions.get(id), name, packageName, caller)
}

/** The id of the doc block that `doc(name)` means for a caller. */
export function resolveDoc(
  index: ManifestIndex,
  name: string,
  packageName: string | null,
  caller: Caller,
): UniqueId | undefined {
  for (const candidate of packagesToSearch(caller, packageName)) {
    const id = findId(index.docs, name, candidate)
    if (id !== undefined) return id
  }
  return undefined
}

function resolveNamed<N extends { config: object }>(
  index: ManifestIndex,
  names: Names,
  get: (id: UniqueId) => N | undefined,
  name: string,
  packageName: string | null,
  caller: Caller,
): Resolved<N> {
  let disabled: readonly GraphNode[] | undefined
  for (const candidate of packagesToSearch(caller, packageName)) {
    const id = findId(names, name, candidate)
    const node = id === undefined ? undefined : get(id)
    if (node !== undefined && (node.config as { enabled?: unknown }).enabled !== false) return { kind: 'found', node }
    disabled ??= findDisabled(index, name, candidate)
  }
  return disabled === undefined ? MISSING : { kind: 'disabled', node: disabled[0] as unknown as N }
}

/** Disabled resources under a search name in a package (null: any). Undefined when there are none. */
export function findDisabled(
  index: ManifestIndex,
  name: string,
  packageName: string | null,
  types?: ReadonlySet<string>,
): readonly GraphNode[] | undefined {
  const packages = index.disabled.get(name)
  if (packages === undefined) return undefined
  const nodes = packageName === null ? packages.values().next().value : packages.get(packageName)
  const fitting = types === undefined ? nodes : nodes?.filter((node) => types.has(node.resource_type))
  return fitting === undefined || fitting.length === 0 ? undefined : fitting
}

/** A hint for a name that was not found: the nearest one, with its file. */
export function nearbyRef(index: ManifestIndex, name: string): string | undefined {
  const near = didYouMean(name, index.refables.keys())
  const id = near === undefined ? undefined : findId(index.refables, near, null)
  const node = id === undefined ? undefined : index.manifest.nodes.get(id)
  return near === undefined
    ? undefined
    : `did you mean '${near}'${node === undefined ? '' : ` (${node.original_file_path})`}?`
}

/** A hint for a source that was not found. */
export function nearbySource(index: ManifestIndex, source: string, table: string): string | undefined {
  const near = didYouMean(`${source}.${table}`, index.sources.keys())
  if (near === undefined) return undefined
  const id = findId(index.sources, near, null)
  const node = id === undefined ? undefined : index.manifest.sources.get(id)
  return node === undefined
    ? undefined
    : `did you mean source('${node.source_name}', '${node.name}') (${node.original_file_path})?`
}
