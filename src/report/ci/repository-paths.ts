import { existsSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import type { Span } from '../../errors/source-file.ts'
import type { Place } from './run-report.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Where CI systems say that they have put the repository. */
const CHECKOUTS = ['GITHUB_WORKSPACE', 'CI_PROJECT_DIR', 'BUILD_SOURCESDIRECTORY', 'BITBUCKET_CLONE_DIR', 'WORKSPACE']

/** The folder that paths of reports are relative to: the checkout of a CI system that holds the project, else the nearest folder with `.git`, else the project. */
export function repositoryRoot(env: Environment, projectRoot: string): string {
  for (const name of CHECKOUTS) {
    const folder = env[name]
    if (folder !== undefined && folder !== '' && isAbsolute(folder) && isInside(folder, projectRoot)) return folder
  }
  for (let dir = projectRoot; ; dir = dirname(dir)) {
    if (existsSync(join(dir, '.git'))) return dir
    if (dirname(dir) === dir) return projectRoot
  }
}

const isInside = (folder: string, path: string): boolean => {
  const way = relative(folder, path)
  return way === '' || (!way.startsWith('..') && !isAbsolute(way))
}

/** Paths as reports show them. */
export class RepositoryPaths {
  readonly #root: string
  readonly #folders: readonly string[]

  /** `folders`: where a path that is shown may begin, the likeliest first. */
  constructor(root: string, folders: readonly string[]) {
    this.#root = root
    this.#folders = folders
  }

  /** The absolute path of a file as errors and nodes name it; the first folder counts for one that is nowhere. */
  find(path: string, first?: string): string {
    if (isAbsolute(path)) return path
    const folders = first === undefined ? this.#folders : [first, ...this.#folders]
    const folder = folders.find((one) => existsSync(join(one, path))) ?? folders[0] ?? this.#root
    return resolve(folder, path)
  }

  /** Relative to the repository, with `/`; what is outside of it stays absolute. */
  shown(absolute: string): string {
    return (isInside(this.#root, absolute) ? relative(this.#root, absolute) : absolute).replaceAll('\\', '/')
  }
}

/** Where a span is, for reports; `first` is a folder to look in first. Undefined for a text that is no file: an inline query. */
export function spanPlace(span: Span, paths: RepositoryPaths, first?: string): Place | undefined {
  const file = paths.find(span.file.path, first)
  if (!existsSync(file)) return undefined
  const start = span.file.position(span.start)
  const end = span.file.position(Math.max(span.start, span.end))
  return {
    path: paths.shown(file),
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
  }
}
