import { QuernError } from '../../../errors/quern-error.ts'
import { type Method, textValue } from './method.ts'

type Version = string | number

/** Models by version: latest, prerelease (newer than latest), old (older), none (no version). */
export const version: Method = ({ criterion }) => {
  const value = textValue(criterion)
  const judge = JUDGES[value]
  if (judge === undefined) {
    throw new QuernError(
      'Runtime',
      'invalid_selector_value',
      `Invalid version type selector ${value}: expected one of: "latest", "prerelease", "old", or "none"`,
    )
  }
  return (node) => node.resource_type === 'model' && judge(node.version, node.latest_version)
}

const JUDGES: Readonly<Record<string, ((version: Version | null, latest: Version | null) => boolean) | undefined>> = {
  latest: (version, latest) => version !== null && version === latest,
  prerelease: (version, latest) => version !== null && latest !== null && compareVersions(version, latest) > 0,
  old: (version, latest) => version !== null && latest !== null && compareVersions(version, latest) < 0,
  none: (version) => version === null,
}

/** Numbers by value when both are numeric (also `'2'`), else as text (dbt-core 1.11: UnparsedVersion). */
export function compareVersions(a: Version, b: Version): number {
  const numeric = (value: Version): number =>
    typeof value === 'number' ? value : /^\s*[+-]?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : Number.NaN
  const [x, y] = [numeric(a), numeric(b)]
  if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0
}
