import { NamedTuple } from '../../runtime/named-tuple.ts'
import { intArgument } from '../../runtime/str-methods.ts'
import { stringRepr } from '../../runtime/text.ts'
import {
  type BinaryOperator,
  bindArguments,
  type HostFunction,
  type Kwargs,
  type Parameter,
  PyFunction,
  PyObject,
  TemplateFault,
  type Value,
} from '../../runtime/value.ts'
import { dayOfYear, daysInMonth, fromOrdinal, isoCalendar, MAX_ORDINAL, toOrdinal, weekday } from './calendar.ts'
import { DAYS, MONTHS, type Moment, strftime } from './strftime.ts'
import { Timedelta, two } from './timedelta.ts'

export const DAY_MICROS = 86_400_000_000n
const EPOCH_ORDINAL = 719_163

const ISO_CALENDAR = {
  typeName: 'datetime.IsoCalendarDate',
  fields: ['year', 'week', 'weekday'],
  printed: 'datetime.IsoCalendarDate',
}
const STRUCT_TIME = {
  typeName: 'time.struct_time',
  fields: ['tm_year', 'tm_mon', 'tm_mday', 'tm_hour', 'tm_min', 'tm_sec', 'tm_wday', 'tm_yday', 'tm_isdst'],
  printed: 'time.struct_time',
}

/** time.struct_time of a moment. */
export const structTime = (at: Moment, isDst: number): NamedTuple => {
  const ordinal = toOrdinal(at.year, at.month, at.day)
  return NamedTuple.make(STRUCT_TIME, [
    at.year,
    at.month,
    at.day,
    at.hour,
    at.minute,
    at.second,
    weekday(ordinal),
    dayOfYear(at.year, at.month, at.day),
    isDst,
  ])
}

/** Throws Python's ValueError for a date that does not exist. */
export function checkDate(year: number, month: number, day: number): void {
  if (year < 1 || year > 9999) throw new TemplateFault('ValueError', `year ${year} is out of range`)
  if (month < 1 || month > 12) throw new TemplateFault('ValueError', 'month must be in 1..12')
  if (day < 1 || day > daysInMonth(year, month)) throw new TemplateFault('ValueError', 'day is out of range for month')
}

export const method = (
  name: string,
  parameters: readonly Parameter[],
  run: (...values: Value[]) => Value,
): PyFunction =>
  new PyFunction(name, (args: readonly Value[], kwargs: Kwargs) =>
    run(...bindArguments(name, parameters, args, kwargs)),
  )

/** datetime.date */
export class PyDate extends PyObject {
  readonly typeName: string = 'datetime.date'
  readonly year: number
  readonly month: number
  readonly day: number
  constructor(year: number, month: number, day: number) {
    super()
    checkDate(year, month, day)
    this.year = year
    this.month = month
    this.day = day
  }
  static fromOrdinal(ordinal: number): PyDate {
    return new PyDate(...checkedOrdinal(ordinal))
  }
  get ordinal(): number {
    return toOrdinal(this.year, this.month, this.day)
  }
  /** `2024-02-29` */
  isoDate(): string {
    return `${String(this.year).padStart(4, '0')}-${two(this.month)}-${two(this.day)}`
  }
  moment(): Moment {
    const { year, month, day } = this
    return {
      year,
      month,
      day,
      hour: 0,
      minute: 0,
      second: 0,
      microsecond: 0,
      offset: '',
      zone: '',
      epoch: (this.ordinal - EPOCH_ORDINAL) * 86_400,
    }
  }
  override getAttr(name: string): Value | undefined {
    switch (name) {
      case 'year':
      case 'month':
      case 'day':
        return this[name]
      case 'weekday':
        return method(name, [], () => weekday(this.ordinal))
      case 'isoweekday':
        return method(name, [], () => weekday(this.ordinal) + 1)
      case 'isocalendar':
        return method(name, [], () => NamedTuple.make(ISO_CALENDAR, isoCalendar(this.ordinal)))
      case 'toordinal':
        return method(name, [], () => this.ordinal)
      case 'isoformat':
        return method(name, [], () => this.pyStr())
      case 'ctime':
        return method(name, [], () => ctime(this.moment()))
      case 'strftime':
        return method(name, ['format'], (format) => strftime(formatText(format!), this.moment()))
      case 'timetuple':
        return method(name, [], () => structTime(this.moment(), -1))
      case 'replace':
        return method(
          name,
          [
            ['year', this.year],
            ['month', this.month],
            ['day', this.day],
          ],
          (year, month, day) => new PyDate(intArgument(year!), intArgument(month!), intArgument(day!)),
        )
    }
    return DATE_STATICS.get(name)
  }
  override pyStr(): string {
    return this.isoDate()
  }
  override pyRepr(): string {
    return `datetime.date(${this.year}, ${this.month}, ${this.day})`
  }
  override pyFormat(spec: string): string {
    return spec === '' ? this.pyStr() : strftime(spec, this.moment())
  }
  override pyEquals(other: Value): boolean {
    return other instanceof PyDate && other.typeName === this.typeName && other.ordinal === this.ordinal
  }
  override pyHash(): string {
    return `date:${this.ordinal}`
  }
  override pyCompare(other: Value): number | undefined {
    if (!(other instanceof PyDate)) return undefined
    if (other.typeName !== this.typeName) {
      throw new TemplateFault('TypeError', "can't compare datetime.datetime to datetime.date")
    }
    return Math.sign(this.ordinal - other.ordinal)
  }
  override pyBinary(op: BinaryOperator, other: Value, reflected: boolean): Value | undefined {
    if (other instanceof Timedelta) {
      if (op === '+') return PyDate.fromOrdinal(this.ordinal + other.days)
      if (op === '-' && !reflected) return PyDate.fromOrdinal(this.ordinal - other.days)
    }
    if (op === '-' && other instanceof PyDate && other.typeName === this.typeName && !reflected) {
      return new Timedelta(BigInt(this.ordinal - other.ordinal) * DAY_MICROS)
    }
    return undefined
  }
  override toPlain(): Value {
    return this.pyStr()
  }
}

export function checkedOrdinal(ordinal: number): [number, number, number] {
  if (ordinal < 1 || ordinal > MAX_ORDINAL) throw new TemplateFault('OverflowError', 'date value out of range')
  return fromOrdinal(ordinal)
}

export const ctime = (at: Moment): string => {
  const day = weekday(toOrdinal(at.year, at.month, at.day))
  const clock = `${two(at.hour)}:${two(at.minute)}:${two(at.second)}`
  return `${DAYS[day]!.slice(0, 3)} ${MONTHS[at.month - 1]!.slice(0, 3)} ${String(at.day).padStart(2)} ${clock} ${String(at.year).padStart(4, '0')}`
}

/** The format argument of strftime. */
export function formatText(format: Value): string {
  if (typeof format === 'string') return format
  throw new TemplateFault('TypeError', 'strftime() argument 1 must be str')
}

/** [year, month, day] of `2024-02-29`, `20240229` or `2024-W09-4`; undefined for other texts. */
export function parseIsoDate(text: string): [number, number, number] | undefined {
  const plain = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? /^(\d{4})(\d\d)(\d\d)$/.exec(text)
  if (plain !== null) return [Number(plain[1]), Number(plain[2]), Number(plain[3])]
  const week = /^(\d{4})-W(\d\d)(?:-([1-7]))?$/.exec(text) ?? /^(\d{4})W(\d\d)([1-7])?$/.exec(text)
  if (week === null) return undefined
  const first = toOrdinal(Number(week[1]), 1, 4)
  return fromOrdinal(first - weekday(first) + (Number(week[2]) - 1) * 7 + Number(week[3] ?? 1) - 1)
}

function dateFromIso(value: Value): PyDate {
  if (typeof value !== 'string') throw new TemplateFault('TypeError', 'fromisoformat: argument must be str')
  const parts = parseIsoDate(value)
  if (parts === undefined) throw new TemplateFault('ValueError', `Invalid isoformat string: ${stringRepr(value)}`)
  return new PyDate(...parts)
}

/** What the class and its objects share. */
export const DATE_STATICS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['min', new PyDate(1, 1, 1)],
  ['max', new PyDate(9999, 12, 31)],
  ['resolution', new Timedelta(DAY_MICROS)],
  ['fromisoformat', method('fromisoformat', ['date_string'], (text) => dateFromIso(text!))],
  ['fromordinal', method('fromordinal', ['n'], (ordinal) => PyDate.fromOrdinal(intArgument(ordinal!)))],
])

/** Throws Python's TypeError when a constructor misses one of its required arguments. */
export function requireArguments(names: readonly string[], args: readonly Value[], kwargs: Kwargs): void {
  for (const [index, name] of names.entries()) {
    if (index >= args.length && !kwargs.has(name)) {
      throw new TemplateFault('TypeError', `function missing required argument '${name}' (pos ${index + 1})`)
    }
  }
}
export const DATE_FIELDS = ['year', 'month', 'day']

export const makeDate: HostFunction = (args, kwargs) => {
  requireArguments(DATE_FIELDS, args, kwargs)
  const [year, month, day] = bindArguments('date', ['year', 'month', 'day'], args, kwargs).map(intArgument)
  return new PyDate(year!, month!, day!)
}
