import { expect, test } from 'vitest'
import { cteOf, injectCtes, mapInjected, type RenderedSql } from '../../../src/compile/ephemeral.ts'
import { SourceFile } from '../../../src/errors/source-file.ts'
import { RenderTrace } from '../../../src/jinja/render-trace.ts'

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

test.each([
  'select own from t',
  '  -- c\nwith recursive\n t as (1) select own',
  'with a as (select own) select 2',
  'select own',
])('where the SQL of %j with CTEs is from', (sql) => {
  const rendered = (text: string): RenderedSql => {
    const file = new SourceFile(text, text)
    const trace = new RenderTrace(file)
    trace.mark(0, 0, text.length, true)
    return { sql: text, origin: { file, trace } }
  }
  const ctes = [cteOf('a', '__dbt__cte__a', rendered('select first')), cteOf('b', '"b"', rendered('select\nsecond'))]
  const compiled = injectCtes(sql, ctes)
  const map = mapInjected(rendered(sql), ctes)!
  for (const [word, text] of [
    ['own', sql],
    [sql.slice(-3), sql],
    ['first', 'select first'],
    ['second', 'select\nsecond'],
  ] as const) {
    const at = word === sql.slice(-3) ? compiled.lastIndexOf(word) : compiled.indexOf(word)
    const span = map.spanOf(at, at + word.length)!
    expect(span.file.path).toBe(text)
    expect(text.slice(span.start, span.end)).toBe(word)
  }
  expect(map.spanOf(compiled.indexOf('__dbt__cte__a'), compiled.indexOf('__dbt__cte__a') + 5)).toBeUndefined()
  expect(mapInjected({ sql }, ctes)).toBeUndefined()
})
