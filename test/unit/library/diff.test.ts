import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { adapter as duckdb } from '../../../adapters/duckdb/adapter.ts'
import { adapter as postgres } from '../../../adapters/postgres/adapter.ts'
import { type DiffDocument, type JsonRecord, quern } from '../../../src/index.ts'
import { inFolder, newFolder, removeFolders } from '../../support/library-project.ts'

afterAll(removeFolders)

/** A project with targets in several files, built in each of `built`. */
async function shop(outputs: Readonly<Record<string, object>>, ...built: string[]): Promise<string> {
  const folder = newFolder({
    'dbt_project.yml': 'name: shop\nprofile: p\nflags: {send_anonymous_usage_stats: false}\n',
    'profiles.yml': JSON.stringify({ p: { target: 'dev', outputs } }),
    'seeds/raw.csv': 'id\n1\n2\n3\n',
    'models/orders.sql':
      "{{ config(materialized='table', meta={'primary_key': 'id'}) }}\nselect id, case when id = 2 then {{ 20 if target.name == 'prod' else 2 }} else id end as amount from {{ ref('raw') }}",
    'models/seen.sql': "select count(*) as n, sum(amount) as total from {{ ref('orders') }}",
  })
  mkdirSync(join(folder, 'files/dev'), { recursive: true })
  mkdirSync(join(folder, 'files/prod'), { recursive: true })
  for (const target of built) expect((await quern.build({ target }, inFolder(folder))).success).toBe(true)
  return folder
}

const duckdbFile = (path: string, more: object = {}) => ({ type: 'duckdb', path, ...more })
const rowsOf = (diff: DiffDocument | undefined): Record<string, unknown> =>
  Object.fromEntries((diff?.nodes ?? []).map(({ name, rows }) => [name, rows]))

test('another DuckDB file is read beside this one, its views too', async () => {
  const folder = await shop(
    { dev: duckdbFile('files/dev/dev.duckdb'), prod: duckdbFile('files/prod/prod.duckdb') },
    'prod',
    'dev',
  )
  const end = await quern.diff({ againstTarget: 'prod', data: true }, inFolder(folder))
  expect(end.error).toBeUndefined()
  expect(end.diff?.before).toEqual({ state: null, target: 'prod', schema: null })
  expect(rowsOf(end.diff)).toMatchObject({
    orders: { changed: 1, unchanged: 2, examples: [{ key: { id: '2' }, values: { amount: { before: '20', after: '2' } } }] },
    raw: { added: 0, removed: 0 },
    seen: { by: 'whole rows', added: 1, removed: 1 },
  }) // biome-ignore format: one value
  expect(end.output).toContain('rows: differ in 2 of 3 relations')
  // the other file is as it was, and free again
  expect((await quern.build({ target: 'prod' }, inFolder(folder))).success).toBe(true)
})

test('files of one name: tables are compared, views would read the wrong file', async () => {
  const folder = await shop(
    { dev: duckdbFile('files/dev/shop.duckdb'), prod: duckdbFile('files/prod/shop.duckdb') },
    'prod',
    'dev',
  )
  const end = await quern.diff({ againstTarget: 'prod', data: true }, inFolder(folder))
  expect(rowsOf(end.diff)).toMatchObject({
    orders: { changed: 1, unchanged: 2 },
    seen: {
      status: 'unknown',
      error: false,
      reason:
        'a view of a database that has another name here than where the view was made: it would read other relations',
    },
  })
  expect(end.diff?.nodes.find(({ name }) => name === 'seen')?.columns?.status).toBe('compared')
})

test('targets that cannot be read together are told', async () => {
  const folder = await shop({
    dev: duckdbFile('files/dev/dev.duckdb'),
    memory: duckdbFile(':memory:'),
    gone: duckdbFile('files/gone.duckdb'),
    pg: { type: 'postgres', host: 'localhost', port: 1, user: 'u', password: 'p', dbname: 'd', schema: 's' },
  })
  const told = async (againstTarget: string): Promise<unknown[]> => {
    const { error, exitCode } = await quern.diff({ againstTarget }, inFolder(folder))
    return [exitCode, error?.code, error?.message]
  }
  expect(await told('memory')).toEqual([
    2,
    'other_target_unreadable',
    'The other target is a database in memory: there is nothing in it',
  ])
  expect(await told('gone')).toEqual([
    2,
    'other_target_unreadable',
    `The database of the other target does not exist: ${join(folder, 'files/gone.duckdb')}`,
  ])
  expect(await told('pg')).toEqual([
    2,
    'other_target_unreadable',
    "Target 'pg' is a postgres database and target 'dev' a duckdb one: one connection cannot read both",
  ])
  expect((await told('dev'))[1]).toBe('diff_with_itself')
  expect((await told('nowhere'))[1]).toBe('invalid_profile')
})

test('Postgres reads one database at a time', () => {
  const fields = (dbname: string) => ({ host: 'h', port: 5432, user: 'u', password: 'p', dbname, schema: 's' })
  expect(postgres.beside(fields('a'), fields('a'), { baseDir: '/' })).toMatchObject({ database: 'a' })
  expect(() => postgres.beside(fields('a'), fields('b'), { baseDir: '/' })).toThrow(
    'The other target is another database (b on h:5432) than this one (a on h:5432), and Postgres reads one at a time',
  )
})

test('what both DuckDB targets attach is attached once, and what the other one attaches too', () => {
  const folder = newFolder({ 'own.duckdb': '', 'other.duckdb': '', 'lake.duckdb': '', 'common.duckdb': '' })
  const own = { path: 'own.duckdb', attach: [{ path: 'common.duckdb', alias: 'common' }] }
  const other = {
    path: 'other.duckdb',
    attach: [
      { path: 'common.duckdb', alias: 'common' },
      { path: 'lake.duckdb', alias: 'lake' },
    ],
  }
  const beside = (a: object, b: object) => duckdb.beside(a as never, b as never, { baseDir: folder })
  expect(beside(own, other)).toEqual({
    fields: {
      path: 'own.duckdb',
      attach: [
        { path: 'common.duckdb', alias: 'common' },
        { path: join(folder, 'other.duckdb'), alias: '"other"', read_only: true },
        { path: 'lake.duckdb', alias: 'lake', options: {}, read_only: true },
      ],
    },
    database: 'other',
    viewsKeepMeaning: true,
  })
  // a file that is attached already keeps its name, and another file of that name makes views doubtful
  expect(beside({ path: 'own.duckdb', attach: [{ path: 'other.duckdb', alias: 'p' }] }, { path: 'other.duckdb' })).toMatchObject({
    database: 'p',
    viewsKeepMeaning: false,
  }) // biome-ignore format: one call
  const clash = { path: 'other.duckdb', attach: [{ path: 'lake.duckdb', alias: 'common' }] }
  expect(beside(own, clash).viewsKeepMeaning).toBe(false)
  // relations in an attached database
  expect(beside(own, { ...other, database: 'lake' }).database).toBe('lake')
  expect(beside(own, { ...other, database: 'common' }).database).toBe('common')
  expect(beside(own, { path: 'own.duckdb' })).toEqual({ fields: own, database: 'own', viewsKeepMeaning: true })
})

test('a state alone: nodes, files for programs and people, and where the database cannot be read', async () => {
  const folder = await shop({ dev: duckdbFile('files/dev/dev.duckdb') }, 'dev')
  cpSync(join(folder, 'target'), join(folder, 'prod'), { recursive: true })
  renameSync(join(folder, 'models/seen.sql'), join(folder, 'models/looked_at.sql'))
  const here = inFolder(folder)
  const options = { state: 'prod', columns: false, output: 'out/diff.md', format: 'markdown' } as const
  const end = await quern.diff(options, here)
  expect(end.success).toBe(true)
  expect(end.diff?.nodes.map(({ name, change, renamed_from: from }) => [name, change, from])).toEqual([
    ['looked_at', 'renamed', 'model.shop.seen'],
  ])
  expect(end.output).toContain('Compared with the state in prod')
  const records: JsonRecord[] = []
  const piped = await quern.diff({ state: 'prod', format: 'json' }, { ...here, onRecord: (one) => records.push(one) })
  expect(JSON.parse(piped.output)).toEqual(piped.diff)
  expect(piped.diff?.nodes[0]?.columns).toEqual({
    status: 'unknown',
    reason: 'the relation does not exist in this target: it was not built here',
  })
  // the same relation on both sides has nothing to tell of rows
  const same = await quern.diff({ state: 'prod', select: 'orders', data: true }, here)
  expect(rowsOf(same.diff)['orders']).toMatchObject({ status: 'unknown', error: false })
  rmSync(join(folder, 'prod', 'manifest.json'))
  expect((await quern.diff({ state: 'prod' }, here)).error?.code).toBe('diff_without_manifest')
  expect((await quern.diff({} as never, here)).error?.code).toBe('diff_with_nothing')
})

test('a statement that the database refuses is told at its relation, and fails the command', async () => {
  const folder = await shop(
    { dev: duckdbFile('files/dev/dev.duckdb'), other: duckdbFile('files/dev/dev.duckdb', { schema: 'other' }) },
    'dev',
    'other',
  )
  mkdirSync(join(folder, 'macros'))
  writeFileSync(
    join(folder, 'macros/diff.sql'),
    '{% macro duckdb__get_diff_rows_sql(before, after, keys, columns, has_duplicates, tolerance) %}select broken from {{ after }}{% endmacro %}',
  )
  const end = await quern.diff({ againstTarget: 'other', data: true }, inFolder(folder))
  expect(end.exitCode).toBe(1)
  expect(rowsOf(end.diff)).toMatchObject({
    orders: { status: 'unknown', error: true, reason: expect.stringContaining('broken') },
    seen: { status: 'compared' },
  })
  expect(end.output).toContain('The rows of orders could not be compared')
  const first = await quern.diff({ againstTarget: 'other', data: true, failFast: true }, inFolder(folder))
  expect([first.success, first.error?.message.includes('broken'), first.diff]).toEqual([false, true, undefined])
})

test('an abort ends the statement that compares rows', { timeout: 60_000 }, async () => {
  const folder = await shop(
    { dev: duckdbFile('files/dev/dev.duckdb'), other: duckdbFile('files/dev/dev.duckdb', { schema: 'other' }) },
    'dev',
  )
  writeFileSync(
    join(folder, 'models/endless.sql'),
    "{{ config(meta={'primary_key': 'id'}) }} select x.range as id from range(1000000000) x, range(1000) y",
  )
  for (const target of ['dev', 'other']) await quern.run({ target, select: 'endless' }, inFolder(folder))
  const abort = new AbortController()
  const end = await quern.diff(
    { againstTarget: 'other', data: true, select: 'endless' },
    {
      ...inFolder(folder),
      signal: abort.signal,
      onEvent: (event) => {
        if (event.kind === 'sql-query' && event.sql.includes('duplicate_keys')) setImmediate(() => abort.abort())
      },
    },
  )
  expect({ cancelled: end.cancelled, exitCode: end.exitCode, diff: end.diff }).toEqual({
    cancelled: true,
    exitCode: 2,
    diff: undefined,
  })
})
