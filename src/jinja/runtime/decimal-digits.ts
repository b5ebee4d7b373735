/** A number as `digits / 10 ** scale`, without loss. */
export interface ExactDecimal {
  readonly negative: boolean
  readonly digits: bigint
  readonly scale: number
}

const view = new DataView(new ArrayBuffer(8))

/** The exact decimal value of a finite double. */
export function exactDecimal(value: number): ExactDecimal {
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const negative = bits >> 63n === 1n
  const field = Number((bits >> 52n) & 0x7ffn)
  let mantissa = bits & 0xfffffffffffffn
  let exponent = field - 1075
  if (field === 0) exponent = -1074
  else mantissa |= 1n << 52n
  if (exponent >= 0) return { negative, digits: mantissa << BigInt(exponent), scale: 0 }
  while (exponent < 0 && mantissa !== 0n && (mantissa & 1n) === 0n) {
    mantissa >>= 1n
    exponent++
  }
  if (mantissa === 0n) return { negative, digits: 0n, scale: 0 }
  return { negative, digits: mantissa * 5n ** BigInt(-exponent), scale: -exponent }
}

/** digits / 10 ** drop, rounded half to even. */
export function dropDigits(digits: bigint, drop: number): bigint {
  if (drop <= 0) return digits * 10n ** BigInt(-drop)
  const unit = 10n ** BigInt(drop)
  const quotient = digits / unit
  const twice = (digits % unit) * 2n
  return twice > unit || (twice === unit && (quotient & 1n) === 1n) ? quotient + 1n : quotient
}

/** `digits / 10 ** scale` written with exactly `places` digits after the point; no sign. */
export function fixedText(number: { readonly digits: bigint; readonly scale: number }, places: number): string {
  const text = dropDigits(number.digits, number.scale - places)
    .toString()
    .padStart(places + 1, '0')
  return places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`
}

/** The first `count` significant digits, rounded, and the exponent of the first one. */
export function significantDigits(
  number: { readonly digits: bigint; readonly scale: number },
  count: number,
): { readonly text: string; readonly exponent: number } {
  if (number.digits === 0n) return { text: '0'.repeat(count), exponent: 0 }
  const length = number.digits.toString().length
  let exponent = length - 1 - number.scale
  let text = dropDigits(number.digits, length - count).toString()
  if (text.length > count) {
    exponent++
    text = text.slice(0, count)
  }
  return { text, exponent }
}
