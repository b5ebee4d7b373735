import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectedFiles, goldenCases } from '../support/golden-case.ts'
import { runGolden } from '../support/golden-run.ts'
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts'
import { CLI } from '../support/quern.ts'
import { startTransactionPool, type TransactionPool } from '../support/transaction-pool.ts'
import { type WrittenProject, writtenProject } from '../support/written-project.ts'

/** A pool between quern and Postgres that gives each transaction another server process, as PgBouncer may. */
let server: PostgresServer
let pool: TransactionPool
beforeAll(async () => {
  server = await startPostgres()
  pool = await startTransactionPool(server)
}, 60_000)
afterAll(async () => {
  await pool?.close()
  await server?.stop()
})

const rowsOf = async (project: WrittenProject) =>
  Object.fromEntries((await project.tables()).map(({ name, rows }) => [name, rows]))

describe('golden projects: what the reference made of them without a pool', () => {
  // between them: every materialization, seeds, snapshots, hooks, grants, contracts, introspection, runs that go on with what there is
  const NAMES = ['grants', 'hooks', 'incremental_strategies', 'indexes', 'introspection', 'microbatch', 'postgres_tables', 'snapshots', 'unit_tests'] // biome-ignore format: one list
  for (const golden of goldenCases().filter(({ name }) => NAMES.includes(name))) {
    test(golden.name, { timeout: 180_000 }, async () => {
      const run = await runGolden(golden, 'postgres', pool)
      expect(run.exits, run.output).toEqual(golden.steps.map((step) => step.exit))
      const files = [...expectedFiles(golden, 'postgres')].filter(([path]) => /^tables\/|^results/.test(path))
      expect(files.length).toBeGreaterThan(1)
      for (const [path, text] of files) expect({ path, text: run.files.get(path) }).toEqual({ path, text })
    })
  }
  test('the pool was one', () => {
    expect(NAMES.filter((name) => !goldenCases().some((golden) => golden.name === name))).toEqual([])
    expect(pool.mostProcesses).toBe(4)
    expect([...pool.refused]).toEqual(['options'])
  })
})

test('what a killed run had under way ends with it, and the next run does not wait for it', {
  timeout: 120_000,
}, async () => {
  const project = await writtenProject('pooled_kill', 'postgres', pool, {
    'models/long.sql': `{{ config(materialized='table') }} select 1 as n {% if var('long', false) %}, pg_sleep(90)::text as slept {% endif %}`,
  })
  const watching = new pg.Client(server)
  await watching.connect()
  const sleeping = async (): Promise<number> => {
    const { rows } = await watching.query(
      "select count(*)::int as n from pg_stat_activity where query like '%pg_sleep(90)%' and pid <> pg_backend_pid() and state = 'active'",
    )
    return rows[0].n
  }
  try {
    const child = spawn(process.execPath, [CLI, 'run', '--vars', 'long: true', '--target', 'postgres'], {
      cwd: project.folder,
      env: { ...project.env, PATH: process.env['PATH'] ?? '' },
      stdio: 'ignore',
    })
    await expect.poll(sleeping, { timeout: 30_000 }).toBe(1)
    child.kill('SIGKILL')
    // the server looks every two seconds
    await expect.poll(sleeping, { timeout: 20_000 }).toBe(0)
    const next = await project.run('run')
    expect([next.exit, next.stdout]).toEqual([0, expect.stringContaining('PASS=1')])
  } finally {
    await watching.end()
    await project.remove()
  }
})

test('a search_path, which it cannot pass on, is not taken for a server that is down', async () => {
  const project = await writtenProject('pooled_path', 'postgres', pool, { 'models/a.sql': 'select 1 as n' })
  try {
    const profiles = readFileSync(join(project.folder, 'profiles.yml'), 'utf8')
    writeFileSync(
      join(project.folder, 'profiles.yml'),
      profiles.replace(/^( +)type: postgres$/m, '$1type: postgres\n$1search_path: golden\n$1retries: 3'),
    )
    const ended = await project.run('run')
    expect([ended.exit, ended.stdout]).toEqual([2, expect.stringContaining('unsupported startup parameter: options')])
    expect(ended.stdout).toContain('alter role ... set search_path')
    expect(ended.stdout).not.toContain('does not answer')
  } finally {
    await project.remove()
  }
})

test('a role of the profile holds in every transaction', { timeout: 60_000 }, async () => {
  const direct = new pg.Client(server)
  await direct.connect()
  await direct.query('create role pooled_owner')
  const models = Object.fromEntries(
    [1, 2, 3, 4, 5, 6].map((n) => [`models/m${n}.sql`, `{{ config(materialized='table') }} select ${n} as n`]),
  )
  const project = await writtenProject('pooled_role', 'postgres', pool, models)
  const inside = new pg.Client({ ...server, database: project.env['GOLDEN_PG_DBNAME'] as string })
  try {
    const file = join(project.folder, 'profiles.yml')
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(/^( +)type: postgres$/m, '$1type: postgres\n$1role: pooled_owner'),
    )
    await direct.query(`grant all on database ${project.env['GOLDEN_PG_DBNAME']} to pooled_owner`)
    const run = await project.run('run', '--threads', '1')
    expect([run.exit, run.stdout]).toEqual([0, expect.stringContaining('PASS=6')])
    await inside.connect()
    const { rows } = await inside.query(
      "select tableowner, count(*)::int as n from pg_tables where schemaname = 'golden' group by 1",
    )
    expect(rows).toEqual([{ tableowner: 'pooled_owner', n: 6 }])
  } finally {
    await inside.end()
    await project.remove()
    await direct.query('drop role pooled_owner')
    await direct.end()
  }
})

describe('a pool with hardly any server processes', () => {
  const models = Object.fromEntries(
    Array.from({ length: 6 }, (_, at) => [`models/m${at}.sql`, `{{ config(materialized='table') }} select ${at} as n`]),
  )
  test('runs that keep one each for their lock get to their work', { timeout: 120_000 }, async () => {
    const small = await startTransactionPool(server, 2)
    const project = await writtenProject('pooled_few', 'postgres', small, models)
    try {
      const runs = await Promise.all(
        [0, 1, 2, 3, 4, 5].map((at) => project.run('run', '-s', `m${at}`, '--target-path', `t${at}`)),
      )
      expect(runs.map(({ exit, stdout }) => (exit === 0 ? exit : stdout))).toEqual([0, 0, 0, 0, 0, 0])
      expect(runs.map(({ stdout }) => stdout).join()).toContain('it is used for the work instead')
      expect(await rowsOf(project)).toEqual(
        Object.fromEntries([0, 1, 2, 3, 4, 5].map((at) => [`m${at}`, [[String(at)]]])),
      )
    } finally {
      await project.remove()
      await small.close()
    }
  })

  test('those that wait for another run keep none', { timeout: 120_000 }, async () => {
    const small = await startTransactionPool(server, 2)
    const project = await writtenProject('pooled_same', 'postgres', small, models)
    try {
      const runs = await Promise.all(
        [0, 1, 2, 3, 4].map((at) => project.run('run', '-s', 'm0', '--target-path', `t${at}`)),
      )
      expect(runs.map(({ exit, stdout }) => (exit === 0 ? exit : stdout))).toEqual([0, 0, 0, 0, 0])
      expect(runs.map(({ stdout }) => stdout).join()).not.toContain('it is used for the work instead')
    } finally {
      await project.remove()
      await small.close()
    }
  })
})

test('a pool that knows no transactions, with autocommit, as dbt', { timeout: 60_000 }, async () => {
  const statements = await startTransactionPool(server, 2, 'statement')
  const project = await writtenProject('pooled_statements', 'postgres', statements, {
    'models/a.sql': "{{ config(materialized='table') }} select 1 as n",
    'models/b.sql': "{{ config(materialized='incremental', unique_key='n') }} select n + 1 as n from {{ ref('a') }}",
    'models/c.sql': "select * from {{ ref('b') }}",
    'models/c.yml': 'models: [{name: c, columns: [{name: n, tests: [not_null, unique]}]}]',
  })
  try {
    const without = await project.run('build')
    expect([without.exit, without.stdout]).toEqual([
      2,
      expect.stringContaining('transaction blocks not allowed in statement pooling mode'),
    ])
    const file = join(project.folder, 'profiles.yml')
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(/^( +)type: postgres$/m, '$1type: postgres\n$1autocommit: true'),
    )
    for (const _ of [1, 2]) {
      const build = await project.run('build')
      expect([build.exit, build.stdout]).toEqual([0, expect.stringContaining('PASS=5')])
    }
    expect(await rowsOf(project)).toEqual({ a: [['1']], b: [['2']], c: [['2']] })
  } finally {
    await project.remove()
    await statements.close()
  }
})
