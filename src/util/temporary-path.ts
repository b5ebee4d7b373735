import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { pid } from 'node:process'
import { isAlive } from './process-mark.ts'

/** How long nothing was put into something whose maker cannot be asked, until it counts as left behind. */
const QUIET_MS = 60 * 60 * 1000

const MACHINE = createHash('sha256').update(hostname()).digest('hex').slice(0, 8)
const NAME = /\.(?:([0-9a-f]{8})-(\d+)-)?[0-9a-f]{8}(?:-\d+)?\.tmp(?:\.old)?(?:\.[a-z0-9]+)?$/

let made = 0
/** Apart from other copies of this module in the same process. */
const OWN = randomBytes(4).toString('hex')

/**
 * A name beside a file or folder under which it is made before it takes its place. It says which process of which machine makes it, so that
 * `removeLeftovers` can tell what a killed process left behind.
 */
export const temporaryPath = (path: string): string => `${withRoom(path)}.${MACHINE}-${pid}-${OWN}-${++made}.tmp`

/** File systems have names of 255 bytes: one that is near it has no room for an ending, and is cut. */
const withRoom = (path: string): string =>
  Buffer.byteLength(basename(path)) <= 200 ? path : join(dirname(path), basename(path).slice(0, 50))

/**
 * What killed processes left in a folder under names of `temporaryPath`: those of processes of this machine that are no more, and others that
 * were quiet for an hour. `of`: only for the file or folder of this name. What another process works on is not among them.
 */
export function findLeftovers(folder: string, of?: string, now = Date.now()): string[] {
  return namesIn(folder)
    .filter((name) => {
      const found = NAME.exec(name)
      if (found === null || (of !== undefined && name.slice(0, found.index) !== of)) return false
      return found[1] === MACHINE ? !isAlive(Number(found[2])) : isQuiet(join(folder, name), now)
    })
    .map((name) => join(folder, name))
}

/** Removes what `findLeftovers` finds. What may not be removed stays: the work is done all the same. */
export function removeLeftovers(folder: string, of?: string, now?: number): void {
  for (const path of findLeftovers(folder, of, now))
    try {
      rmSync(path, { recursive: true, force: true })
    } catch {
      // not ours
    }
}

/** The same for what stands in the place of `path`. */
export const removeLeftoversOf = (path: string, now?: number): void =>
  removeLeftovers(dirname(path), basename(path), now)

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return [] // writing will tell what is wrong with it
  }
}

function isQuiet(path: string, now: number): boolean {
  const changed = statSync(path, { throwIfNoEntry: false })?.mtimeMs
  return changed !== undefined && now - changed > QUIET_MS
}
