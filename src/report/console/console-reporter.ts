import type { LogFormat, LogLevel } from '../../config/flags.ts'
import type { RunEvent } from '../../events/run-event.ts'
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

/** Lines on stdout, written as they happen. */
export class ConsoleReporter implements Reporter {
  readonly #options: ConsoleOptions
  readonly #line: LineFormat

  constructor(options: ConsoleOptions) {
    this.#options = options
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
    if (text !== '') output.write(text)
    live?.after()
  }

  flush(): void {
    this.#options.live?.stop()
  }

  async end(): Promise<void> {
    this.#options.live?.stop()
  }
}
