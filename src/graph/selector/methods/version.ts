import { QuernError } from '../../../errors/quern-error.ts'
import { compareVersions } from '../../../manifest/compare-versions.ts'
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
  return (node) => node.resource_type === 'model' && judge(node.version ?? null, node.latest_version ?? null)
}

const JUDGES: Readonly<Record<string, ((version: Version | null, latest: Version | null) => boolean) | undefined>> = {
  latest: (version, latest) => version !== null && version === latest,
  prerelease: (version, latest) => version !== null && latest !== null && compareVersions(version, latest) > 0,
  old: (version, latest) => version !== null && latest !== null && compareVersions(version, latest) < 0,
  none: (version) => version === null,
}
