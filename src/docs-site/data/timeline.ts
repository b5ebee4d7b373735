import { instant } from '../text/format.ts'
import type { RunResult, RunResultsFile } from './artifact-types.ts'

/** A result with its place in the time of its run, in seconds from the first start. */
export interface Bar {
  readonly result: RunResult
  readonly start: number
  readonly end: number
  /** Position of its thread. */
  readonly lane: number
}

export interface Timeline {
  /** By start. */
  readonly bars: readonly Bar[]
  /** Names of the threads. */
  readonly lanes: readonly string[]
  readonly seconds: number
}

/** When each node ran, and on which thread. Nodes without times (skipped ones) are left out. */
export function timelineOf(run: RunResultsFile): Timeline {
  const timed: { result: RunResult; start: number; end: number }[] = []
  for (const result of run.results) {
    const starts = (result.timing ?? []).flatMap((one) => instant(one.started_at) ?? [])
    const ends = (result.timing ?? []).flatMap((one) => instant(one.completed_at) ?? [])
    if (starts.length === 0 || ends.length === 0) continue
    timed.push({ result, start: Math.min(...starts), end: Math.max(...ends) })
  }
  timed.sort((a, b) => a.start - b.start || a.end - b.end)
  const first = timed[0]?.start ?? 0
  const names = [...new Set(timed.map(({ result }) => result.thread_id ?? ''))]
  const lanes = names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  const place = new Map(lanes.map((name, at) => [name, at]))
  const bars = timed.map(({ result, start, end }) => ({
    result,
    start: (start - first) / 1000,
    end: (end - first) / 1000,
    lane: place.get(result.thread_id ?? '')!,
  }))
  return { bars, lanes, seconds: bars.reduce((latest, bar) => Math.max(latest, bar.end), 0) }
}

/** Round numbers for an axis of so many seconds, at most `most` of them. */
export function ticks(seconds: number, most = 8): number[] {
  if (seconds <= 0) return [0]
  const rough = seconds / most
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough)!
  const count = Math.floor(seconds / step + 1e-9)
  return Array.from({ length: count + 1 }, (_, at) => Number((at * step).toPrecision(12)))
}
