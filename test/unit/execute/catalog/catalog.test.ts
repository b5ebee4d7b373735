import { describe, expect, test } from 'vitest'
import { type CatalogRow, catalogTables } from '../../../../src/execute/catalog/catalog-tables.ts'
import { matchNodes } from '../../../../src/execute/catalog/match-nodes.ts'
import type { Value } from '../../../../src/jinja/runtime/value.ts'
import type { Manifest } from '../../../../src/manifest/manifest.ts'

const row = (table: string, column: string, index: number, more: Record<string, Value> = {}): CatalogRow =>
  new Map<string, Value>(
    Object.entries({
      table_database: 'Db',
      table_schema: 'Main',
      table_name: table,
      table_type: 'VIEW',
      table_comment: null,
      table_owner: null,
      column_name: column,
      column_index: index,
      column_type: 'int',
      column_comment: null,
      ...more,
    }),
  )

describe('tables from rows', () => {
  test('rows of one relation need not stand together; its facts are those of its first row', () => {
    const tables = catalogTables([
      row('a', 'x', 1, { table_comment: 'first' }),
      row('b', 'x', 1),
      row('a', 'y', 2, { table_comment: 'second' }),
    ])
    expect(tables.map(({ metadata, columns }) => [metadata.name, metadata.comment, [...columns.keys()]])).toEqual([
      ['a', 'first', ['x', 'y']],
      ['b', null, ['x']],
    ])
  })
  test('names that differ in case are two relations', () => {
    expect(catalogTables([row('a', 'x', 1), row('A', 'x', 1)])).toHaveLength(2)
  })
  test('a column that the macro left out is named', () => {
    const short = new Map([...row('a', 'x', 1)].filter(([name]) => name !== 'column_type'))
    expect(() => catalogTables([short])).toThrow("Catalog information missing required key 'column_type'")
  })
})

describe('whose relation it is', () => {
  const manifest = {
    nodes: new Map([['model.p.orders', { database: 'db', schema: 'main', alias: 'ORDERS' }]]),
    sources: new Map([
      ['source.p.s.orders', { database: 'DB', schema: 'MAIN', identifier: 'orders' }],
      ['source.p.t.orders', { database: 'db', schema: 'main', identifier: 'Orders' }],
    ]),
  } as unknown as Manifest
  const ids = (names: readonly string[], selected?: readonly string[]): string[] => {
    const tables = catalogTables(names.map((name) => row(name, 'x', 1)))
    const { nodes, sources } = matchNodes(tables, manifest, selected === undefined ? undefined : new Set(selected))
    return [...nodes.keys(), ...sources.keys()]
  }
  test('a node and several sources, in any case', () => {
    expect(ids(['Orders', 'strangers'])).toEqual(['model.p.orders', 'source.p.s.orders', 'source.p.t.orders'])
  })
  test('what is selected', () => {
    expect(ids(['Orders'], ['source.p.t.orders'])).toEqual(['source.p.t.orders'])
    expect(ids(['Orders'], [])).toEqual([])
  })
  test('two relations for one source', () => {
    expect(() => ids(['Orders', 'ORDERS'])).toThrow(
      'dbt found two relations in your warehouse with similar database identifiers. Both Main.Orders and Main.ORDERS match "source.p.s.orders".',
    )
    expect(ids(['Orders', 'ORDERS'], ['model.p.orders'])).toEqual(['model.p.orders'])
  })
})
