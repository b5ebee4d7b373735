import type { LogFormat, LogLevel } from '../../config/flags.ts'
import type { RunEvent } from '../../events/run-event.ts'
import { BatchedOutput } from '../batched-output.ts'
import { debugLine, jsonLine, type LineContext, type LineFormat, textLine } from '../format.ts'
import { passes, type Style } from '../record.ts'
import { recordsOf } from '../records.ts'
import type { Output, Reporter, Scrub } from '../reporter.ts'
import type { LiveLine } from './live-line.ts'

export interface ConsoleOptions {
  readonly output: Output
  readonly format: LogFormat
  readonly level: LogLevel
  readonly style: Style
  readonly scrub: Scrub
  readonly context: Omit<LineContext, 'now' | 'thread'>
  readonly now: () => number
  /** Only on a terminal with text lines. */
  readonly live?: LiveLine | undefined
}

/**
 * Lines on stdout. Those for people are written as they happen, as are all on a terminal; others (JSON, and the many of debug level) together with
 * those of the same turn of the event loop.
 */
export class ConsoleReporter implements Reporter {
  readonly #options: ConsoleOptions
  readonly #line: LineFormat
  readonly #batched: BatchedOutput | undefined

  constructor(options: ConsoleOptions) {
    this.#options = options
    const forPrograms = options.format === 'json' || options.level === 'debug'
    if (forPrograms && options.output.isTTY !== true) this.#batched = new BatchedOutput(options.output)
    this.#line = options.format === 'json' ? jsonLine : options.format === 'debug' ? debugLine : textLine
  }

  on(event: RunEvent): void {
    const { output, level, style, scrub, live } = this.#options
    const now = this.#options.now()
    let text = ''
    for (const record of recordsOf(event, now)) {
      if (!passes(record, level)) continue
      text += `${this.#line(record, style, { ...this.#options.context, now, thread: event.thread ?? 'MainThread' }, scrub)}\n`
    }
    live?.before(event, text !== '')
    if (text !== '') (this.#batched ?? output).write(text)
    live?.after()
  }

  flush(): void {
    this.#batched?.flush()
    this.#options.live?.stop()
  }

  async end(): Promise<void> {
    this.flush()
  }
}
