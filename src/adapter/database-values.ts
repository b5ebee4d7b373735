import { PyDate } from '../jinja/python/datetime/date.ts'
import { EPOCH_MICROS, PyDateTime } from '../jinja/python/datetime/datetime.ts'
import { PyTime } from '../jinja/python/datetime/time.ts'
import { Timedelta } from '../jinja/python/datetime/timedelta.ts'
import { FixedZone, UTC } from '../jinja/python/datetime/tzinfo.ts'
import { Decimal } from '../jinja/python/decimal.ts'
import { PyBytes } from '../jinja/runtime/bytes.ts'
import { PyFloat, PyObject, type Value } from '../jinja/runtime/value.ts'

/*
 * The values that a driver may give, made from what databases send. One place, so that drivers know nothing of the
 * template language's classes.
 */

const DAY_MICROS = 86_400_000_000n

/** An int: a number where it is safe, else a bigint. */
export const pythonNumber = (value: bigint): Value =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value

export const bytesValue = (bytes: Uint8Array): Value => new PyBytes(bytes)

/** uuid.UUID: prints as its text. */
class Uuid extends PyObject {
  readonly typeName = 'UUID'
  override readonly moduleName = 'uuid'
  readonly #text: string
  constructor(text: string) {
    super()
    this.#text = text
  }
  override getAttr(name: string): Value | undefined {
    return name === 'hex' ? this.#text.replaceAll('-', '') : undefined
  }
  override pyStr(): string {
    return this.#text
  }
  override pyRepr(): string {
    return `UUID('${this.#text}')`
  }
  override pyEquals(other: Value): boolean {
    return other instanceof Uuid && other.#text === this.#text
  }
  override pyHash(): string {
    return `uuid:${this.#text}`
  }
}
export const uuidOf = (text: string): Value => new Uuid(text)

/** `Decimal('1.50')` */
export const decimalOf = (text: string): Value => Decimal.parse(text) ?? text

/** A date, from days since 1970. */
export const dateOfDays = (days: number): Value => PyDate.fromOrdinal(719_163 + days)

/** A zone of a value: seconds east of UTC. */
export interface ZoneOffset {
  readonly seconds: number
  readonly name?: string
}
const zoneOf = (zone: ZoneOffset): FixedZone =>
  zone.name === undefined
    ? zone.seconds === 0
      ? UTC
      : new FixedZone(BigInt(zone.seconds) * 1_000_000n)
    : new FixedZone(BigInt(zone.seconds) * 1_000_000n, zone.name)

/** A datetime from local microseconds since 1970; `zone` makes it aware. */
export const datetimeOfMicros = (micros: bigint, zone?: ZoneOffset): Value =>
  PyDateTime.fromWall(micros + EPOCH_MICROS, zone === undefined ? null : zoneOf(zone))

/** A time of day; `offset` in seconds east of UTC makes it aware. 24:00 is midnight, as in Python's drivers. */
export function timeOfMicros(micros: bigint, offset?: number): Value {
  const rest = micros % DAY_MICROS
  const seconds = Number(rest / 1_000_000n)
  const at = {
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
    microsecond: Number(rest % 1_000_000n),
  }
  return new PyTime(at, offset === undefined ? null : zoneOf({ seconds: offset }))
}

export const timedeltaOf = (days: number, micros: bigint): Value => new Timedelta(BigInt(days) * DAY_MICROS + micros)

/** What a driver may bind: Python's other values in their text form, which databases read. */
export type Bound = null | boolean | number | bigint | string | Uint8Array | { readonly double: number }
export function unwrapBinding(value: Value): Bound {
  if (value === null || typeof value !== 'object') return value
  if (value instanceof PyFloat) return { double: value.value }
  if (value instanceof PyBytes) return value.bytes
  return value instanceof PyObject ? value.pyStr() : JSON.stringify(value)
}
