import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { QUERN, run } from './support/child.ts'
import { duckdbPlace, type Place, type PostgresPlace, postgresPlace, SCHEMA } from './support/place.ts'
import { differences, type Prepared, prepare, restore } from './support/scenario.ts'

/** What is replaced by name: in its place something may have been left by a run that died, of any type, whatever it is now. */
const REPLACED = ['source_rows', 'contracted', 'plain_view', 'view_of_view', 'seed_view', 'appended', 'replaced', 'merged', 'summary', 'over_merged'] // biome-ignore format: one list
const SUFFIXES = ['__dbt_tmp', '__dbt_backup']

const names = [...REPLACED.flatMap((name) => SUFFIXES.map((suffix) => `${SCHEMA}.${name}${suffix}`))]
const audit = `${SCHEMA}_dbt_test__audit.some_failures__dbt_backup`

/** One after the other as each kind, so that every name is of every kind once. */
const statements = (kinds: readonly string[], names: readonly string[], turn: number): string[] =>
  names.map((name, at) => `create ${kinds[(at + turn) % kinds.length]} ${name} as select ${turn} as left_over`)

async function mends(place: Place, prepared: Prepared): Promise<void> {
  const ended = await run(QUERN, prepared.scenario.args, { cwd: place.folder })
  expect(ended.exit, ended.output).toBe(0)
  expect(await differences(place, prepared)).toEqual([])
}

describe('DuckDB', () => {
  let place: Place
  let all: Prepared[]
  beforeAll(async () => {
    place = duckdbPlace()
    all = await prepare(place, QUERN)
  })
  afterAll(() => place?.remove())

  test.each([0, 1])('tables and views of an earlier run are removed and stand in nobody’s way (%i)', async (turn) => {
    for (const prepared of all.slice(0, 2)) {
      await restore(place, prepared.scenario)
      const instance = await DuckDBInstance.create(':memory:')
      const connection = await instance.connect()
      await connection.run(`attach '${join(place.folder, 'db', 'faults.duckdb')}' as held`)
      await connection.run('use held')
      const external = ['ext_parquet__dbt_tmp', 'ext_csv__dbt_int', 'ext_parts__dbt_backup'].map(
        (name) => `${SCHEMA}.${name}`,
      )
      for (const sql of statements(['table', 'view'], [...names, audit, ...external], turn)) await connection.run(sql)
      connection.closeSync()
      instance.closeSync()
      await mends(place, prepared)
    }
  })
})

describe('Postgres', () => {
  let place: PostgresPlace
  let all: Prepared[]
  beforeAll(async () => {
    place = await postgresPlace(inject('postgres'), 'quern_faults_left')
    all = await prepare(place, QUERN)
  })
  afterAll(() => place?.remove())

  test.each([0, 1, 2])('tables, views and materialized views of an earlier run are removed (%i)', async (turn) => {
    for (const prepared of all.slice(0, 2)) {
      await restore(place, prepared.scenario)
      const client = new pg.Client({ ...place.address })
      await client.connect()
      const own = SUFFIXES.map((suffix) => `${SCHEMA}.totals${suffix}`)
      for (const sql of statements(['table', 'view', 'materialized view'], [...names, ...own, audit], turn))
        await client.query(sql)
      await client.end()
      await mends(place, prepared)
    }
  })
})
