import { readFileSync } from 'node:fs'
import { DuckDBInstance } from '@duckdb/node-api'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { duckdbReader } from '../../../adapters/duckdb/sql/sql-reader.ts'
import { postgresReader } from '../../../adapters/postgres/sql/sql-reader.ts'
import { parseYaml } from '../../../src/jinja/python/yaml.ts'
import { analyseStatement } from '../../../src/lineage/analyse.ts'
import { howOf } from '../../../src/lineage/project/project-lineage.ts'
import type { SqlReader } from '../../../src/lineage/sql-reader.ts'
import type { StatementLineage } from '../../../src/lineage/statement-lineage.ts'
import { freshDatabase, type PostgresAddress } from '../../support/postgres-database.ts'

/** One entry of test/lineage/statements-*.yml; the README there says what the keys mean. */
interface Case {
  readonly sql: string
  readonly columns: readonly string[]
  readonly used?: readonly string[]
  readonly problems?: readonly string[]
  readonly unused?: readonly string[]
  readonly open?: boolean
  readonly unknown_to_database?: boolean
  readonly since?: number
}
type Tables = Readonly<Record<string, Readonly<Record<string, readonly [duckdb: string, postgres: string]>>>>

const read = (name: string): unknown =>
  parseYaml(readFileSync(new URL(`../../lineage/${name}.yml`, import.meta.url), 'utf8'))
const tables = read('tables') as unknown as Tables
const common = read('statements-common') as readonly Case[]

/** The names of a statement's columns as a database gives them; undefined when it refuses the statement. */
type Ask = (sql: string) => Promise<readonly string[] | undefined>

interface Dialect {
  readonly name: string
  readonly cases: readonly Case[]
  readonly reader: () => Promise<SqlReader>
  /** `version`: its major one. */
  readonly database: () => Promise<{ readonly ask: Ask; readonly version: number; readonly close: () => Promise<void> }>
}

const createTables = (side: 0 | 1): string[] => [
  'create schema s',
  ...Object.entries(tables).flatMap(([table, columns]) => {
    const list = Object.entries(columns).map(([name, types]) => `${name} ${types[side]}`)
    return [`create table ${table} (${list.join(', ')})`, `create table s.${table} (${list.join(', ')})`]
  }),
]

const DIALECTS: readonly Dialect[] = [
  {
    name: 'duckdb',
    cases: [...common, ...(read('statements-duckdb') as readonly Case[])],
    reader: duckdbReader,
    database: async () => {
      const instance = await DuckDBInstance.create(':memory:')
      const connection = await instance.connect()
      for (const statement of createTables(0)) await connection.run(statement)
      return {
        version: 1,
        // A table's names are what others see of the statement: names that come again are numbered there.
        ask: async (sql) => {
          try {
            await connection.run(`create or replace table made as ${sql}`)
          } catch {
            return undefined
          }
          return (await connection.runAndReadAll('describe made')).getRows().map(([name]) => String(name))
        },
        close: async () => {
          connection.closeSync()
          instance.closeSync()
        },
      }
    },
  },
  {
    name: 'postgres',
    cases: [...common, ...(read('statements-postgres') as readonly Case[])],
    reader: postgresReader,
    database: async () => {
      const server = inject('postgres') as PostgresAddress
      const drop = await freshDatabase(server, 'lineage_statements')
      const client = new pg.Client({ ...server, database: 'lineage_statements' })
      await client.connect()
      await client.query('create type box_type as (kind text, size int)')
      for (const statement of createTables(1)) await client.query(statement)
      const { rows } = await client.query(`select current_setting('server_version_num')::int / 10000 as version`)
      return {
        version: rows[0].version,
        ask: async (sql) => {
          try {
            return (await client.query({ text: sql, rowMode: 'array' })).fields.map(({ name }) => name)
          } catch {
            return undefined
          }
        },
        close: async () => {
          await client.end()
          await drop()
        },
      }
    },
  },
]

const lineageOf = async (reader: SqlReader, sql: string): Promise<StatementLineage> =>
  analyseStatement(await reader.read(sql), reader.rules, {
    table: (path) => {
      const name = reader.rules.normalise(path.at(-1) as string)
      const columns = Object.hasOwn(tables, name) ? tables[name] : undefined
      if (columns === undefined) return undefined
      return { key: name, columns: Object.keys(columns).map((column) => ({ name: column })), complete: true }
    },
  })

/** In the form of the files. */
function written(lineage: StatementLineage, { normalise }: SqlReader['rules']): Omit<Case, 'sql'> {
  return {
    columns: lineage.columns.map(({ name, origins }) => {
      const sources = [...origins.values()].flatMap((origin) => {
        const how = howOf(origin, normalise(origin.column) === normalise(name))
        return how === undefined ? [] : [`${origin.relation}.${origin.column} ${how}`]
      })
      return `${name} <- ${sources.sort().join('; ')}`.trim()
    }),
    used: lineage.used.map(({ relation, column, use }) => `${relation}.${column} ${use}`).sort(),
    problems: lineage.problems
      .filter(({ kind }) => kind !== 'unexpanded_star')
      .map(({ kind, name, at }) => `${kind} ${name} ${at}`),
    unused: lineage.ctes.filter(({ unused }) => unused).map(({ name }) => name),
    open: !lineage.complete,
  }
}

const expected = ({ columns, used = [], problems = [], unused = [], open = false }: Case): Omit<Case, 'sql'> => ({
  columns: columns.map((column) => {
    const [name, sources = ''] = column.split(' <-')
    return `${name} <- ${sources.trim().split('; ').sort().join('; ')}`.trim()
  }),
  used: [...used].sort(),
  problems,
  unused,
  open,
})

describe.each(DIALECTS)('statements of $name', ({ cases, reader: makeReader, database }) => {
  let reader: SqlReader
  let ask: Ask
  let version: number
  let close: () => Promise<void>
  beforeAll(async () => {
    reader = await makeReader()
    ;({ ask, version, close } = await database())
  })
  afterAll(async () => {
    reader.close()
    await close()
  })

  test.each(cases)('$sql', async (one) => {
    expect(written(await lineageOf(reader, one.sql), reader.rules)).toEqual(expected(one))
  })

  test('the database calls the columns the same, in the same order, and refuses what has a problem', async () => {
    for (const one of cases) {
      if (one.unknown_to_database === true || (one.since ?? 0) > version || /\belsewhere/.test(one.sql)) continue
      const names = await ask(one.sql)
      const says = one.problems === undefined ? one.columns.map((column) => column.split(' <-')[0]) : undefined
      expect({ sql: one.sql, names }).toEqual({ sql: one.sql, names: says })
    }
  })
})
