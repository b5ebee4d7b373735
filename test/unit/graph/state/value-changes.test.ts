import { expect, test } from 'vitest'
import { valueChanges } from '../../../../src/graph/state/value-changes.ts'

test('dictionaries differ key by key, other values as a whole', () => {
  expect(valueChanges('meta', { owner: 'a', list: [1], deep: { x: 1, y: 2 } }, { owner: 'b', list: [1, 2], deep: { x: 1 } })).toEqual([
    { key: 'meta.deep.y', before: 2, after: null },
    { key: 'meta.list', before: [1], after: [1, 2] },
    { key: 'meta.owner', before: 'a', after: 'b' },
  ]) // biome-ignore format: one call
})

test('what is missing equals what is empty', () => {
  expect(valueChanges('meta', undefined, {})).toEqual([])
  expect(valueChanges('tags', [], undefined)).toEqual([])
  expect(valueChanges('materialized', undefined, 'table')).toEqual([
    { key: 'materialized', before: null, after: 'table' },
  ])
})
