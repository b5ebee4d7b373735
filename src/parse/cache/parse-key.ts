import type { Adapter } from '../../adapter/adapter.ts'
import type { Invocation } from '../../config/invocation.ts'
import type { Project, ProjectConfig } from '../../config/project-config.ts'
import type { ProjectFiles } from '../../project/find-files.ts'
import { dataText, NotData } from './data-text.ts'
import { sha1 } from './read-values.ts'

/**
 * A text that is equal when everything that decides what parsing gives is equal, but for files and for what templates read (vars, environment,
 * target, flags): project files as rendered, behaviour flags, adapter. Undefined when it cannot be known.
 */
export function parseKey(config: ProjectConfig, invocation: Invocation, adapter: Adapter): string | undefined {
  const { flags } = invocation
  try {
    return sha1(
      dataText([
        [config.project, ...config.packages.values()].map(deciding),
        [...config.packages.keys()],
        flags.behavior,
        [adapter.type, adapter.version],
        // names of days and local times in templates
        invocation.env['TZ'] ?? null,
      ]),
    )
  } catch (error) {
    if (error instanceof NotData) return undefined
    throw error
  }
}

/** The parts of a project that its nodes are made from. Hooks carry the checksum of dbt_project.yml as a whole. */
function deciding(project: Project): unknown {
  const { file, vars, targetPath, logPath, cleanTargets, packagesInstallPath, assetPaths, flags, ...rest } = project
  const hasHooks = project.onRunStart.length > 0 || project.onRunEnd.length > 0
  return { ...rest, text: hasHooks ? (file?.text ?? null) : null }
}

/** A text that is equal when the projects have the same files. */
export const listingKey = (files: ReadonlyMap<Project, ProjectFiles>): string =>
  sha1(
    JSON.stringify(
      [...files].map(([project, found]) => [
        project.root,
        ...Object.entries(found).map(([kind, list]) => [
          kind,
          ...list.map((file: { absolute: string }) => file.absolute),
        ]),
      ]),
    ),
  )
