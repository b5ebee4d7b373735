import { microseconds } from '../events/node-info.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'
import { isAnswer, type LogRecord, type Style } from './record.ts'
import type { Scrub } from './reporter.ts'

/** What lines say of the moment and the process. */
export interface LineContext {
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly thread: string
  readonly invocationId: string
  readonly pid: number
  /** `extra` of JSON lines: DBT_ENV_CUSTOM_ENV_* variables without the prefix. */
  readonly extra: Readonly<Record<string, string>>
}

const CUSTOM = 'DBT_ENV_CUSTOM_ENV_'
/** `extra` of JSON lines. */
export const customEnvironment = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      name.startsWith(CUSTOM) && value !== undefined ? [[name.slice(CUSTOM.length), value]] : [],
    ),
  )

/** One line of the log without its line end. */
export type LineFormat = (record: LogRecord, style: Style, context: LineContext, scrub: Scrub) => string

/** `HH:MM:SS  message` (UTC); answers stand alone. */
export const textLine: LineFormat = (record, style, context, scrub) => {
  const text = scrub(record.text(style))
  if (isAnswer(record)) return text
  return `${style.paint.reset}${new Date(context.now).toISOString().slice(11, 19)}  ${text}`
}

/** `HH:MM:SS.ffffff [level] [thread    ]: message`; the first line of an invocation follows a header. */
export const debugLine: LineFormat = (record, style, context, scrub) => {
  const time = microseconds(context.now).slice(11)
  const bar = '='.repeat(30)
  const header = record.name === 'MainReportVersion' ? `\n\n${bar} ${time} | ${context.invocationId} ${bar}\n` : ''
  const thread = context.thread.slice(0, 10).padEnd(10)
  return `${header}${style.paint.reset}${time} [${record.level.padEnd(5)}] [${thread}]: ${scrub(record.text(style))}`
}

/** `{"data": ..., "info": ...}` with sorted keys. */
export const jsonLine: LineFormat = (record, style, context, scrub) => {
  const line = {
    data: record.data,
    info: {
      category: '',
      code: record.code,
      extra: { ...context.extra },
      invocation_id: context.invocationId,
      level: record.level,
      msg: record.text(style),
      name: record.name,
      pid: context.pid,
      thread: context.thread,
      ts: `${microseconds(context.now)}Z`,
    },
  }
  const text = sortedJson(line)
  // only texts are scrubbed: a secret that is also a number or the name of a field leaves the line what it is
  return scrub(text) === text ? text : sortedJson(line, scrub)
}

/** JSON with sorted keys and Python's blanks. Values that JSON does not know become their text. `scrub` is for texts. */
export function sortedJson(value: unknown, scrub: Scrub = (text) => text): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string') return JSON.stringify(scrub(value))
  if (typeof value === 'boolean') return JSON.stringify(value)
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : JSON.stringify(String(value))
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return `[${value.map((item) => sortedJson(item, scrub)).join(', ')}]`
  if (typeof value === 'object') {
    const custom = value as { toPlain?: () => unknown; pyStr?: () => string }
    if (typeof custom.toPlain === 'function') return sortedJson(custom.toPlain(), scrub)
    if (typeof custom.pyStr === 'function') return JSON.stringify(scrub(custom.pyStr()))
    const dict = value as PlainDict
    const keys = Object.keys(dict).sort()
    return `{${keys.map((key) => `${JSON.stringify(key)}: ${sortedJson(dict[key], scrub)}`).join(', ')}}`
  }
  return JSON.stringify(scrub(String(value)))
}
