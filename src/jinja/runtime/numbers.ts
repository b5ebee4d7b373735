import { dropDigits, exactDecimal, fixedText } from './decimal-digits.ts'
import { int, intToDouble } from './integers.ts'
import { asText } from './markup.ts'
import { stringRepr } from './text.ts'
import { isFloat, isInt, typeName } from './type-name.ts'
import { float, PyFloat, PyObject, TemplateFault, Undefined, type Value } from './value.ts'

const WHITESPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'
const STRIP = new RegExp(`^[${WHITESPACE}]+|[${WHITESPACE}]+$`, 'g')
const ZEROS = [
  0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0xff10,
]

/** A text without the white space around it that Python's number readers and strip() ignore. */
export const stripSpace = (text: string): string => text.replace(STRIP, '')

/** Decimal digits of other scripts as ASCII digits. */
export const asciiDigits = (text: string): string =>
  text.replace(/(?![0-9])\p{Nd}/gu, (char) => {
    const code = char.codePointAt(0)!
    const zero = ZEROS.findLast((start) => start <= code && code < start + 10)
    return zero === undefined ? char : String(code - zero)
  })

/** The integral part of a float as an int. */
export function truncated(value: number | PyFloat): number | bigint {
  const number = typeof value === 'number' ? value : value.value
  if (Number.isNaN(number)) throw new TemplateFault('ValueError', 'cannot convert float NaN to integer')
  if (!Number.isFinite(number)) throw new TemplateFault('OverflowError', 'cannot convert float infinity to integer')
  return int(Math.trunc(number))
}

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz'

/** int(text, base); undefined when the text is no such number. */
export function parseInteger(text: string, base = 10): number | bigint | undefined {
  const found = /^([+-])?(?:0([xob])_?)?([0-9a-z]+(?:_[0-9a-z]+)*)$/i.exec(asciiDigits(stripSpace(text)))
  if (found === null) return undefined
  let [, sign, prefix, digits] = found
  let radix = base
  const named = prefix === undefined ? undefined : { x: 16, o: 8, b: 2 }[prefix.toLowerCase()]
  if (base === 0) {
    radix = named ?? 10
    if (named === undefined && /^0[0_]*[1-9]/.test(digits!)) return undefined
  } else if (named !== undefined && named !== base) {
    digits = `0${prefix}${digits}`
  }
  const plain = digits!.replaceAll('_', '').toLowerCase()
  for (const digit of plain) if (DIGITS.indexOf(digit) >= radix) return undefined
  const magnitude = bigFromDigits(plain, radix)
  return int(sign === '-' ? -magnitude : magnitude)
}

function bigFromDigits(digits: string, radix: number): bigint {
  if (radix === 10) return BigInt(digits)
  let value = 0n
  for (const digit of digits) value = value * BigInt(radix) + BigInt(DIGITS.indexOf(digit))
  return value
}

const FLOAT = /^[+-]?(?:(?:\d+(?:_\d+)*)?\.?(?:\d+(?:_\d+)*)?(?:e[+-]?\d+(?:_\d+)*)?|inf|infinity|nan)$/i

/** float(text); undefined when the text is no number. */
export function parseFloatText(text: string): number | undefined {
  const plain = asciiDigits(stripSpace(text))
  if (!FLOAT.test(plain)) return undefined
  const lower = plain.toLowerCase().replaceAll('_', '')
  if (/nan$/.test(lower)) return Number.NaN
  if (/inf(inity)?$/.test(lower)) return lower.startsWith('-') ? -Infinity : Infinity
  if (!/^[+-]?(\d|\.\d)/.test(lower)) return undefined
  return Number(lower)
}

/** int(value). Throws Python's TypeError or ValueError. */
export function toInt(value: Value): number | bigint {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (isInt(value)) return value
  if (isFloat(value)) return truncated(value)
  const text = asText(value)
  if (text !== undefined) {
    const parsed = parseInteger(text)
    if (parsed === undefined) {
      throw new TemplateFault('ValueError', `invalid literal for int() with base 10: ${stringRepr(text)}`)
    }
    return parsed
  }
  if (value instanceof Undefined) throw value.fault()
  const made = value instanceof PyObject ? value.pyInt?.() : undefined
  if (made !== undefined && isInt(made)) return made
  throw new TemplateFault(
    'TypeError',
    `int() argument must be a string, a bytes-like object or a real number, not '${typeName(value)}'`,
  )
}

/** float(value). Throws Python's TypeError or ValueError. */
export function toFloat(value: Value): Value {
  if (typeof value === 'boolean') return new PyFloat(value ? 1 : 0)
  if (isInt(value)) return float(intToDouble(value))
  if (isFloat(value)) return value
  const text = asText(value)
  if (text !== undefined) {
    const parsed = parseFloatText(text)
    if (parsed === undefined) {
      throw new TemplateFault('ValueError', `could not convert string to float: ${stringRepr(text)}`)
    }
    return float(parsed)
  }
  if (value instanceof Undefined) throw value.fault()
  const made = value instanceof PyObject ? value.pyFloat?.() : undefined
  if (made !== undefined) return made
  throw new TemplateFault('TypeError', `float() argument must be a string or a real number, not '${typeName(value)}'`)
}

/** round(value, digits): half to even; without digits an int. */
export function roundValue(value: Value, digits: number | undefined): Value {
  if (typeof value === 'boolean' || isInt(value)) {
    const whole = typeof value === 'boolean' ? (value ? 1 : 0) : value
    if (digits === undefined || digits >= 0) return whole
    const size = BigInt(whole)
    const rounded = dropDigits(size < 0n ? -size : size, -digits) * 10n ** BigInt(-digits)
    return int(size < 0n ? -rounded : rounded)
  }
  if (isFloat(value)) return roundFloat(typeof value === 'number' ? value : value.value, digits)
  if (value instanceof PyObject && value.pyRound !== undefined) return value.pyRound(digits)
  throw new TemplateFault('TypeError', `type ${typeName(value)} doesn't define __round__ method`)
}

function roundFloat(value: number, digits: number | undefined): Value {
  if (!Number.isFinite(value)) return digits === undefined ? truncated(value) : float(value)
  const exact = exactDecimal(value)
  if (digits === undefined) {
    const whole = dropDigits(exact.digits, exact.scale)
    return int(exact.negative ? -whole : whole)
  }
  if (digits > 323) return float(value)
  const places = Math.max(0, digits)
  const text = digits >= 0 ? fixedText(exact, places) : `${dropDigits(exact.digits, exact.scale - digits)}e${-digits}`
  const rounded = Number(text)
  return float(exact.negative ? -rounded : rounded)
}
