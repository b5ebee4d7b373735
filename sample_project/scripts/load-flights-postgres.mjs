// Loads data/flights.parquet into the table raw.flights of a Postgres database:
//
//     node sample_project/scripts/load-flights-postgres.mjs
//
// Where to: FLIGHTS_PG_HOST, _PORT, _USER, _PASSWORD, _DBNAME, with the defaults of profiles.yml. The database is created when it is missing.
// DuckDB reads the parquet file and hands out csv; Postgres takes it with COPY, in one transaction: the old table stays until the new one is complete.
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { DuckDBInstance } from '@duckdb/node-api'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'

const file = fileURLToPath(new URL('../data/flights.parquet', import.meta.url))
const setting = (name, fallback) => process.env[`FLIGHTS_PG_${name}`] || fallback
const server = {
  host: setting('HOST', '127.0.0.1'),
  port: Number(setting('PORT', '5432')),
  user: setting('USER', 'postgres'),
  password: setting('PASSWORD', 'postgres'),
}
const database = setting('DBNAME', 'flights')

const columns = [
  ['year', 'integer'],
  ['month', 'integer'],
  ['day', 'integer'],
  ['dep_time', 'integer'],
  ['sched_dep_time', 'integer'],
  ['dep_delay', 'integer'],
  ['arr_time', 'integer'],
  ['sched_arr_time', 'integer'],
  ['arr_delay', 'integer'],
  ['carrier', 'varchar(2)'],
  ['flight', 'integer'],
  ['tailnum', 'varchar(6)'],
  ['origin', 'varchar(3)'],
  ['dest', 'varchar(3)'],
  ['air_time', 'integer'],
  ['distance', 'integer'],
  ['hour', 'integer'],
  ['minute', 'integer'],
  ['time_hour', 'timestamptz'],
]
const names = columns.map(([name]) => name).join(', ')

/** The rows of the parquet file as csv text, a piece per chunk of DuckDB; null is an empty cell. No value of this data needs quotes. */
async function* csvOfFlights() {
  const duck = await (await DuckDBInstance.create(':memory:')).connect()
  const line = columns.map(([name]) => `coalesce(cast(${name} as varchar), '')`).join(" || ',' || ")
  const result = await duck.stream(`select ${line} from read_parquet('${file.replaceAll("'", "''")}')`)
  for (;;) {
    const chunk = await result.fetchChunk()
    if (!chunk || chunk.rowCount === 0) break
    yield `${chunk.getColumnValues(0).join('\n')}\n`
  }
  duck.closeSync()
}

async function createDatabaseWhenMissing() {
  const client = new pg.Client({ ...server, database: 'postgres' })
  await client.connect()
  const found = await client.query('select 1 from pg_database where datname = $1', [database])
  if (found.rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(database)}`)
  await client.end()
}

async function load() {
  await createDatabaseWhenMissing()
  const client = new pg.Client({ ...server, database })
  await client.connect()
  try {
    await client.query('begin')
    await client.query('create schema if not exists raw')
    await client.query('drop table if exists raw.flights cascade')
    await client.query(`create table raw.flights (${columns.map((column) => column.join(' ')).join(', ')})`)
    const copy = client.query(copyFrom(`copy raw.flights (${names}) from stdin with (format csv)`))
    await pipeline(Readable.from(csvOfFlights()), copy)
    await client.query('commit')
    console.log(`raw.flights in ${database} on ${server.host}:${server.port}: ${copy.rowCount} rows`)
  } finally {
    await client.end()
  }
}

load().catch((error) => {
  console.error(`loading the flights failed: ${error.message || error.code}`)
  process.exitCode = 1
})
