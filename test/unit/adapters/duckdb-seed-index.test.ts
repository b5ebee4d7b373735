import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { expect, test } from 'vitest'
import { invoke } from '../../../src/index.ts'

async function rows(path: string, sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(path)
  try {
    return (await (await instance.connect()).runAndReadAll(sql)).getRows()
  } finally {
    instance.closeSync()
  }
}

// dbt with the same DuckDB fails in the second run: Constraint Error, Duplicate key "code: 1"
test('a seed with a unique index is loaded again: new rows, the same columns and indexes', async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'quern-seed-index-')))
  const database = join(folder, 'own.duckdb')
  const write = (files: Record<string, string>): void => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
  }
  write({
    'dbt_project.yml':
      'name: seed_index\nprofile: p\nseeds:\n  +column_types: {name: varchar}\n  +indexes:\n    - {columns: [code], unique: true}\n    - {columns: [name]}\n',
    'profiles.yml': `p:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: "${database}"}\n`,
    'seeds/codes.csv': 'code,name\n1,7\n2,8\n3,9\n',
  })
  const options = { cwd: folder, env: { HOME: folder } }
  expect((await invoke(['seed'], options)).exitCode).toBe(0)
  write({ 'seeds/codes.csv': 'code,name\n1,7\n3,nine\n4,ten\n' })
  for (const args of [['seed'], ['seed'], ['seed', '--full-refresh']]) {
    const end = await invoke(args, options)
    expect([end.exitCode, end.errorOutput, end.output.includes('Duplicate key')]).toEqual([0, '', false])
    expect(await rows(database, 'select * from codes order by code')).toEqual([
      [1, '7'],
      [3, 'nine'],
      [4, 'ten'],
    ])
    const indexes = await rows(
      database,
      "select is_unique, expressions from duckdb_indexes() where table_name = 'codes' order by 1",
    )
    expect(
      indexes.map(([unique, columns]) => [unique, String(columns).replaceAll("'", '').replaceAll('"', '')]),
    ).toEqual([
      [false, '[name]'],
      [true, '[code]'],
    ])
    expect(await rows(database, "select table_name from duckdb_tables() where table_name <> 'codes'")).toEqual([])
  }
})
