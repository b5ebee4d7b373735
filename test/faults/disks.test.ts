import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AMOUNTS } from './support/amounts.ts'
import { pause, QUERN, type Running, run, start } from './support/child.ts'
import { mayMount, onSmallDisk, readOnly } from './support/disk.ts'
import { note } from './support/figures.ts'
import { duckdbPlace, type Place } from './support/place.ts'
import { damage, differences, type Prepared, prepare, restore } from './support/scenario.ts'
import { badEnd } from './support/verdict.ts'

let place: Place
let prepared: Prepared
beforeAll(async () => {
  place = duckdbPlace()
  prepared = (await prepare(place, QUERN))[0] as Prepared
})
afterAll(async () => {
  note({ what: 'full disks, read-only and vanishing folders', tried, survived })
  await place?.remove()
})

let tried = 0
let survived = 0
async function counted(work: () => Promise<void>): Promise<void> {
  tried++
  await work()
  survived++
}

const begin = (limit?: number): Running =>
  limit === undefined
    ? start(QUERN, prepared.scenario.args, { cwd: place.folder })
    : // 512 bytes each, as POSIX counts them
      start({ name: 'limited', command: ['sh', '-c', `ulimit -f ${Math.ceil(limit / 512)}; exec "$0" "$@"`, ...QUERN.command] },
        prepared.scenario.args, { cwd: place.folder }) // biome-ignore format: one call

/** The same build without disturbance makes everything good. */
async function mends(): Promise<void> {
  const again = await run(QUERN, prepared.scenario.args, { cwd: place.folder })
  expect(again.exit, again.output).toBe(0)
  expect(await differences(place, prepared)).toEqual([])
}

/** Which folder is full, and whether a run can do its work nevertheless. */
const FULL = [
  { folder: 'target', exits: [1, 2] },
  { folder: 'logs', exits: [0] },
  { folder: 'db', exits: [1, 2] },
  { folder: 'out', exits: [1] },
] as const
/** At the last of them nearly everything fits: what a build writes is not the same each time, so it may fit. */
const SHARES = Array.from({ length: AMOUNTS.fullDisks }, (_, at) => at / AMOUNTS.fullDisks)

describe.runIf(mayMount)('a full disk (tmpfs)', () => {
  describe.each(FULL)('$folder', ({ folder, exits }) => {
    test.each(SHARES)('after %f of what the build writes', { timeout: 240_000 }, (share) =>
      counted(async () => {
        await restore(place, prepared.scenario)
        await onSmallDisk(join(place.folder, folder), async (disk) => {
          const before = disk.used
          if (share > 0) {
            await begin().ended
            const needed = Math.max(0, disk.used - before)
            await emptyAndRestore(folder)
            disk.fill(needed * share)
          } else disk.fill(0)
          const ended = await begin().ended
          expect(badEnd(ended, share === 0 ? exits : [0, ...exits])).toEqual([])
          if (ended.exit !== 0)
            expect(ended.output).toMatch(/full|No space left|not enough space|could not be written/i)
          disk.empty()
          expect(await damage(place, prepared)).toEqual([])
          await mends()
        })
      }),
    )
  })
})

/** Puts back what is in a mounted folder, which cannot be removed itself. */
async function emptyAndRestore(folder: string): Promise<void> {
  await place.restoreInto(prepared.scenario.from, folder)
}

describe.runIf(!mayMount)('a full disk (no file may grow beyond a limit)', () => {
  test.each(SHARES)('after %f of a megabyte', { timeout: 240_000 }, (share) =>
    counted(async () => {
      await restore(place, prepared.scenario)
      const ended = await begin(share * 2 ** 20).ended
      expect(badEnd(ended)).toEqual([])
      expect(await damage(place, prepared)).toEqual([])
      await mends()
    }),
  )
})

describe('folders that cannot be written', () => {
  test.each(['target', 'logs', 'db', 'out', '.'])('%s', { timeout: 120_000 }, (folder) =>
    counted(async () => {
      await restore(place, prepared.scenario)
      await readOnly(join(place.folder, folder), async () => {
        const ended = await begin().ended
        expect(badEnd(ended)).toEqual([])
        if (folder !== 'logs') expect(ended.exit).not.toBe(0)
        if (ended.exit !== 0) expect(ended.output).toMatch(/read-only|Permission denied|cannot be written/i)
      })
      expect(await damage(place, prepared)).toEqual([])
      await mends()
    }),
  )
})

describe('folders that vanish while a build runs', () => {
  test.each(['target', 'logs', 'models', 'seeds'])('%s', { timeout: 120_000 }, (folder) =>
    counted(async () => {
      await restore(place, prepared.scenario)
      const running = begin()
      while (!running.output().includes(' START ') && running.child.exitCode === null) await pause(5)
      await place.keepAside(folder)
      const ended = await running.ended
      await place.bringBack(folder)
      expect(badEnd(ended)).toEqual([])
      expect(await damage(place, prepared)).toEqual([])
      await mends()
    }),
  )

  test('the target folder, again and again', { timeout: 120_000 }, () =>
    counted(async () => {
      await restore(place, prepared.scenario)
      const running = begin()
      while (running.child.exitCode === null && running.child.signalCode === null) {
        try {
          if (existsSync(join(place.folder, 'target'))) rmSync(join(place.folder, 'target'), { recursive: true })
        } catch {
          // something was written into it at the same moment
        }
        await pause(10)
      }
      expect(badEnd(await running.ended)).toEqual([])
      expect(await damage(place, prepared)).toEqual([])
      await mends()
    }),
  )
})
