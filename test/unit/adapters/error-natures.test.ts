import { expect, test } from 'vitest'
import { adapter as duckdb } from '../../../adapters/duckdb/adapter.ts'
import { statementError as duckdbError } from '../../../adapters/duckdb/errors.ts'
import { adapter as postgres } from '../../../adapters/postgres/adapter.ts'
import { connectProblem } from '../../../adapters/postgres/connect-problem.ts'
import { connectionError, isLostConnection, statementError } from '../../../adapters/postgres/errors.ts'
import { QuernError } from '../../../src/errors/quern-error.ts'

const WHERE = { host: 'h', port: 1, connectTimeout: 1, user: 'u', database: 'd' }
const server = (code: string, severity = 'ERROR', message = 'm'): Error =>
  Object.assign(new Error(message), { code, severity })
const system = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code })

// SQLSTATEs: appendix A of PostgreSQL's manual
test.each([
  ['40001', 'conflict'],
  ['40P01', 'conflict'],
  ['57P01', 'connection'],
  ['57P02', 'connection'],
  ['57P03', 'connection'],
  ['53300', 'connection'],
  ['08006', 'connection'],
  ['42601', 'sql'],
  ['42P01', 'sql'],
  ['42703', 'sql'],
  ['42501', 'sql'],
  ['22P02', 'sql'],
  ['23505', 'sql'],
  ['0A000', 'sql'],
  ['3F000', 'sql'],
  ['57014', 'other'],
  ['53100', 'other'],
  ['53200', 'other'],
  ['55P03', 'other'],
  ['P0001', 'other'],
  ['XX000', 'other'],
])('Postgres: %s is %s', (code, nature) => {
  expect(postgres.natureOf(statementError(server(code), 'select 1'))).toBe(nature)
})

// what Postgres 18 says when two transactions create the same schema, types of the same name, or grant on the same table
test.each([
  [
    '23505',
    { schema: 'pg_catalog', table: 'pg_namespace' },
    'duplicate key value violates unique constraint',
    'conflict',
  ],
  ['23505', { schema: 'pg_catalog', table: 'pg_type' }, 'duplicate key value violates unique constraint', 'conflict'],
  ['23505', { schema: 'shop', table: 'pg_type' }, 'duplicate key value violates unique constraint', 'sql'],
  ['XX000', {}, 'tuple concurrently updated', 'conflict'],
  ['XX000', {}, 'tuple concurrently deleted', 'conflict'],
  ['XX000', {}, 'cache lookup failed for type 5', 'other'],
])('Postgres: %s of %o (%s) is %s', (code, of, message, nature) => {
  const error = Object.assign(server(code, 'ERROR', message), of)
  expect(postgres.natureOf(statementError(error, 'select 1'))).toBe(nature)
})

test('Postgres: connections that broke or could not be had', () => {
  expect(postgres.natureOf(statementError(new Error('Connection terminated unexpectedly'), 'x'))).toBe('connection')
  expect(postgres.natureOf(connectionError(system('ECONNREFUSED'), WHERE))).toBe('connection')
  expect(postgres.natureOf(connectionError(new AggregateError([system('ECONNREFUSED')]), WHERE))).toBe('connection')
  expect(postgres.natureOf(connectionError(server('28P01', 'FATAL'), WHERE))).toBe('sql')
  expect(postgres.natureOf(new QuernError('Compilation', 'x', 'y'))).toBe('other')
  expect(isLostConnection(statementError(server('57P01', 'FATAL'), 'x'))).toBe(true)
  expect(isLostConnection(statementError(server('57P01', 'ERROR'), 'x'))).toBe(false)
})

test.each([
  [server('53300', 'FATAL', 'sorry, too many clients already'), 'full'],
  [server('08P01', 'FATAL', 'no more connections allowed (max_client_conn)'), 'full'],
  [server('08P01', 'FATAL', 'query_wait_timeout'), 'full'],
  [server('08P01', 'FATAL', 'server login has been failing, try again later (server_login_retry)'), 'down'],
  [server('08P01', 'FATAL', 'unsupported startup parameter: options'), 'refused'],
  [server('57P03', 'FATAL', 'the database system is starting up'), 'starting'],
  [server('57P01', 'FATAL'), 'down'],
  [system('ECONNREFUSED'), 'down'],
  [system('ENOTFOUND'), 'down'],
  [new AggregateError([system('ECONNREFUSED'), system('ENETUNREACH')]), 'down'],
  [new Error('timeout expired'), 'down'],
  [new Error('Connection terminated unexpectedly'), 'down'],
  [server('28P01', 'FATAL'), 'refused'],
  [server('3D000', 'FATAL'), 'refused'],
  [new QuernError('Database', 'postgres_sslmode', 'm'), 'refused'],
  [new Error('The server does not support SSL connections'), 'other'],
])('Postgres: not connected because %s: %s', (error, problem) => {
  expect(connectProblem(error)).toBe(problem)
})

test.each([
  ['TransactionContext Error: Conflict on update!', 'conflict'],
  ['TransactionContext Error: Catalog write-write conflict on create with "x"', 'conflict'],
  ['TransactionContext Error: Failed to commit: PRIMARY KEY or UNIQUE constraint violation: duplicate key "1"', 'sql'],
  ['Parser Error: syntax error at or near "x"', 'sql'],
  ['Catalog Error: Table with name x does not exist!', 'sql'],
  ['Binder Error: Referenced column "x" not found in FROM clause!', 'sql'],
  ['Conversion Error: Could not convert string "x" to INT32', 'sql'],
  ['Constraint Error: NOT NULL constraint failed: t.a', 'sql'],
  ['HTTP Error: Unable to connect to URL "https://x/": 503 (Service Unavailable)', 'connection'],
  ['HTTP Error: Unable to connect to URL "https://x/": 429 (Too Many Requests)', 'connection'],
  ['HTTP Error: Unable to connect to URL "https://x/": 404 (Not Found)', 'other'],
  ['HTTP Error: HTTP GET error on "https://x/" (HTTP 403)', 'other'],
  ["IO Error: Could not establish connection error for HTTP HEAD to 'https://x/'", 'connection'],
  ['IO Error: Unable to connect to Postgres at "host=x": connection refused', 'connection'],
  ['IO Error: No files found that match the pattern "x"', 'other'],
  ['Invalid Input Error: what the user says', 'other'],
  ['INTERRUPT Error: Interrupted!', 'other'],
  ['Out of Memory Error: failed to allocate', 'other'],
])('DuckDB: %s: %s', (message, nature) => {
  expect(duckdb.natureOf(duckdbError(new Error(message)))).toBe(nature)
})
