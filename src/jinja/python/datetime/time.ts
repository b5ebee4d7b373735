import { intArgument } from '../../runtime/str-methods.ts'
import { stringRepr } from '../../runtime/text.ts'
import { typeName } from '../../runtime/type-name.ts'
import { bindArguments, type HostFunction, PyObject, TemplateFault, type Value } from '../../runtime/value.ts'
import { formatText, method } from './date.ts'
import { type Moment, strftime } from './strftime.ts'
import { Timedelta, two } from './timedelta.ts'
import { FixedZone, offsetText, TzInfo, UTC } from './tzinfo.ts'

export interface TimeFields {
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly microsecond: number
}

/** Throws Python's ValueError for a time that does not exist. */
export function checkTime(at: TimeFields): void {
  const fault = (message: string): TemplateFault => new TemplateFault('ValueError', message)
  if (at.hour < 0 || at.hour > 23) throw fault('hour must be in 0..23')
  if (at.minute < 0 || at.minute > 59) throw fault('minute must be in 0..59')
  if (at.second < 0 || at.second > 59) throw fault('second must be in 0..59')
  if (at.microsecond < 0 || at.microsecond > 999_999) throw fault('microsecond must be in 0..999999')
}

/** A zone argument: None or a tzinfo. */
export function zoneArgument(value: Value): TzInfo | null {
  if (value === null || value instanceof TzInfo) return value
  throw new TemplateFault(
    'TypeError',
    `tzinfo argument must be None or of a tzinfo subclass, not type '${typeName(value)}'`,
  )
}

/** `10:11:12.000013`, cut or filled as isoformat's `timespec` says. */
export function clockText(at: TimeFields, timespec = 'auto'): string {
  const parts: Readonly<Record<string, string>> = {
    hours: two(at.hour),
    minutes: `${two(at.hour)}:${two(at.minute)}`,
    seconds: `${two(at.hour)}:${two(at.minute)}:${two(at.second)}`,
  }
  const known = parts[timespec]
  if (known !== undefined) return known
  const micros = String(at.microsecond).padStart(6, '0')
  if (timespec === 'milliseconds') return `${parts['seconds']}.${micros.slice(0, 3)}`
  if (timespec === 'microseconds') return `${parts['seconds']}.${micros}`
  if (timespec !== 'auto') throw new TemplateFault('ValueError', 'Unknown timespec value')
  return at.microsecond === 0 ? parts['seconds']! : `${parts['seconds']}.${micros}`
}

/** The arguments of a repr: `10, 11`, seconds and microseconds only where needed. */
export function clockRepr(at: TimeFields): string[] {
  const parts = [String(at.hour), String(at.minute)]
  if (at.second !== 0 || at.microsecond !== 0) parts.push(String(at.second))
  if (at.microsecond !== 0) parts.push(String(at.microsecond))
  return parts
}

/** datetime.time */
export class PyTime extends PyObject {
  readonly typeName = 'datetime.time'
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly microsecond: number
  readonly zone: TzInfo | null
  constructor(at: TimeFields, zone: TzInfo | null = null) {
    super()
    checkTime(at)
    this.hour = at.hour
    this.minute = at.minute
    this.second = at.second
    this.microsecond = at.microsecond
    this.zone = zone
  }
  #offset(): bigint | undefined {
    return this.zone?.offset(undefined)
  }
  #text(timespec: string): string {
    const offset = this.#offset()
    return clockText(this, timespec) + (offset === undefined ? '' : offsetText(offset))
  }
  #moment(): Moment {
    const offset = this.#offset()
    return {
      year: 1900,
      month: 1,
      day: 1,
      hour: this.hour,
      minute: this.minute,
      second: this.second,
      microsecond: this.microsecond,
      offset: offset === undefined ? '' : offsetText(offset, ''),
      zone: this.zone?.abbreviation(undefined) ?? '',
      epoch: 0,
    }
  }
  #micros(): bigint {
    const seconds = this.hour * 3600 + this.minute * 60 + this.second
    return BigInt(seconds) * 1_000_000n + BigInt(this.microsecond) - (this.#offset() ?? 0n)
  }
  override getAttr(name: string): Value | undefined {
    switch (name) {
      case 'hour':
      case 'minute':
      case 'second':
      case 'microsecond':
        return this[name]
      case 'tzinfo':
        return this.zone
      case 'fold':
        return 0
      case 'isoformat':
        return method(name, [['timespec', 'auto']], (timespec) => this.#text(String(timespec)))
      case 'strftime':
        return method(name, ['format'], (format) => strftime(formatText(format!), this.#moment()))
      case 'utcoffset':
        return method(name, [], () => (this.#offset() === undefined ? null : new Timedelta(this.#offset()!)))
      case 'tzname':
        return method(name, [], () => this.zone?.abbreviation(undefined) ?? null)
      case 'replace':
        return method(
          name,
          [
            ['hour', this.hour],
            ['minute', this.minute],
            ['second', this.second],
            ['microsecond', this.microsecond],
            ['tzinfo', this.zone],
          ],
          (hour, minute, second, microsecond, zone) =>
            new PyTime(
              {
                hour: intArgument(hour!),
                minute: intArgument(minute!),
                second: intArgument(second!),
                microsecond: intArgument(microsecond!),
              },
              zoneArgument(zone!),
            ),
        )
    }
    return TIME_STATICS.get(name)
  }
  override pyStr(): string {
    return this.#text('auto')
  }
  override pyRepr(): string {
    const zone = this.zone === null ? '' : `, tzinfo=${this.zone.pyRepr()}`
    return `datetime.time(${clockRepr(this).join(', ')}${zone})`
  }
  override pyFormat(spec: string): string {
    return spec === '' ? this.pyStr() : strftime(spec, this.#moment())
  }
  override pyEquals(other: Value): boolean {
    return (
      other instanceof PyTime && (other.zone === null) === (this.zone === null) && other.#micros() === this.#micros()
    )
  }
  override pyHash(): string {
    return `time:${this.zone === null}:${this.#micros()}`
  }
  override pyCompare(other: Value): number | undefined {
    if (!(other instanceof PyTime)) return undefined
    if ((other.zone === null) !== (this.zone === null)) {
      throw new TemplateFault('TypeError', "can't compare offset-naive and offset-aware times")
    }
    return this.#micros() < other.#micros() ? -1 : this.#micros() > other.#micros() ? 1 : 0
  }
  override toPlain(): Value {
    return this.pyStr()
  }
}

export interface ParsedTime extends TimeFields {
  readonly zone: TzInfo | null
}

const ISO_TIME = /^(\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d{1,}))?)?)?(Z|([+-])(\d\d):?(\d\d)(?::?(\d\d)(?:\.(\d+))?)?)?$/

/** Reads `10:11:12.5+02:00`; undefined for other texts. */
export function parseIsoTime(text: string): ParsedTime | undefined {
  const found = ISO_TIME.exec(text)
  if (found === null) return undefined
  const at = {
    hour: Number(found[1]),
    minute: Number(found[2] ?? 0),
    second: Number(found[3] ?? 0),
    microsecond: Number((found[4] ?? '').slice(0, 6).padEnd(6, '0')),
  }
  if (found[5] === undefined) return { ...at, zone: null }
  if (found[5] === 'Z') return { ...at, zone: UTC }
  const seconds = Number(found[7]) * 3600 + Number(found[8]) * 60 + Number(found[9] ?? 0)
  const micros = BigInt(seconds) * 1_000_000n + BigInt((found[10] ?? '').slice(0, 6).padEnd(6, '0'))
  return { ...at, zone: micros === 0n ? UTC : new FixedZone(found[6] === '-' ? -micros : micros) }
}

function timeFromIso(value: Value): PyTime {
  if (typeof value !== 'string') throw new TemplateFault('TypeError', 'fromisoformat: argument must be str')
  const parsed = parseIsoTime(value.replace(/^T/, ''))
  if (parsed === undefined) throw new TemplateFault('ValueError', `Invalid isoformat string: ${stringRepr(value)}`)
  return new PyTime(parsed, parsed.zone)
}

export const TIME_STATICS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['min', new PyTime({ hour: 0, minute: 0, second: 0, microsecond: 0 })],
  ['max', new PyTime({ hour: 23, minute: 59, second: 59, microsecond: 999_999 })],
  ['resolution', new Timedelta(1n)],
  ['fromisoformat', method('fromisoformat', ['time_string'], (text) => timeFromIso(text!))],
])

export const makeTime: HostFunction = (args, kwargs) => {
  const [hour, minute, second, microsecond, zone] = bindArguments(
    'time',
    [
      ['hour', 0],
      ['minute', 0],
      ['second', 0],
      ['microsecond', 0],
      ['tzinfo', null],
      ['fold', 0],
    ],
    args,
    kwargs,
  )
  return new PyTime(
    {
      hour: intArgument(hour!),
      minute: intArgument(minute!),
      second: intArgument(second!),
      microsecond: intArgument(microsecond!),
    },
    zoneArgument(zone!),
  )
}
