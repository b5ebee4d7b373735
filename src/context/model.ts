import { isDict, type PlainDict, PyDict, PyObject, PyTuple, type Value } from '../jinja/runtime/value.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { asDict, REFABLE } from '../manifest/node.ts'
import type { NodeMap, NodeOutline } from '../manifest/node-map.ts'

/** A copy without None values at any depth of dicts, as dbt's `to_dict(omit_none=True)`; lists keep their items. */
export function withoutNone(value: Value): Value {
  if (Array.isArray(value) && !(value instanceof PyObject)) return value.map((item) => withoutNone(item))
  if (value instanceof PyObject || value === null || typeof value !== 'object') return value
  const copy: PlainDict = {}
  for (const [key, item] of Object.entries(value))
    if (item !== null && item !== undefined) copy[key] = withoutNone(item)
  return copy
}

/** `model`: the node as templates see it: no Nones, user data (meta, vars) as it is, `compiled_sql` beside `compiled_code`. */
export function modelDict(node: object, extra: PlainDict = {}): PlainDict {
  const dict = withoutNone(asDict(node)) as PlainDict
  if (typeof dict['compiled_code'] === 'string') dict['compiled_sql'] = dict['compiled_code']
  return { ...dict, ...extra }
}

const graphs = new WeakMap<Manifest, { readonly shown: Graph; copy: Value | undefined }>()

/** Sections of resources by id, each a dict of its fields; made when somebody looks. */
type Graph = readonly (readonly [name: string, nodes: () => readonly (readonly [id: string, node: PlainDict])[]])[]

/**
 * Keeps what `graph` will show during a run: as in dbt-core 1.11, what running adds to nodes (compiled code, paths, called macros) is
 * not seen in it. Call it when nodes know their counterparts of `--defer`.
 */
export function keepGraph(manifest: Manifest): void {
  if (!graphs.has(manifest)) graphs.set(manifest, { shown: sections(manifest), copy: undefined })
}

/** `graph` of a run: one object per manifest. A template may change it: that reaches no node. */
export function graphDict(manifest: Manifest): Value {
  keepGraph(manifest)
  const kept = graphs.get(manifest)!
  kept.copy ??= dictOf(kept.shown)
  return kept.copy
}

/** `graph`: copies of all resources by id, as they are in the manifest at this moment (with Nones). */
export const graphOf = (manifest: Manifest): Value => dictOf(sections(manifest))

function sections(manifest: Manifest): Graph {
  const section = (nodes: NodeMap<NodeOutline>, own: (node: PlainDict) => PlainDict = () => ({})) => {
    const known = nodes.snapshot()
    return () => known().map(([id, node]) => [id, { ...own(asDict(node)), ...asDict(node) }] as const)
  }
  const groups = [...manifest.groups].map(([id, group]) => [id, { ...asDict(group) }] as const)
  return [
    ['exposures', section(manifest.exposures)],
    ['functions', section(manifest.functions)],
    ['groups', () => groups],
    ['metrics', section(manifest.metrics)],
    ['nodes', section(manifest.nodes, unpublished)],
    ['sources', section(manifest.sources, () => ({ _event_status: {} }))],
    ['semantic_models', section(manifest.semanticModels)],
    ['saved_queries', section(manifest.savedQueries)],
  ]
}

/** Fields of nodes that stand in `graph`, not in manifest.json. */
const unpublished = ({ resource_type: type }: PlainDict): PlainDict => ({
  ...(type === 'model' ? { batch: null } : {}),
  ...(REFABLE.has(String(type)) ? { defer_relation: null } : {}),
})

const dictOf = (graph: Graph): Value =>
  PyDict.from(graph.map(([name, nodes]) => [name, PyDict.from(nodes().map(([id, node]) => [id, copyOf(node)]))]))

/** A copy of lists and dicts at any depth. */
function copyOf(value: Value): Value {
  if (value === null || typeof value !== 'object') return value
  if (value instanceof PyDict) return PyDict.from([...value.entries()].map(([key, item]) => [key, copyOf(item)]))
  if (value instanceof PyObject) return value
  if (Array.isArray(value)) return value instanceof PyTuple ? value : value.map(copyOf)
  if (!isDict(value)) return value
  const copy: PlainDict = {}
  for (const [key, item] of Object.entries(value)) copy[key] = item === undefined ? item! : copyOf(item)
  return copy
}

/** Hooks of a config as `pre_hooks`/`post_hooks` show them. */
export function hookDicts(hooks: unknown): Value[] {
  if (!Array.isArray(hooks)) return []
  return hooks.filter((hook): hook is PlainDict => isDict(hook as Value)).map((hook) => withoutNone(hook as Value))
}
