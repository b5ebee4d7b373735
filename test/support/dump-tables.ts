import { existsSync } from 'node:fs'
import { DuckDBInstance } from '@duckdb/node-api'
import pg from 'pg'
import type { PostgresAddress } from './postgres-database.ts'

export interface DumpedTable {
  readonly schema: string
  readonly name: string
  readonly kind: string
  readonly columns: readonly (readonly [name: string, type: string])[]
  /** Every value as the database prints it. */
  readonly rows: readonly (readonly (string | null)[])[]
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** All tables and views of a DuckDB file. Relative paths of files that views read start at `folder`. */
export async function dumpDuckdb(path: string, database: string, folder?: string): Promise<DumpedTable[]> {
  if (!existsSync(path)) return []
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' })
  const connection = await instance.connect()
  try {
    const read = async (sql: string): Promise<(string | null)[][]> =>
      (await connection.runAndReadAll(sql)).getRowsJson() as (string | null)[][]
    await connection.run("set TimeZone='UTC'")
    if (folder !== undefined) await connection.run(`set file_search_path='${folder}'`)
    const tables: DumpedTable[] = []
    for (const [schema, name, kind] of await read(
      `select schema_name, table_name, 'table' from duckdb_tables() where database_name = '${database}' and not internal
       union all select schema_name, view_name, 'view' from duckdb_views() where database_name = '${database}' and not internal`,
    )) {
      const literal = (text: string | null | undefined): string => `'${String(text).replaceAll("'", "''")}'`
      const columns = (await read(
        `select column_name, data_type from duckdb_columns() where database_name = '${database}' and schema_name = ${literal(schema)} and table_name = ${literal(name)} order by column_index`,
      )) as [string, string][]
      const list = columns.map(([column]) => `cast(${quote(column)} as varchar)`).join(', ')
      const rows = await read(`select ${list} from ${quote(database)}.${quote(String(schema))}.${quote(String(name))}`)
      tables.push({ schema: String(schema), name: String(name), kind: String(kind), columns, rows })
    }
    return tables
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** All tables, views and materialized views of a Postgres database. */
export async function dumpPostgres(address: PostgresAddress): Promise<DumpedTable[]> {
  const client = new pg.Client({ ...address })
  await client.connect()
  try {
    await client.query("set timezone = 'UTC'")
    const read = async (sql: string): Promise<(string | null)[][]> =>
      (await client.query({ text: sql, rowMode: 'array' })).rows
    const relations = await read(
      `select n.nspname, k.relname, case k.relkind when 'r' then 'table' when 'v' then 'view' else 'matview' end, k.oid::text
       from pg_class k join pg_namespace n on n.oid = k.relnamespace
       where k.relkind in ('r', 'v', 'm') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'`,
    )
    const tables: DumpedTable[] = []
    for (const [schema, name, kind, oid] of relations) {
      const columns = (await read(
        `select attname::text, format_type(atttypid, atttypmod) from pg_attribute where attrelid = ${oid} and attnum > 0 and not attisdropped order by attnum`,
      )) as [string, string][]
      const list = columns.map(([column]) => `cast(${quote(column)} as text)`).join(', ')
      const rows = await read(`select ${list} from ${quote(String(schema))}.${quote(String(name))}`)
      tables.push({ schema: String(schema), name: String(name), kind: String(kind), columns, rows })
    }
    return tables
  } finally {
    await client.end()
  }
}

/** Header cells `name type`, then the rows sorted by code point, as Python's csv writer writes them. */
export function tableCsv(columns: DumpedTable['columns'], rows: DumpedTable['rows']): string {
  const cell = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  const line = (cells: readonly string[]): string =>
    cells.length === 1 && cells[0] === '' ? '""' : cells.map(cell).join(',')
  const body = rows.map((row) => line(row.map((value) => value ?? '\\N')))
  body.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  return `${[line(columns.map(([name, type]) => `${name} ${type}`)), ...body].join('\n')}\n`
}
