import { dayOfYear, isoCalendar, toOrdinal, weekday } from './calendar.ts'
import { two } from './timedelta.ts'

/** What strftime can print of a date, time or datetime. */
export interface Moment {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly microsecond: number
  /** `+0200`, or '' when there is no zone. */
  readonly offset: string
  readonly zone: string
  /** Seconds since 1970 if the time is read as local or zoned time: for `%s`. */
  readonly epoch: number
}

export const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** strftime() with the C library's directives, in the C locale; `%-d` and its like print without padding. */
export function strftime(format: string, at: Moment): string {
  return format.replace(/%([-_0^#]*)(\d*)(:?[A-Za-z%])/g, (whole, flags: string, width: string, code: string) => {
    const text = directive(code, at)
    if (text === undefined) return whole
    return adjusted(text, flags, width, code)
  })
}

function adjusted(text: string, flags: string, width: string, code: string): string {
  let out = text
  if (flags.includes('^')) out = out.toUpperCase()
  if (flags.includes('#')) out = code === 'Z' || code === 'p' ? out.toLowerCase() : out.toUpperCase()
  const padding = /[-_0](?=[^-_0]*$)/.exec(flags)?.[0]
  const isNumber = /^[ 0]*\d+$/.test(out)
  if (isNumber && padding === '-') return out.replace(/^[ 0]+(?=\d)/, '')
  if (isNumber && padding === '_') out = out.replace(/^0+(?=\d)/, (zeros) => ' '.repeat(zeros.length))
  if (isNumber && padding === '0') out = out.replace(/^ +/, (spaces) => '0'.repeat(spaces.length))
  if (width !== '') out = out.padStart(Math.min(Number(width), 1000), isNumber && padding !== '_' ? '0' : ' ')
  return out
}

const space = (value: number): string => String(value).padStart(2)

function directive(code: string, at: Moment): string | undefined {
  const ordinal = (): number => toOrdinal(at.year, at.month, at.day)
  const day = (): number => weekday(ordinal())
  const yearDay = (): number => dayOfYear(at.year, at.month, at.day)
  const hour12 = at.hour % 12 === 0 ? 12 : at.hour % 12
  switch (code) {
    case 'a':
      return DAYS[day()]!.slice(0, 3)
    case 'A':
      return DAYS[day()]!
    case 'b':
    case 'h':
      return MONTHS[at.month - 1]!.slice(0, 3)
    case 'B':
      return MONTHS[at.month - 1]!
    case 'c':
      return `${strftime('%a %b %e %H:%M:%S', at)} ${at.year}`
    case 'C':
      return two(Math.floor(at.year / 100))
    case 'd':
      return two(at.day)
    case 'D':
    case 'x':
      return strftime('%m/%d/%y', at)
    case 'e':
      return space(at.day)
    case 'f':
      return String(at.microsecond).padStart(6, '0')
    case 'F':
      return `${at.year}-${two(at.month)}-${two(at.day)}`
    case 'g':
      return two(isoCalendar(ordinal())[0] % 100)
    case 'G':
      return String(isoCalendar(ordinal())[0])
    case 'H':
      return two(at.hour)
    case 'I':
      return two(hour12)
    case 'j':
      return String(yearDay()).padStart(3, '0')
    case 'k':
      return space(at.hour)
    case 'l':
      return space(hour12)
    case 'm':
      return two(at.month)
    case 'M':
      return two(at.minute)
    case 'n':
      return '\n'
    case 'p':
      return at.hour < 12 ? 'AM' : 'PM'
    case 'P':
      return at.hour < 12 ? 'am' : 'pm'
    case 'r':
      return strftime('%I:%M:%S %p', at)
    case 'R':
      return strftime('%H:%M', at)
    case 's':
      return String(at.epoch)
    case 'S':
      return two(at.second)
    case 't':
      return '\t'
    case 'T':
    case 'X':
      return strftime('%H:%M:%S', at)
    case 'u':
      return String(day() + 1)
    case 'U':
      return two(Math.floor((yearDay() + 6 - ((day() + 1) % 7)) / 7))
    case 'V':
      return two(isoCalendar(ordinal())[1])
    case 'w':
      return String((day() + 1) % 7)
    case 'W':
      return two(Math.floor((yearDay() + 6 - day()) / 7))
    case 'y':
      return two(at.year % 100)
    case 'Y':
      return String(at.year)
    case 'z':
      return at.offset
    case ':z':
      return at.offset.replace(/^([+-]\d\d)(\d\d)/, '$1:$2')
    case 'Z':
      return at.zone
    case '%':
      return '%'
  }
  return undefined
}
