import type { RunEvent } from '../../events/run-event.ts'
import type { Output } from '../reporter.ts'

/** Shown when a run has gone on for longer than this. */
const SHOW_AFTER = 3000
const REFRESH = 500

/**
 * The last line of a terminal while a long run goes on: `12 of 40 done, 3 running: orders 12s, customers 4s`.
 * It is taken away before any other output and drawn again below it. Never used on pipes or in CI (see make-reporters.ts).
 */
export class LiveLine {
  readonly #output: Output
  readonly #now: () => number
  readonly #running = new Map<string, { name: string; since: number }>()
  #started: number | undefined
  #done = 0
  #total = 0
  #shown = false
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(output: Output, now: () => number) {
    this.#output = output
    this.#now = now
  }

  /** Takes note of an event and clears the line when something is about to be written. */
  before(event: RunEvent, writes: boolean): void {
    if (event.kind === 'start-line') {
      this.#started ??= this.#now()
      this.#total = event.total
      this.#running.set(event.info.unique_id, { name: event.info.node_name, since: this.#now() })
      this.#timer ??= this.#startTimer()
    } else if (isResult(event)) {
      if ('info' in event && event.info !== undefined && event.info !== null) this.#running.delete(event.info.unique_id)
      this.#done++
    } else if (event.kind === 'run-finished' || event.kind === 'fail-fast' || event.kind === 'encountered-error') {
      this.stop()
    }
    if (writes) this.#clear()
  }

  /** Draws the line again. */
  after(): void {
    if (this.#timer === undefined || this.#running.size === 0) return
    const now = this.#now()
    if (now - (this.#started ?? now) < SHOW_AFTER) return
    const running = [...this.#running.values()].map(({ name, since }) => `${name} ${Math.floor((now - since) / 1000)}s`)
    const text = `${this.#done} of ${this.#total} done, ${running.length} running: ${running.join(', ')}`
    const width = Math.max(20, (this.#output.columns ?? 80) - 1)
    this.#output.write(`\r\u001b[2K${text.length > width ? `${text.slice(0, width - 3)}...` : text}`)
    this.#shown = true
  }

  stop(): void {
    if (this.#timer !== undefined) clearInterval(this.#timer)
    this.#timer = undefined
    this.#clear()
    this.#running.clear()
  }

  #clear(): void {
    if (this.#shown) this.#output.write('\r\u001b[2K')
    this.#shown = false
  }

  #startTimer(): ReturnType<typeof setInterval> {
    const timer = setInterval(() => this.after(), REFRESH)
    timer.unref?.()
    return timer
  }
}

const RESULTS: ReadonlySet<string> = new Set([
  'model-result',
  'seed-result',
  'snapshot-result',
  'function-result',
  'test-result',
  'freshness-result',
  'node-skipped',
  'skipped-because-error',
  'node-no-op',
])
const isResult = (event: RunEvent): boolean => RESULTS.has(event.kind)
