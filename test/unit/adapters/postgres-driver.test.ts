import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { adapter } from '../../../adapters/postgres/adapter.ts'
import type { Connection, Driver } from '../../../src/adapter/driver.ts'
import { QuernError } from '../../../src/errors/quern-error.ts'
import { repr } from '../../../src/jinja/runtime/text.ts'
import type { PlainDict, Value } from '../../../src/jinja/runtime/value.ts'
import { freshDatabase } from '../../support/postgres-database.ts'

const fields = (more: PlainDict = {}): PlainDict => {
  const { host, port, user, password, database } = inject('postgres')
  return { type: 'postgres', host, port, user, password, dbname: database, schema: 'public', ...more }
}
const open = (more: PlainDict = {}): Driver => adapter.open(fields(more), { baseDir: '/', threads: 1 })

async function failure(work: Promise<unknown>): Promise<QuernError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof QuernError) return error
  throw new Error(`expected a QuernError, got ${String(error)}`)
}

let driver: Driver
let connection: Connection
beforeAll(async () => {
  driver = open()
  connection = await driver.connect('test')
})
afterAll(async () => {
  await driver.close()
})

const rows = async (sql: string, bindings?: Value[]): Promise<string> =>
  repr((await connection.query(sql, bindings === undefined ? {} : { bindings })).rows)
const tag = async (sql: string): Promise<string> => repr((await connection.query(sql)).response)
const message = async (sql: string): Promise<string> => {
  const error = await failure(connection.query(sql))
  await connection.rollback()
  return `${error.kind} ${error.code}\n${error.message}`
}

test('dates are read whatever the style of the database; also when a session serves once more', async () => {
  const drop = await freshDatabase(inject('postgres'), 'other_dates')
  await connection.query("alter database other_dates set datestyle to 'SQL, DMY'")
  await connection.commit()
  await connection.rollback()
  const elsewhere = open({ dbname: 'other_dates' })
  const read = async (): Promise<string> => {
    const session = await elsewhere.connect('test')
    const { rows } = await session.query("select date '2020-02-01', timestamptz '2020-02-01 03:04:05+00'")
    await session.query('set datestyle to german')
    await session.commit()
    await elsewhere.release(session)
    return repr(rows)
  }
  const expected = '[[datetime.date(2020, 2, 1), datetime.datetime(2020, 2, 1, 3, 4, 5, tzinfo=datetime.timezone.utc)]]'
  try {
    expect(await read()).toBe(expected)
    expect(await read()).toBe(expected)
  } finally {
    await elsewhere.close()
    await drop()
  }
})

// Expected values: psycopg2 2.9.13 on the same statements.
describe('values are those of psycopg2', () => {
  test('numbers and booleans', async () => {
    expect(
      await rows(
        "select 1::int2, 2::int8, 9007199254740993, 1.5::float4, 0.1::float4, 1::float8, 'nan'::float8, 1.50::numeric, true, null",
      ),
    ).toBe("[[1, 2, 9007199254740993, 1.5, 0.1, 1.0, nan, Decimal('1.50'), True, None]]")
  })
  test('dates and times', async () => {
    expect(
      await rows(
        "select date '2020-01-02', timestamp '2020-01-02 03:04:05.678', timestamptz '2020-01-02 03:04:05+02', time '10:11:12.5', timetz '10:11:12+03'",
      ),
    ).toBe(
      '[[datetime.date(2020, 1, 2), datetime.datetime(2020, 1, 2, 3, 4, 5, 678000), datetime.datetime(2020, 1, 2, 1, 4, 5, tzinfo=datetime.timezone.utc), ' +
        'datetime.time(10, 11, 12, 500000), datetime.time(10, 11, 12, tzinfo=datetime.timezone(datetime.timedelta(seconds=10800)))]]',
    )
    expect(await rows("select interval '1 year 2 mons 3 days 04:05:06.789', interval '-1 days -02:03'")).toBe(
      '[[datetime.timedelta(days=428, seconds=14706, microseconds=789000), datetime.timedelta(days=-2, seconds=79020)]]',
    )
    expect(await rows("select date 'infinity', timestamp 'infinity', time '24:00'")).toBe(
      '[[datetime.date(9999, 12, 31), datetime.datetime(9999, 12, 31, 23, 59, 59, 999999), datetime.time(0, 0)]]',
    )
  })
  test('arrays, JSON, texts', async () => {
    expect(
      await rows(
        `select array[1,2,null], array['a','b c',null,'d"e'], array[array[1,2],array[3,4]], '{}'::int[], array[1.5,2]`,
      ),
    ).toBe(`[[[1, 2, None], ['a', 'b c', None, 'd"e'], [[1, 2], [3, 4]], [], [Decimal('1.5'), Decimal('2')]]]`)
    expect(
      await rows(
        `select '{"a": [1, 2.0, null]}'::json, '[1]'::jsonb, '1'::jsonb, 'null'::jsonb, 'a'::name, gen_random_uuid() is null, row(1,'a')`,
      ),
    ).toBe(`[[{'a': [1, 2.0, None]}, [1], 1, None, 'a', False, '(1,a)']]`)
  })
  test('type names', async () => {
    const { columns } = await connection.query(
      "select 1 a, 2::int8 b, '' c, now() d, 1.5 e, '{}'::text[] f, gen_random_uuid() g",
    )
    expect(columns.map((column) => column.type)).toEqual([
      'INTEGER',
      'LONGINTEGER',
      'STRING',
      'DATETIMETZ',
      'DECIMAL',
      'STRINGARRAY',
      'unknown type_code 2950',
    ])
  })
  test('bindings', async () => {
    expect(await rows("select %s, %s, %s, '%%', %s, %s, %s", [null, "a'b\\c", -5, true, [1, 2], 1.5])).toBe(
      `[[None, "a'b\\\\c", -5, '%', True, [1, 2], Decimal('1.5')]]`,
    )
  })
})

describe('answers', () => {
  test('tag, code and rows', async () => {
    expect(await tag('create temp table answers(i int)')).toBe(
      "{'_message': 'CREATE TABLE', 'code': 'CREATE TABLE', 'rows_affected': -1}",
    )
    expect(await tag('insert into answers values (1),(2)')).toBe(
      "{'_message': 'INSERT 0 2', 'code': 'INSERT', 'rows_affected': 2}",
    )
    expect(await tag('update answers set i=3')).toBe("{'_message': 'UPDATE 2', 'code': 'UPDATE', 'rows_affected': 2}")
    expect(await tag('create temp table answers2 as select 1 x')).toBe(
      "{'_message': 'SELECT 1', 'code': 'SELECT', 'rows_affected': 1}",
    )
    expect(await tag('insert into answers values (9); select 7')).toBe(
      "{'_message': 'SELECT 1', 'code': 'SELECT', 'rows_affected': 1}",
    )
    expect(await tag('select 7; create temp table answers3(i int)')).toBe(
      "{'_message': 'CREATE TABLE', 'code': 'CREATE TABLE', 'rows_affected': -1}",
    )
  })
})

describe("errors are in libpq's words", () => {
  test('with line and caret', async () => {
    expect(await message('select *\nfrom nope')).toBe(
      'Database 42P01\nrelation "nope" does not exist\nLINE 2: from nope\n             ^',
    )
    expect(await message('\t\tselect é, \tnope')).toBe(
      'Database 42703\ncolumn "é" does not exist\nLINE 1:   select é,  nope\n                 ^',
    )
  })
  test('long lines are cut', async () => {
    expect(
      await message('select 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, nope, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12'),
    ).toBe(
      'Database 42703\ncolumn "nope" does not exist\nLINE 1: select 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, nope, 1, 2, 3,...\n' +
        '                                                      ^',
    )
  })
  test('with detail, hint and context', async () => {
    expect(await message("do $$ begin raise exception 'boo' using hint='h', detail='d'; end $$")).toBe(
      'Database P0001\nboo\nDETAIL:  d\nHINT:  h\nCONTEXT:  PL/pgSQL function inline_code_block line 1 at RAISE',
    )
    expect(await message("do $$ begin execute 'select * from nope'; end $$")).toBe(
      'Database 42P01\nrelation "nope" does not exist\nLINE 1: select * from nope\n                      ^\nQUERY:  select * from nope\n' +
        'CONTEXT:  PL/pgSQL function inline_code_block line 1 at EXECUTE',
    )
  })
  test('an empty query', async () => {
    expect(await message('-- x')).toBe("Database postgres_empty_query\ncan't execute an empty query")
  })
})

describe('transactions', () => {
  test('the first statement begins one, a commit leaves the rest to commit by itself, a release rolls back and resets', async () => {
    const first = await driver.connect('first')
    const second = await driver.connect('second')
    const count = async (): Promise<string> => repr((await second.query('select count(*) from public.txt')).rows)
    await first.query('drop table if exists public.txt')
    await first.query('create table public.txt(i int)')
    await first.begin()
    expect(first.inTransaction).toBe(true)
    await first.commit()
    expect(first.inTransaction).toBe(false)
    await first.query('insert into public.txt values (1)')
    expect(await count()).toBe('[[1]]')
    await first.rollback()
    await first.query('insert into public.txt values (2)')
    await first.query("set work_mem='1MB'")
    await driver.release(first)
    expect(await count()).toBe('[[1]]')
    const again = await driver.connect('again')
    expect(again).toBe(first)
    expect(repr((await again.query("select current_setting('work_mem')")).rows)).toBe("[['4MB']]")
    await driver.release(again)
    await second.query('drop table public.txt')
    await second.commit()
    await driver.release(second)
  })
  test('what begins a transaction is answered and fails as what comes after it', async () => {
    const answers = async (sql: string): Promise<string> => {
      const session = await driver.connect('begins')
      const told: string[] = []
      for (const _ of ['first, with BEGIN', 'second, without']) {
        try {
          const { response, rows, columns } = await session.query(sql)
          told.push(repr([response, rows, columns.length]))
        } catch (error) {
          told.push((error as QuernError).message)
          await session.rollback()
          // the next one begins too: what BEGIN was sent with failed
          await session.query('select 1')
        }
      }
      await driver.release(session)
      expect(told[0]).toBe(told[1])
      return told[0]!
    }
    expect(await answers('select 1 as a')).toBe(
      "[{'_message': 'SELECT 1', 'code': 'SELECT', 'rows_affected': 1}, [[1]], 1]",
    )
    expect(await answers("set work_mem='2MB'")).toBe("[{'_message': 'SET', 'code': 'SET', 'rows_affected': -1}, [], 0]")
    expect(await answers('select 1; select 2, 3;')).toContain('[[2, 3]], 2]')
    for (const sql of ['select nope', 'selec 1', 'select 1;\nselect é, nope', '-- x', '', ' ; ']) await answers(sql)
    expect(await answers('select\n  nope')).toBe('column "nope" does not exist\nLINE 2:   nope\n          ^')
  })
  test('a session that the server ended while it was idle is replaced', async () => {
    const other = await driver.connect('other')
    const session = await driver.connect('ends')
    const pid = (await session.query('select pg_backend_pid()')).rows[0]![0]
    await driver.release(session)
    await other.query(`select pg_terminate_backend(${repr(pid!)})`)
    await expect.poll(() => (session as unknown as { isBroken: boolean }).isBroken).toBe(true)
    const next = await driver.connect('next')
    expect(next).not.toBe(session)
    expect(repr((await next.query('select 1')).rows)).toBe('[[1]]')
    await driver.release(next)
    await driver.release(other)
  })
  test('cancel ends what is running', async () => {
    const session = await driver.connect('slow')
    const running = failure(session.query('select pg_sleep(30)'))
    await new Promise((done) => setTimeout(done, 200))
    await session.cancel()
    const error = await running
    expect(`${error.code} ${error.message}`).toBe('57014 canceling statement due to user request')
    await driver.release(session)
  })
})

describe('connecting', () => {
  test('role, search_path, application_name, autocommit', async () => {
    const own = open({ role: 'pg_monitor', search_path: 'a, b', application_name: 'me', autocommit: true })
    const session = await own.connect('x')
    expect(
      repr(
        (
          await session.query(
            "select current_user, current_setting('search_path'), current_setting('application_name')",
          )
        ).rows,
      ),
    ).toBe("[['pg_monitor', 'a, b', 'me']]")
    await own.close()
  })
  test('failures name the address', async () => {
    const nobody = await failure(open({ port: 1, retries: 0 }).connect('x'))
    expect(nobody.message).toBe(
      'connection to server at "127.0.0.1", port 1 failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?',
    )
    const { port } = inject('postgres')
    const missing = await failure(open({ dbname: 'nodb', retries: 0 }).connect('x'))
    expect(missing.message).toBe(
      `connection to server at "127.0.0.1", port ${port} failed: FATAL:  database "nodb" does not exist`,
    )
    const encrypted = await failure(open({ sslmode: 'require', retries: 0 }).connect('x'))
    expect(encrypted.message).toBe(
      `connection to server at "127.0.0.1", port ${port} failed: server does not support SSL, but SSL was required`,
    )
    const odd = await failure(open({ sslmode: 'bogus' }).connect('x'))
    expect(odd.message).toBe('invalid sslmode value: "bogus"')
  })
})

test.each([
  ['select 1 as a,\n  nope\nfrom (select 2 as b) x', 'nope'],
  [`select 'ünïcode 🙂' as a, nope from (select 2 as b) x`, 'nope'],
  ['select "a b" from (select 2 as b) x', '"a b"'],
  ['select 1 from nowhere.at_all', 'nowhere'],
])('the error of %s points at %j', async (sql, word) => {
  const { at } = await failure(connection.query(sql))
  await connection.rollback()
  expect(at?.file.text).toBe(sql)
  expect(sql.slice(at?.start, at?.end)).toBe(word)
})
