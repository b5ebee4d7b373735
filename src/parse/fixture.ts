import { parse as parseCsv } from 'csv-parse/sync'
import type { Project } from '../config/project-config.ts'
import { QuernError } from '../errors/quern-error.ts'
import type { SourceFile } from '../errors/source-file.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'
import { fileStem, type ProjectFile } from '../project/find-files.ts'
import type { ParseSession } from './session.ts'
import { readStripped } from './source-text.ts'

/** Files of `fixtures/` below the test paths: rows for unit tests (CSV), or a query (SQL). */
export function parseFixture(session: ParseSession, project: Project, file: ProjectFile): void {
  const key = `${project.name}.${fileStem(file.relative)}`
  if (session.fixtures.has(key)) {
    throw new QuernError(
      'Compilation',
      'duplicate_resource',
      `dbt found two fixtures with the name "${fileStem(file.relative)}". (${file.original})`,
    )
  }
  const { text } = readStripped(session, project, file)
  session.fixtures.set(key, file.relative.endsWith('.sql') ? text.text : csvRows(text.text, text))
}

/** CSV text as Python's csv.DictReader reads it: every value is text, missing ones are null. */
export function csvRows(text: string, file: SourceFile): PlainDict[] {
  let records: string[][]
  try {
    records = parseCsv(text, { relax_column_count: true, relax_quotes: true, skip_empty_lines: true }) as string[][]
  } catch (error) {
    throw new QuernError(
      'Parsing',
      'invalid_csv',
      `Could not read the rows in ${file.path} as CSV: ${(error as Error).message}`,
      { cause: error },
    )
  }
  const [header, ...rows] = records
  if (header === undefined) return []
  return rows.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? null])))
}
