import type { Table } from '../../src/adapter/table.ts'
import { PyDate } from '../../src/jinja/python/datetime/date.ts'
import { PyDateTime } from '../../src/jinja/python/datetime/datetime.ts'
import { PyTime } from '../../src/jinja/python/datetime/time.ts'
import { Timedelta } from '../../src/jinja/python/datetime/timedelta.ts'
import { Decimal } from '../../src/jinja/python/decimal.ts'
import { PyBytes } from '../../src/jinja/runtime/bytes.ts'
import { toText } from '../../src/jinja/runtime/text.ts'
import { isFloat, isInt, typeName } from '../../src/jinja/runtime/type-name.ts'
import type { Value } from '../../src/jinja/runtime/value.ts'

/** A value as `COPY` reads it; undefined when an insert of it would do something else. */
export type Write = (value: Value) => string | undefined

/** Names of types as `typeName` in values.ts gives them. */
const INTEGERS: Readonly<Record<string, bigint>> = { INTEGER: 2n ** 31n, LONGINTEGER: 2n ** 63n }

/**
 * The rows as lines of COPY's text format, for columns of the given types; undefined when a value's literal in an insert could mean something
 * else there than its text (a number for a boolean, 1.5 for an integer): such rows are to be inserted.
 */
export function copyText(table: Table, types: readonly string[]): readonly string[] | undefined {
  const writes = types.map(copyWriter)
  const lines: string[] = []
  for (const row of table.rowTuples()) {
    let line = ''
    for (let column = 0; column < row.length; column++) {
      const value = row[column] as Value
      const text = value === null ? '\\N' : writes[column]?.(value)
      if (text === undefined) return undefined
      line += column === 0 ? text : `\t${text}`
    }
    lines.push(`${line}\n`)
  }
  return lines
}

/** How values go into a column of a type. */
export function copyWriter(type: string): Write {
  const limit = INTEGERS[type]
  const item = type.endsWith('ARRAY') ? copyWriter(type.slice(0, -'ARRAY'.length)) : undefined
  return (value) => {
    if (typeof value === 'string') return value.includes('\u0000') ? undefined : escaped(value)
    if (typeof value === 'boolean') return type === 'BOOLEAN' ? (value ? 't' : 'f') : undefined
    const number = isInt(value) ? Decimal.ofInt(value) : value
    if (number instanceof Decimal) {
      if (limit !== undefined) return wholeNumber(number, limit)
      if (number.special !== undefined || (type !== 'FLOAT' && type !== 'DECIMAL')) return undefined
      // as a literal of SQL it has no sign, as the text of a double it would keep it
      return number.isZero && number.negative ? number.pyStr().slice(1) : number.pyStr()
    }
    if (Array.isArray(value)) return item === undefined ? undefined : array(value, item)
    return ofType(value, type)
  }
}

/** Values with a class of their own. */
function ofType(value: Value, type: string): string | undefined {
  if (isFloat(value)) return type === 'FLOAT' ? toText(value) : undefined
  if (value instanceof PyDateTime) {
    return type === 'DATETIMETZ' || (type === 'DATETIME' && value.zone === null) ? value.pyStr() : undefined
  }
  if (value instanceof PyDate) return type === 'DATE' ? value.isoDate() : undefined
  if (value instanceof PyTime) return type === 'TIME' ? value.pyStr() : undefined
  if (value instanceof Timedelta && type === 'INTERVAL') {
    return `${value.days} days ${value.seconds}.${String(value.microseconds).padStart(6, '0')} seconds`
  }
  if (value instanceof PyBytes && type === 'BINARY') return `\\\\x${Buffer.from(value.bytes).toString('hex')}`
  return typeName(value) === 'uuid.UUID' || typeName(value) === 'UUID' ? toText(value) : undefined
}

/** `{a,"b c",NULL}`, whose backslashes COPY takes away once more. */
function array(items: readonly Value[], write: Write): string | undefined {
  const texts: string[] = []
  for (const value of items) {
    const text = value === null ? 'NULL' : typeof value === 'string' ? value : write(value)
    if (text?.includes('\u0000') !== false) return undefined
    texts.push(value === null ? text : `"${text.replace(/["\\]/g, '\\$&')}"`)
  }
  return escaped(`{${texts.join(',')}}`)
}

/** An integral number below the limit, without exponent or point. */
function wholeNumber({ special, signed, exponent }: Decimal, limit: bigint): string | undefined {
  if (special !== undefined || exponent > 19) return undefined
  const unit = 10n ** BigInt(Math.abs(exponent))
  if (exponent < 0 && signed % unit !== 0n) return undefined
  const whole = exponent < 0 ? signed / unit : signed * unit
  return whole >= -limit && whole < limit ? whole.toString() : undefined
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }
const escaped = (text: string): string =>
  /[\\\t\n\r]/.test(text) ? text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] as string) : text
