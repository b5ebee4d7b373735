import { look, type SeenFile } from '../../project/file-reader.ts'
import { readBytes, sha256 } from '../../project/read-file.ts'

/** How long after a change a file may change again without another time: clocks of file systems are coarse. Milliseconds. */
const COARSE = 2000

/** What became of the files of an earlier parse. */
export interface FileChanges {
  readonly added: readonly string[]
  readonly deleted: readonly string[]
  readonly changed: readonly string[]
  /** The files as they are now: those that did not change with their present times. */
  readonly seen: ReadonlyMap<string, SeenFile>
  /** Some had to be read, and need not be the next time when their times are kept. */
  readonly isWorthKeeping: boolean
}

/**
 * Compares files with what they were. A file whose size and times are the same is the same, unless it had changed just before it was looked at
 * (`takenAt`); others are read. `now`: milliseconds since the epoch.
 */
export function compareFiles(
  earlier: ReadonlyMap<string, SeenFile>,
  takenAt: number,
  present: Iterable<string>,
  now: number,
): FileChanges {
  const added: string[] = []
  const changed: string[] = []
  const seen = new Map<string, SeenFile>()
  const gone = new Set(earlier.keys())
  let isWorthKeeping = false
  for (const path of present) {
    gone.delete(path)
    const before = earlier.get(path)
    const stat = look(path)
    if (before === undefined) added.push(path)
    else if (stat === undefined) changed.push(path)
    else if (isTrusted(before, takenAt) && sameStat(before, stat)) seen.set(path, before)
    else if (contentOf(path, before.content, stat.size) === before.content) {
      const after = { ...stat, content: before.content }
      seen.set(path, after)
      isWorthKeeping ||= isTrusted(after, now)
    } else changed.push(path)
  }
  return { added, deleted: [...gone], changed, seen, isWorthKeeping }
}

const isTrusted = (file: SeenFile, takenAt: number): boolean => Math.max(file.mtime, file.ctime) < takenAt - COARSE

const sameStat = (a: Omit<SeenFile, 'content'>, b: Omit<SeenFile, 'content'>): boolean =>
  a.size === b.size && a.mtime === b.mtime && a.ctime === b.ctime

/** The content now, in the form that it had then. */
function contentOf(path: string, then: string, size: number): string | undefined {
  if (then.startsWith('>') && size > Number(then.slice(1))) return then
  try {
    return sha256(readBytes(path, path))
  } catch {
    return undefined
  }
}
