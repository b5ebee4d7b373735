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
