import { storesFailures } from '../compile/store-failures.ts'
import { isoTime } from '../events/node-info.ts'
import { float, hostFunction, PyDict, PyObject, tuple, type Value } from '../jinja/runtime/value.ts'
import { graphNode } from '../manifest/manifest.ts'
import { asDict, type ManifestNode } from '../manifest/node.ts'
import type { NodeResult } from '../manifest/node-result.ts'
import type { Runtime } from './run-services.ts'

/** One entry of `results` in on-run-end: attributes as dbt's RunResult. */
class HookResult extends PyObject {
  readonly typeName = 'RunResult'
  readonly #fields: PyDict
  constructor(fields: PyDict) {
    super()
    this.#fields = fields
  }
  override getAttr(name: string): Value | undefined {
    if (name === 'to_dict') return hostFunction('to_dict', [['omit_none', false]], () => this.#fields)
    return this.#fields.get(name)
  }
  override pyRepr(): string {
    return 'RunResult(...)'
  }
}

/** What on-run-end sees besides the usual names: `results`, `schemas`, `database_schemas`. dbt-core 1.11: passed hooks are left out of `results`. */
export function hookResults(runtime: Runtime, results: readonly NodeResult[]): Map<string, Value> {
  const { manifest, invocation } = runtime.services
  const pairs = new Map<string, Value>()
  const shown: Value[] = []
  for (const result of results) {
    const node = graphNode(manifest, result.id) as ManifestNode
    if (result.threadId !== 'main' || result.status === 'error') shown.push(new HookResult(fieldsOf(result, node)))
    const relational =
      node.resource_type === 'model' ||
      node.resource_type === 'seed' ||
      node.resource_type === 'snapshot' ||
      (node.resource_type === 'test' && storesFailures(node, invocation.flags))
    if (relational && !['error', 'fail', 'skipped'].includes(result.status)) {
      pairs.set(`${node.database ?? ''}.${node.schema}`, tuple(node.database, node.schema))
    }
  }
  const databaseSchemas = [...pairs.values()]
  const schemas = [...new Set(databaseSchemas.map((pair) => (pair as Value[])[1] as string))]
  return new Map<string, Value>([
    ['results', shown],
    ['schemas', schemas],
    ['database_schemas', databaseSchemas],
  ])
}

const fieldsOf = (result: NodeResult, node: ManifestNode): PyDict =>
  PyDict.from([
    ['status', result.status],
    [
      'timing',
      result.timing.map((timing) => ({
        name: timing.name,
        started_at: `${isoTime(timing.startedAt)}Z`,
        completed_at: `${isoTime(timing.completedAt)}Z`,
      })),
    ],
    ['thread_id', result.threadId],
    ['execution_time', float(result.executionTime)],
    ['adapter_response', result.adapterResponse],
    ['message', result.message],
    ['failures', result.failures],
    ['node', asDict(node)],
    ['unique_id', result.id],
    ['batch_results', result.batchResults ?? null],
    ...(result.freshness === undefined
      ? []
      : ([
          ['max_loaded_at', result.freshness.maxLoadedAt],
          ['snapshotted_at', result.freshness.snapshottedAt],
          ['age', float(result.freshness.age)],
        ] as [string, Value][])),
  ])
