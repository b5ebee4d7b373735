import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, expect, inject, test } from 'vitest'
import { freshDatabase } from '../support/postgres-database.ts'
import { quern } from '../support/quern.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const ROWS = 5000
const RELATIONS = ['appended', 'replaced', 'merged', 'refreshed', 'plain', 'as_view', 'snapped']
/** Every relation holds one version of all rows: that of day 1 or that of day 2. A mixture would show here. */
const stateOf = (name: string): string =>
  `select count(*) || ' rows, ' || min(version) || ' to ' || max(version) as state from readers.${name}${name === 'snapped' ? ' where dbt_valid_to is null' : ''}`
const whole = (version: number): string => `${ROWS} rows, ${version} to ${version}`
/** Rows are added to this one: what an append looks like. */
const ADDED = `${2 * ROWS} rows, 1 to 2`

const rows = (series: string): string =>
  `select i as id, {{ var('day') }} as version, 'some text to make the row longer ' || i as filler from ${series}`

/** One relation of each way of building, over rows whose version is the day. */
function project(output: object, series: string, models: Readonly<Record<string, string>>, hook: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'quern-readers-'))
  folders.push(folder)
  mkdirSync(join(folder, 'models'))
  mkdirSync(join(folder, 'snapshots'))
  writeFileSync(join(folder, 'profiles.yml'), JSON.stringify({ readers: { target: 'dev', outputs: { dev: output } } }))
  writeFileSync(
    join(folder, 'dbt_project.yml'),
    `name: readers\nprofile: readers\nvars: {day: 1}\nmodels:\n  +post-hook: "${hook}"\nsnapshots:\n  +post-hook: "${hook}"\n`,
  )
  const incremental = (config: string): string => `{{ config(materialized='incremental', ${config}) }} ${rows(series)}`
  const files = {
    appended: incremental("incremental_strategy='append'"),
    replaced: incremental("incremental_strategy='delete+insert', unique_key='id'"),
    merged: incremental("incremental_strategy='merge', unique_key='id'"),
    refreshed: incremental('full_refresh=true'),
    plain: `{{ config(materialized='table') }} ${rows(series)}`,
    as_view: `{{ config(materialized='view') }} ${rows(series)}`,
    ...models,
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'models', `${name}.sql`), text)
  writeFileSync(
    join(folder, 'snapshots', 'snapped.sql'),
    `{% snapshot snapped %}{{ config(unique_key='id', strategy='check', check_cols=['version']) }} ${rows(series)} {% endsnapshot %}`,
  )
  return folder
}

test('a reader in another connection to Postgres sees old or new', { timeout: 120_000 }, async () => {
  const server = inject('postgres')
  const drop = await freshDatabase(server, 'quern_readers')
  const reader = new pg.Client({ ...server, database: 'quern_readers' })
  try {
    const { host, port, user, password } = server
    const folder = project(
      { type: 'postgres', host, port, user, password, dbname: 'quern_readers', schema: 'readers', threads: 2 },
      `generate_series(1, ${ROWS}) as s(i)`,
      {},
      // Holds each transaction open for a while, after everything was written.
      'select pg_sleep(0.2)',
    )
    const first = await quern(['build', '--quiet'], { cwd: folder })
    expect(first.exit, first.stdout).toBe(0)
    await reader.connect()
    const seen = new Map<string, Set<string>>(RELATIONS.map((name) => [name, new Set()]))
    let over = false
    const second = quern(['build', '--quiet', '--vars', '{day: 2}'], { cwd: folder }).finally(() => {
      over = true
    })
    const look = async (): Promise<void> => {
      for (const name of RELATIONS) {
        const found = await reader.query<{ state: string }>(stateOf(name))
        seen.get(name)!.add(found.rows[0]!.state)
      }
    }
    while (!over) await look()
    const ended = await second
    expect(ended.exit, ended.stdout).toBe(0)
    await look()
    for (const name of RELATIONS)
      expect([name, ...seen.get(name)!]).toEqual([name, whole(1), name === 'appended' ? ADDED : whole(2)])
  } finally {
    await reader.end()
    await drop()
  }
})

test('a model that reads in the same DuckDB process sees old or new', { timeout: 120_000 }, async () => {
  const looking = `{{ config(materialized='table') }}
{%- set seen = [] -%}
{%- if execute and var('day') > 1 -%}
  {%- for _ in range(150) -%}
    {%- for name, sql in [${RELATIONS.map((name) => `('${name}', "${stateOf(name)}")`).join(', ')}] -%}
      {%- set state = name ~ ': ' ~ run_query(sql).rows[0][0] -%}
      {%- if state not in seen -%}{%- do seen.append(state) -%}{%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
{%- endif -%}
{% for state in seen %}select '{{ state }}' as state union all {% endfor %}select 'nothing more'`
  const folder = project(
    { type: 'duckdb', path: 'quern_readers.duckdb', schema: 'readers', threads: 2 },
    `(select unnest(range(1, ${ROWS} + 1)) as i)`,
    { a_reader: looking },
    'select 1',
  )
  const first = await quern(['build', '--quiet'], { cwd: folder })
  expect(first.exit, first.stdout).toBe(0)
  const second = await quern(['build', '--quiet', '--vars', '{day: 2}'], { cwd: folder, seconds: 100 })
  expect(second.exit, second.stdout).toBe(0)
  const states = await quern(
    ['show', '--quiet', '--inline', "select state from {{ ref('a_reader') }}", '--limit', '100', '--output', 'json'],
    {
      cwd: folder,
    },
  )
  const { show } = JSON.parse(states.stdout) as { show: { state: string }[] }
  const allowed = RELATIONS.flatMap((name) =>
    [whole(1), name === 'appended' ? ADDED : whole(2)].map((state) => `${name}: ${state}`),
  )
  const found = show.map((row) => row.state).filter((state) => state !== 'nothing more')
  expect(found.length).toBeGreaterThanOrEqual(RELATIONS.length)
  expect(allowed).toEqual(expect.arrayContaining(found))
})
