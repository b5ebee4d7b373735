import { rmSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import type { Invocation } from '../../config/invocation.ts'
import { type ConfigNames, loadProjectOnly } from '../../config/load-config.ts'
import type { Project } from '../../config/project-config.ts'
import { QuernError } from '../../errors/quern-error.ts'
import type { Deprecation } from '../../events/run-event.ts'
import { makeDeprecation } from '../../events/warnings.ts'
import { repr } from '../../jinja/runtime/text.ts'
import { locate } from '../../project/read-yaml.ts'
import { ExitCode } from '../exit-code.ts'
import { say } from '../say.ts'

/** `clean`: removes the folders of `clean-targets`. Throws when one holds sources, holds the project, or lies outside of it. */
export function cleanCommand(invocation: Invocation, names: ConfigNames): ExitCode {
  const { project } = loadProjectOnly(invocation, names)
  const paths = [...new Set(project.cleanTargets.map((path) => resolve(project.root, path)))]
  refuseSources(project, paths, (path, source) => path === source)
  refuseOutside(project, paths, invocation.flags.cleanProjectFilesOnly)
  // dbt refuses the source folders themselves; a folder that holds one would take it along.
  refuseSources(project, paths, (path, source) => isInside(source, path))
  if (project.cleanTargets.includes('dbt_modules') && !project.cleanTargets.includes(project.packagesInstallPath))
    invocation.emit(oldPackagesFolder())
  for (const path of paths) {
    say(invocation.emit, 'CheckCleanPath', 'Z012', `Checking ${path}/*`, { data: { path } })
    rmSync(path, { recursive: true, force: true })
    say(invocation.emit, 'ConfirmCleanPath', 'Z013', `Cleaned ${path}/*`, { data: { path } })
  }
  say(invocation.emit, 'FinishedCleanPaths', 'Z015', 'Finished cleaning all paths.', { data: {} })
  return ExitCode.success
}

function refuseSources(
  project: Project,
  paths: readonly string[],
  hits: (path: string, source: string) => boolean,
): void {
  const sources = [
    ...project.modelPaths,
    ...project.seedPaths,
    ...project.snapshotPaths,
    ...project.analysisPaths,
    ...project.macroPaths,
    ...project.testPaths,
    ...project.functionPaths,
  ].map((path) => resolve(project.root, path))
  const refused = paths.filter((path) => sources.some((source) => hits(path, source)))
  if (refused.length > 0)
    throw refusal(
      project,
      `dbt will not clean the following source paths: ${repr(refused)}`,
      'take them out of clean-targets',
    )
}

function refuseOutside(project: Project, paths: readonly string[], only: boolean): void {
  const outside = paths.filter((path) => !isInside(path, project.root))
  if (only && outside.length > 0) {
    throw refusal(
      project,
      `dbt will not clean the following directories outside the project: ${repr(outside)}`,
      '--no-clean-project-files-only allows it',
    )
  }
  const root = paths.filter((path) => isInside(project.root, path))
  if (root.length > 0)
    throw refusal(
      project,
      `dbt will not clean the folder of the project itself: ${repr(root)}`,
      'take it out of clean-targets',
    )
}

const oldPackagesFolder = (): Deprecation =>
  makeDeprecation(
    'PackageInstallPathDeprecation',
    'D002',
    'Deprecated functionality\n\nThe default package install path has changed from `dbt_modules` to `dbt_packages`. Name the new folder in `clean-targets` of `dbt_project.yml` and in `.gitignore`, or keep the old one by `packages-install-path: dbt_modules`.',
    { named: false },
  )

/** Whether a path is a folder or lies in it. */
const isInside = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)

const refusal = (project: Project, message: string, hint: string): QuernError =>
  new QuernError('Runtime', 'clean_refused', message, {
    at: project.file === undefined ? undefined : locate(project.file, ['clean-targets']),
    hint,
  })
