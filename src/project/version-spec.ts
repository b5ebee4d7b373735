/** One bound of a version requirement: `>=1.0.0`. */
export interface VersionBound {
  readonly operator: '=' | '<' | '<=' | '>' | '>='
  readonly numbers: readonly [number, number, number]
  /** `rc1` of `1.0.0-rc1`. */
  readonly prerelease: string | undefined
  /** As dbt prints it: operator and version, `=` for a bare version. */
  readonly text: string
}

/** What several bounds leave; an absent side is open. */
export interface VersionRange {
  readonly start: VersionBound | undefined
  readonly end: VersionBound | undefined
}

/** A text that is no version. */
export class InvalidVersion extends Error {}

const NUMBER = '(0|[1-9]\\d*)'
const TAG = '(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)'
const BOUND = new RegExp(
  `^(>=|<=|=|<|>)?\\s*v?${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-?(${TAG}(?:\\.${TAG})*))?(?:\\+([0-9A-Za-z-]*(?:\\.[0-9A-Za-z-]*)*))?$`,
)

/**
 * Reads a requirement as dbt does: full versions only (`1.0.0`, `>=1.0.0-rc1`), comma lists in one text or a list of texts.
 * Throws an `InvalidVersion` for anything else (`"1.0" is not a valid semantic version.`).
 */
export function parseVersionSpec(spec: string | readonly string[]): VersionBound[] {
  const texts = typeof spec === 'string' ? spec.split(',') : spec
  return texts.map(parseBound)
}

/** One bound. Throws an `InvalidVersion`. */
export function parseBound(text: string): VersionBound {
  const match = BOUND.exec(text.trim())
  if (match === null) throw new InvalidVersion(`"${text}" is not a valid semantic version.`)
  const operator = (match[1] ?? '=') as VersionBound['operator']
  const numbers = [Number(match[2]), Number(match[3]), Number(match[4])] as const
  const [prerelease, build] = [match[5], match[6]]
  const shown = `${numbers.join('.')}${prerelease ? `-${prerelease}` : ''}${build ? `+${build}` : ''}`
  return { operator, numbers, prerelease, text: operator + shown }
}

const isExact = (bound: VersionBound): boolean => bound.operator === '='

/**
 * Below 0 when `a` comes before `b`. Versions decide as in semver, except that a version with `<` comes before its own pre-releases,
 * so that `<2.0.0` leaves 2.0.0-rc1 out. Of bounds at one version the narrower lower bound and the wider upper bound come last.
 * (dbt-common: semver)
 */
export function compareBounds(a: VersionBound, b: VersionBound): number {
  for (const [index, number] of a.numbers.entries()) {
    const other = b.numbers[index]!
    if (number !== other) return number < other ? -1 : 1
  }
  if (a.prerelease !== b.prerelease) {
    if (a.prerelease === undefined) return a.operator === '<' ? -1 : 1
    if (b.prerelease === undefined) return -1
    const order = comparePrereleases(a.prerelease, b.prerelease)
    if (order !== 0) return order
  }
  return compareOperators(a.operator, b.operator)
}

/** Where bounds at one version stand: `<` before `<=`, `>=` before `>`, and an upper bound before a lower one unless both hold the version. */
function compareOperators(a: VersionBound['operator'], b: VersionBound['operator']): number {
  if (a === b || a === '=' || b === '=') return 0
  const [aLow, bLow] = [a.startsWith('>'), b.startsWith('>')]
  if (aLow !== bLow) return a.endsWith('=') && b.endsWith('=') ? 0 : aLow ? 1 : -1
  if (aLow) return a === '>' ? 1 : -1
  return a === '<' ? -1 : 1
}

function comparePrereleases(a: string, b: string): number {
  const [left, right] = [a.split('.'), b.split('.')]
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const order = compareTags(left[index]!, right[index]!)
    if (order !== 0) return order
  }
  return Math.sign(a.length - b.length)
}

function compareTags(a: string, b: string): number {
  const [aNumber, bNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)]
  if (aNumber && bNumber) return Math.sign(Number(a) - Number(b))
  if (aNumber !== bNumber) return aNumber ? -1 : 1
  return a < b ? -1 : a > b ? 1 : 0
}

/** What all bounds leave together, or undefined when nothing does. */
export function intersect(bounds: readonly VersionBound[]): VersionRange | undefined {
  const last = bounds.at(-1)
  let range: VersionRange | undefined = last === undefined ? { start: undefined, end: undefined } : rangeOf(last)
  for (const bound of bounds.slice(0, -1)) {
    if (range === undefined) return undefined
    range = narrowed(range, rangeOf(bound))
  }
  return range
}

const rangeOf = (bound: VersionBound): VersionRange => ({
  start: bound.operator.startsWith('<') ? undefined : bound,
  end: bound.operator.startsWith('>') ? undefined : bound,
})

function narrowed(a: VersionRange, b: VersionRange): VersionRange | undefined {
  const start = narrowedSide(a.start, b.start, 1)
  const end = narrowedSide(a.end, b.end, -1)
  if (start === 'none' || end === 'none') return undefined
  if (start !== undefined && end !== undefined && compareBounds(start, end) > 0) return undefined
  return { start, end }
}

/** The narrower of two bounds of one side: the later start (`direction` 1) or the earlier end (-1); `none` when an exact one lies outside. */
function narrowedSide(
  a: VersionBound | undefined,
  b: VersionBound | undefined,
  direction: 1 | -1,
): VersionBound | undefined | 'none' {
  if (a === undefined || b === undefined) return a ?? b
  if (isExact(a) && isExact(b)) return compareBounds(a, b) === 0 ? a : 'none'
  if (!isExact(a) && !isExact(b)) return compareBounds(a, b) * direction < 0 ? b : a
  const [open, exact] = isExact(a) ? [b, a] : [a, b]
  const order = compareBounds(open, exact) * direction
  return order < 0 || (order === 0 && open.operator.endsWith('=')) ? exact : 'none'
}

/** Whether a version meets every bound. */
export const satisfies = (version: string, bounds: readonly VersionBound[]): boolean =>
  intersect([parseBound(version), ...bounds]) !== undefined

/** Whether any version at all could meet the bounds. */
export const satisfiable = (bounds: readonly VersionBound[]): boolean => intersect(bounds) !== undefined

/** `>=1.0.0, <2.0.0`; `ANY` for a range without bounds. */
export const rangeText = (range: VersionRange): string =>
  [range.start, range.end].flatMap((bound) => bound?.text ?? []).join(', ') || 'ANY'

/** The highest version within a range; of equal ones the first. Undefined when none fits. */
export function highestWithin(range: VersionRange, versions: readonly string[]): string | undefined {
  const bounds = [range.start, range.end].flatMap((bound) => bound ?? [])
  let best: { text: string; bound: VersionBound } | undefined
  for (const text of versions) {
    const bound = parseBound(text)
    if (intersect([bound, ...bounds]) === undefined) continue
    if (best === undefined || compareBounds(best.bound, bound) < 0) best = { text, bound }
  }
  return best?.text
}

/** Versions from low to high, those with a pre-release tag only if wanted. */
export const sortedVersions = (versions: readonly string[], prereleases: boolean): string[] =>
  versions
    .map((text) => ({ text, bound: parseBound(text) }))
    .filter((one) => prereleases || !one.bound.prerelease)
    .sort((a, b) => compareBounds(a.bound, b.bound))
    .map((one) => one.text)
