import { QuernError } from '../../src/errors/quern-error.ts'
import { PyDate } from '../../src/jinja/python/datetime/date.ts'
import { PyDateTime } from '../../src/jinja/python/datetime/datetime.ts'
import { PyTime } from '../../src/jinja/python/datetime/time.ts'
import { Timedelta } from '../../src/jinja/python/datetime/timedelta.ts'
import { Decimal } from '../../src/jinja/python/decimal.ts'
import { PyBytes } from '../../src/jinja/runtime/bytes.ts'
import { toText } from '../../src/jinja/runtime/text.ts'
import { typeName } from '../../src/jinja/runtime/type-name.ts'
import { isDict, PyFloat, type Value } from '../../src/jinja/runtime/value.ts'

/** Puts literals in place of `%s` (and `%` in place of `%%`), as psycopg2 does before it sends a statement. */
export function withBindings(sql: string, values: readonly Value[]): string {
  let used = 0
  const text = sql.replace(/%(.)?/gs, (_match, code: string | undefined) => {
    if (code === '%') return '%'
    if (code !== 's') throw bindingError(`unsupported format character '${code ?? ''}'`, sql)
    if (used >= values.length) throw bindingError('not enough values for the %s placeholders', sql)
    return literal(values[used++]!)
  })
  if (used < values.length) throw bindingError('more values than %s placeholders', sql)
  return text
}

const bindingError = (message: string, sql: string): QuernError =>
  new QuernError('Database', 'postgres_bindings', message, { hint: `in: ${sql.slice(0, 80)}` })

/** A value as SQL literal. Throws for values that have none. */
export function literal(value: Value): string {
  if (value === null) return 'NULL'
  switch (typeof value) {
    case 'boolean':
      return value ? 'true' : 'false'
    case 'bigint':
      return signed(value.toString())
    case 'number':
      return floatLiteral(value)
    case 'string':
      return textLiteral(value)
  }
  if (value instanceof PyFloat) return signed(value.pyRepr())
  if (value instanceof Decimal)
    return /^[+-]?[\d.]+(e[+-]?\d+)?$/i.test(value.pyStr()) ? signed(value.pyStr()) : "'NaN'::numeric"
  if (value instanceof PyDateTime)
    return `'${value.pyStr().replace(' ', 'T')}'::timestamp${value.zone === null ? '' : 'tz'}`
  if (value instanceof PyDate) return `'${value.isoDate()}'::date`
  if (value instanceof PyTime) return `'${value.pyStr()}'::time`
  if (value instanceof Timedelta) {
    return `'${value.days} days ${value.seconds}.${String(value.microseconds).padStart(6, '0')} seconds'::interval`
  }
  if (value instanceof PyBytes)
    return `'\\x${Array.from(value.bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}'::bytea`
  if (Array.isArray(value)) return value.length === 0 ? "'{}'" : `ARRAY[${value.map(literal).join(', ')}]`
  if (isDict(value))
    throw new QuernError('Database', 'postgres_bindings', `can't adapt type '${typeName(value)}'`, {
      hint: 'bind tojson(value) instead',
    })
  return textLiteral(toText(value))
}

/** A negative number keeps its distance from an operator before it. */
const signed = (digits: string): string => (digits.startsWith('-') ? ` ${digits}` : digits)

function floatLiteral(value: number): string {
  if (Number.isNaN(value)) return "'NaN'::float"
  if (!Number.isFinite(value)) return value > 0 ? "'Infinity'::float" : "'-Infinity'::float"
  return signed(String(value))
}

function textLiteral(text: string): string {
  if (text.includes('\u0000')) {
    throw new QuernError('Database', 'postgres_bindings', 'A string literal cannot contain NUL (0x00) characters.')
  }
  const escaped = text.replaceAll("'", "''")
  return text.includes('\\') ? ` E'${escaped.replaceAll('\\', '\\\\')}'` : `'${escaped}'`
}
