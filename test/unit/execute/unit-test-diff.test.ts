import { expect, test } from 'vitest'
import { Table } from '../../../src/adapter/table.ts'
import { unitTestDiff } from '../../../src/execute/unit-test-diff.ts'

const side = 'actual_or_expected'
const result = (...rows: (string | number | null)[][]): Table =>
  Table.infer(['ID', 'name', side], rows, new Set(['name', side]))

test('rows are compared without order, nulls are equal', async () => {
  const same = result(
    [1, null, 'actual'],
    [2, 'b', 'actual'],
    [2, 'b', 'actual'],
    [2, 'b', 'expected'],
    [1, null, 'expected'],
    [2, 'b', 'expected'],
  )
  expect(await unitTestDiff(same, false)).toBeUndefined()
})

test('each row counts', async () => {
  const twice = result([1, 'a', 'actual'], [1, 'a', 'actual'], [1, 'a', 'expected'])
  expect(await unitTestDiff(twice, false)).toContain('+++')
})

// Text and colours: dbt-core 1.11 with daff 1.4.2.
test('the difference is drawn as dbt draws it', async () => {
  const different = result(
    [1, 'A', 'actual'],
    [2, null, 'actual'],
    [3, 'C, D', 'actual'],
    [1, 'A', 'expected'],
    [2, 'NULL', 'expected'],
    [9, 'Z', 'expected'],
    [10, 'a long name with blanks and "quotes"', 'expected'],
  )
  expect(await unitTestDiff(different, false)).toBe(
    '\n\nactual differs from expected:\n\n' +
      '@@ ,id,name\r\n   ,1 ,A\r\n→  ,2 ,_NULL→NULL\r\n+++,3 ,"C, D"\r\n---,9 ,Z\r\n' +
      '---,10,"a long name with blanks and ""quotes"""\r\n\n',
  )
  expect(await unitTestDiff(different, true)).toContain(
    '\u001b[32mactual\u001b[0m differs from \u001b[31mexpected\u001b[0m',
  )
})

test("NULL and the texts 'None', 'NULL', 'null' and '' are told apart", async () => {
  for (const [text, shown] of [
    ['None', 'NULL→None'],
    ['NULL', 'NULL→_NULL'],
    ['null', 'NULL→null'],
    ['', 'NULL→'],
  ] as const) {
    const diff = await unitTestDiff(result([1, text, 'actual'], [1, null, 'expected']), false)
    expect(diff).toBe(`\n\nactual differs from expected:\n\n@@,id,name\r\n→ ,1 ,${shown}\r\n\n`)
  }
})
