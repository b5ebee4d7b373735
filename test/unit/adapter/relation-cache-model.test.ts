import fc from 'fast-check'
import { expect, test } from 'vitest'
import { duckdbRelations as dialect } from '../../../adapters/duckdb/dialect.ts'
import { RelationCache } from '../../../src/adapter/relation-cache.ts'
import { bareName, type Relation, relation } from '../../../src/manifest/relation.ts'

/*
 * The cache against a list of names and a list of links, looked through from end to end: whatever is done to both, they hold the same, in the
 * same order.
 */

interface Item {
  readonly schema: string
  readonly identifier: string
}
interface Link {
  readonly referenced: string
  readonly dependent: string
}

const keyOf = ({ schema, identifier }: Item): string => `${schema}.${identifier}`.toLowerCase()

class Model {
  items: Item[] = []
  links: Link[] = []
  schemas = new Set<string>()

  has(item: Item): boolean {
    return this.items.some((other) => keyOf(other) === keyOf(item))
  }
  add(item: Item): void {
    this.schemas.add(item.schema.toLowerCase())
    if (!this.has(item)) this.items.push(item)
  }
  drop(item: Item): void {
    if (!this.has(item)) return
    const falling = [keyOf(item)]
    for (const key of falling) {
      for (const link of this.links)
        if (link.referenced === key && !falling.includes(link.dependent)) falling.push(link.dependent)
    }
    this.items = this.items.filter((other) => !falling.includes(keyOf(other)))
    this.links = this.links.filter((link) => !falling.includes(link.referenced) && !falling.includes(link.dependent))
  }
  rename(from: Item, to: Item): boolean {
    if (this.has(to)) return false
    this.schemas.add(to.schema.toLowerCase())
    this.items = [...this.items.filter((other) => keyOf(other) !== keyOf(from)), to]
    const moved = (key: string): string => (key === keyOf(from) ? keyOf(to) : key)
    this.links = this.links.map((link) => ({ referenced: moved(link.referenced), dependent: moved(link.dependent) }))
    return true
  }
  link(referenced: Item, dependent: Item): void {
    if (!this.schemas.has(referenced.schema.toLowerCase())) return
    this.add(referenced)
    this.add(dependent)
    this.links.push({ referenced: keyOf(referenced), dependent: keyOf(dependent) })
  }
  dropSchema(schema: string): void {
    if (!this.schemas.has(schema)) return
    for (const item of this.items.filter((other) => other.schema.toLowerCase() === schema)) this.drop(item)
    this.schemas.delete(schema)
  }
}

const item = fc.record({
  schema: fc.constantFrom('s', 'S', 't'),
  identifier: fc.constantFrom('a', 'A', '"a"', 'b', 'c', 'd__dbt_tmp'),
})
const action = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), item }),
  fc.record({ kind: fc.constant('drop' as const), item }),
  fc.record({ kind: fc.constant('rename' as const), item, other: item }),
  // a relation is never its own dependent
  fc
    .record({ kind: fc.constant('link' as const), item, other: item })
    .filter(({ item, other }) => keyOf(item) !== keyOf(other)),
  fc.record({ kind: fc.constant('drop schema' as const), schema: fc.constantFrom('s', 't') }),
)

const relationOf = ({ schema, identifier }: Item): Relation =>
  relation({ database: 'db', schema, identifier, type: 'table', dialect })
const itemOf = ({ schema, identifier }: Relation): Item => ({ schema: schema ?? '', identifier: identifier ?? '' })

test('what the cache knows is what a list would know', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      const cache = new RelationCache(dialect)
      const model = new Model()
      for (const one of actions) {
        switch (one.kind) {
          case 'add':
            cache.added(relationOf(one.item))
            model.add(one.item)
            break
          case 'drop':
            cache.dropped(relationOf(one.item))
            model.drop(one.item)
            break
          case 'rename':
            if (model.rename(one.item, one.other)) cache.renamed(relationOf(one.item), relationOf(one.other))
            else expect(() => cache.renamed(relationOf(one.item), relationOf(one.other))).toThrow('already in cache')
            break
          case 'link':
            cache.addLink(relationOf(one.item), relationOf(one.other))
            model.link(one.item, one.other)
            break
          case 'drop schema':
            cache.dropSchema({ database: 'DB', schema: one.schema })
            model.dropSchema(one.schema)
        }
        for (const schema of ['s', 't']) {
          const key = { database: 'db', schema }
          const inSchema = model.items.filter((other) => other.schema.toLowerCase() === schema)
          expect(cache.hasSchema(key)).toBe(model.schemas.has(schema))
          expect(cache.relations(key).map(itemOf)).toEqual(inSchema)
          for (const name of ['A', 'b', '"C"', 'd__dbt_tmp'])
            expect(cache.relationsLike(key, name).map(itemOf)).toEqual(
              inSchema.filter((other) => bareName(other.identifier, dialect) === bareName(name, dialect)),
            )
        }
      }
    }),
    { numRuns: 300 },
  )
})

test('what is not alike never matches, nor nearly', () => {
  fc.assert(
    fc.property(item, item, (known, { identifier }) => {
      fc.pre(bareName(known.identifier, dialect) !== bareName(identifier, dialect))
      expect(relationOf(known).matches({ database: 'db', schema: known.schema, identifier })).toBe(false)
    }),
  )
})
