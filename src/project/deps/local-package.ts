import { cpSync, existsSync, symlinkSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { type PackageSpec, placeOf } from '../packages.ts'
import { folderMetadata } from './package-folder.ts'
import type { DepsServices, PinnedPackage } from './pinned.ts'

/** A package in a folder of this machine. It is linked, or copied where links cannot be made. */
export function localPackage(specs: readonly PackageSpec[], services: DepsServices): PinnedPackage {
  const spec = specs[0]!
  const source = localPath(spec, services)
  const folder = resolve(services.root, source)
  return {
    id: folder,
    label: source,
    latest: undefined,
    version: undefined,
    subdirectory: undefined,
    versionName: () => `<local @ ${source}>`,
    lockEntry: () => ({ local: source }),
    metadata: async () => folderMetadata(folder, folder, placeOf(spec, 'local'), services),
    install: async (path) => link(folder, path, services),
  }
}

/**
 * The path of a local package as written, which is meant from the root project, as in dbt. Where only a folder beside the package
 * that asks is one, that is taken, and the path given from the root.
 */
export function localPath(spec: PackageSpec, services: DepsServices): string {
  const { base } = spec.place
  if (base === undefined || base === services.root || base.startsWith(services.downloads)) return spec.source
  const beside = resolve(base, spec.source)
  const isProject = (folder: string): boolean => existsSync(join(folder, 'dbt_project.yml'))
  return isProject(resolve(services.root, spec.source)) || !isProject(beside)
    ? spec.source
    : relative(services.root, beside)
}

function link(folder: string, path: string, services: DepsServices): void {
  try {
    symlinkSync(folder, path, 'dir')
  } catch {
    services.emit({
      kind: 'message',
      level: 'debug',
      name: 'DepsSymlinkNotAvailable',
      code: 'Z038',
      text: 'Symlinks are not available on this OS, copying dependency.',
      data: {},
    })
    cpSync(folder, path, { recursive: true })
  }
}
