import { statSync } from 'node:fs'
import { decodeText, readBytes, sha256, unreadable } from './read-file.ts'

/** What a file was when it was read. Times are milliseconds since the epoch, as the file system has them. */
export interface SeenFile {
  readonly size: number
  readonly mtime: number
  readonly ctime: number
  /** SHA-256 of its bytes; `>N`: it was not read, because it has more than N bytes. */
  readonly content: string
}

/** Reads files and keeps what they were, so that a later parse can tell whether they are the same. */
export class FileReader {
  /** By absolute path. */
  readonly seen = new Map<string, SeenFile>()

  /** Throws a `QuernError` for a folder or an unreadable file. */
  bytes(path: string, shown: string): Buffer {
    // Looked at before it is read: a change in between is seen next time.
    const stat = look(path)
    const bytes = readBytes(path, shown)
    if (stat !== undefined) this.seen.set(path, { ...stat, content: sha256(bytes) })
    return bytes
  }

  /** UTF-8 with its byte order mark, as `readText`. Throws a `QuernError` for what is no such text. */
  text(path: string, shown: string): string {
    return decodeText(this.bytes(path, shown), shown)
  }

  /** Whether a file has more than `limit` bytes. Throws a `QuernError` when there is none. */
  isLarger(path: string, shown: string, limit: number): boolean {
    let size: number
    try {
      size = statSync(path).size
    } catch (error) {
      throw unreadable(shown, error)
    }
    const stat = look(path)
    if (size > limit && stat !== undefined) this.seen.set(path, { ...stat, content: `>${limit}` })
    return size > limit
  }
}

/** Size and times of a file; undefined when there is none, or none that can be got at (a link to itself, a folder that lets nobody in). */
export function look(path: string): Omit<SeenFile, 'content'> | undefined {
  try {
    const stat = statSync(path, { throwIfNoEntry: false })
    return stat === undefined ? undefined : { size: stat.size, mtime: stat.mtimeMs, ctime: stat.ctimeMs }
  } catch {
    return undefined
  }
}
