import { DuckDBInstance } from '@duckdb/node-api'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { quern } from '../../src/index.ts'
import { MISTAKES, type Mistake } from '../check/mistakes.ts'
import { CheckProject } from '../support/check-project.ts'
import { freshDatabase, type PostgresAddress } from '../support/postgres-database.ts'

/*
 * The database itself refuses what `check` calls a mistake, and its error is shown where the mistake stands in the template. (Of values that are compared only when
 * there are rows nothing is said, and a database points at one of two tables where it likes.)
 */

const NAME = 'quern_error_places'
const TICKETS = [
  'create schema if not exists crm',
  'create table crm.tickets (ticket_id integer, customer_id integer, opened_at timestamp, subject text, is_urgent boolean)',
]
/** One file each, and the file's own error: not one that another model meets. */
const NAMES = MISTAKES.filter(
  ({ rule, changes }) =>
    (rule === 'unknown-column' || rule === 'unknown-table' || rule === 'ambiguous-column') &&
    changes.length === 1 &&
    /^models\/(marts|staging\/stg_customers)/.test(changes[0]?.[0] ?? ''),
)

let project: CheckProject
let address: PostgresAddress
let drop: () => Promise<void>
beforeAll(async () => {
  project = new CheckProject()
  const server = inject('postgres')
  drop = await freshDatabase(server, NAME)
  address = { ...server, database: NAME }
  const client = new pg.Client(address)
  await client.connect()
  for (const sql of TICKETS) await client.query(sql)
  await client.end()
})
afterAll(async () => {
  project.remove()
  await drop()
})

const modelOf = ({ changes: [change] }: Mistake): string => /([^/]+)\.sql$/.exec(change?.[0] ?? '')?.[1] ?? ''

describe.each(['duckdb', 'postgres'] as const)('%s', (database) => {
  beforeAll(async () => {
    const surroundings = project.surroundings(database, address)
    if (database === 'duckdb') {
      await quern.parse({}, surroundings)
      const instance = await DuckDBInstance.create(project.duckdb)
      const connection = await instance.connect()
      for (const sql of TICKETS) await connection.run(sql)
      connection.closeSync()
      instance.closeSync()
    }
    const built = await quern.build({}, surroundings)
    expect(built.results.filter(({ status }) => status === 'error' || status === 'fail')).toEqual([])
  })

  test.each(NAMES.map((mistake) => [mistake.changes[0]?.[2].trim(), mistake] as const))('%s', async (_, mistake) => {
    const { result, place } = await project.with(mistake, async () => {
      const { results } = await quern.run({ select: modelOf(mistake) }, project.surroundings(database, address))
      const span = results[0]?.error?.place()
      if (span === undefined) return `no place: ${results[0]?.message}`
      const { line, column } = span.file.position(span.start)
      return `${span.file.path}:${line}:${column}`
    })
    expect(result).toBe(place)
  })
})
