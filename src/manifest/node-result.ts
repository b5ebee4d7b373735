import type { QuernError } from '../errors/quern-error.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'
import type { UnitTestNode } from './node.ts'
import type { UniqueId } from './unique-id.ts'

export type RunStatus = 'success' | 'error' | 'skipped' | 'no-op' | 'partial success'
export type TestStatus = 'pass' | 'fail' | 'warn' | 'error' | 'skipped'
export type ResultStatus = RunStatus | TestStatus

export interface TimingInfo {
  readonly name: 'compile' | 'execute'
  /** Milliseconds since the epoch (fractions allowed). */
  readonly startedAt: number
  readonly completedAt: number
}

/** What became of one node of a run: the source of a `results` entry of run_results.json. */
export interface NodeResult {
  readonly id: UniqueId
  readonly status: ResultStatus
  /** Seconds. */
  readonly executionTime: number
  readonly threadId: string
  readonly timing: readonly TimingInfo[]
  readonly message: string | null
  readonly failures: number | null
  readonly adapterResponse: PlainDict
  readonly error?: QuernError
  /** For skipped nodes: the failed node that caused it. */
  readonly skippedBecause?: UniqueId
  readonly batchResults?: PlainDict | null
  /** Of a unit test that ran: what was compiled. */
  readonly unitTest?: UnitTestNode
}
