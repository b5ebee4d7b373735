import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeFileAtomically } from '../artifacts/write-file.ts'
import type { Emit } from '../events/run-event.ts'
import { type AddedPackage, addPackage } from '../project/deps/add-package.ts'
import { readText } from '../project/read-file.ts'
import { NO_SECRETS } from '../util/secrets.ts'
import { say } from './say.ts'

/**
 * Puts a package into packages.yml (or dependencies.yml, where the packages stand), then runs `next`. When that throws, the file is as
 * it was before.
 */
export async function addToPackages<T>(
  added: AddedPackage,
  root: string,
  fileName: string,
  emit: Emit,
  next: () => Promise<T>,
): Promise<T> {
  const path = join(root, fileName)
  const before = existsSync(path) ? readText(path, fileName) : undefined
  const { text, removed } = addPackage(before, added)
  for (const entry of removed)
    say(emit, 'DepsFoundDuplicatePackage', 'M033', `Found duplicate package in packages.yml, removing: ${entry}`, {
      data: { removed_package: entry },
    })
  writeFileAtomically(path, text, { secrets: NO_SECRETS })
  if (before === undefined) say(emit, 'Formatting', 'Z017', `Created ${fileName}`)
  const version = added.version ?? null
  say(emit, 'DepsAddPackage', 'M032', `Added new package ${added.name}@${version ?? 'None'} to ${path}`, {
    data: { package_name: added.name, version, packages_filepath: path },
  })
  try {
    return await next()
  } catch (error) {
    if (before === undefined) rmSync(path, { force: true })
    else writeFileAtomically(path, before, { secrets: NO_SECRETS })
    say(emit, 'Note', 'Z050', `${fileName} is as it was before, since the package could not be had`)
    throw error
  }
}
