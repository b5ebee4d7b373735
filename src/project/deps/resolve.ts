import { QuernError } from '../../errors/quern-error.ts'
import { type PackageSpec, placeOf } from '../packages.ts'
import { askers, gitNames, gitPackage } from './git-package.ts'
import { type Hub, hubPackage, makeHub } from './hub-package.ts'
import { localPackage, localPath } from './local-package.ts'
import { type DepsServices, type PinnedPackage, scrubbed } from './pinned.ts'
import { tarballPackage } from './tarball-package.ts'

/** A package with the entries that ask for it, in order of mention. */
interface Wanted {
  readonly specs: PackageSpec[]
}

/** Finds versions of packages; every version of a package is looked at and fetched once. */
export class Resolver {
  readonly #services: DepsServices
  readonly #hub: Hub
  readonly #known = new Map<string, PinnedPackage>()

  constructor(services: DepsServices) {
    this.#services = services
    this.#hub = makeHub(services)
  }

  /**
   * The versions that a project's entries and those of its packages lead to, each package once, in order of mention.
   * As dbt: a version is taken as soon as a package is first mentioned, and what that version asks for stays wanted even when a later
   * entry leads to another version. Throws a Runtime Error for entries that contradict each other, for two packages of one
   * project name, and for a package called like the root project.
   */
  async resolve(specs: readonly PackageSpec[], rootName: string): Promise<PinnedPackage[]> {
    const final = new Map<string, Wanted>()
    const expanded = new Set<string>()
    let pending = this.#grouped(specs)
    while (pending.size > 0) {
      const next = new Map<string, Wanted>()
      for (const wanted of pending.values()) {
        const pinned = await this.#pin(this.#incorporate(final, wanted.specs))
        if (expanded.has(pinned.id)) continue
        expanded.add(pinned.id)
        for (const spec of (await pinned.metadata()).packages) this.#incorporate(next, [spec])
      }
      pending = next
    }
    const resolved = await this.#pinAll(final)
    await this.#checkNames(resolved, final, rootName)
    return resolved
  }

  /** The versions that a lock file's entries name. */
  async locked(specs: readonly PackageSpec[]): Promise<PinnedPackage[]> {
    return await this.#pinAll(this.#grouped(specs))
  }

  async #pinAll(listing: ReadonlyMap<string, Wanted>): Promise<PinnedPackage[]> {
    const pinned: PinnedPackage[] = []
    for (const wanted of listing.values()) pinned.push(await this.#pin(wanted))
    return pinned
  }

  async #pin(wanted: Wanted): Promise<PinnedPackage> {
    const found = await this.#find(wanted.specs)
    const known = this.#known.get(found.id)
    if (known !== undefined) return known
    this.#known.set(found.id, found)
    return found
  }

  async #find(specs: readonly PackageSpec[]): Promise<PinnedPackage> {
    const spec = specs[0]!
    switch (spec.kind) {
      case 'hub':
        return await hubPackage(specs, this.#hub, this.#services)
      case 'git':
        return gitPackage(specs, this.#services)
      case 'tarball':
        return tarballPackage(specs, this.#services)
      case 'local':
        return localPackage(specs, this.#services)
      case 'private':
        throw new QuernError(
          'Runtime',
          'private_package',
          `Cannot resolve private package ${spec.source} because git provider integration is missing. Please use a "git" package instead.`,
          {
            at: placeOf(spec, 'private'),
            hint: "with its address: git: https://{{ env_var('DBT_ENV_SECRET_TOKEN') }}@host/owner/name.git",
          },
        )
    }
  }

  #grouped(specs: readonly PackageSpec[]): Map<string, Wanted> {
    const listing = new Map<string, Wanted>()
    for (const spec of specs) this.#incorporate(listing, [spec])
    return listing
  }

  #incorporate(listing: Map<string, Wanted>, specs: readonly PackageSpec[]): Wanted {
    const spec = specs[0]!
    const names = this.#names(spec)
    const key = names.find((name) => listing.has(name)) ?? names[0]!
    const wanted = listing.get(key)
    if (wanted === undefined) {
      const added = { specs: [...specs] }
      listing.set(key, added)
      return added
    }
    const first = wanted.specs[0]!
    if (first.kind !== spec.kind) {
      const [old, fresh] = [first, spec].map((one) => `${scrubbed(one.source, this.#services)} (${one.kind})`)
      throw new QuernError(
        'Runtime',
        'package_kinds_differ',
        `Cannot incorporate ${fresh} in ${old}: mismatched types`,
        { at: placeOf(spec), notes: askers([spec, first]) },
      )
    }
    wanted.specs.push(...specs)
    return wanted
  }

  #names(spec: PackageSpec): readonly string[] {
    if (spec.kind === 'git') return gitNames(spec)
    return [spec.kind === 'local' ? localPath(spec, this.#services) : spec.source]
  }

  async #checkNames(
    resolved: readonly PinnedPackage[],
    final: ReadonlyMap<string, Wanted>,
    rootName: string,
  ): Promise<void> {
    const seen = new Map<string, PinnedPackage>()
    const wanted = [...final.values()]
    for (const [index, one] of resolved.entries()) {
      const { name } = await one.metadata()
      const at = placeOf(wanted[index]!.specs[0]!)
      const other = seen.get(name)
      if (other !== undefined) {
        throw new QuernError(
          'Runtime',
          'package_name_not_unique',
          `Found duplicate project "${name}". This occurs when a dependency has the same project name as some other dependency.`,
          {
            at,
            hint: `both are called ${name}: ${other.label} and ${one.label}; ask for one of them only`,
          },
        )
      }
      if (name === rootName) {
        throw new QuernError(
          'Runtime',
          'package_name_of_root',
          `Found a dependency with the same name as the root project "${name}". Package names must be unique in a project. Please rename one of these packages.`,
          { at },
        )
      }
      seen.set(name, one)
    }
  }
}
