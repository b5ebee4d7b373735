import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isQuernError } from '../../errors/quern-error.ts'
import { SourceFile } from '../../errors/source-file.ts'
import { toJson } from '../../jinja/python/json.ts'
import { toYaml } from '../../jinja/python/to-yaml.ts'
import { isPlainDict, type PlainDict } from '../../jinja/runtime/value.ts'
import { type PackageSpec, packageSpecs, type RenderPackages } from '../packages.ts'
import { readText, withoutMark } from '../read-file.ts'
import { readYaml } from '../read-yaml.ts'

export const LOCK_FILE = 'package-lock.yml'

const HASH = 'sha1_hash'

/** What dbt's classes add to an entry that leaves it out. */
const DEFAULTS: Readonly<Record<PackageSpec['kind'], PlainDict>> = {
  local: {},
  tarball: {},
  hub: { install_prerelease: false },
  git: { revision: null, subdirectory: null, 'warn-unpinned': null },
  private: { provider: null, revision: null, subdirectory: null, 'warn-unpinned': null },
}

/** dbt's fingerprint of what packages.yml asks for: SHA-1 of the entries as sorted JSON, each rendered and as written. */
export const lockHash = (specs: readonly PackageSpec[]): string =>
  createHash('sha1')
    .update(
      specs
        .map((spec) => toJson(withDefaults(spec), { sortKeys: true }))
        .sort()
        .join('\n'),
    )
    .digest('hex')

function withDefaults(spec: PackageSpec): PlainDict {
  const entry: PlainDict = { ...DEFAULTS[spec.kind], ...spec.entry, unrendered: spec.unrendered }
  if (entry['name'] === null) delete entry['name']
  return entry
}

/** The fingerprint in a project's lock file; undefined without file, or when it cannot be read as YAML. */
export function lockedHash(root: string): string | undefined {
  try {
    const hash = readLockData(root)?.data[HASH]
    return typeof hash === 'string' ? hash : undefined
  } catch (error) {
    if (!isQuernError(error)) throw error
    return undefined
  }
}

/** The entries of a project's lock file, rendered as those of packages.yml. Throws for entries that are none. */
export function readLock(root: string, render: RenderPackages): PackageSpec[] {
  const lock = readLockData(root)
  return lock === undefined ? [] : packageSpecs(lock.file, render(lock.data, lock.file), lock.data, undefined)
}

function readLockData(root: string): { file: SourceFile; data: PlainDict } | undefined {
  const path = join(root, LOCK_FILE)
  if (!existsSync(path)) return undefined
  const file = new SourceFile(LOCK_FILE, withoutMark(readText(path, LOCK_FILE)))
  const data = readYaml(file)
  return data !== null && isPlainDict(data) ? { file, data } : undefined
}

/** The text of package-lock.yml, laid out as dbt does: keys sorted, lists indented. */
export const lockText = (entries: readonly PlainDict[], hash: string): string =>
  toYaml({ packages: [...entries], [HASH]: hash }, { sortKeys: true, indentLists: true })
