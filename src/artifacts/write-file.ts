import {
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  rename as renameInPool,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFile as writeFileInPool,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { QuernError } from '../errors/quern-error.ts'
import { NO_SECRETS, type Secrets } from '../util/secrets.ts'
import { removeLeftovers, temporaryPath } from '../util/temporary-path.ts'

/** Texts and bytes, in this order. */
export type Pieces = Iterable<string | Uint8Array>

/**
 * Writes a file in one step: readers see the old text or the new one, never a part. Folders are made as needed.
 * The text goes to a temporary file beside it, which is then renamed; it is removed when that fails.
 * `secrets` do not get into the file: stars stand in their place (callers in src say which, if only NO_SECRETS: for what nothing of a profile or of the environment can be in).
 * `durable` false: the disk may take its time, for files that come by the thousand and can be made again.
 * Throws a `QuernError` that says what stood in the way (full disk, missing rights, a folder in the place of the file).
 */
export function writeFileAtomically(
  path: string,
  text: string | Uint8Array | Pieces,
  options: { readonly secrets?: Secrets; readonly durable?: boolean } = {},
): void {
  inOneStep(path, (temporary) => {
    const open = openSync(temporary, 'wx')
    try {
      for (const bytes of (options.secrets ?? NO_SECRETS).scrubbedBytes(bytesOf(text))) writeAll(open, bytes)
      if (options.durable !== false) fsyncSync(open)
    } finally {
      closeSync(open)
    }
    return true
  })
}

/**
 * Writes a file in one step that is the copy of another, but for its beginning (`start`), up to `length` bytes: most of it never leaves the system's
 * hands. `isSame` says at the end whether it was the right file that was copied; false: nothing was written.
 */
export function copyFileAtomically(
  path: string,
  from: { readonly path: string; readonly isSame: () => boolean },
  start: string,
  length: number,
): boolean {
  return inOneStep(path, (temporary) => {
    try {
      copyFileSync(from.path, temporary, constants.COPYFILE_EXCL)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
      throw error
    }
    if (!from.isSame()) return false
    const open = openSync(temporary, 'r+')
    try {
      writeAll(open, Buffer.from(start), 0)
      ftruncateSync(open, length)
    } finally {
      closeSync(open)
    }
    return true
  })
}

function bytesOf(text: string | Uint8Array | Pieces): Iterable<Uint8Array> {
  if (typeof text === 'string') return [Buffer.from(text)]
  return text instanceof Uint8Array ? [text] : gathered(text)
}

/** Runs `write` with a temporary name beside a file, and renames what it wrote when it gives true. */
function inOneStep(path: string, write: (temporary: string) => boolean): boolean {
  const temporary = temporaryFor(path)
  try {
    mkdirSync(dirname(path), { recursive: true })
    const isWritten = write(temporary)
    if (isWritten) renameSync(temporary, path)
    else cleanUp(temporary)
    return isWritten
  } catch (error) {
    cleanUp(temporary)
    throw cannotWrite(path, error)
  }
}

function writeAll(open: number, bytes: Uint8Array, position?: number): void {
  for (let at = 0; at < bytes.length; )
    at += writeSync(open, bytes, at, bytes.length - at, position === undefined ? null : position + at)
}

/** How much is gathered before it is written, and from where on bytes are worth a write of their own. */
const GATHERED = 1 << 20
const LARGE = 1 << 16

/** The bytes of texts, in pieces that are worth their while; each is only good until the next is asked for. */
export function* gathered(pieces: Pieces): Generator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(GATHERED)
  let filled = 0
  for (const piece of pieces) {
    const isLarge = typeof piece !== 'string' && piece.length >= LARGE
    const most = typeof piece === 'string' ? piece.length * 3 : piece.length
    if (filled > 0 && (isLarge || most > GATHERED - filled)) {
      yield buffer.subarray(0, filled)
      filled = 0
    }
    if (isLarge) yield piece
    else if (most > GATHERED) yield Buffer.from(piece)
    else if (typeof piece === 'string') filled += buffer.write(piece, filled)
    else {
      buffer.set(piece, filled)
      filled += piece.length
    }
  }
  if (filled > 0) yield buffer.subarray(0, filled)
}

/** Folders in which this process has written, the latest ones: what killed processes left there is gone. */
const swept = new Set<string>()
const MOST_SWEPT = 10_000

/** A name for what becomes the file. Before the first one in a folder, those that killed processes left there are removed. */
function temporaryFor(path: string): string {
  const folder = dirname(path)
  if (!swept.has(folder)) {
    removeLeftovers(folder)
    if (swept.size >= MOST_SWEPT) swept.clear()
    swept.add(folder)
  }
  return temporaryPath(path)
}

/**
 * Puts a text into a file that comes by the thousand and can be made again: one that has the text already gets the time of now. Others are replaced
 * in one step as by `writeFileAtomically`, but the disk may take its time, and nobody else stands still meanwhile: a rename waits for
 * what a database has the file system do.
 */
export async function renewFile(path: string, text: string, secrets: Secrets = NO_SECRETS): Promise<void> {
  const bytes = Buffer.from(secrets.scrubFile(text))
  if (holds(path, bytes) && touch(path)) return
  const temporary = temporaryFor(path)
  try {
    mkdirSync(dirname(path), { recursive: true })
    await write(temporary, bytes, { flag: 'wx' })
    await rename(temporary, path)
  } catch (error) {
    cleanUp(temporary)
    throw cannotWrite(path, error)
  }
}
// Not those of node:fs/promises, which take twice as long for small files.
const write = promisify(writeFileInPool)
const rename = promisify(renameInPool)

/** Gives a file the time of now, as if it had been written; false when that is not allowed. */
function touch(path: string): boolean {
  const now = new Date()
  try {
    utimesSync(path, now, now)
    return true
  } catch {
    return false
  }
}

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
function cleanUp(temporary: string): void {
  try {
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
