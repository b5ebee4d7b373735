import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { kill, pid } from 'node:process'

/** How long nothing was put into a folder whose maker cannot be asked, until it counts as left behind. */
const QUIET_MS = 60 * 60 * 1000

const machine = (): string => createHash('sha256').update(hostname()).digest('hex').slice(0, 8)

/** A name beside the install path for the folder in which packages are put together; it says which process of which machine makes it. */
export const stagingPath = (target: string): string =>
  `${target}.${machine()}-${pid}-${randomBytes(4).toString('hex')}.tmp`

/**
 * Removes the folders of this install path that a killed process left behind: those of processes of this machine that are no more, and others
 * that were quiet for an hour. Those of a `deps` that runs at the same time stay.
 */
export function removeLeftovers(target: string, now = Date.now()): void {
  const prefix = `${basename(target)}.`
  for (const name of readdirSync(dirname(target))) {
    if (!name.startsWith(prefix)) continue
    const maker = /^(?:([0-9a-f]{8})-(\d+)-)?[0-9a-f]{8}\.tmp(?:\.old)?$/.exec(name.slice(prefix.length))
    if (maker === null) continue
    const path = join(dirname(target), name)
    const known = maker[1] === machine()
    if (known ? isAlive(Number(maker[2])) : !isQuiet(path, now)) continue
    try {
      rmSync(path, { recursive: true, force: true })
    } catch {
      // not ours to remove: packages are installed all the same
    }
  }
}

function isAlive(process: number): boolean {
  try {
    kill(process, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

function isQuiet(path: string, now: number): boolean {
  const changed = statSync(path, { throwIfNoEntry: false })?.mtimeMs
  return changed !== undefined && now - changed > QUIET_MS
}
