import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { copyFileAtomically, renewFile, writeFileAtomically } from '../../../src/artifacts/write-file.ts'
import { QuernError } from '../../../src/errors/quern-error.ts'
import { temporaryPath } from '../../../src/util/temporary-path.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quern-write-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const caught = (run: () => void): QuernError => {
  try {
    run()
  } catch (error) {
    if (error instanceof QuernError) return error
  }
  throw new Error('nothing was thrown')
}

test('makes folders, replaces, and leaves nothing beside the file', () => {
  const path = join(folder, 'target', 'deep', 'a.json')
  writeFileAtomically(path, 'one')
  writeFileAtomically(path, 'zwei é')
  expect(readFileSync(path, 'utf8')).toBe('zwei é')
  expect(readdirSync(join(folder, 'target', 'deep'))).toEqual(['a.json'])
})

test('a folder in the place of the file', () => {
  const path = join(folder, 'a.json')
  mkdirSync(path)
  const error = caught(() => writeFileAtomically(path, 'x'))
  expect(error.message).toContain(`Could not write to path ${path}`)
  expect(error.hint).toBe('a folder stands in the place of the file')
  expect(readdirSync(folder)).toEqual(['a.json'])
})

test('a file in the place of a folder', () => {
  writeFileSync(join(folder, 'target'), '')
  const error = caught(() => writeFileAtomically(join(folder, 'target', 'a.json'), 'x'))
  expect(error.hint).toBe('a file stands in the place of a folder of this path')
})

test('a file that has the text already gets the time of now, any other is replaced', async () => {
  const path = join(folder, 'compiled', 'a.sql')
  const long = new Date('2020-01-01T00:00:00Z')
  /** Whether it is another file now; its time is that of now in any case. */
  const renewed = async (text: string): Promise<boolean> => {
    utimesSync(path, long, long)
    const before = statSync(path).ino
    await renewFile(path, text)
    expect(readFileSync(path, 'utf8')).toBe(text)
    expect(statSync(path).mtimeMs).toBeGreaterThan(long.getTime())
    return statSync(path).ino !== before
  }
  await renewFile(path, 'select 1 é')
  const replaced: boolean[] = []
  for (const text of ['select 1 é', 'select 2 é', 'select 2', '']) replaced.push(await renewed(text))
  expect(replaced).toEqual([false, true, true, true])
  expect(readdirSync(join(folder, 'compiled'))).toEqual(['a.sql'])
})

test('what is no file cannot be renewed', async () => {
  const path = join(folder, 'a.sql')
  mkdirSync(path)
  await expect(renewFile(path, 'x')).rejects.toMatchObject({ hint: 'a folder stands in the place of the file' })
  expect(readdirSync(folder)).toEqual(['a.sql'])
})

test('pieces of all sizes are written one after the other', () => {
  const path = join(folder, 'a.json')
  const pieces = [
    'one ',
    Buffer.from('zwei é '),
    'x'.repeat(3 << 20),
    '',
    Buffer.alloc(1 << 17, 'y'),
    'é'.repeat(1 << 19),
    Buffer.alloc(0),
    'end',
  ]
  writeFileAtomically(path, pieces, { durable: false })
  expect(readFileSync(path).equals(Buffer.concat(pieces.map((piece) => Buffer.from(piece))))).toBe(true)
})

test('pieces that fail leave the old file', () => {
  const path = join(folder, 'a.json')
  writeFileAtomically(path, 'old')
  const failing = function* (): Generator<string> {
    yield 'new'
    throw new Error('no more')
  }
  expect(caught(() => writeFileAtomically(path, failing())).message).toContain('no more')
  expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual(['old', ['a.json']])
})

describe('the copy of another file with its own beginning', () => {
  const copy = (isSame: boolean): boolean => {
    writeFileSync(join(folder, 'from'), '0123456789')
    return copyFileAtomically(join(folder, 'to'), { path: join(folder, 'from'), isSame: () => isSame }, 'abc', 7)
  }
  test('is written', () => {
    expect(copy(true)).toBe(true)
    expect([readFileSync(join(folder, 'to'), 'utf8'), readFileSync(join(folder, 'from'), 'utf8')]).toEqual([
      'abc3456',
      '0123456789',
    ])
    expect(readdirSync(folder).sort()).toEqual(['from', 'to'])
  })
  test('is not written when it was another file that was copied, or there is none', () => {
    expect(copy(false)).toBe(false)
    const missing = { path: join(folder, 'missing'), isSame: () => true }
    expect(copyFileAtomically(join(folder, 'to'), missing, 'abc', 7)).toBe(false)
    expect(readdirSync(folder)).toEqual(['from'])
  })
})

test('what a killed process left in the folder is removed, what another writes stays', async () => {
  const { pid } = spawnSync(process.execPath, ['--version'])
  const own = basename(temporaryPath('a.json'))
  const dead = own.replace(`-${process.pid}-`, `-${pid}-`)
  for (const [name, write] of [
    ['renewed', (path: string) => renewFile(path, 'new')],
    ['written', async (path: string) => writeFileAtomically(path, 'new')],
  ] as const) {
    mkdirSync(join(folder, name))
    for (const file of [dead, own, 'a.json', 'b.00000000-1-0000000a.tmp', 'notes.tmp'])
      writeFileSync(join(folder, name, file), 'old')
    await write(join(folder, name, 'a.json'))
    expect(readdirSync(join(folder, name)).sort()).toEqual(
      ['a.json', own, 'b.00000000-1-0000000a.tmp', 'notes.tmp'].sort(),
    )
  }
})
