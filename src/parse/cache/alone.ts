import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { ownMark, type ProcessMark, stillRuns } from '../../util/process-mark.ts'

/** Milliseconds after which a lock that says nothing of its owner is nobody's. */
const OLD = 10_000

/**
 * Does what changes a file, unless another process is just changing it: two that add to one file at the same time would spoil it. False when it was not
 * done. A lock that a killed process left is taken away. Throws what `work` throws, and what the disk says.
 */
export function alone(path: string, work: () => void): boolean {
  const lock = `${path}.lock`
  mkdirSync(dirname(path), { recursive: true })
  if (!take(lock) && !(isLeft(lock) && take(lock))) return false
  try {
    work()
  } finally {
    rmSync(lock, { force: true })
  }
  return true
}

function take(lock: string): boolean {
  try {
    writeFileSync(lock, JSON.stringify(ownMark()), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Whether the owner of a lock is gone; it is taken away then. */
function isLeft(lock: string): boolean {
  let owner: Partial<ProcessMark> | undefined
  try {
    owner = JSON.parse(readFileSync(lock, 'utf8')) as Partial<ProcessMark>
  } catch {
    // just written, or just gone
  }
  const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
  if (typeof owner?.pid === 'number' ? stillRuns(owner as ProcessMark) : age < OLD) return false
  rmSync(lock, { force: true })
  return true
}
