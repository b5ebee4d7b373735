import { exactDecimal } from './decimal-digits.ts'
import { int } from './integers.ts'
import { checkCount, type Method } from './str-methods.ts'
import { float, floatRepr, PyFloat, TemplateFault, tuple, type Value } from './value.ts'

type Int = number | bigint

const counted =
  <T>(owner: string, name: string, run: (self: T) => Value): Method<T> =>
  (self, args) => {
    checkCount(name, 0, 0, args.length, `${owner}.`)
    return run(self)
  }

const INT_METHODS: ReadonlyMap<string, Method<Int>> = new Map([
  ['as_integer_ratio', counted<Int>('int', 'as_integer_ratio', (self) => tuple(int(self), 1))],
  ['bit_count', counted<Int>('int', 'bit_count', (self) => binaryDigits(self).replaceAll('0', '').length)],
  ['bit_length', counted<Int>('int', 'bit_length', (self) => (Number(self) === 0 ? 0 : binaryDigits(self).length))],
  ['conjugate', counted<Int>('int', 'conjugate', (self) => int(self))],
])
const binaryDigits = (value: Int): string => (value < 0 ? -value : value).toString(2)

const FLOAT_METHODS: ReadonlyMap<string, Method<number>> = new Map([
  ['as_integer_ratio', counted<number>('float', 'as_integer_ratio', ratio)],
  ['conjugate', counted<number>('float', 'conjugate', (self) => float(self))],
  ['hex', counted<number>('float', 'hex', hexText)],
  ['is_integer', counted<number>('float', 'is_integer', (self) => Number.isInteger(self))],
])

function ratio(value: number): Value {
  if (!Number.isFinite(value)) {
    throw Number.isNaN(value)
      ? new TemplateFault('ValueError', 'cannot convert NaN to integer ratio')
      : new TemplateFault('OverflowError', 'cannot convert Infinity to integer ratio')
  }
  const { negative, digits, scale } = exactDecimal(value)
  let top = digits
  let bottom = 10n ** BigInt(scale)
  let a = top
  let b = bottom
  while (b !== 0n) [a, b] = [b, a % b]
  top /= a
  bottom /= a
  return tuple(int(negative ? -top : top), int(bottom))
}

function hexText(value: number): Value {
  if (!Number.isFinite(value)) return floatRepr(value)
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const magnitude = Math.abs(value)
  if (magnitude === 0) return `${sign}0x0.0p+0`
  const exponent = Math.max(-1022, Math.floor(Math.log2(magnitude)))
  let scaled = magnitude / 2 ** exponent
  let shift = exponent
  if (scaled >= 2) {
    scaled /= 2
    shift++
  }
  const lead = Math.floor(scaled)
  const rest = BigInt(Math.round((scaled - lead) * 2 ** 52))
  return `${sign}0x${lead}.${rest.toString(16).padStart(13, '0')}p${shift < 0 ? '' : '+'}${shift}`
}

/** An attribute of an int, bool or float; a method comes as its function. */
export function numberAttribute(value: boolean | number | bigint | PyFloat, name: string): Value | undefined {
  const isReal = value instanceof PyFloat || (typeof value === 'number' && !Number.isInteger(value))
  const number = value instanceof PyFloat ? value.value : typeof value === 'boolean' ? Number(value) : value
  switch (name) {
    case 'real':
      return isReal ? float(number as number) : number
    case 'imag':
      return isReal ? new PyFloat(0) : 0
    case 'numerator':
      return isReal ? undefined : number
    case 'denominator':
      return isReal ? undefined : 1
  }
  return undefined
}

/** A method of an int, bool or float, with the number it applies to. */
export function numberMethod(
  value: boolean | number | bigint | PyFloat,
  name: string,
): ((args: readonly Value[]) => Value) | undefined {
  const isReal = value instanceof PyFloat || (typeof value === 'number' && !Number.isInteger(value))
  const number = value instanceof PyFloat ? value.value : typeof value === 'boolean' ? Number(value) : value
  if (isReal) {
    const method = FLOAT_METHODS.get(name)
    return method && ((args) => method(number as number, args, new Map()))
  }
  const method = INT_METHODS.get(name)
  return method && ((args) => method(number, args, new Map()))
}
