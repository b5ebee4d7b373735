import { PyClass } from '../runtime/py-class.ts'
import { stringRepr, toText } from '../runtime/text.ts'
import { truthy } from '../runtime/truth.ts'
import { bindArguments, PyDict, PyFunction, PySet, TemplateFault, type Value } from '../runtime/value.ts'
import { EPOCH_MICROS, PyDateTime } from './datetime/datetime.ts'
import { Timedelta } from './datetime/timedelta.ts'
import { TzInfo } from './datetime/tzinfo.ts'
import { abbreviationOf, offsetAt, zoneNames } from './zone-data.ts'

const MINUTE = 60_000_000n
const fault = (type: string, message: string): TemplateFault => new TemplateFault(type, message)

/** The state of a zone at some instant: its offset, its name there, and how much of the offset is daylight saving. */
interface Period {
  readonly offset: bigint
  readonly name: string
  readonly dst: bigint
}

/**
 * A zone of pytz. As pytz has it, a zone stands for one of its periods: the one that `timezone()` gives is the oldest (local mean
 * time), and `localize`, `astimezone` and `normalize` choose the right one.
 */
class PytzZone extends TzInfo {
  readonly typeName: string
  override readonly moduleName = 'pytz.tzfile'
  readonly zoneName: string
  readonly #period: Period
  readonly #isFixed: boolean
  constructor(zoneName: string, period: Period, isFixed: boolean) {
    super()
    this.zoneName = zoneName
    this.typeName = zoneName === 'UTC' ? 'UTC' : isFixed ? 'StaticTzInfo' : 'DstTzInfo'
    this.#period = period
    this.#isFixed = isFixed
  }
  override offset(): bigint {
    return this.#period.offset
  }
  override abbreviation(): string {
    return this.#period.name
  }
  override daylight(): bigint {
    return this.#period.dst
  }
  #at(period: Period): PytzZone {
    return this.#isFixed ? this : new PytzZone(this.zoneName, period, false)
  }
  override fromUtc(micros: bigint): { wallMicros: bigint; zone: TzInfo; fold: number } {
    const period = this.#isFixed ? this.#period : periodAt(this.zoneName, micros - EPOCH_MICROS)
    return { wallMicros: micros + period.offset, zone: this.#at(period), fold: 0 }
  }
  /** The zone with the period that a wall time falls in; `isDst` decides where the clock was put back. */
  localize(at: PyDateTime, isDst: boolean | null): PyDateTime {
    if (at.zone !== null) throw fault('ValueError', 'Not naive datetime (tzinfo is already set)')
    const wall = at.wallMicros
    if (this.#isFixed) return PyDateTime.fromWall(wall, this)
    const found = this.#periodsOfWall(wall)
    const [first] = found
    if (found.length === 1) return PyDateTime.fromWall(wall, this.#at(first!))
    if (found.length === 0) {
      if (isDst === null) throw fault('NonExistentTimeError', at.pyStr())
      const before = periodAt(this.zoneName, wall - EPOCH_MICROS - 86_400_000_000n)
      const after = periodAt(this.zoneName, wall - EPOCH_MICROS + 86_400_000_000n)
      const wanted = [before, after].find((period) => (period.dst !== 0n) === isDst)
      return PyDateTime.fromWall(wall, this.#at(wanted ?? before))
    }
    if (isDst === null) throw fault('AmbiguousTimeError', at.pyStr())
    const wanted = found.filter((period) => (period.dst !== 0n) === isDst)
    return PyDateTime.fromWall(wall, this.#at((wanted.length === 1 ? wanted : found).at(-1)!))
  }
  #periodsOfWall(wall: bigint): Period[] {
    const local = wall - EPOCH_MICROS
    const candidates = [-86_400_000_000n, 86_400_000_000n].map((shift) => periodAt(this.zoneName, local + shift))
    const found: Period[] = []
    for (const candidate of candidates) {
      const actual = periodAt(this.zoneName, local - candidate.offset)
      if (actual.offset !== candidate.offset) continue
      if (!found.some((period) => period.offset === actual.offset)) found.push(actual)
    }
    return found
  }
  override getAttr(name: string): Value | undefined {
    switch (name) {
      case 'zone':
        return this.zoneName
      case 'localize':
        return new PyFunction(name, (args, kwargs) => {
          const [at, isDst] = bindArguments(name, ['dt', ['is_dst', false]], args, kwargs)
          if (!(at instanceof PyDateTime))
            throw fault('AttributeError', `'${typeof at}' object has no attribute 'tzinfo'`)
          return this.localize(at, isDst === null ? null : truthy(isDst!))
        })
      case 'normalize':
        return new PyFunction(name, ([at]) => {
          if (!(at instanceof PyDateTime) || at.zone === null) throw fault('ValueError', 'Naive time - no tzinfo set')
          return PyDateTime.fromEpoch(at.utcMicros() - EPOCH_MICROS, this)
        })
      case 'fromutc':
        return new PyFunction(name, ([at]) => {
          if (!(at instanceof PyDateTime)) throw fault('TypeError', 'fromutc() requires a datetime argument')
          return PyDateTime.fromEpoch(at.wallMicros - EPOCH_MICROS, this)
        })
      case 'utcoffset':
      case 'dst':
      case 'tzname':
        return new PyFunction(name, ([at]) => this.#answer(name, at))
    }
    return super.getAttr(name)
  }
  #answer(name: 'utcoffset' | 'dst' | 'tzname', at: Value | undefined): Value {
    let period = this.#period
    if (at === null && !this.#isFixed) return name === 'tzname' ? this.zoneName : null
    if (at instanceof PyDateTime && !this.#isFixed && at.zone !== this) {
      period = (this.localize(PyDateTime.fromWall(at.wallMicros), false).zone as PytzZone).#period
    }
    return name === 'tzname' ? period.name : new Timedelta(name === 'dst' ? period.dst : period.offset)
  }
  override pyStr(): string {
    return this.zoneName
  }
  override pyRepr(): string {
    if (this.zoneName === 'UTC') return '<UTC>'
    if (this.#isFixed) return `<StaticTzInfo '${this.zoneName}'>`
    const { offset, name, dst } = this.#period
    return `<DstTzInfo '${this.zoneName}' ${name}${offset > 0n ? '+' : ''}${new Timedelta(offset).pyStr()} ${dst === 0n ? 'STD' : 'DST'}>`
  }
  override pyEquals(other: Value): boolean {
    return other instanceof PytzZone && other.zoneName === this.zoneName && other.#period.offset === this.#period.offset
  }
  override pyHash(): string {
    return `pytz:${this.zoneName}:${this.#period.offset}`
  }
}

function periodAt(zone: string, epochMicros: bigint): Period {
  const millis = Number(epochMicros / 1000n)
  const offset = offsetAt(zone, millis)
  const year = new Date(millis).getUTCFullYear()
  const winter = offsetAt(zone, Date.UTC(year, 0, 1))
  const summer = offsetAt(zone, Date.UTC(year, 6, 1))
  const standard = Math.min(winter, summer)
  const isDst = winter !== summer && offset > standard
  return {
    offset: BigInt(offset) * 1_000_000n,
    name: abbreviationOf(zone, millis, offset),
    dst: isDst ? BigInt(offset - standard) * 1_000_000n : 0n,
  }
}

/** The time before there were zones, rounded to minutes as pytz does. */
function oldestPeriod(zone: string): Period {
  const seconds = offsetAt(zone, Date.UTC(1800, 0, 1))
  return { offset: BigInt(Math.floor((seconds + 30) / 60)) * MINUTE, name: 'LMT', dst: 0n }
}

const UTC_ZONE = new PytzZone('UTC', { offset: 0n, name: 'UTC', dst: 0n }, true)
const FIXED = /^(GMT|Etc\/.*|EST|MST|HST|Greenwich|UCT|Universal|Zulu)$/

/** pytz.timezone(name); throws pytz's UnknownTimeZoneError. */
export function timezone(name: string): TzInfo {
  if (name.toUpperCase() === 'UTC') return UTC_ZONE
  const known = zoneNames().find((zone) => zone.toLowerCase() === name.toLowerCase())
  if (known === undefined) throw fault('UnknownTimeZoneError', stringRepr(name))
  if (FIXED.test(known)) {
    const offset = offsetAt(known, 0)
    return new PytzZone(
      known,
      { offset: BigInt(offset) * 1_000_000n, name: abbreviationOf(known, 0, offset), dst: 0n },
      true,
    )
  }
  return new PytzZone(known, oldestPeriod(known), false)
}

/** pytz.FixedOffset(minutes) */
class FixedOffset extends TzInfo {
  readonly typeName = '_FixedOffset'
  override readonly moduleName = 'pytz'
  readonly #minutes: number
  constructor(minutes: number) {
    super()
    if (Math.abs(minutes) >= 1440) throw fault('ValueError', `('absolute offset is too large', ${minutes})`)
    this.#minutes = minutes
  }
  override offset(): bigint {
    return BigInt(this.#minutes) * MINUTE
  }
  override abbreviation(): undefined {
    return undefined
  }
  override daylight(): bigint {
    return 0n
  }
  override getAttr(name: string): Value | undefined {
    if (name === 'zone') return null
    if (name === 'localize') {
      return new PyFunction(name, ([at]) => {
        if (!(at instanceof PyDateTime) || at.zone !== null)
          throw fault('ValueError', 'Not naive datetime (tzinfo is already set)')
        return PyDateTime.fromWall(at.wallMicros, this)
      })
    }
    if (name === 'normalize') return new PyFunction(name, ([at]) => at ?? null)
    return super.getAttr(name)
  }
  override pyRepr(): string {
    return `pytz.FixedOffset(${this.#minutes})`
  }
  override pyEquals(other: Value): boolean {
    return other instanceof FixedOffset && other.#minutes === this.#minutes
  }
  override pyHash(): string {
    return `pytz:fixed:${this.#minutes}`
  }
}

function countryZones(code: Value): Value {
  const country = toText(code).toUpperCase()
  const locale = new Intl.Locale(`und-${/^[A-Z]{2}$/.test(country) ? country : 'ZZ'}`) as Intl.Locale & {
    readonly timeZones?: string[]
    getTimeZones?(): string[] | undefined
  }
  const zones = locale.timeZones ?? locale.getTimeZones?.()
  if (zones === undefined || zones.length === 0) throw fault('KeyError', stringRepr(country))
  return zones
}

const ERRORS = ['AmbiguousTimeError', 'InvalidTimeError', 'NonExistentTimeError', 'UnknownTimeZoneError']

/** The module `pytz` as templates see it. */
export function pytzModule(): Map<string, Value> {
  const names = zoneNames()
  const common = names.filter(
    (name) =>
      /^(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Canada|Europe|Indian|Pacific|US)\//.test(name) ||
      name === 'UTC' ||
      name === 'GMT',
  )
  return new Map<string, Value>([
    [
      'timezone',
      new PyFunction('timezone', (args, kwargs) => {
        const [zone] = bindArguments('timezone', ['zone'], args, kwargs)
        if (zone === null) throw fault('UnknownTimeZoneError', 'None')
        return timezone(toText(zone!))
      }),
    ],
    ['utc', UTC_ZONE],
    ['UTC', UTC_ZONE],
    [
      'FixedOffset',
      new PyFunction('FixedOffset', ([minutes]) =>
        minutes === 0 ? UTC_ZONE : new FixedOffset(Number(toText(minutes ?? null))),
      ),
    ],
    ['BaseTzInfo', new PyClass('pytz.tzinfo.BaseTzInfo', () => UTC_ZONE)],
    ['all_timezones', [...names]],
    ['all_timezones_set', PySet.from(names)],
    ['common_timezones', common],
    ['common_timezones_set', PySet.from(common)],
    ['country_timezones', new PyFunction('country_timezones', ([code]) => countryZones(code ?? null))],
    ['country_names', countryNames()],
    ...ERRORS.map((name): [string, Value] => [
      name,
      new PyClass(`pytz.exceptions.${name}`, ([message]) => toText(message ?? '')),
    ]),
  ])
}

/** English names of the countries that have zones, by code. */
function countryNames(): Value {
  const display = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
  const names = new PyDict()
  for (const first of letters) {
    for (const second of letters) {
      const name = display.of(first + second)
      if (name !== undefined && !/^(EU|EZ|UN|XA|XB|ZZ|QO)$/.test(first + second)) names.set(first + second, name)
    }
  }
  return names
}
