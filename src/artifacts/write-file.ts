import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rename as renameInPool,
  renameSync,
  rmSync,
  statSync,
  writeFile as writeFileInPool,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { QuernError } from '../errors/quern-error.ts'

/**
 * Writes a file in one step: readers see the old text or the new one, never a part. Folders are made as needed.
 * The text goes to a temporary file beside it, which is then renamed; it is removed when that fails.
 * `durable` false: the disk may take its time, for files that come by the thousand and can be made again.
 * Throws a `QuernError` that says what stood in the way (full disk, missing rights, a folder in the place of the file).
 */
export function writeFileAtomically(
  path: string,
  text: string | Uint8Array | readonly Uint8Array[],
  options: { durable?: boolean } = {},
): void {
  const temporary = temporaryFor(path)
  let open: number | undefined
  try {
    mkdirSync(dirname(path), { recursive: true })
    open = openSync(temporary, 'wx')
    const parts = typeof text === 'string' ? [Buffer.from(text)] : text instanceof Uint8Array ? [text] : text
    for (const bytes of parts) for (let at = 0; at < bytes.length; ) at += writeSync(open, bytes, at)
    if (options.durable !== false) fsyncSync(open)
    closeSync(open)
    open = undefined
    renameSync(temporary, path)
  } catch (error) {
    cleanUp(temporary, open)
    throw cannotWrite(path, error)
  }
}

/** What no other process, and no other copy of this module, has in the names of its temporary files. */
const OWN_PART = `${randomBytes(6).toString('hex')}-`
let written = 0
const temporaryFor = (path: string): string => `${path}.${OWN_PART}${++written}.tmp`

/**
 * Puts a text into a file that comes by the thousand and can be made again: one that has the text already is not touched. Others are replaced
 * in one step as by `writeFileAtomically`, but the disk may take its time, and nobody else stands still meanwhile: a rename waits for
 * what a database has the file system do.
 */
export async function renewFile(path: string, text: string): Promise<void> {
  const bytes = Buffer.from(text)
  if (holds(path, bytes)) return
  const temporary = temporaryFor(path)
  try {
    mkdirSync(dirname(path), { recursive: true })
    await write(temporary, bytes, { flag: 'wx' })
    await rename(temporary, path)
  } catch (error) {
    cleanUp(temporary, undefined)
    throw cannotWrite(path, error)
  }
}
// Not those of node:fs/promises, which take twice as long for small files.
const write = promisify(writeFileInPool)
const rename = promisify(renameInPool)

function holds(path: string, bytes: Buffer): boolean {
  try {
    const found = statSync(path, { throwIfNoEntry: false })
    return found?.isFile() === true && found.size === bytes.length && readFileSync(path).equals(bytes)
  } catch {
    // whatever is wrong with it, writing will tell
    return false
  }
}

/** Takes away what a failed write left; the failure itself is what is reported. */
function cleanUp(temporary: string, open: number | undefined): void {
  try {
    if (open !== undefined) closeSync(open)
    rmSync(temporary, { force: true })
  } catch {
    // The folder may not exist, or not be one.
  }
}

function cannotWrite(path: string, error: unknown): QuernError {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  const reason = error instanceof Error ? error.message : String(error)
  const hint = HINTS[code]
  return new QuernError('Runtime', 'cannot_write_file', `Could not write to path ${path}: ${reason}`, {
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  })
}

const HINTS: Readonly<Record<string, string | undefined>> = {
  ENOSPC: 'the disk is full; what was there before is unchanged',
  EDQUOT: 'the disk quota is used up; what was there before is unchanged',
  EACCES: 'the folder cannot be written; --target-path chooses another one',
  EPERM: 'the folder cannot be written; --target-path chooses another one',
  EROFS: 'the file system is read-only; --target-path chooses another folder',
  EEXIST: 'a file stands in the place of a folder of this path',
  EISDIR: 'a folder stands in the place of the file',
  ENOTDIR: 'a file stands in the place of a folder of this path',
}
