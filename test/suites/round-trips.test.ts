import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { connect as connectTo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, inject, test } from 'vitest'
import { freshDatabase } from '../support/postgres-database.ts'
import { quern, REPOSITORY } from '../support/quern.ts'

/*
 * What reaches the database when a project is built for the second time, in order: each is a round trip. The statements are those that the
 * reference logs (dbt-core 1.11.16, `build --log-level debug` on the same project); where quern sends more or fewer, it is said.
 */

const VIEW = ['create view', 'alter view', 'alter view', 'commit']
const COLUMNS = ['select column_name,']

const FILES = {
  'dbt_project.yml': 'name: trips\nversion: "1.0"\nprofile: trips\n',
  'models/schema.yml':
    'models: [{name: a_view, columns: [{name: id, data_tests: [not_null]}]}, {name: b_table}, {name: c_incremental}]\n',
  'models/a_view.sql': 'select 1 as id',
  'models/b_table.sql': "{{ config(materialized='table', schema='other') }} select id from {{ ref('a_view') }}",
  'models/c_incremental.sql':
    "{{ config(materialized='incremental', unique_key='id') }} select id from {{ ref('b_table') }}",
  'snapshots/d_snapshot.yml':
    "snapshots: [{name: d_snapshot, relation: ref('b_table'), config: {unique_key: id, strategy: check, check_cols: all}}]\n",
}

/** A statement without its comment: its first words. */
const head = (sql: string): string =>
  sql
    .replace(/\/\*[\s\S]*?\*\/\s*/, '')
    .trim()
    .split(/[\s(]+/)
    .slice(0, 2)
    .join(' ')
    .toLowerCase()

/** The statements of each node in order; `master` is whoever prepares the run. BEGIN belongs to what follows it, COMMIT and the like to what came before. */
function byNode(statements: readonly string[]): Record<string, string[]> {
  const found: Record<string, string[]> = {}
  let current = 'master'
  let begun: string[] = []
  for (const sql of statements) {
    const id = /"(?:node_id|connection_name)": "(?:\w+\.trips\.)?(\w+)/.exec(sql)?.[1]
    if (id === undefined && head(sql) === 'begin') {
      begun.push('begin')
      continue
    }
    current = id ?? current
    found[current] = [...(found[current] ?? []), ...begun, head(sql)]
    begun = []
  }
  return found
}

function projectWith(output: object): { folder: string; remove(): void } {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'quern-trips-')))
  const profiles = JSON.stringify({ trips: { target: 'dev', outputs: { dev: { threads: 1, ...output } } } })
  for (const [path, text] of Object.entries({ ...FILES, 'profiles.yml': profiles })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

async function build(folder: string, env: Record<string, string> = {}): Promise<void> {
  const ended = await quern(['build'], { cwd: folder, env: { DBT_PROFILES_DIR: folder, HOME: folder, ...env } })
  expect(ended.stdout).toContain('PASS=5')
}

/** Writes each call of the driver that goes to DuckDB's threads into a file. */
const watching = (path: string): string => `
import { createRequire } from 'node:module'
import { appendFileSync } from 'node:fs'
const { DuckDBConnection } = createRequire(${JSON.stringify(join(REPOSITORY, 'dist', 'cli.js'))})('@duckdb/node-api')
for (const method of ['run', 'extractStatements', 'prepare', 'stream']) {
  const own = DuckDBConnection.prototype[method]
  DuckDBConnection.prototype[method] = function (sql, ...rest) {
    appendFileSync(${JSON.stringify(path)}, JSON.stringify(sql) + '\\n')
    return own.call(this, sql, ...rest)
  }
}
`

test('on DuckDB', { timeout: 120_000 }, async () => {
  const { folder, remove } = projectWith({ type: 'duckdb', path: 'trips.duckdb' })
  try {
    await build(folder)
    const log = join(folder, 'statements.txt')
    writeFileSync(join(folder, 'watch.mjs'), watching(log))
    await build(folder, { NODE_OPTIONS: `--import=${pathToFileURL(join(folder, 'watch.mjs'))}` })
    const statements = readFileSync(log, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as string)
    const { master, ...nodes } = byNode(statements)
    expect(nodes).toEqual({
      // The keys of tables are asked for once for each schema, as the reference does.
      a_view: ['select database_name,', 'select table_name,', 'begin', ...VIEW, 'drop view'],
      not_null_a_view_id: ['select table_name,', 'begin', 'select count', 'rollback'],
      b_table: [
        'select table_name,',
        ...['begin', 'create table', 'select index_name', 'alter table', 'alter table', 'commit', 'drop table'],
      ],
      // Without the reference's question for the version of DuckDB.
      c_incremental: ['create temporary', 'begin', 'select column_name,', 'delete from', 'commit'],
      d_snapshot: [
        ...['select *', 'begin', 'select column_name,', 'select column_name,', 'create temporary'],
        ...['select column_name,', 'select column_name,', 'select column_name,', 'describe select', 'describe select'],
        ...['update "trips"."main"."d_snapshot"', 'commit', 'drop table'],
      ],
    })
    // One question for the schemas, one each for what is in them: however many nodes there are.
    expect(master).toEqual([
      'select schema_name',
      ...['select type', 'begin', 'create schema', 'commit', 'select type', 'begin', 'create schema', 'commit'],
      ...['begin', "select 'trips'", "select 'trips'", 'rollback'],
    ])
  } finally {
    remove()
  }
})

/** Stands between client and server; notes the text of each query. */
function listener(server: { host: string; port: number }, note: (sql: string) => void): Promise<Server> {
  const between = createServer((client) => {
    const upstream = connectTo(server.port, server.host)
    let pending = Buffer.alloc(0)
    let started = false
    client.on('data', (data) => {
      upstream.write(data)
      pending = Buffer.concat([pending, data])
      for (;;) {
        const prefix = started ? 1 : 0
        if (pending.length < prefix + 4) return
        const end = prefix + pending.readInt32BE(prefix)
        if (pending.length < end) return
        if (started && pending[0] === 'Q'.charCodeAt(0)) note(pending.toString('utf8', 5, end - 1))
        // An SSLRequest is no start yet: 8 bytes.
        if (!started) started = end > 8
        pending = pending.subarray(end)
      }
    })
    upstream.on('data', (data) => client.write(data))
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy())
      one.on('close', () => other.end())
    }
  })
  return new Promise((resolve) => between.listen(0, '127.0.0.1', () => resolve(between)))
}

test('on Postgres', { timeout: 120_000 }, async () => {
  const server = inject('postgres')
  const drop = await freshDatabase(server, 'quern_trips')
  let statements: string[] = []
  const between = await listener(server, (sql) => statements.push(sql))
  const { user, password } = server
  const { port } = between.address() as { port: number }
  const output = { type: 'postgres', host: '127.0.0.1', port, user, password, dbname: 'quern_trips', schema: 'trips' }
  const { folder, remove } = projectWith(output)
  try {
    await build(folder)
    statements = []
    await build(folder)
    const { master, ...nodes } = byNode(statements)
    const sent = (...statements: readonly string[]): string[] => [
      'begin',
      ...statements,
      // nobody waits for it but the next node
      'discard all',
    ]
    // not of the reference: whether views read from the old relation, so that they do not fall with it
    const views = 'select 1'
    expect(nodes).toEqual({
      a_view: sent('create view', views, 'alter table', 'alter table', 'commit', 'drop view'),
      not_null_a_view_id: sent('select count', 'rollback'),
      b_table: sent('create table', views, 'alter table', 'alter table', 'commit', 'drop table'),
      c_incremental: sent('create temporary', ...COLUMNS, ...COLUMNS, ...COLUMNS, 'delete from', 'commit'),
      d_snapshot: sent(
        ...['select *', ...COLUMNS, ...COLUMNS, 'create temporary', ...COLUMNS, ...COLUMNS, ...COLUMNS, ...COLUMNS],
        ...[...COLUMNS, 'select *', 'select *', 'update "quern_trips"."trips"."d_snapshot"', 'commit'],
      ),
    })
    expect(master).toEqual([
      // not of the reference: other runs do not write the same tables meanwhile
      ...['begin', 'set transaction'],
      ...sent('select distinct', "select 'quern_trips'", "select 'quern_trips'", 'select distinct', 'rollback'),
    ])
  } finally {
    remove()
    between.close()
    await drop()
  }
})
