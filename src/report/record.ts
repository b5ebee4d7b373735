import type { EventLevel } from '../events/run-event.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'
import type { Paint } from './colours.ts'

/** How a line is to look. */
export interface Style {
  readonly paint: Paint
  /** --printer-width */
  readonly width: number
  readonly quiet: boolean
}

/** One entry of the log as dbt has it: one line of the console, one JSON object. */
export interface LogRecord {
  /** dbt's event name: `LogModelResult`. */
  readonly name: string
  readonly code: string
  readonly level: EventLevel
  readonly data: PlainDict
  text(style: Style): string
}

/** A record whose text does not depend on the style. */
export const plainRecord = (
  name: string,
  code: string,
  level: EventLevel,
  data: PlainDict,
  text: string,
): LogRecord => ({
  name,
  code,
  level,
  data,
  text: () => text,
})

/** An empty line. */
export const blankRecord = (level: EventLevel = 'info'): LogRecord =>
  plainRecord('Formatting', 'Z017', level, { msg: '' }, '')

/** Records that go to stdout raw, without time, whatever the level: answers to the user's question rather than log lines. */
export const isAnswer = (record: LogRecord): boolean => ANSWERS.has(record.name)
const ANSWERS: ReadonlySet<string> = new Set(['PrintEvent', 'ShowNode', 'CompiledNode', 'CheckResult', 'DiffResult'])

/** `levels` from the least to the most severe. */
const SEVERITY: Readonly<Record<string, number>> = { debug: 0, info: 1, warn: 2, error: 3, none: 4 }

/** Whether a record passes a `--log-level`. Answers pass like errors. */
export const passes = (record: LogRecord, level: string): boolean =>
  SEVERITY[isAnswer(record) ? 'error' : record.level]! >= SEVERITY[level]!
