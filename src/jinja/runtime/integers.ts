import { float, TemplateFault, type Value } from './value.ts'

/** Integers with more bits than this are refused: a template must not be able to fill the memory. */
const MAX_BITS = 4_000_000

/** A Python int: a number when it is safe, else a bigint. Never `-0`. */
export function int(value: number | bigint): number | bigint {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value + 0 : BigInt(value)
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value
}

/** The double nearest to an integer (a number is given back); Python's OverflowError when there is none. */
export function intToDouble(value: number | bigint): number {
  if (typeof value === 'number') return value
  const double = Number(value)
  if (!Number.isFinite(double)) throw new TemplateFault('OverflowError', 'int too large to convert to float')
  return double
}

/** a / b of integers, rounded once. */
export function trueDivide(a: number | bigint, b: number | bigint): number {
  if (typeof a === 'number' && typeof b === 'number') return a / b
  let top = BigInt(a)
  let bottom = BigInt(b)
  const negative = top < 0n !== bottom < 0n
  if (top < 0n) top = -top
  if (bottom < 0n) bottom = -bottom
  const shift = 66 - (bitLength(top) - bitLength(bottom))
  if (shift > 0) top <<= BigInt(shift)
  else bottom <<= BigInt(-shift)
  let quotient = top / bottom
  if (quotient * bottom !== top) quotient |= 1n
  const result = scaleByPowerOfTwo(Number(quotient), -shift)
  if (!Number.isFinite(result))
    throw new TemplateFault('OverflowError', 'integer division result too large for a float')
  return negative ? -result : result
}

const bitLength = (value: bigint): number => value.toString(2).length

function scaleByPowerOfTwo(value: number, exponent: number): number {
  let result = value
  let left = exponent
  for (; left > 1000; left -= 1000) result *= 2 ** 1000
  for (; left < -1000; left += 1000) result *= 2 ** -1000
  return result * 2 ** left
}

/** a // b: rounded down. The caller has checked that b is not zero. */
export function floorDivide(a: number | bigint, b: number | bigint): number | bigint {
  if (typeof a === 'number' && typeof b === 'number') return (a - floorModulo(a, b)) / b + 0
  const top = BigInt(a)
  const bottom = BigInt(b)
  const quotient = top / bottom
  return int(quotient * bottom !== top && top < 0n !== bottom < 0n ? quotient - 1n : quotient)
}

/** a % b for small integers: the sign of b. */
function floorModulo(a: number, b: number): number {
  const rest = a % b
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest
}

/** a % b: the sign of b. The caller has checked that b is not zero. */
export function modulo(a: number | bigint, b: number | bigint): number | bigint {
  if (typeof a === 'number' && typeof b === 'number') return floorModulo(a, b) + 0
  const bottom = BigInt(b)
  const rest = BigInt(a) % bottom
  return int(rest !== 0n && rest < 0n !== bottom < 0n ? rest + bottom : rest)
}

/** a ** b: an int, or a float when b is negative. */
export function power(a: number | bigint, b: number | bigint): Value {
  if (b < 0) {
    if (Number(a) === 0) {
      throw new TemplateFault('ZeroDivisionError', '0.0 cannot be raised to a negative power')
    }
    return float(intToDouble(a) ** intToDouble(b))
  }
  const base = BigInt(a)
  const bits = bitLength(base < 0n ? -base : base)
  if (bits > 1 && Number(b) * bits > MAX_BITS) throw new TemplateFault('OverflowError', 'the result of ** is too large')
  return int(base ** BigInt(b))
}

export const add = (a: number | bigint, b: number | bigint): number | bigint => {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b
    if (Number.isSafeInteger(sum)) return sum
  }
  return int(BigInt(a) + BigInt(b))
}

export const subtract = (a: number | bigint, b: number | bigint): number | bigint => {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b
    if (Number.isSafeInteger(difference)) return difference
  }
  return int(BigInt(a) - BigInt(b))
}

export const multiply = (a: number | bigint, b: number | bigint): number | bigint => {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b
    if (Number.isSafeInteger(product)) return product + 0
  }
  const left = BigInt(a)
  const right = BigInt(b)
  if (left > 1n << 4096n && bitLength(left) + bitLength(right) > MAX_BITS) {
    throw new TemplateFault('OverflowError', 'the result of * is too large')
  }
  return int(left * right)
}
