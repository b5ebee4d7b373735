import { describe, expect, test } from 'vitest'
import { duckdbRelations as dialect } from '../../../adapters/duckdb/dialect.ts'
import { RelationCache } from '../../../src/adapter/relation-cache.ts'
import { type Relation, relation } from '../../../src/manifest/relation.ts'

const named = (identifier: string, schema = 's'): Relation =>
  relation({ database: 'db', schema, identifier, type: 'table', dialect })
const names = (cache: RelationCache, schema = 's'): (string | null)[] =>
  cache.relations({ database: 'DB', schema: schema.toUpperCase() }).map((item) => item.identifier)

async function filled(): Promise<RelationCache> {
  const cache = new RelationCache(dialect)
  const rows = {
    s: [
      ['db', 'a', 's', 'table'],
      ['db', 'b', 's', 'view'],
      ['db', 'odd', 's', 'foreign'],
    ],
    empty: [],
  } as const
  await cache.fill(
    [
      { database: 'db', schema: 's' },
      { database: 'db', schema: 'empty' },
    ],
    async ({ schema }) => rows[schema as keyof typeof rows].map((row) => [...row]),
    2,
  )
  return cache
}

describe('the relation cache', () => {
  test('knows the schemas that it asked for, in any case, and their relations', async () => {
    const cache = await filled()
    expect([
      cache.hasSchema({ database: 'Db', schema: 'EMPTY' }),
      cache.hasSchema({ database: 'db', schema: 'other' }),
    ]).toEqual([true, false])
    expect(cache.relations({ database: 'db', schema: 's' }).map((item) => [item.identifier, item.type])).toEqual([
      ['a', 'table'],
      ['b', 'view'],
      ['odd', 'external'],
    ])
  })
  test('a relation that is known stays as it was', async () => {
    const cache = await filled()
    cache.added(named('A').with({ type: 'view' }))
    expect(cache.relations({ database: 'db', schema: 's' })[0]!.type).toBe('table')
  })
  test('a rename moves a relation and its dependents', async () => {
    const cache = await filled()
    cache.addLinks('db', [['s', 'b', 's', 'a']])
    cache.renamed(named('a'), named('a2'))
    expect(names(cache)).toEqual(['b', 'odd', 'a2'])
    cache.dropped(named('a2'))
    expect(names(cache)).toEqual(['odd'])
  })
  test('dependents that moved to another relation do not fall with the first', async () => {
    const cache = await filled()
    cache.added(named('other'))
    cache.addLinks('db', [
      ['s', 'b', 's', 'a'],
      ['s', 'odd', 's', 'a'],
    ])
    cache.dependentsMoved(named('a'), named('other'), [named('b'), named('unknown')])
    cache.dropped(named('a'))
    expect(names(cache)).toEqual(['b', 'other'])
    cache.dropped(named('other'))
    expect(names(cache)).toEqual([])
  })
  test('renaming what is unknown adds the new name; a taken name is an error', async () => {
    const cache = await filled()
    cache.renamed(named('x__dbt_tmp'), named('x'))
    expect(names(cache)).toEqual(['a', 'b', 'odd', 'x'])
    expect(() => cache.renamed(named('x'), named('a'))).toThrow(
      'Cache inconsistency detected: in rename, new key db.s.a already in cache',
    )
  })
  test('a drop takes dependents along, also over several steps and schemas', async () => {
    const cache = await filled()
    cache.addLinks('db', [
      ['s', 'b', 's', 'a'],
      ['far', 'c', 's', 'b'],
      ['s', 'z', 'unknown', 'y'],
    ])
    expect(names(cache, 'far')).toEqual(['c'])
    cache.dropped(named('a'))
    expect([names(cache), names(cache, 'far')]).toEqual([['odd'], []])
  })
  test('a dropped schema is unknown again', async () => {
    const cache = await filled()
    cache.dropSchema({ database: 'db', schema: 'S' })
    expect([names(cache), cache.hasSchema({ database: 'db', schema: 's' })]).toEqual([[], false])
  })
})

describe('work that is repeated', () => {
  test('the cache is as the database says, of what the first attempt touched, and dependents are still known', async () => {
    const cache = await filled()
    cache.addLink(named('a'), named('b'))
    const { cache: view, touched } = cache.watched()
    // as a table materialization does it; then the transaction is rolled back
    view.added(named('a__dbt_tmp'))
    view.renamed(named('a'), named('a__dbt_backup'))
    view.renamed(named('a__dbt_tmp'), named('a'))
    view.dropped(named('a__dbt_backup'))
    // another node at the same time
    cache.added(named('other'))
    cache.dropped(named('odd'))
    expect(names(cache).sort()).toEqual(['a', 'other'])
    cache.restore(touched, [named('a'), named('b'), named('odd')])
    expect(names(cache).sort()).toEqual(['a', 'b', 'other'])
    cache.dropped(named('a'))
    expect(names(cache)).toEqual(['other'])
  })
  test('what was committed stays', async () => {
    const cache = await filled()
    const { cache: view, touched } = cache.watched()
    view.added(named('new'))
    view.dropped(named('a'))
    cache.restore(touched, [named('new'), named('b')])
    expect(names(cache).sort()).toEqual(['b', 'new', 'odd'])
    expect(view.relations({ database: 'db', schema: 's' })).toEqual(cache.relations({ database: 'db', schema: 's' }))
  })
})
