import { repr } from '../../jinja/runtime/text.ts'
import type { PlainDict } from '../../jinja/runtime/value.ts'
import { positionReader } from '../yaml-positions.ts'

type PackageSource = 'hub' | 'git' | 'local' | 'tarball'

/** What `--add-package` and `--source` ask for. */
export interface AddedPackage {
  readonly source: PackageSource
  /** Name on the hub, address or path; of an archive, its project's name. */
  readonly name: string
  /** Of an archive, its address. */
  readonly version: string | undefined
}

/**
 * Takes `name@version` apart. The last `@` counts, and for addresses only if what follows can be a revision, so that
 * `git@host:owner/name.git` is a name. For archives `NAME@ADDRESS`, parted at the first `@`.
 */
export function parseAddedPackage(text: string, source: PackageSource): AddedPackage {
  const at = source === 'tarball' ? text.indexOf('@') : text.lastIndexOf('@')
  const version = text.slice(at + 1)
  const name = text.slice(0, Math.max(at, 0))
  const inAddress = source === 'git' && (version.includes(':') || /^[a-z+]+:\/\/[^/]*$/i.test(name))
  if (name === '' || version === '' || source === 'local' || inAddress)
    return { source, name: text, version: undefined }
  return { source, name, version }
}

/** The entry of packages.yml for a package; a version with commas is a list. */
function addedEntry(added: AddedPackage): PlainDict {
  const version =
    added.version === undefined ? undefined : added.version.includes(',') ? added.version.split(',') : added.version
  switch (added.source) {
    case 'hub':
      return { package: added.name, version: version ?? '' }
    case 'git':
      return { git: added.name, revision: version ?? '' }
    case 'local':
      return { local: added.name }
    case 'tarball':
      return { tarball: added.version ?? '', name: added.name }
  }
}

export interface Edited {
  readonly text: string
  /** Entries that gave way to the new one, as Python prints them. */
  readonly removed: readonly string[]
}

/**
 * packages.yml with one more entry; entries of the same package give way to it. Comments and the layout of the rest stay.
 * `text` is the file, or undefined when there is none.
 */
export function addPackage(text: string | undefined, added: AddedPackage): Edited {
  const yaml = positionReader()
  const document = yaml.parseDocument(text ?? '', { version: '1.1', uniqueKeys: false })
  if (!yaml.isMap(document.contents)) document.contents = document.createNode({ packages: [] }) as never
  const list = document.get('packages')
  if (!yaml.isSeq(list)) document.set('packages', document.createNode([]))
  const packages = document.get('packages') as import('yaml').YAMLSeq
  // an empty list is written as []: entries go below the key
  if (packages.items.length === 0) packages.flow = false
  const removed: string[] = []
  packages.items = packages.items.filter((item) => {
    const data = yaml.isNode(item) ? (item.toJS(document) as unknown) : item
    if (!isSamePackage(data, added.name)) return true
    removed.push(repr(shownEntry(data as Readonly<Record<string, unknown>>)))
    return false
  })
  packages.add(document.createNode(addedEntry(added)))
  return { text: document.toString({ lineWidth: 0, flowCollectionPadding: /[[{] /.test(text ?? '') }), removed }
}

const shownEntry = (data: Readonly<Record<string, unknown>>): PlainDict =>
  Object.fromEntries(
    Object.entries(data).flatMap(([key, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[key, value]] : [],
    ),
  )

/**
 * Whether an entry is the package of a name: one is part of the other, whole between `/`, `.` and the ends, with `_` and `-` alike,
 * with or without the owner. So dbt-labs/dbt_utils is also https://github.com/dbt-labs/dbt-utils.git. (dbt-core 1.11: deps)
 */
function isSamePackage(data: unknown, name: string): boolean {
  if (typeof data !== 'object' || data === null) return false
  const entry = data as Readonly<Record<string, unknown>>
  const identifier = ['package', 'git', 'local', 'tarball', 'private'].map((key) => entry[key]).find(Boolean)
  if (typeof identifier !== 'string') return false
  const short = name.slice(name.lastIndexOf('/') + 1)
  const variants = [name, short].flatMap((one) => [one, one.replaceAll('_', '-'), one.replaceAll('-', '_')])
  return variants.some((variant) => {
    const at = variant === '' ? -1 : identifier.indexOf(variant)
    if (at < 0) return false
    const [before, after] = [identifier[at - 1] ?? '/', identifier[at + variant.length] ?? '/']
    return '/.'.includes(before) && '/.'.includes(after)
  })
}
