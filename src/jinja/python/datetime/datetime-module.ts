import { dropDigits, exactDecimal } from '../../runtime/decimal-digits.ts'
import { PyClass } from '../../runtime/py-class.ts'
import { stringRepr, toText } from '../../runtime/text.ts'
import { isFloat, isInt, typeName } from '../../runtime/type-name.ts'
import { bindArguments, type Parameter, PyFunction, TemplateFault, type Value } from '../../runtime/value.ts'
import { type Clock, SYSTEM_CLOCK } from '../clock.ts'
import { fromIsoCalendar } from './calendar.ts'
import { DATE_STATICS, makeDate, method, PyDate, parseIsoDate } from './date.ts'
import { DATETIME_STATICS, EPOCH_MICROS, makeDateTime, PyDateTime } from './datetime.ts'
import { localOffset } from './local-zone.ts'
import { strptime } from './strptime.ts'
import { makeTime, PyTime, parseIsoTime, TIME_STATICS, zoneArgument } from './time.ts'
import { timedeltaClass } from './timedelta.ts'
import { FixedZone, type TzInfo, tzinfoClass, UTC } from './tzinfo.ts'

/** Microseconds of a number of seconds, rounded half to even. */
function secondsToMicros(value: Value): bigint {
  if (typeof value === 'boolean') return value ? 1_000_000n : 0n
  if (isInt(value)) return BigInt(value) * 1_000_000n
  if (!isFloat(value)) {
    throw new TemplateFault('TypeError', `'${typeName(value)}' object cannot be interpreted as an integer`)
  }
  const number = typeof value === 'number' ? value : value.value
  if (!Number.isFinite(number)) throw new TemplateFault('ValueError', 'cannot convert float NaN to integer')
  const { negative, digits, scale } = exactDecimal(number)
  const micros = dropDigits(digits, scale - 6)
  return negative ? -micros : micros
}

/** datetime.fromisoformat() as of Python 3.11: most ISO 8601 forms. */
export function dateTimeFromIso(text: Value): PyDateTime {
  if (typeof text !== 'string') throw new TemplateFault('TypeError', 'fromisoformat: argument must be str')
  const found = /^(\d{4}-\d\d-\d\d|\d{4}-W\d\d-\d|\d{4}-W\d\d(?!\d)|\d{8}|\d{4}W\d{3}|\d{4}W\d\d)(?:[\s\S](.+))?$/.exec(
    text,
  )
  const date = found === null ? undefined : parseIsoDate(found[1]!)
  const time =
    found?.[2] === undefined ? { hour: 0, minute: 0, second: 0, microsecond: 0, zone: null } : parseIsoTime(found[2])
  if (date === undefined || time === undefined) {
    throw new TemplateFault('ValueError', `Invalid isoformat string: ${stringRepr(text)}`)
  }
  return new PyDateTime(...date, time, time.zone)
}

function dateTimeFromFormat(text: Value, format: Value): PyDateTime {
  for (const [position, value] of [text, format].entries()) {
    if (typeof value !== 'string')
      throw new TemplateFault('TypeError', `strptime() argument ${position + 1} must be str, not ${typeName(value)}`)
  }
  const at = strptime(toText(text), toText(format))
  const zone =
    at.offset === undefined ? null : at.offset === 0n && at.zone === undefined ? UTC : new FixedZone(at.offset, at.zone)
  return new PyDateTime(at.year, at.month, at.day, at, zone)
}

function combine(date: Value, time: Value, zone: Value | undefined): PyDateTime {
  if (!(date instanceof PyDate))
    throw new TemplateFault('TypeError', `combine() argument 1 must be datetime.date, not ${typeName(date)}`)
  if (!(time instanceof PyTime))
    throw new TemplateFault('TypeError', `combine() argument 2 must be datetime.time, not ${typeName(time)}`)
  return new PyDateTime(date.year, date.month, date.day, time, zone === undefined ? time.zone : zoneArgument(zone))
}

function isoWeekDate(values: readonly Value[]): number {
  const [year, week, day] = values as number[]
  const ordinal = fromIsoCalendar(year!, week!, day!)
  if (ordinal === undefined) throw new TemplateFault('ValueError', `Invalid week: ${week}`)
  return ordinal
}
const ISO_PARAMETERS: readonly Parameter[] = ['year', 'week', 'day']

for (const [name, make] of [
  ['fromisoformat', method('fromisoformat', ['date_string'], (text) => dateTimeFromIso(text!))],
  ['strptime', method('strptime', ['date_string', 'format'], (text, format) => dateTimeFromFormat(text!, format!))],
  [
    'combine',
    new PyFunction('combine', (args, kwargs) => {
      const [date, time, zone] = bindArguments('combine', ['date', 'time', ['tzinfo', false]], args, kwargs)
      return combine(date!, time!, zone === false ? undefined : zone)
    }),
  ],
] as const)
  DATETIME_STATICS.set(name, make)

/** The members that read the clock, for the class `datetime.datetime`. */
function clockMembers(clock: Clock): Map<string, Value> {
  const nowMicros = (): bigint => BigInt(Math.round(clock.now() * 1000))
  const shown = (epoch: bigint, zone: TzInfo | null): PyDateTime =>
    zone === null ? PyDateTime.fromWall(epoch + localOffset(epoch) + EPOCH_MICROS) : PyDateTime.fromEpoch(epoch, zone)
  return new Map<string, Value>([
    ['now', method('now', [['tz', null]], (zone) => shown(nowMicros(), zoneArgument(zone!)))],
    ['today', method('today', [], () => shown(nowMicros(), null))],
    ['utcnow', method('utcnow', [], () => withoutZone(PyDateTime.fromEpoch(nowMicros(), UTC)))],
    [
      'fromtimestamp',
      method('fromtimestamp', ['timestamp', ['tz', null]], (seconds, zone) =>
        shown(secondsToMicros(seconds!), zoneArgument(zone!)),
      ),
    ],
    [
      'utcfromtimestamp',
      method('utcfromtimestamp', ['timestamp'], (seconds) =>
        withoutZone(PyDateTime.fromEpoch(secondsToMicros(seconds!), UTC)),
      ),
    ],
  ])
}

const withoutZone = (at: PyDateTime): PyDateTime => PyDateTime.fromWall(at.wallMicros)

// datetimes themselves have the class's methods too
for (const [name, member] of clockMembers(SYSTEM_CLOCK)) DATETIME_STATICS.set(name, member)

/** The module `datetime` as templates see it: date, datetime, time, timedelta and tzinfo (dbt leaves timezone out). */
export function datetimeModule(clock: Clock): Map<string, Value> {
  const members = clockMembers(clock)
  const now = members.get('now') as PyFunction
  const dateOf = (at: Value): PyDate => {
    const moment = at as PyDateTime
    return new PyDate(moment.year, moment.month, moment.day)
  }
  const fromTimestamp = members.get('fromtimestamp') as PyFunction
  const dateStatics = new Map<string, Value>([
    ...DATE_STATICS,
    ['today', method('today', [], () => dateOf(now.pyCall([], new Map()) as Value))],
    [
      'fromtimestamp',
      method('fromtimestamp', ['timestamp'], (seconds) => dateOf(fromTimestamp.pyCall([seconds!], new Map()) as Value)),
    ],
    [
      'fromisocalendar',
      method('fromisocalendar', ISO_PARAMETERS, (...values) => PyDate.fromOrdinal(isoWeekDate(values))),
    ],
  ])
  const statics = new Map<string, Value>([
    ...DATETIME_STATICS,
    ...members,
    [
      'fromisocalendar',
      method('fromisocalendar', ISO_PARAMETERS, (...values) => dateOnly(PyDate.fromOrdinal(isoWeekDate(values)))),
    ],
  ])
  return new Map<string, Value>([
    ['date', new PyClass('datetime.date', makeDate, dateStatics)],
    ['datetime', new PyClass('datetime.datetime', makeDateTime, statics)],
    ['time', new PyClass('datetime.time', makeTime, TIME_STATICS)],
    ['timedelta', timedeltaClass()],
    ['tzinfo', tzinfoClass()],
  ])
}

const dateOnly = (date: PyDate): PyDateTime =>
  new PyDateTime(date.year, date.month, date.day, { hour: 0, minute: 0, second: 0, microsecond: 0 })
