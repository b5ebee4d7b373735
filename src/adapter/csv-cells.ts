/*
 * What the bytes of a CSV cell are, told without making a value of them. Each function answers for the usual forms of a type only: 0 means that the type's
 * `cast` has to be asked. Two cells with the same answer become values of the same kind (`valueKind` in guess-columns.ts).
 */

const SPACE = 32
const ZERO = 48
const NINE = 57
const MINUS = 45
const POINT = 46
const COLON = 58
const LETTER_T = 84
const LETTER_Z = 90
/** Makes small letters of ASCII letters. */
const SMALL = 32

/** Where a cell begins without the spaces in front of it; those behind it: `trimmedEnd`. */
export function trimmedStart(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && bytes[at] === SPACE) at++
  return at
}
export function trimmedEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = end
  while (at > start && bytes[at - 1] === SPACE) at--
  return at
}

/** Kinds of numbers: with digits after the point, whole in 32 bits (`5.0` too), whole in 64. */
export const NumberKind = { fraction: 1, whole32: 2, whole64: 4 } as const

/**
 * Digits, with a sign and a point or not, that print as they are written when their zeros in front are taken away: at most 28 of them, which
 * is where agate rounds, no negative zero, and nothing that Python writes with an exponent.
 */
export function numberKind(bytes: Uint8Array, from: number, to: number): number {
  const start = trimmedStart(bytes, from, to)
  const end = trimmedEnd(bytes, start, to)
  const isNegative = bytes[start] === MINUS && start < end
  const first = isNegative ? start + 1 : start
  let at = first
  let whole = 0
  for (; at < end; at++) {
    const byte = bytes[at] as number
    if (byte < ZERO || byte > NINE) break
    whole = whole * 10 + (byte - ZERO)
  }
  const wholeDigits = at - first
  if (wholeDigits === 0 || wholeDigits > 18) return 0
  if (at < end) {
    if (bytes[at] !== POINT) return 0
    const fraction = at + 1
    const digits = end - fraction
    let zeros = 0
    for (at = fraction; at < end; at++) {
      const byte = bytes[at] as number
      if (byte < ZERO || byte > NINE) return 0
      if (byte === ZERO && zeros === at - fraction) zeros++
    }
    if (digits === 0 || wholeDigits + digits > 28) return 0
    if (whole === 0 && zeros > (zeros === digits ? 6 : 5)) return 0
    if (zeros < digits) return NumberKind.fraction
  }
  if (isNegative && (whole === 0 || whole === 2 ** 31)) return 0
  return whole < 2 ** 31 ? NumberKind.whole32 : NumberKind.whole64
}

/** `2024-02-28`: days that every month has. */
export const DateKind = { date: 8 } as const

export function dateKind(bytes: Uint8Array, from: number, to: number): number {
  const start = trimmedStart(bytes, from, to)
  return trimmedEnd(bytes, start, to) - start === 10 && isDate(bytes, start) ? DateKind.date : 0
}

/** Dates with times, without and with a zone. */
export const MomentKind = { local: 16, zoned: 32 } as const

/** `2024-02-28 23:59:59` */
export function datetimeKind(bytes: Uint8Array, from: number, to: number): number {
  const start = trimmedStart(bytes, from, to)
  if (trimmedEnd(bytes, start, to) - start !== 19 || bytes[start + 10] !== SPACE) return 0
  return isDate(bytes, start) && isTime(bytes, start + 11) ? MomentKind.local : 0
}

/** `2024-02-28T23:59:59`, with up to six digits of a fraction, and `Z`. */
export function isoDatetimeKind(bytes: Uint8Array, from: number, to: number): number {
  const start = trimmedStart(bytes, from, to)
  let end = trimmedEnd(bytes, start, to)
  if (end - start < 19 || bytes[start + 10] !== LETTER_T) return 0
  if (!isDate(bytes, start) || !isTime(bytes, start + 11)) return 0
  const isZoned = bytes[end - 1] === LETTER_Z
  if (isZoned) end--
  const fraction = start + 19
  if (end > fraction && (bytes[fraction] !== POINT || end - fraction < 2 || end - fraction > 7)) return 0
  if (!areDigits(bytes, Math.min(fraction + 1, end), end)) return 0
  return isZoned ? MomentKind.zoned : MomentKind.local
}

export const BooleanKind = { boolean: 64 } as const

/** `true` and `false`, in letters of any size. */
export function booleanKind(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start
  return (length === 4 && isWord(bytes, start, 'true')) || (length === 5 && isWord(bytes, start, 'false'))
    ? BooleanKind.boolean
    : 0
}

/** Whether a word of small letters stands there, in letters of any size. */
export function isWord(bytes: Uint8Array, start: number, word: string): boolean {
  for (let index = 0; index < word.length; index++)
    if (((bytes[start + index] as number) | SMALL) !== word.charCodeAt(index)) return false
  return true
}

function areDigits(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number
    if (byte < ZERO || byte > NINE) return false
  }
  return true
}

const pair = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) - ZERO) * 10 + ((bytes[at + 1] as number) - ZERO)

function isDate(bytes: Uint8Array, start: number): boolean {
  if (bytes[start + 4] !== MINUS || bytes[start + 7] !== MINUS) return false
  if (!areDigits(bytes, start, start + 4) || !areDigits(bytes, start + 5, start + 7)) return false
  if (!areDigits(bytes, start + 8, start + 10)) return false
  const month = pair(bytes, start + 5)
  const day = pair(bytes, start + 8)
  return pair(bytes, start) + pair(bytes, start + 2) > 0 && month > 0 && month < 13 && day > 0 && day < 29
}

function isTime(bytes: Uint8Array, start: number): boolean {
  if (bytes[start + 2] !== COLON || bytes[start + 5] !== COLON) return false
  if (!areDigits(bytes, start, start + 2) || !areDigits(bytes, start + 3, start + 5)) return false
  if (!areDigits(bytes, start + 6, start + 8)) return false
  return pair(bytes, start) < 24 && pair(bytes, start + 3) < 60 && pair(bytes, start + 6) < 60
}
