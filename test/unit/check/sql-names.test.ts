import { expect, test } from 'vitest'
import { cteNameAt, lastWordAt, nameEnd, readsFrom } from '../../../src/check/sql-names.ts'

test.each([
  ['orders.id, x', 0, 'orders.id'],
  ['"a "" b" . "c" d', 0, '"a "" b" . "c"'],
  ['größe+1', 0, 'größe'],
  ['x = y', 2, '='],
  ['count(*)', 0, 'count'],
])('the name in %j at %i', (sql, start, name) => {
  expect(sql.slice(start, nameEnd(sql, start))).toBe(name)
})

test.each([
  ['with a as (select 1), b (x, y) as materialized (select 2)', 'b', 22],
  ['with\n"b" as not materialized (select 2)', 'b', 5],
  ['with B as (select 2)', 'b', 5],
  ['with a as (with b as (select 1) select 2), b as (select 3)', 'b', undefined],
  ['with a.b as (select 1)', 'b', undefined],
  ['with $1 as (select 1)', '$1', 5],
])('in %j the CTE %s begins at %s', (sql, name, at) => {
  expect(cteNameAt(sql, name)).toBe(at)
})

test.each([
  ['select id, order_id, id_2, id from t', 'id', 27],
  ['select ID', 'id', 7],
  ['select order_id', 'id', undefined],
])('in %j the word %s stands last at %s', (text, word, at) => {
  expect(lastWordAt(text, word)).toBe(at)
})

test.each([
  ['{% if x %} left join spare on 1 = 1 {% endif %}', true],
  ['select 1 from\n  "spare"', true],
  ['select spare.x from spares', false],
  ['with spare as (select 1) select 2', false],
])('%j reads from spare: %s', (text, expected) => {
  expect(readsFrom(text, 'spare')).toBe(expected)
})
