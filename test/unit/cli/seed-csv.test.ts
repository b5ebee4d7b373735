import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { adapter } from '../../../adapters/postgres/adapter.ts'
import { csvTable } from '../../../src/cli/seeds/csv-table.ts'
import { convertType } from '../../../src/context/adapter/convert-type.ts'
import { QuernError } from '../../../src/errors/quern-error.ts'
import { SourceFile } from '../../../src/errors/source-file.ts'
import { toText } from '../../../src/jinja/runtime/text.ts'
import { typeName } from '../../../src/jinja/runtime/type-name.ts'
import type { Value } from '../../../src/jinja/runtime/value.ts'
import { readPythonCsv } from '../../../src/util/python-csv.ts'

/** What the reference makes of a file: recorded by seed-files/record.py. */
interface Answer {
  readonly text?: string
  readonly text_columns?: readonly string[]
  readonly delimiter?: string
  readonly columns?: readonly (readonly [string, string])[]
  readonly rows?: readonly (readonly string[])[]
  readonly error?: string
  readonly message?: string
}
const answers = JSON.parse(readFileSync(new URL('seed-files/answers.json', import.meta.url), 'utf8')) as Answer[]

function ours({ text, delimiter, text_columns }: Answer): Pick<Answer, 'columns' | 'rows' | 'message'> {
  try {
    const table = csvTable(new SourceFile('seeds/s.csv', text ?? ''), delimiter ?? ',', text_columns ?? [])
    return {
      columns: table.columnNames.map((name, index) => [name, convertType(table, index, adapter) as string]),
      rows: [...table.rowTuples()].map((row) => row.map(shown)),
    }
  } catch (error) {
    if (!(error instanceof QuernError)) throw error
    return { message: error.message }
  }
}

const shown = (value: Value): string => `${typeName(value).replace(/^.*\./, '')} ${toText(value)}`

const readable = answers.filter((answer) => answer.text !== undefined)

test(`the names, types and values of ${readable.length} files are the reference's`, () => {
  const good = readable.filter((answer) => answer.error === undefined)
  expect(good.map(({ columns, rows, ...file }) => ({ ...file, ...ours(file) }))).toEqual(good)
})

test("rows longer than the header are the reference's error, and say where they are", () => {
  const wrong = readable.filter((answer) => answer.error === 'ValueError')
  expect(wrong.map(({ error, message, ...file }) => ({ ...file, ...ours(file) }))).toEqual(
    wrong.map(({ error, ...answer }) => answer),
  )
  const at = caught('a,b\n1,"x\ny"\n\n1,2,3\n').place()
  expect(at?.file.text.slice(at.start, at.end)).toBe('1,2,3')
})

test('a file without a header and a delimiter of two characters are errors', () => {
  expect(caught('').message).toBe('the seed file seeds/s.csv is empty: not even a header')
  expect(caught('\ufeff').code).toBe('seed_empty')
  expect(caught('a', '||').kind).toBe('Compilation')
  expect(caught('a', '||').message).toBe('"delimiter" must be a 1-character string, got \'||\'')
})

// Python's csv module reads no value of more than 131072 characters, whether it was meant or not
test('a quote that is never closed is an error when the rest of the file is long', () => {
  const rest = 'x\n'.repeat(70_000)
  const error = caught(`a,b\n1,"y\nz"\n2,"${rest}`)
  expect([error.code, error.place()?.file.text.slice(error.place()?.start, error.place()?.end).slice(0, 4)]).toEqual([
    'seed_quote_open',
    '2,"x',
  ])
  const table = csvTable(new SourceFile('seeds/s.csv', `a,b\n1,"${rest}"\n2,"short\n`), ',', [])
  expect([...table.rowTuples()].map(([, b]) => (b as string).length)).toEqual([140_000, 6])
})

test('what is written as CSV is read back', () => {
  const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`
  const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', ' ', 'ä', '🙂', '1', "'", '\\') })
  const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 5 })
  fc.assert(
    fc.property(table, fc.constantFrom('', '\n'), (rows, end) => {
      const text = rows.map((row) => row.map(quoted).join(',')).join('\n')
      const read = readPythonCsv(rows.length === 0 ? '' : text + end, ',')
      expect(read.map((record) => record.cells)).toEqual(rows)
    }),
  )
})

function caught(text: string, delimiter = ','): QuernError {
  try {
    csvTable(new SourceFile('seeds/s.csv', text), delimiter, [])
  } catch (error) {
    if (error instanceof QuernError) return error
  }
  throw new Error('no error')
}
