import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import pg from 'pg'
import type { PostgresAddress } from '../../support/postgres-database.ts'
import type { Target } from './project.ts'

/** `missing`, `unreadable: why`, or a text that stands for all rows of a target. */
export type State = string
export type States = Readonly<Record<string, State>>

/** Looks at a database as somebody does who knows nothing of quern. */
export interface Outside {
  state(target: Target): Promise<State>
  /** `schema.name` of all relations. */
  relations(): Promise<string[]>
  close(): Promise<void>
}

export async function statesOf(outside: Outside, targets: readonly Target[]): Promise<States> {
  const states: Record<string, State> = {}
  for (const target of targets) states[target.name] = await outside.state(target)
  return states
}

/** A connection of its own to a Postgres database. */
export async function outsidePostgres(address: PostgresAddress, schema: string): Promise<Outside> {
  const client = new pg.Client({ ...address, application_name: 'outside' })
  client.on('error', () => undefined)
  await client.connect()
  await client.query("set timezone = 'UTC'")
  return {
    state: async ({ sql }) => {
      try {
        const { rows } = await client.query({ text: sql.replaceAll('$', schema), rowMode: 'array' })
        return String((rows as unknown[][])[0]?.[0])
      } catch (error) {
        const { code, message } = error as { code?: string; message: string }
        return code === '42P01' || code === '3F000' ? 'missing' : `unreadable: ${message}`
      }
    },
    relations: async () => {
      const { rows } = await client.query({
        text: `select n.nspname || '.' || k.relname from pg_class k join pg_namespace n on n.oid = k.relnamespace
          where k.relkind in ('r', 'v', 'm') and n.nspname like '${schema}%' order by 1`,
        rowMode: 'array',
      })
      return (rows as string[][]).map(([name]) => String(name))
    },
    close: () => client.end(),
  }
}

/**
 * What a DuckDB file holds; without a file, a database in memory, for the files alone. Paths in `sql` start at `folder`. Opens a copy: to
 * read a file whose process was killed DuckDB has to replay its log, which changes the file, and that shall be left to quern.
 */
export async function outsideDuckdb(file: string | undefined, folder: string, schema: string): Promise<Outside> {
  const place = mkdtempSync(join(tmpdir(), 'quern-faults-copy-'))
  const copy = join(place, 'faults.duckdb')
  for (const suffix of ['', '.wal'])
    if (file !== undefined && existsSync(file + suffix)) copyFileSync(file + suffix, copy + suffix)
  const instance = await DuckDBInstance.create(existsSync(copy) ? copy : ':memory:')
  const connection = await instance.connect()
  await connection.run("set TimeZone='UTC'")
  await connection.run(`set file_search_path='${folder}'`)
  const read = async (sql: string): Promise<unknown[][]> => (await connection.runAndReadAll(sql)).getRowsJson()
  return {
    state: async ({ sql, file }) => {
      try {
        const once = join(place, 'once')
        if (file !== undefined) writeFileSync(once, readFileSync(join(folder, file)))
        return String((await read(sql.replaceAll('$', schema).replaceAll('@', once)))[0]?.[0])
      } catch (error) {
        const message = (error as Error).message
        return /does not exist|No files found|ENOENT/.test(message) ? 'missing' : `unreadable: ${message}`
      }
    },
    relations: async () =>
      (await read(`select table_schema || '.' || table_name from information_schema.tables order by 1`)).map(([name]) =>
        String(name),
      ),
    close: async () => {
      connection.closeSync()
      instance.closeSync()
      rmSync(place, { recursive: true, force: true })
    },
  }
}

/** All files below a folder, sorted. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((path) => statSync(join(folder, path), { throwIfNoEntry: false })?.isFile() === true)
    .sort()
}

/** Files that quern or DuckDB write on the way to others. */
export const temporaryFiles = (folder: string): string[] =>
  filesBelow(folder).filter((path) => /\.tmp\b|(^|\/)tmp_|__dbt_tmp/.test(path))

/** Artifacts that are not whole: each with what is wrong. */
export function tornArtifacts(target: string): string[] {
  return filesBelow(target)
    .filter((path) => path.endsWith('.json'))
    .flatMap((path) => {
      const text = readFileSync(join(target, path), 'utf8')
      try {
        JSON.parse(text)
        return []
      } catch (error) {
        return [`${path}: ${(error as Error).message}`]
      }
    })
}
