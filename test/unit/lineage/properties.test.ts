import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { duckdbReader } from '../../../adapters/duckdb/sql/sql-reader.ts'
import { analyseStatement } from '../../../src/lineage/analyse.ts'
import { byteOffsets } from '../../../src/lineage/byte-offsets.ts'
import { aggregated, composedWays, computed, originOf, Way } from '../../../src/lineage/origins.ts'
import type { SqlReader } from '../../../src/lineage/sql-reader.ts'

const TABLES: Readonly<Record<string, readonly string[]>> = {
  t: ['a', 'b', 'id'],
  u: ['id', 'c', 'a'],
  v: ['id', 'E e'],
}
const quoted = (name: string): string => `"${name}"`

/** A query with the names of its columns that others can use. */
interface Query {
  readonly sql: string
  readonly names: readonly string[]
}

const table = fc
  .constantFrom(...Object.keys(TABLES))
  .map((name): Query => ({ sql: `select * from ${name}`, names: TABLES[name] ?? [] }))

/** Names by which a column of a query can be told from the others. */
const usable = ({ names }: Query): string[] =>
  names.filter((name) => names.filter((other) => other.toLowerCase() === name.toLowerCase()).length === 1)

const pick = <T>(list: readonly T[], seed: number): T | undefined => list[seed % Math.max(list.length, 1)]

/** Queries over queries: all forms keep to columns that exist and are not ambiguous, so that DuckDB takes each. */
const query = fc.letrec<{ query: Query }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    table,
    fc.tuple(tie('query'), fc.nat(9), fc.constantFrom('X', 'new name', 'a')).map(([inner, seed, alias]): Query => {
      const name = pick(usable(inner), seed)
      if (name === undefined) return inner
      return {
        sql: `select q.${quoted(name)} as ${quoted(alias)}, * from (${inner.sql}) q`,
        names: [alias, ...inner.names],
      }
    }),
    fc.tuple(tie('query'), fc.nat(9)).map(([inner, seed]): Query => {
      const name = pick(usable(inner), seed)
      const others = inner.names.filter((one) => one !== name)
      if (name === undefined || others.length === 0) return inner
      return { sql: `select * exclude (${quoted(name)}) from (${inner.sql})`, names: others }
    }),
    fc.tuple(tie('query'), fc.nat(9)).map(([inner, seed]): Query => {
      const name = pick(usable(inner), seed)
      if (name === undefined) return inner
      const sql = `with c as (${inner.sql}) select ${quoted(name)}, count(*), ${quoted(name)} is null as n from c group by 1`
      return { sql, names: [name, 'count_star()', 'n'] }
    }),
    fc.tuple(tie('query'), tie('query')).map(([left, right]): Query => {
      const shared = usable(left).filter((name) => usable(right).includes(name))
      const [name] = shared
      const join = name === undefined ? 'cross join' : 'join'
      const using = name === undefined ? '' : ` using (${quoted(name)})`
      const rest = name === undefined ? right.names : right.names.filter((one) => one !== name)
      return { sql: `select * from (${left.sql}) l ${join} (${right.sql}) r${using}`, names: [...left.names, ...rest] }
    }),
    fc.tuple(tie('query'), tie('query')).map(([left, right]): Query => {
      // Names that come twice on a side cannot be matched.
      if (usable(left).length < left.names.length || usable(right).length < right.names.length) return left
      const known = new Set(left.names.map((name) => name.toLowerCase()))
      const added = right.names.filter((name) => !known.has(name.toLowerCase()))
      return { sql: `(${left.sql}) union all by name (${right.sql})`, names: [...left.names, ...added] }
    }),
  ),
})).query

describe('queries made at random', () => {
  let reader: SqlReader
  let instance: DuckDBInstance
  let connection: DuckDBConnection
  beforeAll(async () => {
    reader = await duckdbReader()
    instance = await DuckDBInstance.create(':memory:')
    connection = await instance.connect()
    for (const [name, columns] of Object.entries(TABLES))
      await connection.run(`create table ${name} (${columns.map((column) => `${quoted(column)} integer`).join(', ')})`)
  })
  afterAll(() => {
    reader.close()
    connection.closeSync()
    instance.closeSync()
  })

  test('have the columns that DuckDB gives them, each made of something that exists', {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(query, async ({ sql }) => {
        let names: string[]
        try {
          await connection.run(`create or replace table made as ${sql}`)
          names = (await connection.runAndReadAll('describe made')).getRows().map(([name]) => String(name))
        } catch {
          fc.pre(false)
          return
        }
        const lineage = analyseStatement(await reader.read(sql), reader.rules, {
          table: (path) => {
            const name = path.at(-1) ?? ''
            return { key: name, columns: (TABLES[name] ?? []).map((column) => ({ name: column })), complete: true }
          },
        })
        expect(lineage.problems).toEqual([])
        expect(lineage.complete).toBe(true)
        expect(lineage.columns.map(({ name }) => name)).toEqual(names)
        for (const { origins } of lineage.columns)
          for (const { relation, column } of origins.values()) expect(TABLES[relation]).toContain(column)
      }),
      { numRuns: 300 },
    )
  })
})

test('offsets in bytes become offsets in the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (before, after) => {
      const text = `${before}|${after}`
      expect(byteOffsets(text)(Buffer.byteLength(before))).toBe(before.length)
    }),
  )
})

test('ways are composed as the steps are', () => {
  const one = originOf('t', 'a')
  const waysOf = (origins: typeof one): number => [...origins.values()][0]?.ways ?? 0
  expect(composedWays(Way.computed, Way.same)).toBe(waysOf(computed(one)))
  expect(composedWays(Way.aggregated, Way.computed)).toBe(waysOf(aggregated(computed(one))))
  expect(composedWays(Way.same | Way.aggregated, Way.same)).toBe(Way.same | Way.aggregated)
  expect(composedWays(Way.window, Way.aggregated)).toBe(Way.window)
  expect(composedWays(Way.aggregated, Way.condition)).toBe(Way.aggregatedCondition)
})
