import { cpSync, existsSync, renameSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { QuernError } from '../../errors/quern-error.ts'
import { SourceFile, type Span } from '../../errors/source-file.ts'
import { dictGet, isDict } from '../../jinja/runtime/value.ts'
import { readPackages } from '../packages.ts'
import { readText, withoutMark } from '../read-file.ts'
import { locate, readYaml } from '../read-yaml.ts'
import type { DepsServices, PackageMetadata } from './pinned.ts'

/**
 * What the package in a folder says of itself. `shown` names the folder in errors, `at` is the entry that asks for it.
 * Throws for a folder without dbt_project.yml, and for one that names no project.
 */
export function folderMetadata(
  folder: string,
  shown: string,
  at: Span | undefined,
  services: DepsServices,
): PackageMetadata {
  const path = join(folder, 'dbt_project.yml')
  if (!existsSync(path)) {
    throw new QuernError(
      'Runtime',
      'project_not_found',
      `No dbt_project.yml found at expected path ${join(shown, 'dbt_project.yml')}\nVerify that each entry within packages.yml (and their transitive dependencies) contains a file named dbt_project.yml`,
      { at },
    )
  }
  const fetched = folder.startsWith(services.downloads)
  const file = new SourceFile(
    fetched ? `${shown}/dbt_project.yml` : displayed(path, services.cwd),
    withoutMark(readText(path, path)),
  )
  const data = readYaml(file)
  const name = isDict(data) ? dictGet(data, 'name') : undefined
  if (typeof name !== 'string' || name === '') {
    throw new QuernError('Runtime', 'invalid_project', 'Package defined in dbt_project.yml must have a name!', {
      at: locate(file, []),
    })
  }
  return {
    name,
    packages: readPackages(folder, services.cwd, services.render, 'package', fetched ? shown : undefined).specs,
  }
}

const displayed = (path: string, cwd: string): string => {
  const short = relative(cwd, path)
  return short.startsWith('..') ? path : short
}

/** Moves a folder, by copy where it lies on another disk. */
export function moveFolder(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
    cpSync(from, to, { recursive: true, verbatimSymlinks: true })
    rmSync(from, { recursive: true, force: true })
  }
}
