import type { Emit } from '../../events/run-event.ts'
import type { PlainDict } from '../../jinja/runtime/value.ts'
import type { PackageSpec, RenderPackages } from '../packages.ts'
import type { Http } from './http.ts'
import type { ArchiveLimits } from './limits.ts'

/** What a package says of itself: its project's name, and what it asks for in turn. */
export interface PackageMetadata {
  readonly name: string
  readonly packages: readonly PackageSpec[]
}

/** One version of one package. */
export interface PinnedPackage {
  /** What tells this version from others, for looking at each once. */
  readonly id: string
  /** `dbt-labs/dbt_utils`, an address, a path: what `Installing ...` says. */
  readonly label: string
  /** Known from the first look at the package on: a git revision becomes a commit then. */
  metadata(): Promise<PackageMetadata>
  /** `version 1.3.0`: what `Installed from ...` says, once there is metadata. */
  versionName(): string
  /** The entry of package-lock.yml without `name`, once there is metadata. Secrets are not in it. */
  lockEntry(): PlainDict
  /** Whether a newer version could be had: that version, or undefined for packages that have no newer ones. */
  readonly latest: string | undefined
  readonly version: string | undefined
  readonly subdirectory: string | undefined
  /** Puts the files at a path that does not exist yet; its parent does. */
  install(path: string): Promise<void>
}

/** What packages of all kinds are found and fetched with. */
export interface DepsServices {
  /** The root project's folder, absolute. */
  readonly root: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Values that must not be shown or written. */
  readonly secrets: readonly string[]
  /** Gets what else must not be shown: passwords that stand in addresses. */
  readonly hide?: (texts: readonly string[]) => void
  /** Version that `require_dbt_version` of packages on the hub is held against; undefined = not at all. */
  readonly dbtVersion: string | undefined
  readonly http: Http
  readonly limits: ArchiveLimits
  /** A folder of this run, absolute. */
  readonly downloads: string
  readonly render: RenderPackages
  readonly emit: Emit
  readonly signal: AbortSignal
}

/** A text without secrets. */
export const scrubbed = (text: string, services: DepsServices): string =>
  services.secrets.reduce((shown, secret) => shown.split(secret).join('*****'), text)
