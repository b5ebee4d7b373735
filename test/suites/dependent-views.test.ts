import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { freshDatabase } from '../support/postgres-database.ts'
import { quern } from '../support/quern.ts'

/*
 * Views that somebody made over tables, views and seeds of a project, on Postgres: they are there while and after what they read from is
 * replaced. dbt-core 1.11 drops them with the old relation.
 */
const DATABASE = 'quern_dependent_views'
const FILES: Readonly<Record<string, string>> = {
  'dbt_project.yml': 'name: below\nprofile: below\nvars: {version: 1, type: integer}\n',
  'models/one.sql': "{{ config(materialized='table') }} select {{ var('version') }}::{{ var('type') }} as v, 1 as id",
  'models/two.sql': "{{ config(materialized='table') }} select {{ var('version') }}::{{ var('type') }} as v, 1 as id",
  'models/shown.sql': "select v, id from {{ ref('one') }}",
  'models/grown.sql': "{{ config(materialized='incremental') }} select {{ var('version') }} as v",
  'seeds/letters.csv': 'letter\na\n',
}

let folder: string
let client: pg.Client
let drop: () => Promise<void>
beforeAll(async () => {
  const server = inject('postgres')
  drop = await freshDatabase(server, DATABASE)
  client = new pg.Client({ ...server, database: DATABASE })
  await client.connect()
  folder = mkdtempSync(join(tmpdir(), 'quern-views-'))
  const { host, port, user, password } = server
  const output = { type: 'postgres', host, port, user, password, dbname: DATABASE, schema: 's', threads: 4 }
  const all = { ...FILES, 'profiles.yml': JSON.stringify({ below: { target: 'dev', outputs: { dev: output } } }) }
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
})
afterAll(async () => {
  await client?.end()
  await drop?.()
  rmSync(folder, { recursive: true, force: true })
})

async function build(...args: string[]): Promise<void> {
  const { exit, stdout, stderr } = await quern(['build', ...args], { cwd: folder })
  expect(exit, stdout + stderr).toBe(0)
}
const rows = async (sql: string): Promise<unknown[][]> =>
  (await client.query({ text: sql, rowMode: 'array' })).rows as unknown[][]

describe('views over what is replaced', () => {
  test('follow it, with their options and rights; what reads from them stays', async () => {
    await build()
    await client.query(`
      create schema "other ""one""";
      create view "other ""one"""."Odd % view" with (security_barrier = true) as select v, 'it''s $quern$ \\' as text from s.one;
      create view s.over_it as select v, text from "other ""one"""."Odd % view";
      create view s.over_shown as select v from s.shown;
      create view s.over_grown as select v from s.grown;
      create view s.over_letters as select letter from s.letters;
      create view s.over_letters_too as select count(*) as n from s.letters;
      do $$ begin create role views_reader; exception when duplicate_object then null; end $$;
      grant select on "other ""one"""."Odd % view" to views_reader`)
    await build('--vars', 'version: 2', '--full-refresh')
    expect(await rows('select * from s.over_it')).toEqual([[2, "it's $quern$ \\"]])
    expect(await rows('select v from s.over_shown')).toEqual([[2]])
    expect(await rows('select v from s.over_grown')).toEqual([[2]])
    expect(await rows('select letter, n from s.over_letters, s.over_letters_too')).toEqual([['a', '1']])
    const kept = `select reloptions, has_table_privilege('views_reader', oid, 'select') from pg_class where relname = 'Odd % view'`
    expect(await rows(kept)).toEqual([[['security_barrier=true'], true]])
    expect(
      await rows("select relname from pg_class where relname like '%dbt_backup' or relname like '%dbt_tmp'"),
    ).toEqual([])
  })

  test('over two tables that are replaced at the same time: neither build waits for the other for good', async () => {
    await client.query('create view s.over_both as select one.v as first, two.v as second from s.one, s.two')
    await client.query('create view s.over_both_too as select two.v as first, one.v as second from s.two, s.one')
    for (let version = 3; version < 9; version++) {
      await build('--vars', `version: ${version}`, '--select', 'one', 'two')
      expect(await rows('select * from s.over_both union all select * from s.over_both_too')).toEqual([
        [version, version],
        [version, version],
      ])
    }
  })

  test('that no longer fit fall with the old relation, and the run knows', async () => {
    await build('--vars', '{version: 9, type: bigint}')
    expect(await rows('select v from s.shown')).toEqual([['9']])
    const left = "select viewname from pg_views where schemaname = 's' and viewname like 'over%' order by 1"
    expect((await rows(left)).flat()).toEqual(['over_grown', 'over_letters', 'over_letters_too'])
  })

  // dbt-tests-adapter: TestBasicSeedTests
  test('the full refresh of the command `seed` takes them along, as in dbt', async () => {
    const seed = await quern(['seed', '--full-refresh'], { cwd: folder })
    expect(seed.exit, seed.stdout).toBe(0)
    expect(await rows("select relname from pg_class where relname like 'over_letters%' and relkind = 'v'")).toEqual([])
    expect(await rows('select letter from s.letters')).toEqual([['a']])
  })
})
