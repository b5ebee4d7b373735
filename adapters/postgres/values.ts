import {
  bytesValue,
  dateOfDays,
  datetimeOfMicros,
  decimalOf,
  pythonNumber,
  timedeltaOf,
  timeOfMicros,
} from '../../src/adapter/database-values.ts'
import { fromJson } from '../../src/jinja/python/json.ts'
import { float, type Value } from '../../src/jinja/runtime/value.ts'

type Parse = (text: string) => Value

const LAST_DAY = 2_932_896
const FIRST_DAY = -719_162
const LAST_MICROS = 253_402_300_799_999_999n
const FIRST_MICROS = -62_135_596_800_000_000n

/** Types by number: psycopg2's name, and how the text of a value is read. Arrays follow from `ARRAYS`. */
const SCALARS: ReadonlyMap<number, readonly [name: string, parse: Parse]> = new Map<number, readonly [string, Parse]>([
  [16, ['BOOLEAN', (text) => text === 't']],
  [17, ['BINARY', (text) => bytesValue(bytes(text))]],
  [18, ['STRING', String]],
  [19, ['STRING', String]],
  [20, ['LONGINTEGER', integer]],
  [21, ['INTEGER', integer]],
  [23, ['INTEGER', integer]],
  [25, ['STRING', String]],
  [26, ['ROWID', integer]],
  [114, ['JSON', json]],
  [700, ['FLOAT', floating]],
  [701, ['FLOAT', floating]],
  [704, ['INTERVAL', interval]],
  [705, ['UNKNOWN', String]],
  [1042, ['STRING', String]],
  [1043, ['STRING', String]],
  [1082, ['DATE', date]],
  [1083, ['TIME', time]],
  [1114, ['DATETIME', timestamp]],
  [1184, ['DATETIMETZ', timestamp]],
  [1186, ['INTERVAL', interval]],
  [1266, ['TIME', time]],
  [1700, ['DECIMAL', (text) => decimalOf(text)]],
  [3802, ['JSONB', json]],
])

/** Array types by number: the name and the type of the items. */
const ARRAYS: ReadonlyMap<number, readonly [name: string, item: number]> = new Map([
  [199, ['JSONARRAY', 114]], [651, ['CIDRARRAY', 25]], [1000, ['BOOLEANARRAY', 16]], [1001, ['BINARYARRAY', 17]],
  [1002, ['STRINGARRAY', 18]], [1003, ['STRINGARRAY', 19]], [1005, ['INTEGERARRAY', 21]], [1006, ['INTEGERARRAY', 21]],
  [1007, ['INTEGERARRAY', 23]], [1009, ['STRINGARRAY', 25]], [1013, ['ROWIDARRAY', 26]], [1014, ['STRINGARRAY', 1042]],
  [1015, ['STRINGARRAY', 1043]], [1016, ['LONGINTEGERARRAY', 20]], [1021, ['FLOATARRAY', 700]], [1022, ['FLOATARRAY', 701]],
  [1028, ['ROWIDARRAY', 26]], [1040, ['MACADDRARRAY', 25]], [1041, ['INETARRAY', 25]], [1115, ['DATETIMEARRAY', 1114]],
  [1182, ['DATEARRAY', 1082]], [1183, ['TIMEARRAY', 1083]], [1185, ['DATETIMETZARRAY', 1184]], [1187, ['INTERVALARRAY', 1186]],
  [1231, ['DECIMALARRAY', 1700]], [1270, ['TIMEARRAY', 1266]], [3807, ['JSONBARRAY', 3802]],
]) // biome-ignore format: one table

/** psycopg2's name of a type: what dbt prints for contracts and `get_column_schema_from_query`. */
export const typeName = (oid: number): string =>
  SCALARS.get(oid)?.[0] ?? ARRAYS.get(oid)?.[0] ?? `unknown type_code ${oid}`

/** How texts of a type become the values that psycopg2 gives; types that it does not know stay text. */
export function parserOf(oid: number): Parse {
  const scalar = SCALARS.get(oid)
  if (scalar !== undefined) return scalar[1]
  const array = ARRAYS.get(oid)
  if (array === undefined) return String
  const item = SCALARS.get(array[1])![1]
  return (text) => arrayItems(text, item)
}

function integer(text: string): Value {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : pythonNumber(BigInt(text))
}

function floating(text: string): Value {
  return float(
    text === 'NaN'
      ? Number.NaN
      : text === 'Infinity'
        ? Number.POSITIVE_INFINITY
        : text === '-Infinity'
          ? Number.NEGATIVE_INFINITY
          : Number(text),
  )
}

function json(text: string): Value {
  return fromJson(text)
}

function bytes(text: string): Uint8Array {
  if (text.startsWith('\\x'))
    return Uint8Array.from(text.slice(2).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  const out: number[] = []
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== '\\') out.push(text.charCodeAt(at))
    else if (text[at + 1] === '\\') {
      out.push(92)
      at++
    } else {
      out.push(Number.parseInt(text.slice(at + 1, at + 4), 8))
      at += 3
    }
  }
  return Uint8Array.from(out)
}

/** Days since 1970 of a year, month and day. */
const daysOf = (year: number, month: number, day: number): number => {
  const moment = new Date(0)
  moment.setUTCFullYear(year, month - 1, day)
  return Math.round(moment.getTime() / 86_400_000)
}

/** Infinite dates are Python's last and first; years that Python has not stay text. */
function date(text: string): Value {
  if (text === 'infinity') return dateOfDays(LAST_DAY)
  if (text === '-infinity') return dateOfDays(FIRST_DAY)
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)
  return parts === null ? text : dateOfDays(daysOf(Number(parts[1]), Number(parts[2]), Number(parts[3])))
}

const micros = (hour: string, minute: string, second: string, fraction: string | undefined): bigint =>
  (BigInt(hour) * 3600n + BigInt(minute) * 60n + BigInt(second)) * 1_000_000n +
  BigInt((fraction ?? '').padEnd(6, '0').slice(0, 6) || '0')

const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d+))?([+-]\d\d(?::\d\d){0,2})?$/

function timestamp(text: string): Value {
  if (text === 'infinity') return datetimeOfMicros(LAST_MICROS)
  if (text === '-infinity') return datetimeOfMicros(FIRST_MICROS)
  const parts = TIMESTAMP.exec(text)
  if (parts === null) return text
  const [, year, month, day, hour, minute, second, fraction, zone] = parts
  const local =
    BigInt(daysOf(Number(year), Number(month), Number(day))) * 86_400_000_000n +
    micros(hour!, minute!, second!, fraction)
  return datetimeOfMicros(local, zone === undefined ? undefined : { seconds: offset(zone) })
}

/** Seconds east of UTC: `+02`, `-05:30`, `-04:56:02`. */
function offset(zone: string): number {
  const [hours, minutes = '0', seconds = '0'] = zone.slice(1).split(':')
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  return zone.startsWith('-') ? -size : size
}

function time(text: string): Value {
  const parts = /^(\d\d):(\d\d):(\d\d)(?:\.(\d+))?([+-]\d\d(?::\d\d){0,2})?$/.exec(text)
  if (parts === null) return text
  const [, hour, minute, second, fraction, zone] = parts
  return timeOfMicros(micros(hour!, minute!, second!, fraction), zone === undefined ? undefined : offset(zone))
}

const DAYS_PER_UNIT: Readonly<Record<string, number>> = { year: 365, mon: 30, day: 1 }

/** `1 year 2 mons 3 days 04:05:06.789`: years count 365 days and months 30, as in psycopg2. */
function interval(text: string): Value {
  let days = 0
  for (const [, count, unit] of text.matchAll(/([+-]?\d+) (year|mon|day)s?/g))
    days += Number(count) * DAYS_PER_UNIT[unit!]!
  const clock = /([+-])?(\d+):(\d\d):(\d\d)(?:\.(\d+))?/.exec(text)
  if (clock === null && !/year|mon|day/.test(text)) return text
  const size = clock === null ? 0n : micros(clock[2]!, clock[3]!, clock[4]!, clock[5])
  return timedeltaOf(days, clock?.[1] === '-' ? -size : size)
}

/** `{1,NULL,"a b",{...}}` as nested lists. */
export function arrayItems(text: string, item: Parse): Value[] {
  let at = text.indexOf('{')
  const list = (): Value[] => {
    const items: Value[] = []
    at++
    while (at < text.length && text[at] !== '}') {
      if (text[at] === ',') at++
      else if (text[at] === '{') items.push(list())
      else if (text[at] === '"') items.push(item(quotedItem()))
      else {
        let end = at
        while (end < text.length && text[end] !== ',' && text[end] !== '}') end++
        const bare = text.slice(at, end)
        items.push(bare === 'NULL' ? null : item(bare))
        at = end
      }
    }
    at++
    return items
  }
  const quotedItem = (): string => {
    let out = ''
    for (at++; text[at] !== '"'; at++) {
      if (text[at] === '\\') at++
      out += text[at]
    }
    at++
    return out
  }
  return list()
}
