import type { PlainDict } from '../jinja/runtime/value.ts'
import type { NodeResult } from '../manifest/node-result.ts'
import { microseconds } from './node-info.ts'

/** `run_result` of log events: what became of a node, with dbt's keys. Unknown texts are empty and unknown counts 0, as in dbt-core 1.11. */
export const runResultData = (result: NodeResult): PlainDict => ({
  adapter_response: result.adapterResponse,
  execution_time: result.executionTime,
  message: result.message ?? '',
  num_failures: result.failures ?? 0,
  status: result.status,
  thread: result.threadId,
  timing_info: result.timing.map(({ name, startedAt, completedAt }) => ({
    completed_at: `${microseconds(completedAt)}Z`,
    name,
    started_at: `${microseconds(startedAt)}Z`,
  })),
})
