import { PyBytes } from '../jinja/runtime/bytes.ts'
import { PyFloat, PyObject, type Value } from '../jinja/runtime/value.ts'

/*
 * The values that a driver may give, made from what databases send. One place, so that drivers know nothing of the
 * template language's classes.
 */

/** An int: a number where it is safe, else a bigint. */
export const pythonNumber = (value: bigint): Value =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value

export const bytesValue = (bytes: Uint8Array): Value => new PyBytes(bytes)

class Interim extends PyObject {
  readonly typeName: string
  readonly text: string
  constructor(typeName: string, text: string) {
    super()
    this.typeName = typeName
    this.text = text
  }
  override pyStr(): string {
    return this.text
  }
  override pyRepr(): string {
    return `${this.typeName}('${this.text}')`
  }
}
/** `Decimal('1.50')` */
export const decimalOf = (text: string): Value => new Interim('Decimal', text)
export const uuidOf = (text: string): Value => new Interim('UUID', text)
/** A date, from days since 1970. */
export const dateOfDays = (days: number): Value =>
  new Interim('date', new Date(days * 86_400_000).toISOString().slice(0, 10))
/** A datetime from local microseconds since 1970; `zone` makes it aware (`seconds` east of UTC). */
export const datetimeOfMicros = (micros: bigint, zone?: { readonly seconds: number; readonly name?: string }): Value =>
  new Interim(
    'datetime',
    `${new Date(Number(micros / 1000n)).toISOString().slice(0, 19).replace('T', ' ')}${zone === undefined ? '' : '+00:00'}`,
  )
/** A time of day; `offset` in seconds east of UTC makes it aware. */
export const timeOfMicros = (micros: bigint, _offset?: number): Value =>
  new Interim('time', new Date(Number(micros / 1000n)).toISOString().slice(11, 19))
export const timedeltaOf = (days: number, micros: bigint): Value => new Interim('timedelta', `${days} days, ${micros}`)

/** What a driver may bind: Python's other values in their text form, which databases read. */
export type Bound = null | boolean | number | bigint | string | Uint8Array | { readonly double: number }
export function unwrapBinding(value: Value): Bound {
  if (
    value === null ||
    typeof value === 'boolean' ||
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    typeof value === 'string'
  )
    return value
  if (value instanceof PyFloat) return { double: value.value }
  if (value instanceof PyBytes) return value.bytes
  return value instanceof PyObject ? value.pyStr() : JSON.stringify(value)
}
