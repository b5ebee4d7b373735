import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { besideLocation, copyOptions } from '../../../adapters/duckdb/external-files.ts'
import { temporaryPath } from '../../../src/util/temporary-path.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quern-external-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}
/** Every file with its text. */
const all = (below = ''): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(folder, below), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  )
/** A path in the test's folder, of what COPY was told. */
const inside = (path: string): string => path.slice(folder.length + 1)

test('the names of the options of COPY, with those that are switched off', () => {
  const options =
    "format parquet, PARTITION_BY (a, b), delimiter ', append', overwrite True, per_thread_output false, x (y (z))"
  expect([...copyOptions(options)]).toEqual([
    ['format', true],
    ['partition_by', true],
    ['delimiter', true],
    ['overwrite', true],
    ['per_thread_output', false],
    ['x', true],
  ])
})

test('a file is there as it was until its rows are complete, keeps its rights, and nothing stays beside it', async () => {
  put('a.csv', 'old')
  chmodSync(join(folder, 'a.csv'), 0o640)
  const write = (await besideLocation('a.csv', 'format csv', folder))!
  put(inside(write.location), 'new')
  expect(all()['a.csv']).toBe('old')
  await write.publish()
  expect(all()).toEqual({ 'a.csv': 'new' })
  expect(statSync(join(folder, 'a.csv')).mode & 0o777).toBe(0o640)

  const failed = (await besideLocation('a.csv', 'format csv', folder))!
  put(inside(failed.location), 'half')
  await failed.discard()
  expect(all()).toEqual({ 'a.csv': 'new' })
})

test('a link stays a link, the file that it names is replaced', async () => {
  put('data/a.csv', 'old')
  symlinkSync(join('data', 'a.csv'), join(folder, 'link.csv'))
  const write = (await besideLocation('link.csv', 'format csv', folder))!
  put(inside(write.location), 'new')
  await write.publish()
  expect(readFileSync(join(folder, 'link.csv'), 'utf8')).toBe('new')
  expect(all()).toEqual({ 'data/a.csv': 'new' })
})

test('a compressed file keeps its last extension, by which it is known', async () => {
  expect((await besideLocation('a.csv.gz', 'format csv', folder))?.location).toMatch(/a\.csv\.gz\..*\.tmp\.gz$/)
})

test.each([
  ['overwrite true', { 'p/k=2/b': 'new', 'p/k=3/c': 'new' }],
  ['overwrite_or_ignore true', { 'p/k=1/a': 'old', 'p/k=2/b': 'new', 'p/k=3/c': 'new' }],
  ['append true', { 'p/k=1/a': 'old', 'p/k=2/b': 'new', 'p/k=3/c': 'new' }],
] as const)('a folder is replaced as a whole: %s', async (option, expected) => {
  put('p/k=1/a', 'old')
  put('p/k=2/b', 'old')
  const write = (await besideLocation('p/', `partition_by k, ${option}`, folder))!
  put(join(inside(write.location), 'k=2/b'), 'new')
  put(join(inside(write.location), 'k=3/c'), 'new')
  expect(all('p')).toEqual({ 'p/k=1/a': 'old', 'p/k=2/b': 'old' })
  await write.publish()
  expect(all()).toEqual(expected)
  expect(readdirSync(folder)).toEqual(['p'])
})

test('a folder that is in between two renames when its process is killed is put back by the next run', async () => {
  const { pid } = spawnSync(process.execPath, ['--version'])
  const dead = basename(temporaryPath('p')).replace(`-${process.pid}-`, `-${pid}-`)
  put(`${dead}/k=1/a`, 'new')
  put(`${dead}.old/k=1/a`, 'old')
  const write = (await besideLocation('p', 'partition_by k, overwrite true', folder))!
  expect(all()).toEqual({ 'p/k=1/a': 'old' })
  await write.discard()
})

test('a query without rows makes an empty folder', async () => {
  const write = (await besideLocation('p', 'partition_by k', folder))!
  await write.publish()
  expect(readdirSync(folder)).toEqual(['p'])
})

test('DuckDB writes in place what is not a file of this machine, what it will refuse, and when it is told to', async () => {
  put('full/a', 'old')
  put('file', 'old')
  for (const [location, options] of [
    ['s3://bucket/a.parquet', 'format parquet'],
    ['full', 'partition_by k'],
    ['full', 'partition_by k, overwrite false'],
    ['file', 'partition_by k, overwrite true'],
    ['full', 'format csv'],
    ['/dev/null', 'format csv'],
    ['missing/a.csv', 'format csv'],
    ['file', 'format csv, use_tmp_file false'],
  ] as const)
    expect(await besideLocation(location, options, folder), `${location} ${options}`).toBeUndefined()
})
