import { inferTable } from '../../adapter/agate-types.ts'
import type { Table } from '../../adapter/table.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { lineSpan, type SourceFile } from '../../errors/source-file.ts'
import { withoutMark } from '../../project/read-file.ts'
import { readPythonCsv } from '../../util/python-csv.ts'

/** Longest value that Python's csv module reads (dbt-core 1.11 uses it), in characters. Longer ones are read here, but not where a quote was forgotten. */
const PYTHON_FIELD_LIMIT = 131_072

/**
 * The table of a seed's CSV text, with the types that dbt infers; columns of `textColumns` stay texts. The first line holds the names; a byte order mark
 * in front of it is no part of them.
 * Throws a `QuernError` with file and line for rows that are longer than the header, for a long rest of the file behind a quote that is never closed, for a file without a header, and for a delimiter that is not one character.
 */
export function csvTable(file: SourceFile, delimiter: string, textColumns: Iterable<string>): Table {
  if ([...delimiter].length !== 1) {
    throw new QuernError(
      'Compilation',
      'seed_delimiter',
      `"delimiter" must be a 1-character string, got '${delimiter}'`,
      {
        hint: 'the seed config `delimiter` is what stands between two values: one character, say ; or |',
      },
    )
  }
  const [header, ...rows] = readPythonCsv(withoutMark(file.text), delimiter)
  if (header === undefined) {
    throw new QuernError('Compilation', 'seed_empty', `the seed file ${file.path} is empty: not even a header`, {
      hint: 'write the names of its columns into the first line, or remove the file',
    })
  }
  const last = rows.at(-1) ?? header
  if (last.unclosed !== undefined && (last.cells.at(-1) as string).length > PYTHON_FIELD_LIMIT) {
    throw new QuernError(
      'Compilation',
      'seed_quote_open',
      `a quote opens a value that nothing closes: the rest of the file would be that value`,
      {
        at: lineSpan(file, last.unclosed),
        hint: 'close the quote; a quote within a quoted value is written twice',
      },
    )
  }
  const columns = header.cells.length
  for (const [number, row] of rows.entries()) {
    if (row.cells.length <= columns) continue
    throw new QuernError(
      'Compilation',
      'seed_row_too_long',
      `Row ${number} has ${row.cells.length} values, but Table only has ${columns} columns.`,
      {
        at: lineSpan(file, row.line),
        hint: 'quote values that hold the delimiter, or set the seed config `delimiter`',
      },
    )
  }
  return inferTable(
    header.cells,
    rows.map((row) => padded(row.cells, columns)),
    textColumns,
  )
}

const padded = (cells: string[], length: number): (string | null)[] =>
  cells.length >= length ? cells : [...cells, ...new Array<null>(length - cells.length).fill(null)]
