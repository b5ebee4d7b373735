import { isDict, type PlainDict, PyDict, PyObject, type Value } from '../jinja/runtime/value.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { asDict } from '../manifest/node.ts'

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

const graphs = new WeakMap<Manifest, Value>()

/**
 * `graph` of a run: one object per manifest, made when it is first asked for: as in dbt-core 1.11, what running adds to nodes (compiled
 * code, paths, called macros) is not seen in it.
 */
export function graphDict(manifest: Manifest): Value {
  const graph = graphs.get(manifest) ?? graphOf(manifest)
  graphs.set(manifest, graph)
  return graph
}

/** `graph`: copies of all resources by id, as they are in the manifest at this moment (with Nones). */
export function graphOf(manifest: Manifest): Value {
  const section = (nodes: ReadonlyMap<string, object>): PyDict =>
    PyDict.from([...nodes].map(([id, node]) => [id, { ...asDict(node) }]))
  return PyDict.from([
    ['exposures', section(manifest.exposures)],
    ['functions', section(manifest.functions)],
    ['groups', section(manifest.groups)],
    ['metrics', section(manifest.metrics)],
    ['nodes', section(manifest.nodes)],
    ['sources', section(manifest.sources)],
    ['semantic_models', section(manifest.semanticModels)],
    ['saved_queries', section(manifest.savedQueries)],
    ['unit_tests', section(manifest.unitTests)],
  ])
}

/** Hooks of a config as `pre_hooks`/`post_hooks` show them. */
export function hookDicts(hooks: unknown): Value[] {
  if (!Array.isArray(hooks)) return []
  return hooks.filter((hook): hook is PlainDict => isDict(hook as Value)).map((hook) => withoutNone(hook as Value))
}
