import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { inferTable } from '../../../src/adapter/agate-types.ts'
import { numberedNames, Table } from '../../../src/adapter/table.ts'
import { QuernError } from '../../../src/errors/quern-error.ts'
import { repr } from '../../../src/jinja/runtime/text.ts'
import { PyFloat, PyTuple, type Value } from '../../../src/jinja/runtime/value.ts'
import { render } from '../jinja/rendering.ts'

interface Cases {
  /** Cells of a CSV column, the type that dbt-common 1.39 guessed, and repr() of the values. */
  readonly columns: readonly { readonly cells: string[]; readonly type: string; readonly values: string }[]
  /** What agate's table (see `sample`) answered. */
  readonly templates: readonly { readonly template: string; readonly output?: string; readonly error?: string }[]
}
const cases = JSON.parse(readFileSync(new URL('table-cases.json', import.meta.url), 'utf8')) as Cases

const sample = (): Table =>
  Table.infer(
    ['id', 'name', 'val'],
    [
      [1, 'a', 2.5],
      [2, 'b', null],
      [3, 'a', 1234.5678],
      [4, 'x'.repeat(30), new PyFloat(-1)],
    ],
    new Set(['name']),
  )

test(`the types of ${cases.columns.length} CSV columns are those that dbt guesses`, () => {
  const got = cases.columns.map(({ cells }) => {
    const table = inferTable(
      ['c'],
      cells.map((cell) => [cell]),
      [],
    )
    const values = PyTuple.fromItems(Array.from(table.rowTuples(), (row) => row[0] as Value))
    return { cells, type: table.columnTypes[0]?.typeName, values: repr(values) }
  })
  expect(got).toEqual(cases.columns)
})

test(`${cases.templates.length} templates see agate's table`, () => {
  const got = cases.templates.map(({ template }) => {
    try {
      return { template, output: render(template, { t: sample() }) }
    } catch (error) {
      if (error instanceof QuernError) return { template, error: error.message }
      throw error
    }
  })
  expect(got).toEqual(cases.templates)
})

test('print_table writes Markdown to the output of the table', () => {
  const table = sample()
  let printed = ''
  table.output = (text) => {
    printed += `${text}\n`
  }
  render('{% do t.print_table() %}', { t: table })
  // agate 1.9.1
  expect(printed).toBe(
    [
      '| id | name                 |        val |',
      '| -- | -------------------- | ---------- |',
      '|  1 | a                    |     2.500… |',
      '|  2 | b                    |            |',
      '|  3 | a                    | 1,234.568… |',
      '|  4 | xxxxxxxxxxxxxxxxx... |    -1.000… |',
      '',
    ].join('\n'),
  )
})

test('columns that are text only keep what looks like a number; null is still None', () => {
  const table = inferTable(['a'], [['007'], ['null'], ['']], ['a'])
  expect(render('{{ t.columns.a.values() }}', { t: table })).toBe("('007', None, None)")
})

test('texts of a query keep null and numbers', () => {
  const table = Table.infer(['a'], [['007'], ['null'], [''], [null]], new Set(['a']))
  expect(render('{{ t.columns.a.values() }}', { t: table })).toBe("('007', 'null', '', None)")
})

test('equal names are numbered, empty ones get a letter', () => {
  expect(numberedNames(['a', 'b', 'a', 'a', ''])).toEqual(['a', 'b', 'a_2', 'a_3', 'e'])
})

// Values: agate and dbt-common 1.39.
test('data types write values for JSON and csv', () => {
  const rows = [
    ['1', '1.50', '2024-01-02', '2024-01-02 03:04:05', 'true', 'x'],
    ['', '', '', '', '', ''],
  ]
  const table = inferTable(['i', 'n', 'd', 't', 'b', 's'], rows, new Set())
  const template =
    '{% for c in t.columns %}{% for v in c.values() %}{{ [c.data_type.jsonify(v), c.data_type.csvify(v)] }}{% endfor %};{% endfor %}'
  expect(render(template, { t: table })).toBe(
    "[1.0, '1'][None, None];[1.5, '1.50'][None, None];['2024-01-02', '2024-01-02'][None, None];" +
      "['2024-01-02T03:04:05', '2024-01-02T03:04:05'][None, None];[True, 'True'][None, None];['x', 'x'][None, None];",
  )
})
