import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { newFolder, removeFolders } from '../support/library-project.ts'
import { freshDatabase, type PostgresAddress } from '../support/postgres-database.ts'
import { CLI } from '../support/quern.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'

/*
 * Ctrl-C where the database does not answer. Nothing here ends by itself: an end at all, well within the time that the test has, is what is shown.
 */
let server: PostgresAddress
let drop: () => Promise<void>
beforeAll(async () => {
  server = inject('postgres')
  drop = await freshDatabase(server, 'quern_unanswered')
})
afterAll(async () => {
  removeFolders()
  await drop()
})

const project = (output: object, sql: string): string =>
  newFolder({
    'dbt_project.yml': 'name: slow\nprofile: slow\n',
    'profiles.yml': JSON.stringify({ slow: { target: 'dev', outputs: { dev: output } } }),
    'models/endless.sql': `{{ config(materialized='table') }} ${sql}`,
    'models/below.sql': "select * from {{ ref('endless') }}",
  })

interface End {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly output: string
  readonly seconds: number
}

/** Runs a project and calls `act` when a text was printed; the seconds are those from then on. */
function run(folder: string, text: string, act: (child: ChildProcess) => unknown): Promise<End> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: folder, DBT_PROFILES_DIR: folder }
    const child = spawn(process.execPath, [CLI, 'run', '--log-level', 'debug'], { cwd: folder, env })
    let output = ''
    let from = Number.NaN
    const read = (data: Buffer): void => {
      output += data.toString()
      if (!Number.isNaN(from) || !output.includes(text)) return
      from = performance.now()
      setTimeout(() => {
        from = performance.now()
        act(child)
      }, 500)
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.on('close', (code, signal) => resolve({ code, signal, output, seconds: (performance.now() - from) / 1000 }))
  })
}

const CANCELLED = expect.stringContaining('Cancelled: the run was interrupted while this ran') as string

const statuses = (folder: string): [string, string, string | null][] => {
  const { results } = JSON.parse(readFileSync(join(folder, 'target/run_results.json'), 'utf8')) as {
    results: { unique_id: string; status: string; message: string | null }[]
  }
  return results.map(({ unique_id, status, message }) => [unique_id, status, message])
}

describe('DuckDB within a call that cannot be interrupted', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s ends the run, with results', { timeout: 60_000 }, async (signal) => {
    const folder = project(
      { type: 'duckdb', path: 'own.duckdb', threads: 2 },
      "select * from read_csv('pipe', columns = {'a': 'int'})",
    )
    execFileSync('mkfifo', [join(folder, 'pipe')])
    const end = await run(folder, 'read_csv', (child) => child.kill(signal))
    // Node itself would wait for the thread that is within the call
    expect([end.code, end.signal]).toEqual([null, 'SIGTERM'])
    expect(end.seconds).toBeLessThan(10)
    expect(statuses(folder)).toContainEqual(['model.slow.endless', 'error', CANCELLED])
    // the file is free: nothing of the process is left
    const after = project({ type: 'duckdb', path: join(folder, 'own.duckdb') }, 'select 1 as a')
    expect((await run(after, 'never', () => undefined)).code).toBe(0)
  })
})

describe('Postgres', () => {
  let proxy: TcpProxy
  beforeAll(async () => {
    proxy = await startTcpProxy(server)
  })
  afterAll(() => proxy.close())
  const output = (more: object = {}): object => {
    const { user, password } = server
    const { host, port } = proxy
    return {
      type: 'postgres',
      host,
      port,
      user,
      password,
      dbname: 'quern_unanswered',
      schema: 's',
      threads: 2,
      ...more,
    }
  }

  test('a black hole in the middle of a statement', { timeout: 60_000 }, async () => {
    const folder = project(output(), 'select 1 as a from pg_sleep(600)')
    const end = await run(folder, 'pg_sleep', (child) => {
      proxy.blackHole()
      setTimeout(() => child.kill('SIGINT'), 100)
    })
    await proxy.pass()
    expect(end.code).toBe(2)
    expect(end.seconds).toBeLessThan(10)
    expect(statuses(folder)).toContainEqual(['model.slow.endless', 'error', CANCELLED])
  })

  test('a black hole while connecting', { timeout: 60_000 }, async () => {
    const folder = project(output({ connect_timeout: 0 }), 'select 1 as a')
    proxy.blackHole()
    const before = proxy.accepted
    const end = await run(folder, 'Running with', async (child) => {
      await expect.poll(() => proxy.accepted, { timeout: 30_000 }).toBeGreaterThan(before)
      child.kill('SIGINT')
    })
    await proxy.pass()
    expect(end.code).toBe(2)
  })
})
