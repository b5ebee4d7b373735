import { trueDivide } from '../../runtime/integers.ts'
import { intArgument } from '../../runtime/str-methods.ts'
import { toText } from '../../runtime/text.ts'
import {
  type BinaryOperator,
  bindArguments,
  float,
  type HostFunction,
  type Parameter,
  TemplateFault,
  type Value,
} from '../../runtime/value.ts'
import {
  checkedOrdinal,
  ctime,
  DATE_FIELDS,
  DAY_MICROS,
  formatText,
  method,
  PyDate,
  requireArguments,
  structTime,
} from './date.ts'
import { localOffset } from './local-zone.ts'
import { type Moment, strftime } from './strftime.ts'
import { checkTime, clockRepr, clockText, PyTime, type TimeFields, zoneArgument } from './time.ts'
import { floorDiv, floorMod, Timedelta } from './timedelta.ts'
import { FixedZone, offsetText, type TzInfo, type WallTime } from './tzinfo.ts'

/** Microseconds from 0001-01-01 to 1970-01-01. */
export const EPOCH_MICROS = 62_135_596_800_000_000n

/** datetime.datetime */
export class PyDateTime extends PyDate implements WallTime {
  override readonly typeName = 'datetime.datetime'
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly microsecond: number
  readonly zone: TzInfo | null
  readonly fold: number
  constructor(year: number, month: number, day: number, at: TimeFields, zone: TzInfo | null = null, fold = 0) {
    super(year, month, day)
    checkTime(at)
    this.hour = at.hour
    this.minute = at.minute
    this.second = at.second
    this.microsecond = at.microsecond
    this.zone = zone
    this.fold = fold
  }
  /** From microseconds since 0001-01-01 00:00 of wall-clock time. */
  static fromWall(micros: bigint, zone: TzInfo | null = null, fold = 0): PyDateTime {
    const [year, month, day] = checkedOrdinal(Number(floorDiv(micros, DAY_MICROS)) + 1)
    const rest = Number(floorMod(micros, DAY_MICROS))
    const seconds = Math.floor(rest / 1_000_000)
    return new PyDateTime(
      year,
      month,
      day,
      {
        hour: Math.floor(seconds / 3600),
        minute: Math.floor(seconds / 60) % 60,
        second: seconds % 60,
        microsecond: rest % 1_000_000,
      },
      zone,
      fold,
    )
  }
  /** From microseconds since 1970 in UTC, shown in a zone. */
  static fromEpoch(micros: bigint, zone: TzInfo): PyDateTime {
    const shown = zone.fromUtc(micros + EPOCH_MICROS)
    return PyDateTime.fromWall(shown.wallMicros, shown.zone, shown.fold)
  }
  get wallMicros(): bigint {
    const seconds = (this.ordinal - 1) * 86_400 + this.hour * 3600 + this.minute * 60 + this.second
    return BigInt(seconds) * 1_000_000n + BigInt(this.microsecond)
  }
  /** Offset from UTC in microseconds; undefined without a zone. */
  utcOffset(): bigint | undefined {
    return this.zone?.offset(this)
  }
  /** Microseconds since 0001-01-01 in UTC; times without a zone are read as local. */
  utcMicros(): bigint {
    return this.wallMicros - (this.utcOffset() ?? localOffset(this.wallMicros - EPOCH_MICROS))
  }
  isoText(separator: string, timespec = 'auto'): string {
    const offset = this.utcOffset()
    return this.isoDate() + separator + clockText(this, timespec) + (offset === undefined ? '' : offsetText(offset))
  }
  override moment(): Moment {
    const offset = this.utcOffset()
    return {
      year: this.year,
      month: this.month,
      day: this.day,
      hour: this.hour,
      minute: this.minute,
      second: this.second,
      microsecond: this.microsecond,
      offset: offset === undefined ? '' : offsetText(offset, ''),
      zone: this.zone?.abbreviation(this) ?? '',
      epoch: Number(floorDiv(this.wallMicros - EPOCH_MICROS, 1_000_000n)),
    }
  }
  override getAttr(name: string): Value | undefined {
    switch (name) {
      case 'hour':
      case 'minute':
      case 'second':
      case 'microsecond':
      case 'fold':
        return this[name]
      case 'tzinfo':
        return this.zone
      case 'date':
        return method(name, [], () => new PyDate(this.year, this.month, this.day))
      case 'time':
        return method(name, [], () => new PyTime(this))
      case 'timetz':
        return method(name, [], () => new PyTime(this, this.zone))
      case 'timestamp':
        return method(name, [], () => float(trueDivide(this.utcMicros() - EPOCH_MICROS, 1_000_000n)))
      case 'isoformat':
        return method(
          name,
          [
            ['sep', 'T'],
            ['timespec', 'auto'],
          ],
          (sep, spec) => this.isoText(toText(sep!), toText(spec!)),
        )
      case 'strftime':
        return method(name, ['format'], (format) => strftime(formatText(format!), this.moment()))
      case 'ctime':
        return method(name, [], () => ctime(this.moment()))
      case 'utcoffset':
        return method(name, [], () => span(this.utcOffset()))
      case 'dst':
        return method(name, [], () => span(this.zone?.daylight(this)))
      case 'tzname':
        return method(name, [], () => this.zone?.abbreviation(this) ?? null)
      case 'timetuple':
        return method(name, [], () => structTime(this.moment(), this.#isDst()))
      case 'utctimetuple':
        return method(name, [], () =>
          structTime(PyDateTime.fromWall(this.wallMicros - (this.utcOffset() ?? 0n)).moment(), 0),
        )
      case 'astimezone':
        return method(name, [['tz', null]], (zone) => this.#inZone(zoneArgument(zone!)))
      case 'replace':
        return method(name, this.#fields(), (...values) => fromArguments(values))
    }
    return DATETIME_STATICS.get(name) ?? (name === 'fromisoformat' ? undefined : super.getAttr(name))
  }
  #isDst(): number {
    const dst = this.zone?.daylight(this)
    return dst === undefined ? -1 : dst === 0n ? 0 : 1
  }
  #inZone(zone: TzInfo | null): PyDateTime {
    const utc = this.utcMicros()
    if (zone !== null) return PyDateTime.fromEpoch(utc - EPOCH_MICROS, zone)
    const offset = localOffset(utc - EPOCH_MICROS)
    return PyDateTime.fromWall(utc + offset, offset === 0n ? new FixedZone(0n, 'UTC') : new FixedZone(offset))
  }
  #fields(): readonly Parameter[] {
    return [
      ['year', this.year],
      ['month', this.month],
      ['day', this.day],
      ['hour', this.hour],
      ['minute', this.minute],
      ['second', this.second],
      ['microsecond', this.microsecond],
      ['tzinfo', this.zone],
      ['fold', this.fold],
    ]
  }
  override pyStr(): string {
    return this.isoText(' ')
  }
  override pyRepr(): string {
    const zone = this.zone === null ? '' : `, tzinfo=${this.zone.pyRepr()}`
    return `datetime.datetime(${this.year}, ${this.month}, ${this.day}, ${clockRepr(this).join(', ')}${zone})`
  }
  override pyEquals(other: Value): boolean {
    if (!(other instanceof PyDateTime)) return false
    const [mine, theirs] = [this.utcOffset(), other.utcOffset()]
    if ((mine === undefined) !== (theirs === undefined)) return false
    return this.wallMicros - (mine ?? 0n) === other.wallMicros - (theirs ?? 0n)
  }
  override pyHash(): string {
    return `datetime:${this.utcOffset() === undefined}:${this.wallMicros - (this.utcOffset() ?? 0n)}`
  }
  override pyCompare(other: Value): number | undefined {
    if (!(other instanceof PyDateTime)) return super.pyCompare(other)
    const difference = this.#minus(other, "can't compare offset-naive and offset-aware datetimes")
    return difference < 0n ? -1 : difference > 0n ? 1 : 0
  }
  #minus(other: PyDateTime, message: string): bigint {
    const [mine, theirs] = [this.utcOffset(), other.utcOffset()]
    if ((mine === undefined) !== (theirs === undefined)) throw new TemplateFault('TypeError', message)
    return this.wallMicros - other.wallMicros - (mine ?? 0n) + (theirs ?? 0n)
  }
  override pyBinary(op: BinaryOperator, other: Value, reflected: boolean): Value | undefined {
    if (other instanceof Timedelta) {
      if (op === '+') return PyDateTime.fromWall(this.wallMicros + other.micros, this.zone)
      if (op === '-' && !reflected) return PyDateTime.fromWall(this.wallMicros - other.micros, this.zone)
    }
    if (op === '-' && other instanceof PyDateTime && !reflected) {
      return new Timedelta(this.#minus(other, "can't subtract offset-naive and offset-aware datetimes"))
    }
    return undefined
  }
  override toPlain(): Value {
    return this.isoText('T')
  }
}

const span = (micros: bigint | undefined): Value => (micros === undefined ? null : new Timedelta(micros))

function fromArguments(values: readonly Value[]): PyDateTime {
  const [year, month, day, hour, minute, second, microsecond, zone, fold] = values
  return new PyDateTime(
    intArgument(year!),
    intArgument(month!),
    intArgument(day!),
    {
      hour: intArgument(hour!),
      minute: intArgument(minute!),
      second: intArgument(second!),
      microsecond: intArgument(microsecond!),
    },
    zoneArgument(zone!),
    intArgument(fold!),
  )
}

const PARAMETERS: readonly Parameter[] = [
  'year',
  'month',
  'day',
  ['hour', 0],
  ['minute', 0],
  ['second', 0],
  ['microsecond', 0],
  ['tzinfo', null],
  ['fold', 0],
]

export const makeDateTime: HostFunction = (args, kwargs) => {
  requireArguments(DATE_FIELDS, args, kwargs)
  return fromArguments(bindArguments('datetime', PARAMETERS, args, kwargs))
}

/** What the class and its objects share; `datetime-module.ts` adds what needs parsing or the clock. */
export const DATETIME_STATICS = new Map<string, Value>([
  ['min', PyDateTime.fromWall(0n)],
  ['max', PyDateTime.fromWall(BigInt(3_652_059) * DAY_MICROS - 1n)],
  ['resolution', new Timedelta(1n)],
  [
    'fromordinal',
    method('fromordinal', ['n'], (ordinal) => PyDateTime.fromWall(BigInt(intArgument(ordinal!) - 1) * DAY_MICROS)),
  ],
])
