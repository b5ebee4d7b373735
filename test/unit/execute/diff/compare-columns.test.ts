import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DiffColumn } from '../../../../src/events/diff-document.ts'
import { compareColumns, pairColumns } from '../../../../src/execute/diff/compare-columns.ts'

const columns = (...written: string[]): DiffColumn[] =>
  written.map((one) => ({ name: one.split(' ')[0] as string, type: one.split(' ')[1] ?? 'text' }))

const changes = (before: readonly DiffColumn[], after: readonly DiffColumn[]) => {
  const found = compareColumns(before, after, 'database')
  return found.status === 'compared' ? [found.changes, found.order_changed] : found
}

test('added, removed, of another type, in another order', () => {
  expect(changes(columns('id int', 'gone', 'x int', 'y'), columns('id INT', 'y', 'x bigint', 'new'))).toEqual([
    [
      { change: 'type', name: 'x', before: 'int', after: 'bigint' },
      { change: 'added', name: 'new', type: 'text' },
      { change: 'removed', name: 'gone', type: 'text' },
    ],
    true,
  ])
})

test('a column more, or less, does not change the order of the others', () => {
  expect(changes(columns('a', 'b', 'c'), columns('x', 'a', 'c'))[1 as never]).toBe(false)
})

test('another case is another spelling, unless both spellings are there', () => {
  expect(changes(columns('Amount'), columns('amount'))).toEqual([
    [{ change: 'case', name: 'amount', before: 'Amount', after: 'amount' }],
    false,
  ])
  expect(changes(columns('Amount', 'AMOUNT'), columns('amount'))).toEqual([
    [
      { change: 'added', name: 'amount', type: 'text' },
      { change: 'removed', name: 'Amount', type: 'text' },
      { change: 'removed', name: 'AMOUNT', type: 'text' },
    ],
    false,
  ])
  expect(changes(columns('Amount', 'amount'), columns('amount'))).toEqual([
    [{ change: 'removed', name: 'Amount', type: 'text' }],
    false,
  ])
})

test('property: every column is paired, added or removed, once', () => {
  const side = fc.uniqueArray(fc.constantFrom('a', 'A', 'b', 'B', 'c', 'é', 'É')).map((names) => columns(...names))
  fc.assert(
    fc.property(side, side, (before, after) => {
      const pairs = pairColumns(before, after)
      expect(new Set(pairs.map((pair) => pair.before)).size).toBe(pairs.length)
      const found = compareColumns(before, after, 'database')
      if (found.status !== 'compared') throw new Error('unknown')
      const count = (change: string): number => found.changes.filter((one) => one.change === change).length
      expect(pairs.length + count('added')).toBe(after.length)
      expect(pairs.length + count('removed')).toBe(before.length)
      expect(compareColumns(after, after, 'database')).toMatchObject({ changes: [], order_changed: false })
    }),
  )
})
