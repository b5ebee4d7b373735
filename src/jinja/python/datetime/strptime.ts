import { stringRepr } from '../../runtime/text.ts'
import { TemplateFault } from '../../runtime/value.ts'
import { dayOfYear, fromIsoCalendar, fromOrdinal, toOrdinal, weekday } from './calendar.ts'
import { DAYS, MONTHS } from './strftime.ts'

/** What strptime read. */
export interface ParsedMoment {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly microsecond: number
  /** Offset from UTC in microseconds, when the text had one. */
  readonly offset: bigint | undefined
  readonly zone: string | undefined
}

const anyOf = (words: readonly string[]): string => words.join('|')
const DAY_NAMES = DAYS.map((name) => name.toLowerCase())
const MONTH_NAMES = MONTHS.map((name) => name.toLowerCase())
const short = (names: readonly string[]): string[] => names.map((name) => name.slice(0, 3))

const PATTERNS: Readonly<Record<string, string>> = {
  d: '3[01]|[12]\\d|0[1-9]|[1-9]| [1-9]',
  f: '\\d{1,6}',
  H: '2[0-3]|[01]\\d|\\d',
  I: '1[0-2]|0[1-9]|[1-9]',
  G: '\\d{4}',
  j: '36[0-6]|3[0-5]\\d|[12]\\d\\d|0[1-9]\\d|00[1-9]|[1-9]\\d|0[1-9]|[1-9]',
  m: '1[0-2]|0[1-9]|[1-9]',
  M: '[0-5]\\d|\\d',
  S: '6[01]|[0-5]\\d|\\d',
  U: '5[0-3]|[0-4]\\d|\\d',
  W: '5[0-3]|[0-4]\\d|\\d',
  w: '[0-6]',
  u: '[1-7]',
  V: '5[0-3]|0[1-9]|[1-4]\\d|\\d',
  y: '\\d{2}',
  Y: '\\d{4}',
  z: '[+-]\\d\\d:?[0-5]\\d(?::?[0-5]\\d(?:\\.\\d{1,6})?)?|z',
  A: anyOf(DAY_NAMES),
  a: anyOf(short(DAY_NAMES)),
  B: anyOf(MONTH_NAMES),
  b: anyOf(short(MONTH_NAMES)),
  h: anyOf(short(MONTH_NAMES)),
  p: 'am|pm',
  Z: 'utc|gmt',
}
const COMPOSED: Readonly<Record<string, string>> = { c: '%a %b %d %H:%M:%S %Y', x: '%m/%d/%y', X: '%H:%M:%S' }

const valueError = (message: string): TemplateFault => new TemplateFault('ValueError', message)

/** strptime(): reads a text by a format. Throws Python's ValueError when it does not match. */
export function strptime(text: string, format: string): ParsedMoment {
  const full = format.replace(/%([cxX])/g, (_whole, code: string) => COMPOSED[code]!)
  const found = patternOf(full, format).exec(text)
  if (found === null) {
    throw valueError(`time data ${stringRepr(text)} does not match format ${stringRepr(format)}`)
  }
  if (found[0].length !== text.length) throw valueError(`unconverted data remains: ${text.slice(found[0].length)}`)
  return momentOf(found.groups ?? {})
}

/** The patterns of formats already seen. */
const patterns = new Map<string, RegExp>()

function patternOf(full: string, format: string): RegExp {
  const known = patterns.get(full)
  if (known !== undefined) return known
  const made = buildPattern(full, format)
  if (patterns.size > 200) patterns.clear()
  patterns.set(full, made)
  return made
}

function buildPattern(full: string, format: string): RegExp {
  const seen = new Set<string>()
  const source = full
    .replace(/\s+/g, ' ')
    .replace(/%([\s\S])?|[\\.^$*+?{}[\]|()]| /g, (match, code: string | undefined) => {
      if (match === ' ') return '\\s+'
      if (!match.startsWith('%')) return `\\${match}`
      if (code === undefined) throw valueError(`stray % in format ${stringRepr(format)}`)
      if (code === '%') return '%'
      const pattern = PATTERNS[code]
      if (pattern === undefined) throw valueError(`'${code}' is a bad directive in format ${stringRepr(format)}`)
      if (seen.has(code)) throw valueError(`redefinition of group name '${code}' in format ${stringRepr(format)}`)
      seen.add(code)
      return `(?<${code}>${pattern})`
    })
  return new RegExp(`^(?:${source})`, 'iu')
}

function momentOf(groups: Readonly<Record<string, string | undefined>>): ParsedMoment {
  const number = (code: string): number | undefined => (groups[code] === undefined ? undefined : Number(groups[code]))
  const name = (code: string, names: readonly string[]): number | undefined => {
    const given = groups[code]?.toLowerCase()
    return given === undefined ? undefined : names.indexOf(given)
  }
  const short2 = number('y')
  const givenYear = number('Y') ?? (short2 === undefined ? undefined : short2 <= 68 ? 2000 + short2 : 1900 + short2)
  const monthName = name('B', MONTH_NAMES) ?? name('b', short(MONTH_NAMES)) ?? name('h', short(MONTH_NAMES))
  const givenMonth = number('m') ?? (monthName === undefined ? undefined : monthName + 1)
  const [year, month, day] = dateOf(givenYear, givenMonth, number('d'), weekdayOf(groups, name), number, groups)
  const half = groups['p']?.toLowerCase()
  let hour = number('H') ?? 0
  const hour12 = number('I')
  if (hour12 !== undefined) hour = (hour12 % 12) + (half === 'pm' ? 12 : 0)
  const second = number('S') ?? 0
  return {
    year,
    month,
    day,
    hour,
    minute: number('M') ?? 0,
    second,
    microsecond: groups['f'] === undefined ? 0 : Number(groups['f'].padEnd(6, '0')),
    offset: groups['z'] === undefined ? undefined : offsetOf(groups['z']),
    zone: groups['Z']?.toUpperCase(),
  }
}

type Groups = Readonly<Record<string, string | undefined>>

function weekdayOf(
  groups: Groups,
  name: (code: string, names: readonly string[]) => number | undefined,
): number | undefined {
  if (groups['w'] !== undefined) return (Number(groups['w']) + 6) % 7
  if (groups['u'] !== undefined) return Number(groups['u']) - 1
  return name('A', DAY_NAMES) ?? name('a', short(DAY_NAMES))
}

function dateOf(
  givenYear: number | undefined,
  month: number | undefined,
  day: number | undefined,
  dayOfWeek: number | undefined,
  number: (code: string) => number | undefined,
  groups: Groups,
): [number, number, number] {
  const isoYear = number('G')
  const isoWeek = number('V')
  if (isoYear !== undefined || isoWeek !== undefined) {
    if (isoYear === undefined || isoWeek === undefined || dayOfWeek === undefined) {
      throw valueError(
        "ISO week directive '%V' must be used with the ISO year directive '%G' and a weekday directive ('%A', '%a', '%w', or '%u').",
      )
    }
    const ordinal = fromIsoCalendar(isoYear, isoWeek, dayOfWeek + 1)
    if (ordinal === undefined) throw valueError(`Invalid week: ${isoWeek}`)
    return fromOrdinal(ordinal)
  }
  const year = givenYear ?? (month === 2 && day === 29 ? 1904 : 1900)
  const yearDay = number('j')
  if (yearDay !== undefined && month === undefined) return fromOrdinal(toOrdinal(year, 1, 1) + yearDay - 1)
  const week = number('U') ?? number('W')
  if (week !== undefined && dayOfWeek !== undefined && givenYear !== undefined) {
    const first = weekday(toOrdinal(year, 1, 1))
    const sundayBased = groups['U'] !== undefined
    const start = sundayBased ? (first + 1) % 7 : first
    const wanted = sundayBased ? (dayOfWeek + 1) % 7 : dayOfWeek
    const gap = (7 - start) % 7
    const offset = week === 0 ? wanted - start : gap + (week - 1) * 7 + wanted
    return fromOrdinal(toOrdinal(year, 1, 1) + offset)
  }
  if (day !== undefined && month !== undefined && dayOfYear(year, month, 1) + day > dayOfYear(year, 12, 31) + 1) {
    throw valueError('day is out of range for month')
  }
  return [givenYear === undefined && year === 1904 ? 1900 : year, month ?? 1, day ?? 1]
}

function offsetOf(text: string): bigint {
  if (/^z$/i.test(text)) return 0n
  const found = /^([+-])(\d\d):?(\d\d)(?::?(\d\d)(?:\.(\d+))?)?$/.exec(text)!
  const seconds = Number(found[2]) * 3600 + Number(found[3]) * 60 + Number(found[4] ?? 0)
  const micros = BigInt(seconds) * 1_000_000n + BigInt((found[5] ?? '').padEnd(6, '0'))
  return found[1] === '-' ? -micros : micros
}
