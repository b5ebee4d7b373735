import { describe, expect, test } from 'vitest'
import type { Connection } from '../../../src/adapter/driver.ts'
import { SqlClient, type SqlClientOptions } from '../../../src/adapter/sql-client.ts'
import { QuernError } from '../../../src/errors/quern-error.ts'
import { repr } from '../../../src/jinja/runtime/text.ts'

/** A connection that writes down what it is told. */
class Recorder implements Connection {
  name = 'model.p.m'
  inTransaction = false
  readonly beginStatement = 'BEGIN'
  readonly transactions: Connection['transactions']
  readonly told: string[] = []
  constructor(transactions: Connection['transactions'] = 'always') {
    this.transactions = transactions
  }
  async query(sql: string) {
    this.told.push(sql)
    if (sql === 'BEGIN') {
      this.inTransaction = true
      return { columns: [], rows: [], response: { _message: 'OK' } }
    }
    if (sql.includes('boom')) throw new QuernError('Database', 'boom', 'boom')
    return {
      columns: [
        { name: 'a', type: 'INTEGER' },
        { name: 'a', type: 'TEXT' },
      ],
      rows: [
        [1, 'x'],
        [2, 'y'],
      ],
      response: { _message: 'SELECT 2' },
    }
  }
  async begin() {
    this.told.push('<begin>')
    this.inTransaction = true
  }
  async commit() {
    this.told.push('<commit>')
    this.inTransaction = false
  }
  async rollback() {
    this.told.push('<rollback>')
    this.inTransaction = false
  }
  readonly lasting = 'nothing'
  async cancel() {}
  abandon() {}
  async close() {}
}

function client(connection: Recorder, more: Partial<SqlClientOptions> = {}): { client: SqlClient; events: string[] } {
  const events: string[] = []
  let clock = 0
  const options: SqlClientOptions = {
    connection,
    adapter: { type: 'duckdb' },
    comment: '',
    append: false,
    emit: (event) =>
      events.push(
        event.kind === 'sql-query' ? `${event.connection}: ${event.sql}` : `${event.status} in ${event.elapsed}`,
      ),
    now: () => (clock += 500),
    ...more,
  }
  return { client: new SqlClient(options), events }
}
const plain = { autoBegin: false, fetch: true }

describe('the SQL client', () => {
  test('begins once, sends, reports', async () => {
    const connection = new Recorder()
    const { client: sql, events } = client(connection)
    const outcome = await sql.execute('select 1', { autoBegin: true, fetch: true })
    await sql.execute('select 2', { autoBegin: true, fetch: false })
    expect(connection.told).toEqual(['BEGIN', 'select 1', 'select 2'])
    expect(events).toEqual([
      'model.p.m: BEGIN',
      'OK in 0.5',
      'model.p.m: select 1',
      'SELECT 2 in 0.5',
      'model.p.m: select 2',
      'SELECT 2 in 0.5',
    ])
    expect(outcome.table.columnNames).toEqual(['a', 'a_2'])
    expect(repr([...outcome.table.rowTuples()])).toBe("[(1, 'x'), (2, 'y')]")
  })
  test('rolls back when a statement fails', async () => {
    const connection = new Recorder()
    await expect(client(connection).client.execute('boom', { autoBegin: true, fetch: false })).rejects.toThrow('boom')
    expect(connection.told).toEqual(['BEGIN', 'boom', '<rollback>'])
  })
  test.each(['explicit', 'none'] as const)(
    'begins nothing by itself where transactions are %s',
    async (transactions) => {
      const connection = new Recorder(transactions)
      await client(connection).client.execute('select 1', { autoBegin: true, fetch: false })
      expect(connection.told).toEqual(['select 1'])
    },
  )
  // dbt-adapters 1.24: before the statement, or after it and before its semicolon.
  test('puts the query comment where the project wants it', async () => {
    const sent = async (sql: string, append: boolean, comment = ' hello '): Promise<string> => {
      const connection = new Recorder()
      await client(connection, { comment, append }).client.execute(sql, plain)
      return connection.told[0]!
    }
    expect(await sent('select 1', false)).toBe('/* hello */\nselect 1')
    expect(await sent('select 1 ', true)).toBe('select 1\n/* hello */')
    expect(await sent('select 1;\n', true)).toBe('select 1\n/* hello */;')
    expect(await sent('select 1', false, '')).toBe('select 1')
    expect(() => client(new Recorder(), { comment: 'a */ b' })).toThrow(
      'query comment contains illegal value "*/": a */ b',
    )
  })
  test('limits rows, leaves the comment out, cuts the log', async () => {
    const connection = new Recorder()
    const { client: sql, events } = client(connection, { comment: 'c' })
    const long = `select ${'1'.repeat(600)}`
    const outcome = await sql.execute(long, { ...plain, comment: false, limit: 1, abridge: true })
    expect(connection.told).toEqual([long])
    expect(events[0]).toBe(`model.p.m: ${long.slice(0, 512)}...`)
    expect(outcome.table.rowCount).toBe(1)
  })
})
