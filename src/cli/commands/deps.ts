import type { Invocation } from '../../config/invocation.ts'
import { type ConfigNames, loadProjectOnly } from '../../config/load-config.ts'
import { nativeRenderer } from '../../config/native-renderer.ts'
import { asPlainDict } from '../../config/python-data.ts'
import { renderDict } from '../../config/render-values.ts'
import type { PlainDict } from '../../jinja/runtime/value.ts'
import {
  installPackages,
  type LocalPackage,
  lockFile,
  lockHash,
  readLock,
  resolveLocalPackages,
  writeLock,
} from '../../project/deps.ts'
import type { DeclaredPackages } from '../../project/packages.ts'
import { ExitCode } from '../exit-code.ts'
import { say } from '../say.ts'

/**
 * `deps`: resolves the packages of packages.yml into package-lock.yml (when that is missing, out of date, or with --upgrade), then
 * installs what it lists; with --lock only the former. Throws for packages that this version cannot install.
 */
export function depsCommand(invocation: Invocation, names: ConfigNames): ExitCode {
  const { emit, flags, cwd } = invocation
  const { project, declared } = loadProjectOnly(invocation, names)
  const render = nativeRenderer(names.secret)
  const packages = resolveLocalPackages(
    project.root,
    cwd,
    declared,
    (data: PlainDict, file) => asPlainDict(renderDict(data, render, { file })) ?? {},
  )
  const path = lockFile(project.root)
  if (flags.upgrade || readLock(path)?.hash !== lockHash(declared.specs)) lock(invocation, path, declared, packages)
  if (flags.lockOnly) return ExitCode.success
  if (packages.length === 0) noPackages(invocation)
  installPackages(project.root, project.packagesInstallPath, packages, {
    starting: (one) =>
      say(emit, 'DepsStartPackageInstall', 'M014', `Installing ${one.source}`, { data: { package_name: one.source } }),
    copying: () =>
      say(emit, 'DepsSymlinkNotAvailable', 'Z038', 'Symlinks are not available on this OS, copying dependency.', {
        level: 'debug',
        data: {},
      }),
    installed: (one) => {
      const version = `<local @ ${one.source}>`
      say(emit, 'DepsInstallInfo', 'M015', `Installed from ${version}`, { data: { version_name: version } })
    },
  })
  return ExitCode.success
}

function lock(
  invocation: Invocation,
  path: string,
  declared: DeclaredPackages,
  packages: readonly LocalPackage[],
): void {
  if (packages.length === 0) return
  writeLock(path, packages, lockHash(declared.specs))
  say(invocation.emit, 'DepsLockUpdating', 'M031', `Updating lock file in file path: ${path}`, {
    data: { lock_filepath: path },
  })
}

const noPackages = (invocation: Invocation): void =>
  say(invocation.emit, 'DepsNoPackagesFound', 'M013', 'Warning: No packages were found in packages.yml', { data: {} })
