import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { adapter } from '../../../adapters/duckdb/adapter.ts'
import type { OpenOptions } from '../../../src/adapter/adapter.ts'
import type { Driver } from '../../../src/adapter/driver.ts'
import type { PlainDict } from '../../../src/jinja/runtime/value.ts'

let folder: string
let drivers: Driver[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quern-shared-'))
  drivers = []
})
afterEach(async () => {
  for (const driver of drivers) await driver.close()
  rmSync(folder, { recursive: true, force: true })
})

function open(fields: PlainDict, options: Partial<OpenOptions> = {}): Driver {
  const driver = adapter.open({ type: 'duckdb', ...fields }, { baseDir: folder, threads: 1, ...options })
  drivers.push(driver)
  return driver
}
const file = (name = 'one.duckdb'): string => join(folder, name)

/** Runs a statement and gives the driver back its session. */
async function run(driver: Driver, sql: string): Promise<unknown[][]> {
  const connection = await driver.connect('test')
  try {
    return (await connection.query(sql)).rows
  } finally {
    await driver.release(connection)
  }
}
/** What a file holds, seen after everybody has left. */
async function tables(path = file()): Promise<unknown> {
  for (const driver of drivers) await driver.close()
  return await run(open({ path }), 'select table_name from duckdb_tables() order by 1')
}

test('one that reads shares the instance of one that writes, and sees what was committed', async () => {
  const writer = open({ path: 'one.duckdb' })
  await run(writer, 'create table a as select 1 as x')
  const reader = open({ path: 'one.duckdb' }, { writes: false })
  expect(await run(reader, 'select x from a')).toEqual([[1]])
  await writer.close()
  expect(await run(reader, 'select x from a')).toEqual([[1]])
})

test('the second that writes waits until the first has left, and says so', async () => {
  const told: string[] = []
  const first = open({ path: 'one.duckdb' })
  await run(first, 'create table a as select 1 as x')
  const second = open({ path: 'one.duckdb' }, { tell: (text) => told.push(text) })
  const order: string[] = []
  const work = run(second, 'create table b as select x + 1 as x from a').then(() => order.push('second'))
  await run(first, 'create table c as select 1 as x')
  order.push('first')
  await first.close()
  await work
  expect(order).toEqual(['first', 'second'])
  expect(told).toEqual([`Waiting for another invocation of this process, which uses ${file()}`])
  expect(await tables()).toEqual([['a'], ['b'], ['c']])
})

test('other settings, or the file attached elsewhere, wait too: the file is never opened twice', async () => {
  const first = open({ path: 'one.duckdb' })
  await run(first, 'create table a as select 1 as x')
  const others = [
    run(open({ path: 'one.duckdb', config_options: { threads: 2 } }), 'create table b as select 1 as x'),
    run(open({ attach: [{ path: file(), alias: 'att' }] }), 'create table att.c as select 1 as x'),
    run(open({ path: 'two.duckdb', attach: [{ path: file(), alias: 'att' }] }), 'create table att.d as select 1 as x'),
  ]
  const closing = others.map((work, index) => work.then(() => drivers[index + 1]!.close()))
  await run(first, 'create table e as select 1 as x')
  await first.close()
  await Promise.all(closing)
  expect(await tables()).toEqual([['a'], ['b'], ['c'], ['d'], ['e']])
})

test('who waits can be aborted', async () => {
  const first = open({ path: 'one.duckdb' })
  await run(first, 'create table a as select 1 as x')
  const controller = new AbortController()
  const second = run(open({ path: 'one.duckdb' }, { signal: controller.signal }), 'select 1')
  controller.abort()
  await expect(second).rejects.toMatchObject({ code: 'connection_cancelled' })
  expect(await run(first, 'select x from a')).toEqual([[1]])
})

test('databases in memory are private', async () => {
  const [one, two] = [open({}), open({})]
  const held = await one.connect('held')
  await held.query('create table a as select 1 as x')
  await expect(run(two, 'select * from a')).rejects.toThrow('does not exist')
})

test('a file that the host has open through the cache of instances is shared with it', async () => {
  const host = await DuckDBInstance.fromCache(file())
  const connection = await host.connect()
  await connection.run('create table hosted as select 1 as x')
  const driver = open({ path: 'one.duckdb' })
  await run(driver, 'create table ours as select * from hosted')
  await driver.close()
  expect(await (await connection.runAndReadAll('select x from ours')).getRows()).toEqual([[1]])
  connection.closeSync()
  host.closeSync()
  expect(await tables()).toEqual([['hosted'], ['ours']])
})

test('other options than those of the host are an error', async () => {
  const host = await DuckDBInstance.fromCache(file(), { threads: '1' })
  await expect(run(open({ path: 'one.duckdb' }), 'select 1')).rejects.toMatchObject({
    code: 'duckdb_file_open_in_process',
    message: `This process has the file "${file()}" open with another configuration`,
  })
  host.closeSync()
})

test.runIf(process.platform === 'linux')(
  'a file that the host has open through an instance of its own is an error, and nothing of it is lost',
  async () => {
    const host = await DuckDBInstance.create(file())
    const connection = await host.connect()
    await connection.run('create table hosted as select 1 as x')
    for (const fields of [{ path: 'one.duckdb' }, { attach: [{ path: file(), alias: 'att' }] }])
      await expect(run(open(fields), 'create table ours as select 1 as x')).rejects.toMatchObject({
        code: 'duckdb_file_open_in_process',
      })
    await connection.run('create table more as select 1 as x')
    connection.closeSync()
    host.closeSync()
    expect(await tables()).toEqual([['hosted'], ['more']])
  },
)
