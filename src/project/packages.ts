import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { didYouMean } from '../errors/did-you-mean.ts'
import { QuernError } from '../errors/quern-error.ts'
import { SourceFile, type Span } from '../errors/source-file.ts'
import { repr, toText } from '../jinja/runtime/text.ts'
import { dictEntries, isDict, isPlainDict, type PlainDict, PyFloat, type Value } from '../jinja/runtime/value.ts'
import { readText, unreadable, withoutMark } from './read-file.ts'
import { locate, readYaml } from './read-yaml.ts'

/** One entry of packages.yml or dependencies.yml. */
export interface PackageSpec {
  readonly kind: 'local' | 'hub' | 'git' | 'tarball' | 'private'
  /** Path, hub name, address: what the key of the kind holds. */
  readonly source: string
  /** The entry as rendered, and as written. */
  readonly entry: PlainDict
  readonly unrendered: PlainDict
  /** Where it stands, for errors. */
  readonly place: PackagePlace
}

export interface PackagePlace {
  /** Folder of the project or package that asks; undefined for what an index or a lock file says. */
  readonly base: string | undefined
  readonly file: SourceFile
  /** Position in the list `packages`. */
  readonly index: number
}

/** Where an entry, or a key of it, stands in its file. */
export const placeOf = (spec: PackageSpec, ...keys: string[]): Span | undefined =>
  locate(spec.place.file, ['packages', spec.place.index, ...keys])

export interface DeclaredPackages {
  readonly specs: readonly PackageSpec[]
  /** Where they stand: `packages.yml` unless dependencies.yml has them. */
  readonly fileName: 'packages.yml' | 'dependencies.yml'
  readonly file: SourceFile | undefined
}

/** Renders the data of packages.yml; `file` is for its errors. */
export type RenderPackages = (data: PlainDict, file: SourceFile) => PlainDict

const KINDS: Readonly<Record<string, PackageSpec['kind']>> = {
  local: 'local',
  package: 'hub',
  git: 'git',
  tarball: 'tarball',
  private: 'private',
}

/**
 * The packages that a project asks for. packages.yml is rendered; dependencies.yml only if it is an installed package's
 * (`of: 'package'`), as in dbt; its `projects:` is for dbt's platform and passed over. Throws when both have `packages`, and for
 * entries that are none; `shown` names the folder in errors where its path says nothing.
 */
export function readPackages(
  root: string,
  cwd: string,
  render: RenderPackages,
  of: 'project' | 'package' = 'project',
  shown?: string,
): DeclaredPackages {
  const own = readIfThere(root, 'packages.yml', cwd, shown)
  const dependencies = readIfThere(root, 'dependencies.yml', cwd, shown)
  if (
    own !== undefined &&
    Object.hasOwn(own.data, 'packages') &&
    dependencies !== undefined &&
    Object.hasOwn(dependencies.data, 'packages')
  ) {
    throw new QuernError(
      'Runtime',
      'packages_twice',
      "The 'packages' key cannot be specified in both packages.yml and dependencies.yml",
      {
        at: locate(own.file, ['packages'], 'key'),
        hint: 'keep them in one of the two files',
      },
    )
  }
  if (own !== undefined && Object.hasOwn(own.data, 'projects')) {
    throw new QuernError('Runtime', 'projects_misplaced', "The 'projects' key cannot be specified in packages.yml", {
      at: locate(own.file, ['projects'], 'key'),
      hint: 'it belongs to dependencies.yml',
    })
  }
  if (dependencies !== undefined && Object.hasOwn(dependencies.data, 'packages')) {
    const data = of === 'package' ? render(dependencies.data, dependencies.file) : dependencies.data
    return {
      specs: packageSpecs(dependencies.file, data, dependencies.data, root),
      fileName: 'dependencies.yml',
      file: dependencies.file,
    }
  }
  if (own === undefined) return { specs: [], fileName: 'packages.yml', file: undefined }
  return {
    specs: packageSpecs(own.file, render(own.data, own.file), own.data, root),
    fileName: 'packages.yml',
    file: own.file,
  }
}

function readIfThere(
  root: string,
  name: string,
  cwd: string,
  folder: string | undefined,
): { file: SourceFile; data: PlainDict } | undefined {
  const path = join(root, name)
  if (!existsSync(path)) return undefined
  const short = relative(cwd, path)
  const shown = folder !== undefined ? `${folder}/${name}` : short.startsWith('..') ? path : short
  const file = new SourceFile(shown, withoutMark(readText(path, shown)))
  const data = readYaml(file)
  if (data === null) return { file, data: {} }
  const dict = plain(data)
  if (dict === undefined)
    throw malformed(file, [], `${repr(data)} is not of type 'object'`, 'the file holds a list under the key `packages`')
  return { file, data: dict }
}

const plain = (value: Value | undefined): PlainDict | undefined =>
  value === undefined || !isDict(value)
    ? undefined
    : isPlainDict(value)
      ? value
      : Object.fromEntries(Array.from(dictEntries(value), ([key, item]) => [toText(key), item]))

/**
 * The entries under `packages` of a file (packages.yml, dependencies.yml, package-lock.yml, or what the hub says of a version):
 * `data` as rendered, `written` as it stands, `base` the folder of who asks. Throws for what is no entry.
 */
export function packageSpecs(
  file: SourceFile,
  data: PlainDict,
  written: PlainDict,
  base: string | undefined,
): PackageSpec[] {
  const list = data['packages'] ?? null
  if (list === null) return []
  if (!Array.isArray(list))
    throw malformed(file, ['packages'], `${repr(list)} is not of type 'array'`, 'packages is a list')
  const writtenList = Array.isArray(written['packages']) ? written['packages'] : []
  return list.map((entry, index) => specOf({ base, file, index }, entry, plain(writtenList[index]) ?? {}))
}

type Check = (value: Value) => boolean
const text: Check = (value) => typeof value === 'string'
const flag: Check = (value) => typeof value === 'boolean'
const version: Check = (value) => text(value) || typeof value === 'number' || value instanceof PyFloat
const orNone =
  (check: Check): Check =>
  (value) =>
    value === null || check(value)
const GIT_KEYS: Readonly<Record<string, Check>> = {
  revision: orNone(version),
  'warn-unpinned': orNone(flag),
  subdirectory: orNone(text),
  name: orNone(text),
}

/** Which keys an entry of a kind may have, and what they hold. */
const KEYS: Readonly<Record<PackageSpec['kind'], Readonly<Record<string, Check>>>> = {
  local: { local: text, name: orNone(text) },
  hub: {
    package: text,
    version: (value) => version(value) || (Array.isArray(value) && value.every(version)),
    install_prerelease: orNone(flag),
    name: orNone(text),
  },
  git: { git: text, ...GIT_KEYS },
  tarball: { tarball: text, name: text },
  private: { private: text, provider: orNone(text), ...GIT_KEYS },
}

function specOf(place: PackagePlace, value: Value, unrendered: PlainDict): PackageSpec {
  const { file, index } = place
  const entry = plain(value)
  const key = entry === undefined ? undefined : Object.keys(KINDS).find((name) => Object.hasOwn(entry, name))
  if (entry === undefined || key === undefined) {
    throw malformed(
      file,
      ['packages', index],
      `${repr(value)} is not valid under any of the given schemas`,
      'an entry has one of the keys local, package, git, tarball, private',
    )
  }
  const kind = KINDS[key]!
  const source = entry[key]!
  if (source === '' || source === null) {
    throw malformed(
      file,
      ['packages', index, key],
      `A ${key === 'package' ? 'hub' : key} package is missing the value. It is a required property.`,
    )
  }
  if (kind === 'hub' && typeof source === 'string') checkHub(file, index, entry, source)
  checkKeys(place, kind, entry)
  return { kind, source: source as string, entry, unrendered, place }
}

function checkKeys({ file, index }: PackagePlace, kind: PackageSpec['kind'], entry: PlainDict): void {
  const keys = KEYS[kind]
  for (const [key, value] of Object.entries(entry)) {
    const check = Object.hasOwn(keys, key) ? keys[key] : undefined
    if (check?.(value) === true) continue
    const near = didYouMean(key, Object.keys(keys))
    const known = near === undefined ? `it has the keys ${Object.keys(keys).join(', ')}` : `did you mean '${near}'?`
    throw malformed(
      file,
      ['packages', index, key],
      `${repr(entry)} is not valid under any of the given schemas`,
      check === undefined
        ? `a ${kind} package has no key '${key}': ${known}`
        : `a ${kind} package cannot have ${repr(value)} as its ${key}`,
    )
  }
  if (kind !== 'tarball' || Object.hasOwn(entry, 'name')) return
  throw malformed(
    file,
    ['packages', index],
    `${repr(entry)} is not valid under any of the given schemas`,
    'a tarball package needs a name: that of its project',
  )
}

function checkHub(file: SourceFile, index: number, entry: PlainDict, name: string): void {
  const version = entry['version'] ?? null
  if (version === null || version === '' || (Array.isArray(version) && version.length === 0)) {
    throw malformed(
      file,
      ['packages', index],
      `${name} is missing the version. When installing from the Hub package index, version is a required property`,
    )
  }
  if (!name.includes('/')) {
    throw malformed(
      file,
      ['packages', index, 'package'],
      `${name} was not found in the package index. Packages on the index require a namespace, e.g dbt-labs/dbt_utils`,
    )
  }
}

const malformed = (file: SourceFile, path: readonly (string | number)[], problem: string, hint?: string): QuernError =>
  new QuernError(
    'Runtime',
    'invalid_packages',
    `The ${file.path.split('/').at(-1)} file in this project is malformed: ${problem}`,
    {
      at: locate(file, path),
      hint,
    },
  )

/** The folders of installed packages, sorted by name: all folders of the install path, those that begin with `__` excepted. */
export function installedPackageDirs(root: string, installPath: string): string[] {
  const folder = join(root, installPath)
  if (!existsSync(folder)) return []
  let names: string[]
  try {
    names = readdirSync(folder)
  } catch (error) {
    throw unreadable(installPath, error)
  }
  return names
    .filter((name) => !name.startsWith('__') && isFolder(join(folder, name)))
    .sort()
    .map((name) => join(folder, name))
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

/** Throws dbt's message when fewer packages are installed than asked for. */
export function checkInstalled(declared: DeclaredPackages, installed: number, installPath: string): void {
  const wanted = declared.specs.length
  if (wanted <= installed) return
  throw new QuernError(
    'Compilation',
    'packages_not_installed',
    `dbt found ${wanted} package(s) specified in ${declared.fileName}, but only ${installed} package(s) installed in ${installPath}. Run "dbt deps" to install package dependencies.`,
    { hint: 'quern deps' },
  )
}
