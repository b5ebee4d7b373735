import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { adapter as duckdb } from '../../../adapters/duckdb/adapter.ts'
import { adapter as postgres } from '../../../adapters/postgres/adapter.ts'
import type { Driver } from '../../../src/adapter/driver.ts'
import { QuernError } from '../../../src/errors/quern-error.ts'
import { repr } from '../../../src/jinja/runtime/text.ts'
import { isLeftBehind } from '../../../src/util/left-behind.ts'
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts'

/*
 * Databases that do not answer. What hangs here hangs for good: that a test comes to its end is what it shows.
 */
async function failure(work: Promise<unknown>): Promise<QuernError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof QuernError) return error
  throw new Error(`expected a QuernError, got ${String(error)}`)
}
const soon = (): Promise<void> => new Promise((done) => setTimeout(done, 100))

describe('Postgres behind a black hole', () => {
  let proxy: TcpProxy
  let driver: Driver
  beforeAll(async () => {
    proxy = await startTcpProxy(inject('postgres'))
  })
  afterAll(() => proxy.close())
  const open = (more: object = {}): Driver => {
    const { user, password, database } = inject('postgres')
    const fields = {
      type: 'postgres',
      host: proxy.host,
      port: proxy.port,
      user,
      password,
      dbname: database,
      schema: 'public',
      ...more,
    }
    driver = postgres.open(fields, { baseDir: '/', threads: 1 })
    return driver
  }

  test('a statement rejects when its connection is abandoned; nothing of it has lasted', {
    timeout: 30_000,
  }, async () => {
    const connection = await open().connect('x')
    await connection.query('create table public.never(a int)')
    const running = failure(connection.query('select pg_sleep(600)'))
    proxy.blackHole()
    await connection.cancel()
    connection.abandon()
    expect((await running).code).toBe('statement_given_up')
    expect(connection.lasting).toBe('nothing')
    expect((await failure(connection.query('select 1'))).kind).toBe('Database')
    await driver.release(connection)
    await driver.close()
    await proxy.pass()
  })

  test('a server that is gone for good is waited for once, not by each node', { timeout: 60_000 }, async () => {
    const first = await open({ retry_window: 3, retries: 0 }).connect('x')
    await driver.release(first)
    await driver.close()
    await proxy.refuse()
    // each for its own window would be three minutes
    for (let node = 0; node < 60; node++)
      expect((await failure(driver.connect(`node ${node}`))).message).toContain('Connection refused')
    await proxy.pass()
    const again = await driver.connect('after all')
    await driver.release(again)
    await driver.close()
  })

  test('a COPY too, while it is fed', { timeout: 30_000 }, async () => {
    const connection = await open().connect('x')
    await connection.query('create temporary table fed(a int)')
    async function* endless(): AsyncGenerator<string> {
      for (;;) {
        yield '1\n'
        await soon()
      }
    }
    const running = failure(connection.query('copy fed from stdin', { input: endless() }))
    await soon()
    proxy.blackHole()
    connection.abandon()
    expect((await running).code).toBe('statement_given_up')
    await driver.close()
    await proxy.pass()
  })

  test('rollback, release and close end, and the session is not used again', { timeout: 30_000 }, async () => {
    const connection = await open().connect('x')
    await connection.query('create table public.never(a int)')
    const idle = await driver.connect('idle')
    await driver.release(idle)
    proxy.blackHole()
    await driver.release(connection)
    await driver.close()
    await proxy.pass()
    const other = await open().connect('y')
    expect(repr((await other.query("select to_regclass('public.never')")).rows)).toBe('[[None]]')
    await driver.close()
  })

  test('a session whose reset is not answered is replaced', { timeout: 60_000 }, async () => {
    const connection = await open().connect('x')
    await connection.query('select 1')
    proxy.blackHole()
    await driver.release(connection)
    await proxy.pass()
    const next = await driver.connect('next')
    expect(next).not.toBe(connection)
    expect(repr((await next.query('select 2')).rows)).toBe('[[2]]')
    await driver.close()
  })

  test('connecting ends when the signal is aborted, whoever else connects', { timeout: 30_000 }, async () => {
    proxy.blackHole()
    const controller = new AbortController()
    const waiting = failure(open({ connect_timeout: 0 }).connect('x', { signal: controller.signal }))
    await soon()
    controller.abort()
    expect((await waiting).code).toBe('connection_cancelled')
    await proxy.pass()
    const other = await driver.connect('y')
    expect(repr((await other.query('select 3')).rows)).toBe('[[3]]')
    await driver.close()
  })
})

describe('a Postgres server that is full', () => {
  test('a statement can be cancelled all the same: the request needs no free connection', {
    timeout: 30_000,
  }, async () => {
    const { host, port, user, password, database } = inject('postgres')
    const at = { type: 'postgres', host, port, dbname: database, schema: 'public' }
    const admin = postgres.open({ ...at, user, password }, { baseDir: '/', threads: 1 })
    const boss = await admin.connect('admin')
    await boss.query("create role quern_single login password 'x' connection limit 1")
    await boss.commit()
    const driver = postgres.open({ ...at, user: 'quern_single', password: 'x' }, { baseDir: '/', threads: 1 })
    const connection = await driver.connect('only')
    const running = failure(connection.query('select pg_sleep(600)'))
    await soon()
    await connection.cancel()
    expect((await running).code).toBe('57014')
    await driver.close()
    await boss.query('drop role quern_single')
    await boss.commit()
    await admin.close()
  })
})

describe('DuckDB within a call that cannot be interrupted', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quern-unanswered-'))
  const pipe = join(folder, 'pipe')
  // By another process, since it waits for a reader; without it a failed test would keep this one from ending.
  const feed = (): void => void spawnSync('timeout', ['5', 'sh', '-c', `echo 1 > ${pipe}`])
  afterAll(() => {
    if (isLeftBehind()) feed()
    rmSync(folder, { recursive: true, force: true })
  })

  test('it is left behind: the driver closes, the file can be used meanwhile, the transaction is rolled back', {
    timeout: 60_000,
  }, async () => {
    execFileSync('mkfifo', [pipe])
    const open = (): Driver =>
      duckdb.open({ type: 'duckdb', path: join(folder, 'own.duckdb') }, { baseDir: folder, threads: 1 })
    const driver = open()
    const connection = await driver.connect('stuck')
    await connection.query('create table kept as select 1 as a')
    await connection.begin()
    await connection.query('create table lost as select 1 as a')
    const running = failure(connection.query(`select * from read_csv('${pipe}', columns = {'a': 'int'})`))
    await soon()
    await connection.cancel()
    connection.abandon()
    expect((await running).code).toBe('statement_given_up')
    expect([connection.lasting, isLeftBehind()]).toEqual(['committed', true])
    await driver.release(connection)
    await driver.close()

    const second = open()
    const other = await second.connect('other')
    expect(repr((await other.query('select a from kept')).rows)).toBe('[[1]]')
    await other.query('insert into kept values (2)')

    feed()
    await expect.poll(isLeftBehind, { timeout: 30_000 }).toBe(false)
    expect((await failure(other.query('select * from lost'))).code).toBe('duckdb_catalog')
    await second.close()

    const third = open()
    const last = await third.connect('last')
    expect(repr((await last.query('select sum(a)::int from kept')).rows)).toBe('[[3]]')
    await third.close()
  })
})
