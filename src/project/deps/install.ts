import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { QuernError } from '../../errors/quern-error.ts'
import { removeLeftoversOf, temporaryPath } from '../../util/temporary-path.ts'
import type { PinnedPackage } from './pinned.ts'

export interface InstallListener {
  starting(one: PinnedPackage): void
  installed(one: PinnedPackage): void
}

/** Packages that are fetched at the same time. */
const AT_ONCE = 4

/**
 * Fills the install path with the packages, each under its project's name, in one step: all of them are put together beside it, which
 * then takes its place. When one fails, what was installed before stays as it was. At the end, what killed processes left beside it is removed.
 * Throws before anything is done when the path is the project's folder, holds it, or holds a local package.
 */
export async function installPackages(
  root: string,
  installPath: string,
  packages: readonly PinnedPackage[],
  listener: InstallListener,
): Promise<void> {
  const target = resolve(root, installPath)
  checkTarget(root, target, installPath, packages)
  const staging = temporaryPath(target)
  const made = mkdirSync(dirname(target), { recursive: true })
  try {
    mkdirSync(staging)
    await fill(staging, packages, installPath, listener)
    replace(staging, target)
    removeLeftoversOf(target)
  } catch (error) {
    rmSync(staging, { recursive: true, force: true })
    if (made !== undefined && !existsSync(target)) rmSync(made, { recursive: true, force: true })
    throw error
  }
}

async function fill(
  staging: string,
  packages: readonly PinnedPackage[],
  installPath: string,
  listener: InstallListener,
): Promise<void> {
  const started: Promise<void>[] = []
  const start = (): void => {
    const one = packages[started.length]
    if (one === undefined) return
    const work = put(one, staging, installPath)
    // a failure is met where the package's turn comes
    work.catch(() => undefined)
    started.push(work)
  }
  for (let index = 0; index < AT_ONCE; index++) start()
  try {
    for (const [index, one] of packages.entries()) {
      listener.starting(one)
      await started[index]
      start()
      listener.installed(one)
    }
  } finally {
    await Promise.allSettled(started)
  }
}

async function put(one: PinnedPackage, staging: string, installPath: string): Promise<void> {
  const { name } = await one.metadata()
  const path = resolve(staging, name)
  if (dirname(path) !== staging || name.includes('\0')) {
    throw new QuernError(
      'Runtime',
      'invalid_package_name',
      `Invalid package name '${name}': resolves outside of the packages-install-path ('${installPath}')`,
      { hint: `${one.label} calls itself so: do not use it` },
    )
  }
  rmSync(path, { recursive: true, force: true })
  await one.install(path)
  if (existsSync(join(path, 'dbt_project.yml'))) return
  throw new QuernError(
    'Runtime',
    'project_not_found',
    `No dbt_project.yml found at expected path ${join(installPath, name, 'dbt_project.yml')}\nVerify that each entry within packages.yml (and their transitive dependencies) contains a file named dbt_project.yml`,
    { hint: `it was fetched from ${one.label}` },
  )
}

/** Puts a folder in the place of another. Where that is a mount or a link, its contents are replaced instead. */
function replace(staging: string, target: string): void {
  if (!existsSync(target)) {
    rmSync(target, { force: true })
    renameSync(staging, target)
    return
  }
  const old = `${staging}.old`
  try {
    renameSync(target, old)
  } catch (error) {
    if (!['EBUSY', 'EXDEV', 'EPERM', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    for (const name of readdirSync(target)) rmSync(join(target, name), { recursive: true, force: true })
    for (const name of readdirSync(staging)) renameSync(join(staging, name), join(target, name))
    rmSync(staging, { recursive: true, force: true })
    return
  }
  renameSync(staging, target)
  rmSync(old, { recursive: true, force: true })
}

function checkTarget(root: string, target: string, installPath: string, packages: readonly PinnedPackage[]): void {
  if (root === target || root.startsWith(target + sep) || existsSync(join(target, 'dbt_project.yml'))) {
    throw new QuernError(
      'Runtime',
      'install_path_in_use',
      `Packages cannot be installed to ${installPath === '' ? "''" : installPath}, which is emptied for them: a project stands there.`,
      { hint: 'give packages-install-path in dbt_project.yml a folder of its own: dbt_packages' },
    )
  }
  const inside = packages.find((one) => one.id === target || one.id.startsWith(target + sep))
  if (inside === undefined) return
  throw new QuernError(
    'Runtime',
    'package_in_install_path',
    `A local package lies in ${installPath}, which is emptied when packages are installed.`,
    { hint: `move ${relative(root, inside.id)} elsewhere` },
  )
}
