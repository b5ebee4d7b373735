import { PyClass } from '../../runtime/py-class.ts'
import { PyFunction, PyObject, TemplateFault, type Value } from '../../runtime/value.ts'
import { Timedelta, two } from './timedelta.ts'

/** Wall-clock time as zones see it: microseconds since 0001-01-01 00:00, without a zone. */
export interface WallTime {
  readonly wallMicros: bigint
  readonly fold: number
}

/** What a datetime may carry as its zone. */
export abstract class TzInfo extends PyObject {
  /** Offset from UTC in microseconds at a wall time (or without one, for `time` objects), or undefined when unknown. */
  abstract offset(at: WallTime | undefined): bigint | undefined
  abstract abbreviation(at: WallTime | undefined): string | undefined
  daylight(_at: WallTime | undefined): bigint | undefined {
    return undefined
  }
  /** The zone and wall time of an instant given in UTC. */
  fromUtc(micros: bigint): { readonly wallMicros: bigint; readonly zone: TzInfo; readonly fold: number } {
    return { wallMicros: micros + (this.offset(undefined) ?? 0n), zone: this, fold: 0 }
  }
  override getAttr(name: string): Value | undefined {
    const at = (value: Value | undefined): WallTime | undefined =>
      value instanceof PyObject && 'wallMicros' in value ? (value as unknown as WallTime) : undefined
    const span = (micros: bigint | undefined): Value => (micros === undefined ? null : new Timedelta(micros))
    switch (name) {
      case 'utcoffset':
        return new PyFunction(name, ([value]) => span(this.offset(at(value))))
      case 'dst':
        return new PyFunction(name, ([value]) => span(this.daylight(at(value))))
      case 'tzname':
        return new PyFunction(name, ([value]) => this.abbreviation(at(value)) ?? null)
    }
    return undefined
  }
}

/** `+02:00`, with seconds and microseconds where the offset has them. */
export function offsetText(micros: bigint, separator = ':'): string {
  const sign = micros < 0n ? '-' : '+'
  const size = micros < 0n ? -micros : micros
  const seconds = Number(size / 1_000_000n)
  const fraction = Number(size % 1_000_000n)
  let text = `${sign}${two(Math.floor(seconds / 3600))}${separator}${two(Math.floor(seconds / 60) % 60)}`
  if (seconds % 60 !== 0 || fraction !== 0) text += `${separator}${two(seconds % 60)}`
  return fraction === 0 ? text : `${text}.${String(fraction).padStart(6, '0')}`
}

/** datetime.timezone: a fixed offset. */
export class FixedZone extends TzInfo {
  readonly typeName = 'datetime.timezone'
  readonly #offset: bigint
  readonly #name: string | undefined
  constructor(offset: bigint, name?: string) {
    super()
    if (offset <= -86_400_000_000n || offset >= 86_400_000_000n) {
      throw new TemplateFault(
        'ValueError',
        `offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not ${new Timedelta(offset).pyRepr()}.`,
      )
    }
    this.#offset = offset
    this.#name = name
  }
  override offset(): bigint {
    return this.#offset
  }
  override abbreviation(): string {
    return this.#name ?? (this.#offset === 0n ? 'UTC' : `UTC${offsetText(this.#offset)}`)
  }
  override pyStr(): string {
    return this.abbreviation()
  }
  override pyRepr(): string {
    if (this.#offset === 0n && this.#name === undefined) return 'datetime.timezone.utc'
    const name = this.#name === undefined ? '' : `, '${this.#name}'`
    return `datetime.timezone(${new Timedelta(this.#offset).pyRepr()}${name})`
  }
  override pyEquals(other: Value): boolean {
    return other instanceof FixedZone && other.#offset === this.#offset
  }
  override pyHash(): string {
    return `timezone:${this.#offset}`
  }
}

export const UTC = new FixedZone(0n)

class PlainTzInfo extends TzInfo {
  readonly typeName = 'datetime.tzinfo'
  override offset(): bigint | undefined {
    throw new TemplateFault('NotImplementedError', 'a tzinfo subclass must implement utcoffset()')
  }
  override abbreviation(): string | undefined {
    throw new TemplateFault('NotImplementedError', 'a tzinfo subclass must implement tzname()')
  }
}

/** The class `datetime.tzinfo`. */
export const tzinfoClass = (): PyClass => new PyClass('datetime.tzinfo', () => new PlainTzInfo())
