import { PyDateTime } from '../jinja/python/datetime/datetime.ts'
import { dateTimeFromIso } from '../jinja/python/datetime/datetime-module.ts'
import { UTC } from '../jinja/python/datetime/tzinfo.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'

/** The spans of time that a microbatch model may be built by. */
export const BATCH_SIZES = ['hour', 'day', 'month', 'year'] as const
export type BatchSize = (typeof BATCH_SIZES)[number]

/** A span of event time, in UTC: from `start` up to, but without, `end`. */
export interface Batch {
  readonly start: PyDateTime
  readonly end: PyDateTime
}

/** Batches of a model by outcome, as `batch_results` of run_results.json has them. */
export interface BatchResults {
  readonly successful: readonly Batch[]
  readonly failed: readonly Batch[]
}

/** `model.batch` of the batch that runs. Its datetimes are in UTC. */
export interface BatchContext {
  readonly id: string
  readonly event_time_start: PyDateTime
  readonly event_time_end: PyDateTime
}

export const batchContext = (batch: Batch, size: BatchSize): BatchContext => ({
  id: formatBatchStart(batch.start, size).replaceAll('-', ''),
  event_time_start: batch.start,
  event_time_end: batch.end,
})

/** Length of the ISO text of a moment that tells batches of a size apart. */
const ISO_LENGTH: Readonly<Record<BatchSize, number>> = { hour: 13, day: 10, month: 7, year: 4 }

/** `2024-09-17T16`, `2024-09-17`, `2024-09` or `2024`: what a batch is called in lines and file names. */
export const formatBatchStart = (start: PyDateTime, size: BatchSize): string =>
  start.isoText('T').slice(0, ISO_LENGTH[size])

const MIDNIGHT = { hour: 0, minute: 0, second: 0, microsecond: 0 }

/** The start of the batch that a moment falls in. Its zone does not count: the wall time is taken as UTC (dbt-core 1.11). */
export function truncateToBatch(at: PyDateTime, size: BatchSize): PyDateTime {
  const time = size === 'hour' ? { ...MIDNIGHT, hour: at.hour } : MIDNIGHT
  const day = size === 'hour' || size === 'day' ? at.day : 1
  return new PyDateTime(at.year, size === 'year' ? 1 : at.month, day, time, UTC)
}

const HOUR_MICROS = 3_600_000_000n

/** The start of the batch that lies `count` batches after (before, when negative) that of a moment. Throws beyond the years 1 to 9999. */
export function offsetBatch(at: PyDateTime, size: BatchSize, count: number): PyDateTime {
  const start = truncateToBatch(at, size)
  if (size === 'hour' || size === 'day') {
    const micros = HOUR_MICROS * (size === 'hour' ? 1n : 24n) * BigInt(count)
    return PyDateTime.fromWall(start.wallMicros + micros, UTC)
  }
  const months = start.year * 12 + (start.month - 1) + count * (size === 'month' ? 1 : 12)
  return new PyDateTime(Math.floor(months / 12), (months % 12) + 1, 1, MIDNIGHT, UTC)
}

/** The end of the batch that a moment falls in; a moment between two batches is that end itself. */
export function ceilingOfBatch(at: PyDateTime, size: BatchSize): PyDateTime {
  const start = truncateToBatch(at, size)
  return start.wallMicros === at.wallMicros ? start : offsetBatch(start, size, 1)
}

/** The batches from the start of the first to `end`, which closes the last one. There is always one. */
export function batchesBetween(start: PyDateTime, end: PyDateTime, size: BatchSize): Batch[] {
  const batches: Batch[] = []
  let from = start
  for (;;) {
    const to = offsetBatch(from, size, 1)
    if (to.wallMicros >= end.wallMicros) {
      batches.push({ start: from, end })
      return batches
    }
    batches.push({ start: from, end: to })
    from = to
  }
}

/** What decides which batches a microbatch model needs. */
export interface BatchPlan {
  readonly size: BatchSize
  /** Earliest moment of the model; what a first run and a full refresh start from. */
  readonly begin: PyDateTime
  /** Batches before the latest one that are built again. */
  readonly lookback: number
  /** False for a first run and a full refresh. */
  readonly incremental: boolean
  /** `--event-time-start` and its end, or the window of `--sample`. */
  readonly window: { readonly start: PyDateTime; readonly end: PyDateTime } | null
  /** The moment up to which rows exist when there is no window. */
  readonly now: PyDateTime
}

/** The batches to build, oldest first. dbt-core 1.11: a checkpoint between two batches counts as within the earlier one. */
export function planBatches(plan: BatchPlan): Batch[] {
  const { size } = plan
  const end = ceilingOfBatch(plan.window?.end ?? plan.now, size)
  if (plan.window !== null) return batchesBetween(truncateToBatch(plan.window.start, size), end, size)
  if (!plan.incremental) return batchesBetween(truncateToBatch(plan.begin, size), end, size)
  // `end` is always such a checkpoint.
  return batchesBetween(offsetBatch(end, size, -(plan.lookback + 1)), end, size)
}

/** `batch_results` of run_results.json: pairs of ISO texts. */
export const batchResultsDict = (results: BatchResults): PlainDict => ({
  successful: results.successful.map(pairOf),
  failed: results.failed.map(pairOf),
})

const pairOf = ({ start, end }: Batch): Value => [start.isoText('T'), end.isoText('T')]

/** The batches of an entry of run_results.json, or undefined when it does not hold any. */
export function batchResultsOf(value: unknown): BatchResults | undefined {
  const { successful, failed } = (value ?? {}) as { successful?: unknown; failed?: unknown }
  const [done, undone] = [batchesOf(successful), batchesOf(failed)]
  return done === undefined || undone === undefined ? undefined : { successful: done, failed: undone }
}

function batchesOf(pairs: unknown): Batch[] | undefined {
  if (!Array.isArray(pairs)) return undefined
  try {
    return pairs.map((pair: unknown) => {
      const [start, end] = pair as [Value, Value]
      return { start: inUtc(start), end: inUtc(end) }
    })
  } catch {
    return undefined
  }
}

const inUtc = (text: Value): PyDateTime => PyDateTime.fromWall(dateTimeFromIso(text).wallMicros, UTC)
