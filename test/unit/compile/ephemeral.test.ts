import { expect, test } from 'vitest'
import { injectCtes } from '../../../src/compile/ephemeral.ts'

/** What dbt-core 1.11.16 gives for the same query and CTEs. */
const ctes = [
  { id: 'a', sql: ' x as (\n1\n)' },
  { id: 'b', sql: ' y as (\n2\n)' },
]
test.each([
  [
    'with recursive t(n) as (select 1) select 1',
    'with recursive  x as (\n1\n),  y as (\n2\n), t(n) as (select 1) select 1',
  ],
  ['  with recursive\n  t as (1) select', '  with recursive\n   x as (\n1\n),  y as (\n2\n), t as (1) select'],
  ['with\nrecursive t as (1)', 'with\nrecursive  x as (\n1\n),  y as (\n2\n), t as (1)'],
  ['with\n t as (1) select', 'with\n  x as (\n1\n),  y as (\n2\n), t as (1) select'],
  ['-- c\nwith recursive t as', '-- c\nwith recursive  x as (\n1\n),  y as (\n2\n), t as'],
  ['select 1', 'with x as (\n1\n),  y as (\n2\n) select 1'],
])('%j', (sql, expected) => {
  expect(injectCtes(sql, ctes)).toBe(expected)
})
