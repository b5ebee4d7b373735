import fc from 'fast-check'
import { describe, expect, inject, test } from 'vitest'
import { adapter } from '../../../adapters/postgres/adapter.ts'
import { locksOf } from '../../../adapters/postgres/run-lock.ts'
import type { Driver } from '../../../src/adapter/driver.ts'

const relations = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => ({ schema: 's', identifier: `m${from + at}` }))

function open(threads: number): Driver {
  const { host, port, user, password, database } = inject('postgres')
  const fields = { type: 'postgres', host, port, user, password, dbname: database, schema: 's' }
  return adapter.open(fields, { baseDir: '/', threads })
}

/** Whether a run of the second relations could begin beside one of the first. */
async function sideBySide(first: { schema: string; identifier: string }[], second: typeof first): Promise<boolean> {
  const driver = open(2)
  const [one, other] = [await driver.connect('one'), await driver.connect('other')]
  const lock = adapter.lockRelations as NonNullable<typeof adapter.lockRelations>
  try {
    expect(await lock(one, first)).toEqual({ lock: 'held' })
    return (await lock(other, second)).lock === 'held'
  } finally {
    await driver.close()
  }
}

describe('which runs wait for each other', () => {
  test('runs of one model each: none but those of the same model, however many there are', {
    timeout: 60_000,
  }, async () => {
    const driver = open(100)
    try {
      // some of them fall into the same one of 256 groups
      const all = relations(0, 90)
      const groups = all.map((relation) => locksOf([relation])[0]?.id)
      expect(new Set(groups).size).toBeLessThan(all.length)
      for (const relation of all) await adapter.lockRelations?.(await driver.connect(relation.identifier), [relation])
      expect(await adapter.lockRelations?.(await driver.connect('again'), relations(7, 8))).toEqual({
        lock: 'taken',
        holder: expect.stringMatching(/^ \(server process \d+ of /),
      })
    } finally {
      await driver.close()
    }
  })

  test('few and many', async () => {
    expect(await sideBySide(relations(0, 50), relations(50, 100))).toBe(true)
    expect(await sideBySide(relations(0, 50), relations(49, 60))).toBe(false)
    expect(await sideBySide(relations(0, 1000), relations(5, 6))).toBe(false)
    expect(await sideBySide(relations(5, 6), relations(0, 1000))).toBe(false)
    expect(await sideBySide(relations(0, 1000), relations(0, 1000))).toBe(false)
    expect(await sideBySide(relations(0, 1), [{ schema: 'S', identifier: 'M0' }])).toBe(false)
  })

  test('a run never takes more locks than a server has room for, and all take them in one order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), (count) => {
        const locks = locksOf(relations(0, count))
        expect(locks.length).toBeLessThanOrEqual(256)
        const keys = locks.map(({ lockClass, id }) => lockClass * 2 ** 31 + id)
        expect(keys).toEqual(keys.toSorted((a, b) => a - b))
      }),
      { numRuns: 20 },
    )
  })
})
