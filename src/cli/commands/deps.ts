import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeFileAtomically } from '../../artifacts/write-file.ts'
import type { Invocation } from '../../config/invocation.ts'
import { type ConfigNames, loadProjectOnly, packageRenderer } from '../../config/load-config.ts'
import type { Project } from '../../config/project-config.ts'
import { DBT_VERSION } from '../../config/version.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { repr } from '../../jinja/runtime/text.ts'
import { type Http, makeHttp, WAITS } from '../../project/deps/http.ts'
import { installPackages } from '../../project/deps/install.ts'
import { LIMITS } from '../../project/deps/limits.ts'
import { LOCK_FILE, lockedHash, lockHash, lockText, readLock } from '../../project/deps/lock-file.ts'
import type { DepsServices, PinnedPackage } from '../../project/deps/pinned.ts'
import { Resolver } from '../../project/deps/resolve.ts'
import type { DeclaredPackages } from '../../project/packages.ts'
import { readPackages } from '../../project/packages.ts'
import { NO_SECRETS } from '../../util/secrets.ts'
import { addToPackages } from '../add-to-packages.ts'
import { ExitCode } from '../exit-code.ts'
import { say } from '../say.ts'

/**
 * `deps`: resolves the packages of packages.yml into package-lock.yml (when that is missing, out of date, or with --upgrade), then
 * installs what it lists; with --lock only the former. `--add-package` puts a package into packages.yml first.
 * Throws for packages that cannot be had; the lock file and the installed packages are as before then.
 */
export async function depsCommand(invocation: Invocation, names: ConfigNames): Promise<ExitCode> {
  const { flags } = invocation
  const { project, declared } = loadProjectOnly(invocation, names)
  const http = httpOf(invocation)
  const base = invocation.env['DBT_DOWNLOADS_DIR'] || tmpdir()
  mkdirSync(base, { recursive: true })
  const downloads = mkdtempSync(join(base, 'dbt-downloads-'))
  try {
    const services: DepsServices = {
      root: project.root,
      cwd: invocation.cwd,
      env: invocation.env,
      secrets: names.secrets,
      hide: (texts) => invocation.secrets.add(texts),
      dbtVersion: flags.versionCheck ? DBT_VERSION : undefined,
      http,
      limits: LIMITS,
      downloads,
      render: packageRenderer(names),
      emit: invocation.emit,
      signal: invocation.signal,
    }
    const resolver = new Resolver(services)
    const packages =
      flags.addPackage === null
        ? await lockedPackages(invocation, project, declared, resolver, services)
        : await addToPackages(flags.addPackage, project.root, declared.fileName, invocation.emit, () =>
            lockedPackages(
              invocation,
              project,
              readPackages(project.root, invocation.cwd, packageRenderer(names)),
              resolver,
              services,
            ),
          )
    if (!flags.lockOnly) await install(invocation, project, packages)
    return ExitCode.success
  } catch (error) {
    if (!invocation.signal.aborted) throw error
    throw new QuernError(
      'Runtime',
      'deps_interrupted',
      'deps was interrupted: the installed packages are those of before',
      {
        cause: error,
      },
    )
  } finally {
    await http.close()
    rmSync(downloads, { recursive: true, force: true })
  }
}

const httpOf = ({ env, signal, emit }: Invocation): Http =>
  makeHttp({
    env,
    signal,
    waits: WAITS,
    limit: LIMITS.downloadBytes,
    retrying: (problem, attempt) => {
      say(emit, 'RecordRetryException', 'M021', `External call exception: ${problem}`, { level: 'debug' })
      say(
        emit,
        'RetryExternalCall',
        'M020',
        `Retrying external call. Attempt: ${attempt} Max attempts: ${WAITS.length}`,
        {
          level: 'debug',
        },
      )
    },
  })

/** The packages of the lock file, which is made anew where it has to be. */
async function lockedPackages(
  invocation: Invocation,
  project: Project,
  declared: DeclaredPackages,
  resolver: Resolver,
  services: DepsServices,
): Promise<readonly PinnedPackage[]> {
  const { flags, emit } = invocation
  const hash = lockHash(declared.specs)
  const locked = lockedHash(project.root)
  if (!flags.upgrade && locked === hash) return await resolver.locked(readLock(project.root, services.render))
  const resolved = await resolver.resolve(declared.specs, project.name)
  if (resolved.length === 0) {
    if (flags.lockOnly) noPackages(invocation)
    // a lock file of packages that are no longer asked for would bring them back
    if (locked === undefined) return []
  }
  const entries = []
  for (const one of resolved) entries.push({ ...one.lockEntry(), name: (await one.metadata()).name })
  const path = join(project.root, LOCK_FILE)
  // secrets of the environment are not in the entries; what packages.yml says in so many words has to be there for the next installation
  writeFileAtomically(path, lockText(entries, hash), { secrets: NO_SECRETS })
  say(emit, 'DepsLockUpdating', 'M031', `Updating lock file in file path: ${path}`, { data: { lock_filepath: path } })
  return resolved
}

async function install(invocation: Invocation, project: Project, packages: readonly PinnedPackage[]): Promise<void> {
  const { emit } = invocation
  if (packages.length === 0) noPackages(invocation)
  const outdated: string[] = []
  await installPackages(project.root, project.packagesInstallPath, packages, {
    starting: (one) =>
      say(emit, 'DepsStartPackageInstall', 'M014', `Installing ${one.label}`, { data: { package_name: one.label } }),
    installed: (one) => {
      const version = one.versionName()
      say(emit, 'DepsInstallInfo', 'M015', `Installed from ${version}`, { data: { version_name: version } })
      if (one.latest !== undefined) {
        if (one.latest !== one.version) outdated.push(one.label)
        tellLatest(invocation, one.latest, one.latest !== one.version)
      }
      const { subdirectory } = one
      if (subdirectory !== undefined)
        say(emit, 'DepsListSubdirectory', 'M018', `and subdirectory ${subdirectory}`, { data: { subdirectory } })
    },
  })
  if (outdated.length === 0) return
  say(emit, 'Formatting', 'Z017', '')
  say(
    emit,
    'DepsNotifyUpdatesAvailable',
    'M019',
    `Updates available for packages: ${repr(outdated)}\nUpdate your versions in packages.yml, then run quern deps`,
    { data: { packages: outdated } },
  )
}

const tellLatest = ({ emit }: Invocation, latest: string, isNewer: boolean): void =>
  isNewer
    ? say(emit, 'DepsUpdateAvailable', 'M016', `Updated version available: ${latest}`, {
        data: { version_latest: latest },
      })
    : say(emit, 'DepsUpToDate', 'M017', 'Up to date!', { data: {} })

const noPackages = (invocation: Invocation): void =>
  say(invocation.emit, 'DepsNoPackagesFound', 'M013', 'Warning: No packages were found in packages.yml', { data: {} })
