import { daysInMonth } from '../jinja/python/datetime/calendar.ts'
import { PyDateTime } from '../jinja/python/datetime/datetime.ts'
import { dateTimeFromIso } from '../jinja/python/datetime/datetime-module.ts'
import { UTC } from '../jinja/python/datetime/tzinfo.ts'
import { toText } from '../jinja/runtime/text.ts'
import { dictGet, isDict, type Value } from '../jinja/runtime/value.ts'

/** A window of event time that the command line asks for, in UTC. */
export interface EventWindow {
  readonly start: PyDateTime
  readonly end: PyDateTime
}

const DATE_TIME = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{1,2}):(\d{1,2}))?$/

/** `2024-01-31`, `2024-01-31T16:00:00` or `2024-01-31 16:00:00` in UTC; undefined for anything else. */
export function eventTime(text: string): PyDateTime | undefined {
  const found = DATE_TIME.exec(text)
  if (found === null) return undefined
  const [year, month, day, hour, minute, second] = found.slice(1).map((part) => Number(part ?? 0)) as [
    number, number, number, number, number, number,
  ] // biome-ignore format: six numbers
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined
  if (hour > 23 || minute > 59 || second > 59) return undefined
  return new PyDateTime(year, month, day, { hour, minute, second, microsecond: 0 }, UTC)
}

const GRAINS = ['hour', 'day', 'month', 'year', 'hours', 'days', 'months', 'years']

/**
 * The window of `--sample`: `3 days` before `now` (milliseconds since the epoch), or a dict with `start` and `end`. Gives a text that says what is
 * wrong instead (dbt-core 1.11).
 */
export function sampleWindow(text: string, now: number, parseYaml: (text: string) => Value): EventWindow | string {
  if (text.trimStart().startsWith('{')) return windowOfDict(text, parseYaml)
  const words = text.split(' ')
  if (words.length !== 2) return `Cannot load SAMPLE_WINDOW from '${text}'. Must be of form 'DAYS_INT GRAIN_SIZE'.`
  const [count, grain] = words as [string, string]
  if (!/^[+-]?\d+$/.test(count)) return `Unable to convert '${count}' to an integer.`
  const size = grain.toLowerCase().replace(/s+$/, '')
  if (!GRAINS.slice(0, 4).includes(size)) {
    const known = GRAINS.map((name) => `'${name}'`).join(', ')
    return `Invalid grain size '${grain}'. Must be one of [${known}].`
  }
  const end = PyDateTime.fromEpoch(BigInt(Math.round(now * 1000)), UTC)
  try {
    return { start: before(end, size, Number(count)), end }
  } catch {
    return `The window '${text}' starts before the year 1.`
  }
}

/** A moment some hours, days, months or years earlier; a day that the month has not is its last. */
function before(at: PyDateTime, size: string, count: number): PyDateTime {
  if (size === 'hour' || size === 'day')
    return PyDateTime.fromWall(at.wallMicros - BigInt(count) * (size === 'hour' ? 1n : 24n) * 3_600_000_000n, UTC)
  const months = at.year * 12 + at.month - 1 - count * (size === 'month' ? 1 : 12)
  const [year, month] = [Math.floor(months / 12), (((months % 12) + 12) % 12) + 1]
  return new PyDateTime(year, month, Math.min(at.day, daysInMonth(year, month)), at, UTC)
}

function windowOfDict(text: string, parseYaml: (text: string) => Value): EventWindow | string {
  let dict: Value
  try {
    dict = parseYaml(text)
  } catch {
    return `String '${text}' is not valid YAML`
  }
  if (!isDict(dict)) return `String '${text}' is not valid YAML`
  const moments: PyDateTime[] = []
  for (const key of ['start', 'end']) {
    const value = dictGet(dict, key) ?? null
    if (value === null) return `Field "${key}" of type datetime is missing in SampleWindow instance`
    const moment = momentOf(value)
    if (moment === undefined)
      return `Field "${key}" of type datetime in SampleWindow has invalid value '${toText(value)}'`
    moments.push(moment)
  }
  const [start, end] = moments as [PyDateTime, PyDateTime]
  return { start, end }
}

/** A wall time taken as UTC, whatever zone was written (dbt-core 1.11). */
function momentOf(value: Value): PyDateTime | undefined {
  try {
    const moment = value instanceof PyDateTime ? value : dateTimeFromIso(toText(value))
    return PyDateTime.fromWall(moment.wallMicros, UTC)
  } catch {
    return undefined
  }
}
