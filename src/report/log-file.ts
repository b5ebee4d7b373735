import { appendFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { LogFormat, LogLevel } from '../config/flags.ts'
import type { RunEvent } from '../events/run-event.ts'
import { debugLine, jsonLine, type LineContext, type LineFormat, textLine } from './format.ts'
import { passes, type Style } from './record.ts'
import { recordsOf } from './records.ts'
import type { Reporter, Scrub } from './reporter.ts'

export interface LogFileOptions {
  /** Absolute path of `dbt.log`. */
  readonly path: string
  readonly format: LogFormat
  readonly level: LogLevel
  readonly maxBytes: number
  readonly style: Style
  readonly scrub: Scrub
  readonly context: Omit<LineContext, 'now' | 'thread'>
  readonly now: () => number
  /** Told once when the file cannot be written; the run goes on without it. */
  readonly onFailure: (error: unknown) => void
}

const BACKUPS = 5
const BATCH_BYTES = 64 * 1024
const BATCH_MILLISECONDS = 200
/** The `clean` command may be removing the folder of the log. */
const NEVER: ReadonlySet<string> = new Set(['Z012', 'Z013', 'Z014', 'Z015'])

/**
 * The log file: debug lines (or JSON, of which a batch is a turn of the event loop because others follow the file), appended in batches. When the file would
 * grow beyond `maxBytes` it becomes `dbt.log.1`, and so on up to five.
 */
export class LogFileReporter implements Reporter {
  readonly #options: LogFileOptions
  readonly #line: LineFormat
  #pending = ''
  #size: number | undefined
  #timer: NodeJS.Timeout | undefined
  #turn: NodeJS.Immediate | undefined
  #failed = false

  constructor(options: LogFileOptions) {
    this.#options = options
    this.#line = options.format === 'json' ? jsonLine : options.format === 'text' ? textLine : debugLine
  }

  on(event: RunEvent): void {
    if (this.#failed) return
    const { level, style, scrub, context } = this.#options
    const now = this.#options.now()
    for (const record of recordsOf(event, now)) {
      if (!passes(record, level) || NEVER.has(record.code)) continue
      this.#pending += `${this.#line(record, style, { ...context, now, thread: event.thread ?? 'MainThread' }, scrub)}\n`
    }
    if (this.#pending === '') return
    const urgent = event.kind === 'encountered-error' || event.kind === 'command-completed'
    if (urgent || this.#pending.length >= BATCH_BYTES) {
      this.flush()
    } else if (this.#options.format === 'json') {
      this.#turn ??= setImmediate(() => this.flush())
    } else if (this.#timer === undefined) {
      this.#timer = setTimeout(() => this.flush(), BATCH_MILLISECONDS)
      this.#timer.unref?.()
    }
  }

  flush(): void {
    clearTimeout(this.#timer)
    clearImmediate(this.#turn)
    this.#timer = undefined
    this.#turn = undefined
    const text = this.#pending
    this.#pending = ''
    if (text === '' || this.#failed) return
    try {
      this.#write(text)
    } catch (error) {
      this.#failed = true
      this.#options.onFailure(error)
    }
  }

  async end(): Promise<void> {
    this.flush()
  }

  #write(text: string): void {
    const { path, maxBytes } = this.#options
    if (this.#size === undefined) {
      mkdirSync(dirname(path), { recursive: true })
      const stat = statSync(path, { throwIfNoEntry: false })
      if (stat?.isFIFO() === true) throw new Error(`${path} is a pipe`)
      this.#size = stat?.size ?? 0
    }
    const bytes = Buffer.byteLength(text)
    if (maxBytes > 0 && this.#size > 0 && this.#size + bytes > maxBytes) {
      // Another process may have turned the file over.
      this.#size = existsSync(path) ? statSync(path).size : 0
      if (this.#size > 0 && this.#size + bytes > maxBytes) {
        rotate(path)
        this.#size = 0
      }
    }
    appendFileSync(path, text)
    this.#size += bytes
  }
}

function rotate(path: string): void {
  rmSync(`${path}.${BACKUPS}`, { force: true })
  for (let number = BACKUPS - 1; number >= 1; number--) renameIfThere(`${path}.${number}`, `${path}.${number + 1}`)
  renameIfThere(path, `${path}.1`)
}

/** Another process may be turning over the same files. */
function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
