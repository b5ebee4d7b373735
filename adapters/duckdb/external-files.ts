import type { Stats } from 'node:fs'
import { chmod, copyFile, link, mkdir, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { QuernError } from '../../src/errors/quern-error.ts'
import { findLeftovers, removeLeftoversOf, temporaryPath } from '../../src/util/temporary-path.ts'

/** Where an external model is written, and what becomes of it. */
export interface ExternalWrite {
  /** What COPY is told, in place of the location. */
  readonly location: string
  /** Puts what COPY wrote in the place of what is there. */
  publish(): Promise<void>
  /** Removes what a COPY that failed wrote. */
  discard(): Promise<void>
}

/**
 * Lets a COPY write beside its location, so that readers see the old file or the new one and a COPY that ends in the middle leaves the old one.
 * Undefined: it has to write to the location itself: one that is not on this machine's disk (object stores write in one step anyway), a
 * device, one whose folder does not exist, a folder that it must not replace (DuckDB says so), or `use_tmp_file false`.
 * `location` is the text between the quotes of COPY, `options` that between its brackets; relative locations start at `baseDir`.
 */
export async function besideLocation(
  location: string,
  options: string,
  baseDir: string,
): Promise<ExternalWrite | undefined> {
  if (/^[a-z][a-z0-9+.-]+:/i.test(location)) return undefined
  const wanted = copyOptions(options)
  if (wanted.get('use_tmp_file') === false) return undefined
  const given = location.replace(/[\\/]+$/, '')
  const named = localPath(given.replaceAll("''", "'"), baseDir)
  const path = await realpath(named).catch(() => named)
  if (!(await found(dirname(path)))?.isDirectory()) return undefined
  const makesFolder = wanted.has('partition_by') || isSet(wanted, 'per_thread_output') || wanted.has('file_size_bytes')
  if (makesFolder) await bringBack(path)
  removeLeftoversOf(path)
  const old = await found(path)
  if (makesFolder ? !(await mayBeReplaced(path, old, wanted)) : old?.isFile() === false) return undefined
  // readers and DuckDB itself tell a compressed file by its name
  const compressed = makesFolder ? '' : (/\.(gz|zst)$/i.exec(path)?.[0] ?? '')
  const temporary = temporaryPath(path) + compressed
  const replace = (): Promise<void> =>
    makesFolder ? replaceFolder(temporary, path, old, wanted) : replaceFile(temporary, path, old)
  return {
    location: temporary.replaceAll("'", "''"),
    publish: () => replace().catch((error: unknown) => Promise.reject(cannotReplace(location, error))),
    discard: () => rm(temporary, { recursive: true, force: true }),
  }
}

const localPath = (location: string, baseDir: string): string =>
  /^~(?=[\\/]|$)/.test(location) ? join(homedir(), location.slice(1)) : resolve(baseDir, location)

type CopyOptions = ReadonlyMap<string, boolean>

/** The names of the options, each with false when it is switched off. What stands in quotes or brackets is a value. */
export function copyOptions(options: string): CopyOptions {
  const bare = options.replace(/'(?:[^']|'')*'/g, '?').replace(/\([^()]*\)/g, '?')
  return new Map(
    bare.split(',').flatMap((option): [string, boolean][] => {
      const [name, value] = option.trim().split(/\s+/)
      return name === undefined || name === '' ? [] : [[name.toLowerCase(), !/^(false|0|off)$/i.test(value ?? '')]]
    }),
  )
}

const isSet = (options: CopyOptions, name: string): boolean => options.get(name) === true

const found = (path: string): Promise<Stats | undefined> => stat(path).catch(() => undefined)

/** Whether DuckDB would write into the folder. When not, its own message says why. */
async function mayBeReplaced(path: string, old: Stats | undefined, options: CopyOptions): Promise<boolean> {
  if (old === undefined) return true
  if (!old.isDirectory()) return false
  if (['overwrite', 'overwrite_or_ignore', 'append'].some((name) => isSet(options, name))) return true
  return (await readdir(path)).length === 0
}

async function replaceFile(temporary: string, path: string, old: Stats | undefined): Promise<void> {
  if (old !== undefined) await chmod(temporary, old.mode)
  await toDisk(temporary)
  await rename(temporary, path)
}

/**
 * No system call that Node has swaps two folders: for a moment between two renames there is none. A process that ends in just this moment
 * leaves the old one beside, and `bringBack` of the next run puts it back.
 */
async function replaceFolder(
  temporary: string,
  path: string,
  old: Stats | undefined,
  options: CopyOptions,
): Promise<void> {
  await mkdir(temporary, { recursive: true }) // COPY makes none for a query without rows
  for (const file of await filesIn(temporary)) await toDisk(join(temporary, file))
  if (old === undefined) return await rename(temporary, path)
  if (!isSet(options, 'overwrite')) await keepOthers(path, temporary)
  await chmod(temporary, old.mode)
  const aside = `${temporary}.old`
  await rename(path, aside)
  try {
    await rename(temporary, path)
  } catch (error) {
    await rename(aside, path)
    throw error
  }
  await rm(aside, { recursive: true, force: true })
}

/** `append` and `overwrite_or_ignore` leave the folder's other files: they become the new folder's as well. */
async function keepOthers(from: string, to: string): Promise<void> {
  const made = new Set(await filesIn(to))
  for (const file of await filesIn(from)) {
    if (made.has(file)) continue
    await mkdir(dirname(join(to, file)), { recursive: true })
    await link(join(from, file), join(to, file)).catch(() => copyFile(join(from, file), join(to, file)))
  }
}

/** Puts back a folder whose place was empty when its process was killed. */
async function bringBack(path: string): Promise<void> {
  if ((await found(path)) !== undefined) return
  const left = findLeftovers(dirname(path), basename(path)).find((name) => name.endsWith('.old'))
  if (left !== undefined) await rename(left, path)
}

/** The files in a folder and in those below it. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const root = `${folder}/`
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
}

const cannotReplace = (location: string, error: unknown): QuernError =>
  new QuernError(
    'Runtime',
    'external_not_replaced',
    `Could not put the new rows in the place of ${location}: ${error instanceof Error ? error.message : String(error)}`,
    { cause: error, hint: 'what was there before is unchanged' },
  )

/** Waits until the disk has it: a name must not become that of a file whose rows a power cut takes away. */
async function toDisk(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
