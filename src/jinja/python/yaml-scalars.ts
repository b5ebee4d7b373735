import { PyBytes } from '../runtime/bytes.ts'
import { int } from '../runtime/integers.ts'
import { float, type Value } from '../runtime/value.ts'
import { PyDate } from './datetime/date.ts'
import { PyDateTime } from './datetime/datetime.ts'
import { FixedZone, UTC } from './datetime/tzinfo.ts'

const BOOLEANS = new Map<string, boolean>()
for (const [word, value] of [
  ['yes', true],
  ['no', false],
  ['true', true],
  ['false', false],
  ['on', true],
  ['off', false],
] as const) {
  BOOLEANS.set(word, value)
  BOOLEANS.set(word.charAt(0).toUpperCase() + word.slice(1), value)
  BOOLEANS.set(word.toUpperCase(), value)
}
const NULLS = new Set(['', '~', 'null', 'Null', 'NULL'])

const INT = /^[-+]?(?:0b[01_]+|0x[\da-fA-F_]+|0[0-7_]*|[1-9][\d_]*(?::[0-5]?\d)*)$/
const FLOAT =
  /^(?:[-+]?\d[\d_]*\.[\d_]*(?:[eE][-+]\d+)?|\.\d[\d_]*(?:[eE][-+]\d+)?|[-+]?\d[\d_]*(?::[0-5]?\d)+\.[\d_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/
const DATE = /^\d{4}-\d\d-\d\d$/
const TIMESTAMP =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(?:(Z)|([-+])(\d\d?)(?::(\d\d))?))?)?$/

/** What a plain `<<` key is read as. */
export const MERGE = '<<'

/** The value of a scalar without quotes and tag. Throws a TemplateFault for a date that does not exist. */
export function resolvePlain(text: string): Value {
  const code = text.charCodeAt(0)
  if ((code >= 0x30 && code <= 0x39) || code === 0x2b || code === 0x2d || code === 0x2e) return resolveNumber(text)
  if (text.length > 5) return text
  if (NULLS.has(text)) return null
  return BOOLEANS.get(text) ?? text
}

function resolveNumber(text: string): Value {
  if (INT.test(text)) return yamlInt(text)
  if (FLOAT.test(text)) return yamlFloat(text)
  if (DATE.test(text) || (text.includes(':') && TIMESTAMP.test(text))) return timestamp(text) ?? text
  return text
}

function yamlInt(text: string): Value {
  const plain = text.replaceAll('_', '')
  const negative = plain.startsWith('-')
  const digits = plain.replace(/^[-+]/, '')
  let value: bigint
  if (/^0[bx]/.test(digits)) value = digits.length === 2 ? 0n : BigInt(digits)
  else if (digits.includes(':')) value = digits.split(':').reduce((total, part) => total * 60n + BigInt(part), 0n)
  else if (digits.startsWith('0')) value = digits === '0' ? 0n : BigInt(`0o${digits}`)
  else if (digits.length < 16) return negative ? -Number(digits) : Number(digits)
  else value = BigInt(digits)
  return int(negative ? -value : value)
}

function yamlFloat(text: string): Value {
  const plain = text.replaceAll('_', '').toLowerCase()
  const sign = plain.startsWith('-') ? -1 : 1
  const digits = plain.replace(/^[-+]/, '')
  if (digits === '.inf') return sign * Number.POSITIVE_INFINITY
  if (digits === '.nan') return Number.NaN
  if (digits.includes(':')) return float(sign * digits.split(':').reduce((total, part) => total * 60 + Number(part), 0))
  return float(sign * Number(digits))
}

function timestamp(text: string): Value | undefined {
  const found = TIMESTAMP.exec(text)
  if (found === null) return undefined
  const [, year, month, day, hour, minute, second, fraction, utc, sign, zoneHour, zoneMinute] = found
  const date = [Number(year), Number(month), Number(day)] as const
  if (hour === undefined) return new PyDate(...date)
  const offset = BigInt(Number(zoneHour ?? 0) * 3600 + Number(zoneMinute ?? 0) * 60) * 1_000_000n
  const zone = utc !== undefined ? UTC : sign === undefined ? null : new FixedZone(sign === '-' ? -offset : offset)
  const microsecond = Number((fraction ?? '').slice(0, 6).padEnd(6, '0'))
  return new PyDateTime(
    ...date,
    { hour: Number(hour), minute: Number(minute), second: Number(second), microsecond },
    zone,
  )
}

/** The value of a scalar with a tag; undefined for a tag that safe_load does not know. */
export function resolveTagged(tag: string, text: string): Value | undefined {
  switch (tag) {
    case '!':
    case '!!str':
      return text
    case '!!null':
      return null
    case '!!bool':
      return BOOLEANS.get(text.toLowerCase())
    case '!!int':
      return INT.test(text) ? yamlInt(text) : undefined
    case '!!float':
      return FLOAT.test(text) || INT.test(text)
        ? yamlFloat(text)
        : /^[-+]?\d+(\.\d*)?e[-+]?\d+$/i.test(text)
          ? float(Number(text))
          : undefined
    case '!!timestamp':
      return timestamp(text)
    case '!!binary':
      return new PyBytes(base64(text))
  }
  return undefined
}

function base64(text: string): Uint8Array {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  const out: number[] = []
  let bits = 0
  let count = 0
  for (const char of text) {
    const digit = alphabet.indexOf(char)
    if (digit < 0) continue
    bits = (bits << 6) | digit
    count += 6
    if (count >= 8) {
      count -= 8
      out.push((bits >> count) & 0xff)
    }
  }
  return Uint8Array.from(out)
}
