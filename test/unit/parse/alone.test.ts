import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { alone } from '../../../src/parse/cache/alone.ts'
import { ownMark, stillRuns } from '../../../src/util/process-mark.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quern-alone-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const file = (): string => join(folder, 'target', 'file')
const lock = (): string => `${file()}.lock`

test('one at a time, and nothing is left', () => {
  let inside: boolean | undefined
  const done = alone(file(), () => {
    inside = alone(file(), () => expect.fail('together'))
  })
  expect([done, inside, existsSync(lock())]).toEqual([true, false, false])
  expect(() =>
    alone(file(), () => {
      throw new Error('full')
    }),
  ).toThrow('full')
  expect(existsSync(lock())).toBe(false)
})

test("what a killed process left is in nobody's way", () => {
  alone(file(), () => undefined)
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  writeFileSync(lock(), JSON.stringify({ pid, host: hostname(), began: null }))
  expect(alone(file(), () => undefined)).toBe(true)
  // the number of a process that ended may be another's by now: here our own
  writeFileSync(lock(), JSON.stringify({ ...ownMark(), began: 'another time' }))
  expect(alone(file(), () => undefined)).toBe(true)
  writeFileSync(lock(), '')
  expect(alone(file(), () => undefined)).toBe(false)
  utimesSync(lock(), 0, 0)
  expect(alone(file(), () => undefined)).toBe(true)
})

test('which processes still run', () => {
  expect(stillRuns(ownMark())).toBe(true)
  expect(stillRuns({ ...ownMark(), began: null })).toBe(true)
  expect(stillRuns({ ...ownMark(), host: 'elsewhere' })).toBe(false)
  for (const pid of [0, -1, Number.NaN, 2 ** 31 - 1]) expect(stillRuns({ ...ownMark(), pid }), String(pid)).toBe(false)
})
