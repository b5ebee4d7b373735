import { QuernError } from '../../errors/quern-error.ts'
import { SourceFile } from '../../errors/source-file.ts'
import { makeDeprecation } from '../../events/warnings.ts'
import { parseYaml } from '../../jinja/python/yaml.ts'
import { repr, toText } from '../../jinja/runtime/text.ts'
import type { PlainDict, Value } from '../../jinja/runtime/value.ts'
import { type PackageSpec, packageSpecs, placeOf } from '../packages.ts'
import {
  highestWithin,
  InvalidVersion,
  intersect,
  parseBound,
  parseVersionSpec,
  rangeText,
  satisfies,
  sortedVersions,
  type VersionBound,
} from '../version-spec.ts'
import { downloadPackage } from './download-package.ts'
import { askers } from './git-package.ts'
import { Transient } from './http.ts'
import { moveFolder } from './package-folder.ts'
import type { DepsServices, PinnedPackage } from './pinned.ts'

/** The hub of dbt's packages. */
const HUB = 'https://hub.getdbt.com/'

/** What the hub says of one version of a package. */
interface HubVersion {
  readonly name: string
  readonly packages: readonly unknown[]
  readonly tarball: string
  readonly requireDbtVersion: readonly string[]
}

/** The hub, each address of which is read once. */
export interface Hub {
  /** All packages of the index. */
  names(): Promise<ReadonlySet<string>>
  versions(name: string): Promise<ReadonlyMap<string, HubVersion>>
}

/** The hub at DBT_PACKAGE_HUB_URL, or dbt's. */
export function makeHub(services: DepsServices): Hub {
  const base = services.env['DBT_PACKAGE_HUB_URL'] || HUB
  const address = (name: string): string =>
    `${base}${base.endsWith('/') ? '' : '/'}api/v1/${name.split('/').map(encodeURIComponent).join('/')}.json`
  let index: Promise<ReadonlySet<string>> | undefined
  const packages = new Map<string, Promise<ReadonlyMap<string, HubVersion>>>()
  const get = <T>(name: string, check: (value: unknown) => T): Promise<T> => {
    debug(services, 'RegistryProgressGETRequest', 'M008', `Making package registry request: GET ${address(name)}`)
    return services.http.json(address(name), check)
  }
  return {
    names: () => {
      index ??= get('index', indexOf)
      return index
    },
    versions: (name) => {
      const known = packages.get(name) ?? get(name, (value) => versionsOf(name, value, services))
      packages.set(name, known)
      return known
    },
  }
}

const debug = (services: DepsServices, name: string, code: string, text: string): void =>
  services.emit({ kind: 'message', level: 'debug', name, code, text })

type Json = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

function indexOf(value: unknown): ReadonlySet<string> {
  if (!Array.isArray(value)) throw new Transient('Request error: the index of the hub is not a list')
  return new Set(value.filter((name) => typeof name === 'string'))
}

function versionsOf(name: string, value: unknown, services: DepsServices): ReadonlyMap<string, HubVersion> {
  if (!isObject(value)) throw new Transient(`Request error: what the hub says of ${name} is not a dict`)
  const missing = ['name', 'versions'].filter((key) => !Object.hasOwn(value, key))
  if (missing.length > 0 || !isObject(value['versions']))
    throw new Transient(`Request error: what the hub says of ${name} lacks ${missing.join(', ') || 'versions'}`)
  tellRedirect(name, value, services)
  return new Map(
    Object.entries(value['versions']).map(([version, info]) => [version, versionOf(`${name} ${version}`, info)]),
  )
}

function versionOf(shown: string, info: unknown): HubVersion {
  const downloads = isObject(info) ? info['downloads'] : undefined
  const tarball = isObject(downloads) ? downloads['tarball'] : undefined
  if (!isObject(info) || typeof info['name'] !== 'string' || typeof tarball !== 'string')
    throw new Transient(`Request error: what the hub says of ${shown} lacks name or downloads`)
  const required = info['require_dbt_version'] ?? []
  const list = Array.isArray(required) ? required : [required]
  return {
    name: info['name'],
    packages: Array.isArray(info['packages']) ? info['packages'] : [],
    tarball,
    requireDbtVersion: list.flatMap((text) => (typeof text === 'string' && text !== '' ? text.split(',') : [])),
  }
}

/** A package that moved still installs under its old name. */
function tellRedirect(name: string, value: Json, services: DepsServices): void {
  if (!Object.hasOwn(value, 'redirectnamespace') && !Object.hasOwn(value, 'redirectname')) return
  const to = `${value['redirectnamespace'] || value['namespace']}/${value['redirectname'] || value['name']}`
  const text = `Deprecated functionality\n\nThe \`${name}\` package is deprecated in favor of \`${to}\`.`
  services.emit(
    makeDeprecation('PackageRedirectDeprecation', 'D001', text, {
      data: { old_name: name, new_name: to },
      named: false,
    }),
  )
}

/**
 * The highest version of a package that all entries allow and that this dbt version may use. Throws a Runtime Error when the
 * hub has no such package, when the entries contradict each other, and when no version is left.
 */
export async function hubPackage(
  specs: readonly PackageSpec[],
  hub: Hub,
  services: DepsServices,
): Promise<PinnedPackage> {
  const spec = specs[0]!
  const name = spec.source
  if (!(await hub.names()).has(name)) throw await notFound(spec, hub)
  const bounds = specs.flatMap(boundsOf)
  const range = intersect(bounds)
  if (range === undefined) {
    throw new QuernError(
      'Runtime',
      'package_versions_conflict',
      `Version error for package ${name}: Could not find a satisfactory version from options: ${repr(bounds.map((bound) => bound.text))}`,
      { at: placeOf(spec, 'version'), notes: askers(specs) },
    )
  }
  const versions = await hub.versions(name)
  const prereleases = spec.entry['install_prerelease'] === true || bounds.some((bound) => bound.prerelease)
  const usable = [...versions].flatMap(([version, info]) => (fits(version, info, services) ? [version] : []))
  const installable = sortedVersions(usable, prereleases)
  const version = highestWithin(range, installable)
  if (version === undefined) throw noVersion(spec, rangeText(range), installable, services)
  const info = versions.get(version)!
  return {
    id: `${name}@${version}`,
    label: name,
    version,
    // dbt asks this of the lock file, where install_prerelease does not stand
    latest: sortedVersions(usable, parseBound(version).prerelease !== undefined).at(-1),
    subdirectory: undefined,
    versionName: () => `version ${version}`,
    lockEntry: () => ({ package: name, version }),
    metadata: async () => ({ name: info.name, packages: transitive(`${name} ${version} (hub)`, info) }),
    install: async (path) => moveFolder(await downloadPackage(info.tarball, info.tarball, services), path),
  }
}

function boundsOf(spec: PackageSpec): VersionBound[] {
  const written: Value = spec.entry['version'] ?? null
  const texts = (Array.isArray(written) ? written : [written]).map((value) => toText(value))
  try {
    return texts.map(parseBound)
  } catch (error) {
    if (!(error instanceof InvalidVersion)) throw error
    throw new QuernError('Runtime', 'invalid_version', error.message, {
      at: placeOf(spec, 'version'),
      hint: 'a version has three numbers, in quotes: "1.3.0"; a range is a list: [">=1.0.0", "<2.0.0"]',
      cause: error,
    })
  }
}

/** Whether this dbt version may use a version of a package; versions that cannot be read are passed over. */
function fits(version: string, info: HubVersion, services: DepsServices): boolean {
  try {
    parseBound(version)
    return services.dbtVersion === undefined || satisfies(services.dbtVersion, parseVersionSpec(info.requireDbtVersion))
  } catch (error) {
    if (error instanceof InvalidVersion) return false
    throw error
  }
}

/** The packages that a version asks for, as the hub lists them. */
function transitive(shown: string, info: HubVersion): PackageSpec[] {
  const file = new SourceFile(shown, JSON.stringify({ packages: info.packages }, null, 2))
  const data = parseYaml(file.text) as PlainDict
  return packageSpecs(file, data, data, undefined)
}

async function notFound(spec: PackageSpec, hub: Hub): Promise<QuernError> {
  const { didYouMean } = await import('../../errors/did-you-mean.ts')
  const near = didYouMean(spec.source, await hub.names())
  return new QuernError('Runtime', 'package_not_found', `Package ${spec.source} was not found in the package index`, {
    at: placeOf(spec, 'package'),
    ...(near === undefined ? {} : { hint: `did you mean '${near}'?` }),
  })
}

function noVersion(spec: PackageSpec, range: string, installable: string[], services: DepsServices): QuernError {
  const checked = services.dbtVersion !== undefined
  const hidden = '\n\n  Not shown: package versions incompatible with installed version of dbt-core'
  return new QuernError(
    'Runtime',
    'package_version_not_found',
    `Could not find a matching compatible version for package ${spec.source}\n  Requested range: ${range}\n  Compatible versions: ${repr(installable)}\n${checked ? hidden : ''}`.trimEnd(),
    {
      at: placeOf(spec, 'version'),
      ...(checked ? { hint: '`quern deps --no-version-check` takes the others too' } : {}),
    },
  )
}
