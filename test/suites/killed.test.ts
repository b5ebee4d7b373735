import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { type DumpedTable, dumpDuckdb, dumpPostgres } from '../support/dump-tables.ts'
import { copyDatabase, freshDatabase } from '../support/postgres-database.ts'
import { CLI, quern } from '../support/quern.ts'

/** Moments at which each database's build is killed. */
const MOMENTS = 30

const ROWS = `
select id, 'name ' || (id % 7) as name, cast(id % (10 + {{ var('step') }}) as integer) as amount,
  timestamp '2024-01-01 00:00:00' + interval '1 minute' * id
    + interval '1 day' * (case when {{ var('step') }} = 2 and id % 5 = 0 then 1 else 0 end) as updated_at
  {%- if var('step') == 2 %}, 'new ' || id as extra {%- endif %}
from generate_series(1, 4000 * {{ var('step') }}) as rows_of(id)
where {{ var('step') }} = 1 or id % 11 <> 0`

const incremental = (config: string, where = ''): string =>
  `{{ config(materialized='incremental', ${config}) }}\nselect * from {{ ref('source_rows') }}\n{% if is_incremental() %}${where}{% endif %}`
const snapshot = (name: string, config: string): string =>
  `{% snapshot ${name} %}{{ config(unique_key='id', ${config}) }}\nselect id, name, amount, updated_at from {{ ref('source_rows') }}\n{% endsnapshot %}`

const FILES: Readonly<Record<string, string>> = {
  'dbt_project.yml': 'name: killed\nprofile: killed\nvars: {step: 1}\n',
  'models/source_rows.sql': `{{ config(materialized='table', event_time='updated_at') }}${ROWS}`,
  'models/appended.sql': incremental(
    "incremental_strategy='append', on_schema_change='append_new_columns'",
    'where id > (select max(id) from {{ this }})',
  ),
  'models/replaced.sql': incremental(
    "incremental_strategy='delete+insert', unique_key='id', on_schema_change='sync_all_columns'",
    "where updated_at > (select max(updated_at) - interval '2 days' from {{ this }})",
  ),
  'models/merged.sql': incremental(
    "incremental_strategy='merge', unique_key=['id', 'name'], on_schema_change='append_new_columns'",
  ),
  // rows of a batch are replaced by their time on DuckDB, by their key on Postgres
  'models/batched.sql': `{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='updated_at', begin='2024-01-01',
    batch_size='day', unique_key='id' if target.type == 'postgres' else none) }}
    select id, name, amount, updated_at from {{ ref('source_rows') }}`,
  'models/summary.sql':
    "{{ config(materialized='table') }}\nselect name, count(*) as n, sum(amount) as total from {{ ref('merged') }} group by name",
  'snapshots/by_time.sql': snapshot('by_time', "strategy='timestamp', updated_at='updated_at'"),
  'snapshots/by_columns.sql': snapshot(
    'by_columns',
    "strategy='check', check_cols=['name', 'amount'], hard_deletes='invalidate'",
  ),
  'snapshots/with_deletions.sql': snapshot(
    'with_deletions',
    "strategy='timestamp', updated_at='updated_at', hard_deletes='new_record'",
  ),
}

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function project(output: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'quern-killed-'))
  folders.push(folder)
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const profile = { killed: { target: 'dev', outputs: { dev: output } } }
  writeFileSync(join(folder, 'profiles.yml'), JSON.stringify(profile))
  return folder
}

const BUILD = {
  1: ['build', '--vars', 'step: 1', '--event-time-start', '2024-01-01', '--event-time-end', '2024-01-04'],
  2: ['build', '--vars', 'step: 2', '--event-time-start', '2024-01-02', '--event-time-end', '2024-01-08'],
} as const

async function build(folder: string, step: 1 | 2): Promise<void> {
  const ended = await quern(BUILD[step], { cwd: folder })
  expect(ended.exit, ended.stdout + ended.stderr).toBe(0)
}

/**
 * Starts the build of step 2, kills it `share` (0 to 1) of the way from its first node to its usual end.
 * Gives whether it was still running.
 */
function killedBuild(folder: string, share: number, usual: number): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...BUILD[2]], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '' },
    })
    let started = false
    child.stdout.on('data', (data: Buffer) => {
      if (started || !data.includes('START')) return
      started = true
      setTimeout(() => child.kill('SIGKILL'), share * usual)
    })
    child.on('close', (_code, signal) => resolve(signal === 'SIGKILL'))
  })
}

/** Milliseconds from the first node to the end of an undisturbed build of step 2. */
function undisturbed(folder: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...BUILD[2]], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '' },
    })
    let first = 0
    let output = ''
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString()
      if (first === 0 && data.includes('START')) first = performance.now()
    })
    child.on('close', (code) =>
      code === 0 ? resolve(performance.now() - first) : reject(new Error(`exit ${code}: ${output}`)),
    )
  })
}

/** Times that are those of the run are told apart from null only; rows are sorted. */
function comparable(tables: readonly DumpedTable[]): object[] {
  return tables
    .map((table) => {
      const ofRun = (column: string): boolean =>
        /^dbt_(valid_from|valid_to|updated_at|scd_id)$/.test(column) && table.name !== 'by_time'
      const rows = table.rows.map((row) =>
        row.map((value, at) => (ofRun(String(table.columns[at]?.[0])) && value !== null ? 'set' : value)).join('|'),
      )
      return { relation: `${table.schema}.${table.name}`, kind: table.kind, columns: table.columns, rows: rows.sort() }
    })
    .sort((a, b) => a.relation.localeCompare(b.relation))
}

/** Numbers from 0 to 1, the same ones for the same seed. */
function* moments(seed: number): Generator<number> {
  let state = seed
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    yield state / 2 ** 32
  }
}

async function survives(folder: string, reset: () => Promise<void>, dump: () => Promise<DumpedTable[]>): Promise<void> {
  await reset()
  const usual = await undisturbed(folder)
  const expected = comparable(await dump())
  const seed = Date.now() >>> 0
  const random = moments(seed)
  for (let at = 0; at < MOMENTS; at++) {
    await reset()
    let share = random.next().value as number
    while (!(await killedBuild(folder, share, usual))) {
      // it was over before its kill came
      share *= 0.7
      await reset()
    }
    await build(folder, 2)
    expect(comparable(await dump()), `seed ${seed}, moment ${at}: killed after ${share} of the build`).toEqual(expected)
  }
}

describe('kill -9 at any moment, then the same command again', () => {
  test('DuckDB', { timeout: 600_000 }, async () => {
    const folder = project({ type: 'duckdb', path: 'killed.duckdb', threads: 4 })
    const file = join(folder, 'killed.duckdb')
    const kept = join(folder, 'first.db')
    await build(folder, 1)
    copyFileSync(file, kept)
    await survives(
      folder,
      async () => {
        if (existsSync(`${file}.wal`)) rmSync(`${file}.wal`)
        copyFileSync(kept, file)
      },
      () => dumpDuckdb(file, 'killed'),
    )
  })

  test('Postgres', { timeout: 600_000 }, async () => {
    const server = inject('postgres')
    const database = 'quern_killed'
    const drop = await freshDatabase(server, database)
    const { host, port, user, password } = server
    try {
      const output = { type: 'postgres', host, port, user, password, dbname: database, schema: 'killed', threads: 4 }
      const folder = project(output)
      await build(folder, 1)
      const dropKept = await copyDatabase(server, database, `${database}_first`)
      try {
        await survives(
          folder,
          async () => void (await copyDatabase(server, `${database}_first`, database)),
          () => dumpPostgres({ ...server, database }),
        )
      } finally {
        await dropKept()
      }
    } finally {
      await drop()
    }
  })
})
