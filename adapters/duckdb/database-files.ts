import { readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { QuernError } from '../../src/errors/quern-error.ts'
import type { Value } from '../../src/jinja/runtime/value.ts'
import type { DuckDBSettings } from './credentials.ts'
import type { FileClaim } from './file-turns.ts'

/** `md:`, `s3:`, `ducklake:` ...; one letter is a drive of Windows. */
const hasScheme = (path: string): boolean => /^[a-z][a-z0-9+.-]+:/i.test(path)
export const isMemoryPath = (path: string): boolean => path.startsWith(':memory:')

/** A path as it is opened: files are relative to `baseDir`. */
export const openedPath = (path: string, baseDir: string): string =>
  isMemoryPath(path) || hasScheme(path) || isAbsolute(path) ? path : resolve(baseDir, path)

/** The one name of a file that exists or is about to: links are resolved. */
export function realPath(path: string): string {
  try {
    return realpathSync.native(path)
  } catch {
    try {
      return join(realpathSync.native(dirname(path)), basename(path))
    } catch {
      return resolve(path)
    }
  }
}

/** Throws for a pipe or a device in the place of the database: DuckDB would wait for somebody who writes into it. */
export function refuseSpecialFile(path: string): void {
  if (isMemoryPath(path) || hasScheme(path)) return
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined || stat.isFile() || stat.isDirectory()) return
  throw new QuernError('Runtime', 'duckdb_no_file', `"${path}" is a pipe or a device, which cannot hold a database`, {
    hint: 'set `path` of the profile to the name of a file',
  })
}

/** The DuckDB files of this machine that a profile opens: its own and the attached ones. */
export function databaseFiles(settings: DuckDBSettings, path: string): FileClaim[] {
  const claims = new Map<string, FileClaim>()
  const add = (given: string, readOnly: boolean): void => {
    const local = given.replace(/^ducklake:/i, '')
    if (local === '' || isMemoryPath(local) || hasScheme(local)) return
    const real = realPath(local)
    claims.set(real, { path: real, readOnly: readOnly && (claims.get(real)?.readOnly ?? true) })
  }
  add(path, isReadOnly(settings.configOptions['access_mode']))
  for (const item of settings.attach) {
    const type = item.type ?? item.options['type']
    if (type === null || type === undefined || /^(duckdb|ducklake)$/i.test(String(type)))
      add(item.path, item.readOnly || item.options['read_only'] === true)
  }
  return [...claims.values()]
}

const isReadOnly = (mode: Value | undefined): boolean => typeof mode === 'string' && /^read_only$/i.test(mode)

/**
 * Whether this process has a file open as a database does: for writing or under a lock. Only Linux tells; elsewhere the answer is no.
 */
export function isOpenInThisProcess(path: string): boolean {
  let descriptors: string[]
  try {
    descriptors = readdirSync('/proc/self/fd')
  } catch {
    return false
  }
  return descriptors.some((descriptor) => {
    try {
      if (readlinkSync(`/proc/self/fd/${descriptor}`) !== path) return false
      const info = readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8')
      const flags = Number.parseInt(/^flags:\s*(\d+)/m.exec(info)?.[1] ?? '0', 8)
      return /^lock:/m.test(info) || (flags & 0b11) !== 0
    } catch {
      return false // closed meanwhile
    }
  })
}
