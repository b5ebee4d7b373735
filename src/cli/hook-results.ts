import { storesFailures } from '../compile/store-failures.ts'
import { EnumText, FieldsObject, nodeObject, timingObject } from '../context/node-object.ts'
import { isoTime } from '../events/node-info.ts'
import { PyDateTime } from '../jinja/python/datetime/datetime.ts'
import { float, type PlainDict, type PyObject, tuple, type Value } from '../jinja/runtime/value.ts'
import { graphNode } from '../manifest/manifest.ts'
import { asDict, type ManifestNode, type SourceNode } from '../manifest/node.ts'
import type { NodeResult } from '../manifest/node-result.ts'
import type { Runtime } from './run-services.ts'

/** What on-run-end sees besides the usual names: `results`, `schemas`, `database_schemas`. dbt-core 1.11: passed hooks are left out of `results`. */
export function hookResults(runtime: Runtime, results: readonly NodeResult[]): Map<string, Value> {
  const { manifest, invocation } = runtime.services
  const pairs = new Map<string, Value>()
  const shown: Value[] = []
  for (const result of results) {
    const node = graphNode(manifest, result.id) as ManifestNode | SourceNode
    if (result.threadId !== 'main' || result.status === 'error') shown.push(resultObject(result, node))
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

/** dbt's RunResult or SourceFreshnessResult: attributes that are objects of dbt's, and the same as dicts and texts in `to_dict()`. */
function resultObject(result: NodeResult, node: ManifestNode | SourceNode): PyObject {
  const timing = result.timing.map((span) => ({
    name: span.name,
    started_at: `${isoTime(span.startedAt)}Z`,
    completed_at: `${isoTime(span.completedAt)}Z`,
  }))
  const fields: PlainDict = {
    status: result.status,
    timing,
    thread_id: result.threadId,
    execution_time: float(result.executionTime),
    adapter_response: result.adapterResponse,
    message: result.message,
    failures: result.failures,
    node: asDict(node),
    ...ownFields(result, node),
  }
  const [type, statusType] = typesOf(result, node)
  return new FieldsObject(type, fields, (name) => {
    if (name === 'status') return new EnumText(statusType, result.status)
    if (name === 'max_loaded_at') return result.freshness?.maxLoadedAt
    if (name === 'snapshotted_at') return result.freshness?.snapshottedAt
    if (name === 'timing') return timing.map(timingObject)
    if (name === 'node') return nodeObject(asDict(node))
    return name === 'skipped' ? result.status === 'skipped' : undefined
  })
}

/** What only results of that kind of node have; a source whose check failed has nothing more. */
function ownFields(result: NodeResult, node: ManifestNode | SourceNode): PlainDict {
  if (node.resource_type !== 'source') return { agate_table: null, batch_results: result.batchResults ?? null }
  const { freshness } = result
  if (freshness === undefined) return {}
  return {
    max_loaded_at: isoText(freshness.maxLoadedAt),
    snapshotted_at: isoText(freshness.snapshottedAt),
    age: float(freshness.age),
  }
}

const isoText = (time: Value): Value => (time instanceof PyDateTime ? time.isoText('T') : null)

/** dbt-core 1.11: the names of the types of a result and of its status. */
function typesOf(result: NodeResult, node: ManifestNode | SourceNode): [string, string] {
  if (node.resource_type === 'source')
    return [
      result.freshness === undefined ? 'PartialSourceFreshnessResult' : 'SourceFreshnessResult',
      'FreshnessStatus',
    ]
  return ['RunResult', node.resource_type === 'test' ? 'TestStatus' : 'RunStatus']
}
