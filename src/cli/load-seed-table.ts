import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parse } from 'csv-parse/sync'
import { inferTable } from '../adapter/agate-types.ts'
import type { Table } from '../adapter/table.ts'
import type { ProjectConfig } from '../config/project-config.ts'
import { QuernError } from '../errors/quern-error.ts'
import { lineSpan, SourceFile } from '../errors/source-file.ts'
import { toText } from '../jinja/runtime/text.ts'
import { dictEntries, isDict, type Value } from '../jinja/runtime/value.ts'
import type { ManifestNode, SeedNode } from '../manifest/node.ts'
import { readText, withoutMark } from '../project/read-file.ts'

/**
 * A seed's CSV as a table with the types that dbt would infer; columns with a configured type stay texts.
 * Throws a `QuernError` with file and line for rows that do not fit the header.
 */
export function loadSeedTable(node: ManifestNode, config: ProjectConfig): Table {
  const seed = node as SeedNode
  const root = config.packages.get(seed.package_name)?.root ?? config.project.root
  const path = resolve(root, seed.original_file_path)
  if (!existsSync(path))
    throw new QuernError(
      'Compilation',
      'seed_missing',
      `the seed file ${seed.original_file_path} does not exist any more`,
    )
  const text = withoutMark(readText(path, seed.original_file_path))
  const file = new SourceFile(seed.original_file_path, text)
  const rows = readRows(file, String(seed.config['delimiter'] ?? ','))
  const header = rows[0]?.cells ?? []
  for (const row of rows.slice(1)) {
    if (row.cells.length > header.length) {
      throw new QuernError(
        'Compilation',
        'seed_row_too_long',
        `Row ${row.number} has ${row.cells.length} values, but Table only has ${header.length} columns.`,
        {
          at: lineSpan(file, row.line),
          hint: 'quote values that hold the delimiter, or set the seed config `delimiter`',
        },
      )
    }
  }
  const types = seed.config.column_types
  const typed =
    types !== undefined && isDict(types as Value) ? [...dictEntries(types as never)].map(([name]) => toText(name)) : []
  const table = inferTable(
    header,
    rows.slice(1).map((row) => padded(row.cells, header.length)),
    typed,
  )
  table.originalPath = path
  return table
}

const padded = (cells: string[], length: number): (string | null)[] =>
  cells.length >= length ? cells : [...cells, ...new Array<null>(length - cells.length).fill(null)]

interface Row {
  readonly cells: string[]
  /** Line of the file, from 1. */
  readonly line: number
  /** Row number as agate counts: from 0, without the header. */
  readonly number: number
}

/** As Python's csv reads it: a quote that is never closed takes the rest of the file. */
function readRows(file: SourceFile, delimiter: string, text = file.text): Row[] {
  try {
    const records = parse(text, {
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      info: true,
      bom: true,
      relax_quotes: true,
    }) as unknown as {
      record: string[]
      info: { lines: number }
    }[]
    return records.map(({ record, info }, index) => ({ cells: record, line: info.lines, number: index - 1 }))
  } catch (cause) {
    if (text === file.text && (cause as { code?: string }).code === 'CSV_QUOTE_NOT_CLOSED')
      return readRows(file, delimiter, `${text}"`)
    const lines = (cause as { lines?: number }).lines
    throw new QuernError(
      'Compilation',
      'seed_syntax',
      `the seed file ${file.path} cannot be read as CSV: ${(cause as Error).message}`,
      {
        at: lines === undefined ? undefined : lineSpan(file, lines),
        cause,
      },
    )
  }
}
