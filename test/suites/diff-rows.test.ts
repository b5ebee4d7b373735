import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, inject, test } from 'vitest'
import type { DiffDocument, KeyedRowsDiff, RowsDiff } from '../../src/events/diff-document.ts'
import { writtenProject } from '../support/written-project.ts'

/*
 * Random tables, compared by quern in the database and by a plain computation here.
 */

type Row = readonly [k1: number | null, k2: string | null, v1: number | null, v2: string | null, v3: boolean | null]
const COLUMNS = ['k1', 'K 2', 'v1', 'wért', 'v"3'] as const
const TYPES = ['integer', 'text', 'integer', 'text', 'boolean'] as const

const text = fc.constantFrom('', 'a', 'A', "it's", 'a\\b', 'é', '🐘', ' ')
const nullable = <T>(values: fc.Arbitrary<T>, freq: number): fc.Arbitrary<T | null> =>
  fc.option(values, { nil: null, freq })
const row: fc.Arbitrary<Row> = fc.tuple(
  nullable(fc.integer({ min: 0, max: 4 }), 9),
  nullable(fc.constantFrom('x', 'é', ''), 9),
  nullable(fc.integer({ min: 0, max: 1 }), 3),
  nullable(text, 3),
  nullable(fc.boolean(), 3),
)
const table = fc.array(row, { maxLength: 9 })
/** A table, and the same with some rows gone, some changed and some added. */
const pair = fc.tuple(table, fc.infiniteStream(fc.nat(9)), table).map(([before, dice, more]) => {
  const kept = before.flatMap((one): Row[] => {
    const die = dice.next().value as number
    if (die < 2) return []
    return [die < 5 ? [one[0], one[1], die === 2 ? 7 : one[2], die === 3 ? null : one[3], one[4]] : one]
  })
  return { before, after: [...kept, ...more.slice(0, 3)] }
})

const literal = (value: Row[number], type: string): string =>
  `cast(${value === null ? 'null' : typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value)} as ${type})`

const select = (rows: readonly Row[]): string => {
  const one = (values: Row): string =>
    `select ${COLUMNS.map((name, at) => `${literal(values[at] as Row[number], TYPES[at] as string)} as "${name.replaceAll('"', '""')}"`).join(', ')}`
  return rows.length === 0
    ? `select * from (${one([null, null, null, null, null])}) as t where 1 = 0`
    : rows.map(one).join('\nunion all ')
}

/** What a comparison by the first two columns comes to. */
function byKey(before: readonly Row[], after: readonly Row[]) {
  const hasNull = ([k1, k2]: Row): boolean => k1 === null || k2 === null
  const keyOf = ([k1, k2]: Row): string => JSON.stringify([k1, k2])
  const grouped = (rows: readonly Row[]): Map<string, Row[]> => {
    const groups = new Map<string, Row[]>()
    for (const one of rows) if (!hasNull(one)) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one])
    return groups
  }
  const [old, now] = [grouped(before), grouped(after)]
  const single = (key: string): boolean => (old.get(key)?.length ?? 0) < 2 && (now.get(key)?.length ?? 0) < 2
  const keys = [...new Set([...old.keys(), ...now.keys()])].filter(single)
  const changes = keys.flatMap((key) => {
    const [was, is] = [old.get(key)?.[0], now.get(key)?.[0]]
    return was === undefined || is === undefined ? [] : [[2, 3, 4].filter((at) => was[at] !== is[at])]
  })
  const quality = (rows: readonly Row[], groups: ReadonlyMap<string, Row[]>) => {
    const many = [...groups.values()].filter((group) => group.length > 1)
    return {
      null_rows: rows.filter(hasNull).length,
      duplicate_keys: many.length,
      duplicate_rows: many.flat().length,
      left_out_rows: rows.filter((one) => hasNull(one) || !single(keyOf(one))).length,
    }
  }
  return {
    by: 'key',
    rows_before: before.length,
    rows_after: after.length,
    added: keys.filter((key) => !old.has(key)).length,
    removed: keys.filter((key) => !now.has(key)).length,
    changed: changes.filter((columns) => columns.length > 0).length,
    unchanged: changes.filter((columns) => columns.length === 0).length,
    changed_by_column: Object.fromEntries(
      [2, 3, 4].flatMap((at) => {
        const count = changes.filter((columns) => columns.includes(at)).length
        return count === 0 ? [] : [[COLUMNS[at], count]]
      }),
    ),
    not_identified: { before: quality(before, old), after: quality(after, now) },
  }
}

/** What a comparison of whole rows comes to. */
function byWholeRows(before: readonly Row[], after: readonly Row[]) {
  const counts = new Map<string, number>()
  for (const one of before) counts.set(JSON.stringify(one), (counts.get(JSON.stringify(one)) ?? 0) - 1)
  for (const one of after) counts.set(JSON.stringify(one), (counts.get(JSON.stringify(one)) ?? 0) + 1)
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
  return {
    by: 'whole rows',
    rows_before: before.length,
    rows_after: after.length,
    added: sum([...counts.values()].filter((count) => count > 0)),
    removed: sum([...counts.values()].map((count) => Math.max(0, -count))),
  }
}

/** What examples have to be like, whichever they are. */
function checkExamples(rows: RowsDiff, limit: number): void {
  if (rows.status !== 'compared') throw new Error(JSON.stringify(rows))
  for (const kind of ['added', 'removed', 'changed'] as const) {
    const shown = rows.examples.filter(({ change }) => change === kind)
    const distinct = rows.by === 'key' ? (kind === 'changed' ? rows.changed : rows[kind]) : shown.length
    expect(shown).toHaveLength(Math.min(limit, distinct))
  }
  if (rows.by !== 'key') return
  for (const { change, values } of rows.examples)
    if (change === 'changed')
      for (const [name, value] of Object.entries(values)) {
        expect(Object.keys(rows.changed_by_column)).toContain(name)
        expect(value.before).not.toBe(value.after)
      }
}

describe.each(['duckdb', 'postgres'] as const)('rows on %s', (database) => {
  test('random tables differ by as much as a plain computation says', { timeout: 240_000 }, async () => {
    const seed = Date.now() % 2 ** 31
    const pairs = fc.sample(pair, { numRuns: 24, seed })
    const config = (at: number): string =>
      at % 3 === 2 ? '' : `{{ config(meta={'primary_key': ['${COLUMNS[0]}', '${COLUMNS[1]}']}) }}\n`
    const files = (side: 'before' | 'after'): Record<string, string> =>
      Object.fromEntries(pairs.map((tables, at) => [`models/t${at}.sql`, config(at) + select(tables[side])]))
    const project = await writtenProject('diff_rows', database, inject('postgres'), files('before'))
    try {
      expect((await project.runWith({ GOLDEN_SCHEMA: 'prod' }, 'run')).exit).toBe(0)
      cpSync(join(project.folder, 'target'), join(project.folder, 'prod'), { recursive: true })
      for (const [path, sql] of Object.entries(files('after'))) writeFileSync(join(project.folder, path), sql)
      expect((await project.run('run')).exit).toBe(0)
      const ended = await project.run(
        'diff', '--state', 'prod', '--data', '--select', 'path:models', '--examples', '2', '--no-compile', '--format', 'json',
      ) // biome-ignore format: one command line
      expect(ended.stderr).not.toContain('rror')
      const document = JSON.parse(ended.stdout) as DiffDocument
      expect(document.nodes).toHaveLength(pairs.length)
      for (const { name, rows } of document.nodes) {
        const at = Number(name.slice(1))
        const { before, after } = pairs[at] as (typeof pairs)[number]
        const wanted = at % 3 === 2 ? byWholeRows(before, after) : byKey(before, after)
        expect({ seed, name, rows }).toMatchObject({ seed, name, rows: wanted })
        if ('changed_by_column' in wanted)
          expect((rows as KeyedRowsDiff).changed_by_column).toEqual(wanted.changed_by_column)
        checkExamples(rows as RowsDiff, 2)
      }
    } finally {
      await project.remove()
    }
  })
})

/** A value of every type, each as it is written in SQL. */
const EVERY_TYPE: Readonly<Record<'duckdb' | 'postgres', readonly string[]>> = {
  duckdb: [
    'cast(1 as tinyint)', 'cast(1 as smallint)', 'cast(1 as bigint)', 'cast(1 as hugeint)', 'cast(1 as uhugeint)', 'cast(1 as utinyint)', 'cast(1 as ubigint)',
    'cast(1 as bignum)', 'cast(1.5 as decimal(10, 2))', 'cast(1.5 as float)', "cast('NaN' as double)", 'true', "'text'", "cast('\\xAA' as blob)", "cast('101' as bit)",
    "date '2024-01-01'", "time '12:00:00'", "cast('12:00:00+02' as timetz)", "timestamp '2024-01-01'", "cast('2024-01-01' as timestamp_ns)",
    "cast('2024-01-01' as timestamp_s)", "timestamptz '2024-01-01 12:00:00+02'", "interval '1 month'", 'cast(md5(\'x\') as uuid)', `cast('{"a": 1}' as json)`,
    "cast('a' as enum('a', 'b'))", "{'a': 1, 'b': {'c': [1, null]}}", '[1, 2, null]', "[{'a': 1}]", 'cast([1, 2, 3] as integer[3])', "map {'k': [1]}",
    "union_value(num := 2)", "cast('infinity' as timestamp)",
  ],
  postgres: [
    'cast(1 as smallint)', 'cast(1 as bigint)', 'cast(1.5 as numeric)', "cast('NaN' as numeric)", 'cast(1.5 as real)', "cast('NaN' as double precision)", 'true',
    "cast('text' as text)", "cast('t' as varchar(3))", "cast('t' as char(3))", "cast('t' as name)", `cast('t' as "char")`, "cast('\\xAA' as bytea)", "cast(B'101' as bit(3))",
    "date '2024-01-01'", "time '12:00:00'", "time with time zone '12:00:00+02'", "timestamp '2024-01-01'", "timestamp with time zone '2024-01-01 12:00:00+02'",
    "cast('infinity' as timestamp)", "interval '1 month'", "cast('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11' as uuid)", "cast('10.0.0.1' as inet)", "cast('10.0.0.0/8' as cidr)",
    "cast('08:00:2b:01:02:03' as macaddr)", `cast('{"a": 1}' as json)`, `cast('{"a": 1}' as jsonb)`, `array[cast('{"a": 1}' as json)]`, `array[cast('{"a": 1}' as jsonb)]`,
    'point(1, 2)', "cast('{1,2,3}' as line)", 'lseg(point(1, 2), point(3, 4))', 'box(point(1, 2), point(3, 4))', "cast('((1,2),(3,4))' as path)",
    "cast('((1,2),(3,4),(5,6))' as polygon)", 'circle(point(1, 2), 3)', 'array[1, 2, null]', "array[array['a'], array['b']]", 'int4range(1, 3)', "array[point(1, 2)]",
    "to_tsvector('a b')", "cast('a & b' as tsquery)", 'cast(1 as money)', 'cast(1 as oid)', "cast('0/16B3748' as pg_lsn)", "cast('1 2' as oidvector)",
    "cast('{[1,3), [5,7)}' as int4multirange)",
  ],
} // biome-ignore format: two lists

describe.each(['duckdb', 'postgres'] as const)('types on %s', (database) => {
  test('values of every type are compared with themselves, with another value, and as part of a key', {
    timeout: 120_000,
  }, async () => {
    const types = EVERY_TYPE[database]
    const row = `select 1 as id, ${types.map((value, at) => `${value} as c${at}`).join(', ')}`
    const nulls = `select 1 as id, ${types.map((_, at) => `null as c${at}`).join(', ')}`
    const config = (key: string): string => `{{ config(materialized='table', meta={'primary_key': ${key}}) }}\n`
    const files = {
      'models/by_id.sql': config("'id'") + row,
      'models/whole.sql': `{{ config(materialized='table') }}\n${row}`,
      ...Object.fromEntries(
        types.map((value, at) => [`models/key_${at}.sql`, `${config("'c'")}select ${value} as c, 1 as x`]),
      ),
    }
    const project = await writtenProject('diff_types', database, inject('postgres'), files)
    try {
      expect((await project.runWith({ GOLDEN_SCHEMA: 'prod' }, 'run')).stdout).toContain('ERROR=0')
      expect((await project.run('run')).stdout).toContain('ERROR=0')
      const compare = async (): Promise<Record<string, RowsDiff | null>> => {
        const ended = await project.run('diff', '--against-schema', 'prod', '--data', '--format', 'json')
        const document = JSON.parse(ended.stdout) as DiffDocument
        return Object.fromEntries(document.nodes.map(({ name, rows }) => [name, rows]))
      }
      const same = await compare()
      for (const [name, rows] of Object.entries(same))
        expect([name, rows]).toEqual([name, expect.objectContaining({ status: 'compared', added: 0, removed: 0 })])
      expect(same['by_id']).toMatchObject({ unchanged: 1, compared_columns: types.map((_, at) => `c${at}`) })
      for (const at of types.keys()) expect(same[`key_${at}`]).toMatchObject({ by: 'key', unchanged: 1 })
      // a value against none, in every column
      for (const name of ['by_id', 'whole'] as const) {
        const path = `models/${name}.sql` as const
        writeFileSync(join(project.folder, path), files[path].replace(row, nulls))
      }
      expect((await project.run('run', '--select', 'by_id', 'whole')).stdout).toContain('ERROR=0')
      const changed = await compare()
      expect(changed['by_id']).toMatchObject({
        changed: 1,
        changed_by_column: Object.fromEntries(types.map((_, at) => [`c${at}`, 1])),
      })
      expect(changed['whole']).toMatchObject({ by: 'whole rows', added: 1, removed: 1 })
    } finally {
      await project.remove()
    }
  })
})
