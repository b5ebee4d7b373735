import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adapter } from '../../../adapters/duckdb/adapter.ts'
import { transactionAfter } from '../../../adapters/duckdb/session.ts'
import type { Connection, Driver } from '../../../src/adapter/driver.ts'
import { QuernError } from '../../../src/errors/quern-error.ts'
import { repr } from '../../../src/jinja/runtime/text.ts'
import type { PlainDict } from '../../../src/jinja/runtime/value.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quern-duckdb-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const open = (fields: PlainDict): Driver => adapter.open({ type: 'duckdb', ...fields }, { baseDir: folder, threads: 1 })

async function failure(work: () => Promise<unknown>): Promise<QuernError> {
  try {
    await work()
  } catch (error) {
    if (error instanceof QuernError) return error
    throw error
  }
  throw new Error('expected a QuernError')
}

async function withConnection<T>(
  fields: PlainDict,
  work: (connection: Connection, driver: Driver) => Promise<T>,
): Promise<T> {
  const driver = open(fields)
  try {
    return await work(await driver.connect('test'), driver)
  } finally {
    await driver.close()
  }
}
const rows = (sql: string): Promise<string> =>
  withConnection({}, async (connection) => repr((await connection.query(sql)).rows))

// Expected values: duckdb 1.5.6 for Python, fetchall().
describe("values are those of Python's driver", () => {
  test('numbers', async () => {
    expect(
      await rows(
        'select 1::decimal(10,2), 1.5::float, 0.1::float, 1.0::double, 1e20::hugeint, 12345678901234567890::ubigint, 3::tinyint, true, null',
      ),
    ).toBe(
      "[[Decimal('1.00'), 1.5, 0.10000000149011612, 1.0, 100000000000000000000, 12345678901234567890, 3, True, None]]",
    )
  })
  test('dates and times', async () => {
    expect(
      await rows(
        "select date '2020-01-01', timestamp '2020-01-01 10:00:00', timestamp '2020-01-01 10:00:00.123456', time '10:00:00.5', timetz '10:00:00+02', interval '1 month 2 days 3 hours'",
      ),
    ).toBe(
      '[[datetime.date(2020, 1, 1), datetime.datetime(2020, 1, 1, 10, 0), datetime.datetime(2020, 1, 1, 10, 0, 0, 123456), ' +
        'datetime.time(10, 0, 0, 500000), datetime.time(10, 0, tzinfo=datetime.timezone(datetime.timedelta(seconds=7200))), datetime.timedelta(days=32, seconds=10800)]]',
    )
    expect(
      await rows(
        "select date 'infinity', timestamp 'infinity', timestamp_ns '2020-01-01 10:00:00.123456789', timestamp_s '2020-01-01 10:00:00', date '20000-01-01', date '0044-01-01 (BC)'",
      ),
    ).toBe(
      '[[datetime.date(9999, 12, 31), datetime.datetime(9999, 12, 31, 23, 59, 59, 999999), datetime.datetime(2020, 1, 1, 10, 0, 0, 123456), ' +
        "datetime.datetime(2020, 1, 1, 10, 0), '20000-01-01', '0044-01-01 (BC)']]",
    )
  })
  test("a time with time zone is shown in the session's zone", async () => {
    const shown = async (zone: string): Promise<string> =>
      withConnection({ settings: { TimeZone: zone } }, async (connection) => {
        const result = await connection.query(
          "select timestamptz '2020-07-01 10:00:00+02', timestamptz '2020-01-01 10:00:00+02'",
        )
        return result.rows[0]!.map((value) => (value as { pyStr(): string }).pyStr()).join(' ')
      })
    expect(await shown('UTC')).toBe('2020-07-01 08:00:00+00:00 2020-01-01 08:00:00+00:00')
    expect(await shown('America/New_York')).toBe('2020-07-01 04:00:00-04:00 2020-01-01 03:00:00-05:00')
    expect(await shown('Asia/Kolkata')).toBe('2020-07-01 13:30:00+05:30 2020-01-01 13:30:00+05:30')
  })
  test('nested and special types', async () => {
    expect(
      await rows(
        "select [1,2], {'a':1,'b':'x'}, map{'k':1}, map{1:'x'}, 'ab'::blob, '101'::bit, uuid '00000000-0000-0000-0000-000000000001', union_value(num:=2), 'a'::enum('a','b'), [1,2]::int[2]",
      ),
    ).toBe(
      "[[[1, 2], {'a': 1, 'b': 'x'}, {'k': 1}, {1: 'x'}, b'ab', '101', UUID('00000000-0000-0000-0000-000000000001'), 2, 'a', (1, 2)]]",
    )
    expect(await rows("select [{'d': date '2020-01-01', 'n': null}], map{'a': [1.5::decimal(3,1)]}")).toBe(
      "[[[{'d': datetime.date(2020, 1, 1), 'n': None}], {'a': [Decimal('1.5')]}]]",
    )
  })
  test('the last of several statements counts', async () => {
    expect(await rows('select 1; select 2 as b')).toBe('[[2]]')
    expect(
      await rows('create table t as select 1 as a; insert into t values (2); select count(*) from t -- ; done\n;'),
    ).toBe('[[2]]')
  })
  test('bindings', async () => {
    await withConnection({}, async (connection) => {
      await connection.query('create table b(i integer, t text, d double, n integer)')
      await connection.query('insert into b values (?, ?, ?, ?), (?, ?, ?, ?)', {
        bindings: [1, "a'b", 1.5, null, 2, 'c', 2, 3],
        fetch: false,
      })
      expect(repr((await connection.query('select * from b order by i')).rows)).toBe(
        `[[1, "a'b", 1.5, None], [2, 'c', 2.0, 3]]`,
      )
      expect((await failure(() => connection.query('select ?', { bindings: [] }))).message).toContain('placeholders')
    })
  })
})

describe('sessions', () => {
  test('one memory database for all; temporary tables and settings are each one own', async () => {
    await withConnection({ path: ':memory:' }, async (first, driver) => {
      await first.query('create table shared as select 1 as a')
      await first.query('create temp table own as select 1 as a')
      const second = await driver.connect('second')
      expect(repr((await second.query('select * from shared')).rows)).toBe('[[1]]')
      expect((await failure(() => second.query('select * from own'))).message).toContain(
        'Table with name own does not exist',
      )
      await driver.release(first)
      await driver.release(second)
      expect(repr((await (await driver.connect('third')).query('select * from shared')).rows)).toBe('[[1]]')
    })
  })
  test('a transaction that is left open is rolled back', async () => {
    await withConnection({}, async (first, driver) => {
      await first.query('create table kept(i int)')
      await first.begin()
      expect(first.inTransaction).toBe(true)
      await first.query('insert into kept values (1)')
      await driver.release(first)
      const second = await driver.connect('second')
      expect(repr((await second.query('select count(*) from kept')).rows)).toBe('[[0]]')
      await second.query('begin')
      expect(second.inTransaction).toBe(true)
      await second.query('commit;')
      expect(second.inTransaction).toBe(false)
    })
  })
  test('statements that begin and end transactions', () => {
    expect(
      ['BEGIN', 'begin transaction;', '/* c */ -- d\nstart transaction', ' begin; '].map((sql) =>
        transactionAfter(sql, false),
      ),
    ).toEqual([true, true, true, true])
    expect(['commit', 'ROLLBACK;', 'end', 'abort'].map((sql) => transactionAfter(sql, true))).toEqual([
      false,
      false,
      false,
      false,
    ])
    expect(
      ['select 1', 'beginning', 'commit_log', 'rollback to savepoint a'].map((sql) => transactionAfter(sql, true)),
    ).toEqual([true, true, true, true])
  })
  test('cancel ends what is running', async () => {
    await withConnection({}, async (connection) => {
      const running = failure(() => connection.query('select count(*) from range(100000000000) a, range(1000) b'))
      await new Promise((done) => setTimeout(done, 200))
      await connection.cancel()
      expect((await running).message).toBe('INTERRUPT Error: Interrupted!')
    })
  })
  test('the path is relative to the working directory; the file is free after close', async () => {
    const fields = { path: 'relative.duckdb' }
    await withConnection(fields, (connection) => connection.query('create table t as select 1 as a'))
    expect(
      await withConnection({ path: join(folder, 'relative.duckdb') }, async (c) =>
        repr((await c.query('select a from t')).rows),
      ),
    ).toBe('[[1]]')
  })
  test('attached databases, settings, configuration', async () => {
    await withConnection(
      {
        attach: [{ path: join(folder, 'other.duckdb'), alias: 'other' }],
        settings: { threads: 2 },
        config_options: { default_null_order: 'nulls_first' },
      },
      async (connection) => {
        await connection.query('create table other.main.t as select 5 as a')
        expect(
          repr(
            (
              await connection.query(
                "select a, current_setting('threads'), current_setting('default_null_order') from other.t",
              )
            ).rows,
          ),
        ).toBe("[[5, 2, 'NULLS_FIRST']]")
      },
    )
  })
})

describe('errors', () => {
  test("of a statement keep DuckDB's text", async () => {
    const error = await withConnection({}, (connection) => failure(() => connection.query('select * from nope')))
    expect([error.kind, error.code, error.message]).toEqual([
      'Runtime',
      'duckdb_catalog',
      'Catalog Error: Table with name nope does not exist!\nDid you mean "pg_enum"?\n\nLINE 1: select * from nope\n                      ^',
    ])
  })
  test('of opening a file say what to do', async () => {
    const missing = await failure(() => open({ path: 'nodir/x.duckdb' }).connect('x'))
    expect([missing.message, missing.hint]).toEqual([
      `IO Error: Cannot open file "${folder}/nodir/x.duckdb": No such file or directory`,
      'the folder does not exist; `path` is relative to the working directory',
    ])
    writeFileSync(join(folder, 'junk.duckdb'), 'hello'.repeat(3000))
    expect((await failure(() => open({ path: 'junk.duckdb' }).connect('x'))).hint).toBe(
      'check `path` in the profile: the file holds something else',
    )
  })
  test('of a locked file name its holder', async () => {
    const path = join(folder, 'locked.duckdb')
    const script = `const { DuckDBInstance } = await import(${JSON.stringify(import.meta.resolve('@duckdb/node-api'))}); await DuckDBInstance.create(${JSON.stringify(path)}); console.log('open'); setTimeout(() => {}, 60000)`
    const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      await new Promise((done) => holder.stdout.once('data', done))
      const error = await failure(() => open({ path }).connect('x'))
      expect(error.code).toBe('duckdb_file_locked')
      expect(error.message).toMatch(
        /^IO Error: Could not set lock on file ".*locked\.duckdb": Conflicting lock is held in .* \(PID \d+\)$/,
      )
      expect(error.hint).toContain(`process ${holder.pid} `)
    } finally {
      holder.kill('SIGKILL')
    }
  })
  test('of fields that need Python name the field', async () => {
    const field = async (fields: PlainDict): Promise<string> => (await failure(async () => open(fields))).message
    expect(await field({ plugins: [{ module: 'excel' }] })).toBe(
      "The profile's `plugins` loads the Python plugin 'excel', which quern cannot do without Python",
    )
    expect(await field({ filesystems: [{ fs: 's3' }] })).toContain('`filesystems`')
    expect(await field({ remote: { host: 'a', port: 1, user: 'b' } })).toContain('`remote`')
  })
})

test.each([
  ['select 1 as a,\n  nope\nfrom (select 2 as b)', 'nope'],
  [`select 'ünïcode ''text''' as a, nope from (select 2 as b)`, 'nope'],
  [`select ${'b, '.repeat(60)}nope, ${'b, '.repeat(60)}1 from (select 2 as b)`, 'nope'],
  ['select "a b" from (select 2 as b)', '"a b"'],
  ['select 1 from nowhere.at_all', 'nowhere'],
])('the error of %s points at %j', async (sql, word) => {
  const { at } = await withConnection({}, (connection) => failure(() => connection.query(sql)))
  expect(at?.file.text).toBe(sql)
  expect(sql.slice(at?.start, at?.end)).toBe(word)
})
