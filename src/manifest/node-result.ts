import type { QuernError } from '../errors/quern-error.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import type { UnitTestNode } from './node.ts'
import type { UniqueId } from './unique-id.ts'

export type RunStatus = 'success' | 'error' | 'skipped' | 'no-op' | 'partial success'
export type TestStatus = 'pass' | 'fail' | 'warn' | 'error' | 'skipped'
export type FreshnessStatus = 'pass' | 'warn' | 'error' | 'runtime error'
export type ResultStatus = RunStatus | TestStatus | FreshnessStatus

export interface TimingInfo {
  readonly name: 'compile' | 'execute'
  /** Milliseconds since the epoch (fractions allowed). */
  readonly startedAt: number
  readonly completedAt: number
}

/** How old a source's rows are. Times are datetimes in UTC. */
export interface Freshness {
  readonly maxLoadedAt: Value
  readonly snapshottedAt: Value
  /** `maxLoadedAt` to `snapshottedAt`, in seconds. */
  readonly age: number
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
  /** Of a source whose age was found. */
  readonly freshness?: Freshness
}
