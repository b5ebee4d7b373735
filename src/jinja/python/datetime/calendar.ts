/** The proleptic Gregorian calendar: days are counted from 0001-01-01, which is day 1. */

const BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
export const MAX_ORDINAL = 3_652_059

export const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
export const daysInMonth = (year: number, month: number): number =>
  month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31
const daysBeforeYear = (year: number): number => {
  const y = year - 1
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400)
}
/** The number of the day in its year, from 1. */
export const dayOfYear = (year: number, month: number, day: number): number =>
  BEFORE[month - 1]! + (month > 2 && isLeap(year) ? 1 : 0) + day
export const toOrdinal = (year: number, month: number, day: number): number =>
  daysBeforeYear(year) + dayOfYear(year, month, day)

/** [year, month, day] of a day number. */
export function fromOrdinal(ordinal: number): [number, number, number] {
  let year = Math.max(1, Math.floor(ordinal / 365.2425))
  while (daysBeforeYear(year + 1) < ordinal) year++
  while (daysBeforeYear(year) >= ordinal) year--
  let rest = ordinal - daysBeforeYear(year)
  let month = 1
  while (rest > daysInMonth(year, month)) rest -= daysInMonth(year, month++)
  return [year, month, rest]
}

/** 0 = Monday ... 6 = Sunday */
export const weekday = (ordinal: number): number => (ordinal + 6) % 7

function isoWeekOne(year: number): number {
  const first = toOrdinal(year, 1, 1)
  const day = weekday(first)
  return first - day + (day > 3 ? 7 : 0)
}

/** [year, week, weekday 1-7] as ISO 8601 counts weeks. */
export function isoCalendar(ordinal: number): [number, number, number] {
  let [year] = fromOrdinal(ordinal)
  let start = isoWeekOne(year)
  if (ordinal < start) start = isoWeekOne(--year)
  else if (year < 9999 && ordinal >= isoWeekOne(year + 1)) start = isoWeekOne(++year)
  return [year, Math.floor((ordinal - start) / 7) + 1, weekday(ordinal) + 1]
}

/** The day number of an ISO week date, or undefined when there is no such week. */
export function fromIsoCalendar(year: number, week: number, day: number): number | undefined {
  const start = isoWeekOne(year)
  const ordinal = start + (week - 1) * 7 + day - 1
  return week < 1 || (week > 52 && ordinal - day + 1 >= isoWeekOne(year + 1)) ? undefined : ordinal
}
