import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DATA_FILE_ENDINGS } from '../adapter/data-file.ts'
import type { Project } from '../config/project-config.ts'
import { type IgnoreFile, parseDbtignore } from './dbtignore.ts'
import { readText, unreadable } from './read-file.ts'

/** A file of a project, by the folder of dbt_project.yml (`model-paths` ...) in which it was found. */
export interface ProjectFile {
  /** Absolute. */
  readonly absolute: string
  /** As written in dbt_project.yml: `models`. */
  readonly searched: string
  /** Below `searched`, with `/`: `staging/stg_orders.sql`. A node's `path`. */
  readonly relative: string
  /** `searched` and `relative` joined: a node's `original_file_path`. */
  readonly original: string
}

/** The files of one project by what they hold. Order: files of a folder by name, then its subfolders by name. */
export interface ProjectFiles {
  readonly macros: readonly ProjectFile[]
  readonly genericTests: readonly ProjectFile[]
  readonly models: readonly ProjectFile[]
  readonly snapshots: readonly ProjectFile[]
  readonly analyses: readonly ProjectFile[]
  readonly singularTests: readonly ProjectFile[]
  readonly seeds: readonly ProjectFile[]
  readonly docs: readonly ProjectFile[]
  readonly properties: readonly ProjectFile[]
  readonly fixtures: readonly ProjectFile[]
  readonly functions: readonly ProjectFile[]
}

type Paths = Pick<
  Project,
  | 'root'
  | 'modelPaths'
  | 'seedPaths'
  | 'testPaths'
  | 'analysisPaths'
  | 'macroPaths'
  | 'snapshotPaths'
  | 'functionPaths'
  | 'docsPaths'
>

/**
 * Finds every file that belongs to a project. dbt-core 1.11: names beginning with `.`, `#` or `~` are left out (folders of such names are not),
 * extensions compare without case, links to files count and links to folders do not, folders that do not exist are no error, and the root's
 * `.dbtignore` applies to paths from the root. With `jinjaExtensions`, `x.sql.jinja`, `.j2` and `.jinja2` are SQL files too (dbt 1.12).
 */
export function findProjectFiles(project: Paths, options: { jinjaExtensions?: boolean } = {}): ProjectFiles {
  const ignored = readIgnoreFile(project.root)
  const listings = new Map<string, readonly ProjectFile[]>()
  const below = (searched: string): readonly ProjectFile[] => {
    let found = listings.get(searched)
    if (found === undefined) {
      found = list(project.root, searched, ignored)
      listings.set(searched, found)
    }
    return found
  }
  const sql = options.jinjaExtensions === true ? ['.sql', '.sql.jinja', '.sql.j2', '.sql.jinja2'] : ['.sql']
  const find = (paths: readonly string[], extensions: readonly string[]): ProjectFile[] =>
    extensions.flatMap((extension) =>
      paths.flatMap((path) => below(path).filter((file) => hasExtension(file.relative, extension))),
    )
  const all = unique(
    [
      ...project.modelPaths,
      ...project.seedPaths,
      ...project.snapshotPaths,
      ...project.analysisPaths,
      ...project.macroPaths,
      ...project.testPaths,
      ...project.functionPaths,
    ].map((path) => path.replace(/\/+$/, '')),
  )
  const inside = (name: string): string[] => project.testPaths.map((path) => joined(path, name))
  return {
    macros: find(project.macroPaths, sql),
    genericTests: find(inside('generic'), sql),
    models: find(project.modelPaths, [...sql, '.py']),
    snapshots: find(project.snapshotPaths, sql),
    analyses: find(project.analysisPaths, sql),
    singularTests: find(project.testPaths, sql).filter((file) => !/^(generic|fixtures)(\/|$)/.test(file.relative)),
    seeds: find(project.seedPaths, ['.csv', ...DATA_FILE_ENDINGS]),
    docs: find(unique(project.docsPaths), ['.md']),
    properties: find(all, ['.yml', '.yaml']),
    fixtures: find(inside('fixtures'), ['.csv', '.sql']),
    functions: find(project.functionPaths, [...sql, '.py']),
  }
}

/** The name of a node from its file: no folders and no extension. */
export const fileStem = (relative: string): string => {
  const base = relative.slice(relative.lastIndexOf('/') + 1).replace(/\.(jinja2?|j2)$/i, '')
  const dot = base.lastIndexOf('.')
  return dot > 0 ? base.slice(0, dot) : base
}

const unique = (items: readonly string[]): string[] => [...new Set(items)]

const joined = (folder: string, name: string): string =>
  folder === '' || folder.endsWith('/') ? folder + name : `${folder}/${name}`

const hasExtension = (path: string, extension: string): boolean =>
  path.length - path.lastIndexOf('/') - 1 > extension.length &&
  path.slice(-extension.length).toLowerCase() === extension

function readIgnoreFile(root: string): IgnoreFile {
  const path = join(root, '.dbtignore')
  return existsSync(path) ? parseDbtignore(readText(path, '.dbtignore')) : () => false
}

function list(root: string, searched: string, ignored: IgnoreFile): ProjectFile[] {
  const found: ProjectFile[] = []
  const walk = (folder: string, prefix: string): void => {
    let entries: import('node:fs').Dirent[]
    try {
      entries = readdirSync(folder, { withFileTypes: true })
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'EACCES' && code !== 'EPERM') return
      throw unreadable(joined(searched, prefix), error)
    }
    entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    const folders: string[] = []
    for (const entry of entries) {
      if (entry.isDirectory()) {
        folders.push(entry.name)
        continue
      }
      if (/^[.#~]/.test(entry.name)) continue
      const absolute = `${folder}/${entry.name}`
      if (entry.isSymbolicLink() && isFolder(absolute)) continue
      const relative = prefix + entry.name
      const original = joined(searched, relative)
      if (!ignored(original)) found.push({ absolute, searched, relative, original })
    }
    for (const name of folders) walk(`${folder}/${name}`, `${prefix}${name}/`)
  }
  // an absolute folder stands for itself, as in dbt
  walk(resolve(root, searched), '')
  return found
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}
