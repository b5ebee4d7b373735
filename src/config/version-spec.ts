import { parse, type SemVer } from 'semver'

/** One bound of a version requirement: `>=1.0.0`. */
export interface VersionBound {
  readonly operator: '=' | '<' | '<=' | '>' | '>='
  readonly version: SemVer
  /** As dbt prints it: operator and version, `=` for a bare version. */
  readonly text: string
}

/**
 * Reads a requirement as dbt does: full versions only (`1.0.0`, `>=1.0.0-rc1`), comma lists in one text or a list of texts.
 * Throws an `InvalidVersion` for anything else (`"1.0" is not a valid semantic version.`).
 */
export function parseVersionSpec(spec: string | readonly string[]): VersionBound[] {
  const texts = typeof spec === 'string' ? spec.split(',') : spec
  return texts.map(parseBound)
}

/** A text that is no version. */
export class InvalidVersion extends Error {}

function parseBound(text: string): VersionBound {
  const match = /^(>=|<=|=|<|>)?\s*v?(\d+\.\d+\.\d+.*)$/.exec(text.trim())
  // dbt allows a pre-release to follow without a hyphen: 1.0.0rc1
  const version = match === null ? null : parse(match[2]!.trim().replace(/^(\d+\.\d+\.\d+)([A-Za-z])/, '$1-$2'))
  if (match === null || version === null) throw new InvalidVersion(`"${text}" is not a valid semantic version.`)
  const operator = (match[1] ?? '=') as VersionBound['operator']
  return { operator, version, text: `${operator}${version.version}` }
}

/** Whether a version meets every bound. */
export const satisfies = (version: string, bounds: readonly VersionBound[]): boolean => {
  const installed = parse(version)
  return installed !== null && bounds.every((bound) => meets(installed, bound))
}

function meets(version: SemVer, bound: VersionBound): boolean {
  const order = version.compare(bound.version)
  switch (bound.operator) {
    case '=':
      return order === 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
  }
}

/** Whether any version at all could meet the bounds. */
export function satisfiable(bounds: readonly VersionBound[]): boolean {
  for (const low of bounds) {
    for (const high of bounds) {
      if (low === high) continue
      const order = low.version.compare(high.version)
      if (low.operator === '=' && !meets(low.version, high)) return false
      if (low.operator.startsWith('>') && high.operator.startsWith('<')) {
        if (order > 0 || (order === 0 && (low.operator === '>' || high.operator === '<'))) return false
      }
    }
  }
  return true
}
