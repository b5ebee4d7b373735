import type { Flags } from '../config/flags.ts'
import { paint } from './colours.ts'
import { customEnvironment, jsonLine } from './format.ts'
import type { ReporterIo } from './make-reporters.ts'
import { recordsOf } from './records.ts'
import type { Reporter, Scrub } from './reporter.ts'

/** A line of the log as `--log-format json` writes it: dbt's published form. */
export interface JsonRecord {
  /** Fields of the event; which, depends on `info.name`. */
  readonly data: Readonly<Record<string, unknown>>
  readonly info: {
    readonly category: string
    readonly code: string
    readonly extra: Readonly<Record<string, string>>
    readonly invocation_id: string
    readonly level: 'debug' | 'info' | 'warn' | 'error'
    /** The line as text. */
    readonly msg: string
    /** dbt's name of the event: `LogModelResult`. */
    readonly name: string
    readonly pid: number
    readonly thread: string
    /** `2026-11-23T10:00:00.000000Z` */
    readonly ts: string
  }
}

/** Hands every line of every level to a listener, as an object, with secrets replaced as in all output. */
export function recordListener(
  flags: Pick<Flags, 'printerWidth' | 'quiet'>,
  io: Pick<ReporterIo, 'invocationId' | 'pid' | 'env' | 'now'>,
  scrub: Scrub,
  listener: (record: JsonRecord) => void,
): Reporter {
  const style = { paint: paint(false), width: flags.printerWidth, quiet: flags.quiet }
  const context = { invocationId: io.invocationId, pid: io.pid, extra: customEnvironment(io.env) }
  return {
    on: (event) => {
      const now = io.now()
      for (const record of recordsOf(event, now)) {
        const line = jsonLine(record, style, { ...context, now, thread: event.thread ?? 'MainThread' }, scrub)
        listener(JSON.parse(line) as JsonRecord)
      }
    },
    flush: () => undefined,
    end: () => Promise.resolve(),
  }
}
