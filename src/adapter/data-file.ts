import type { Table } from './table.ts'

/** What a file of data is, by its ending: CSV is none of these. */
export type DataFormat = 'json' | 'ndjson' | 'parquet'

const FORMATS: Readonly<Record<string, DataFormat>> = {
  '.json': 'json',
  '.jsonl': 'ndjson',
  '.ndjson': 'ndjson',
  '.parquet': 'parquet',
}

/** The endings of files that are seeds besides `.csv`, in lower case. */
export const DATA_FILE_ENDINGS: readonly string[] = Object.keys(FORMATS)

/** The format of a file, or undefined when its ending says that it is none of them. */
export const dataFormatOf = (path: string): DataFormat | undefined =>
  FORMATS[/\.[a-z]+$/.exec(path.toLowerCase())?.[0] ?? '']

export interface DataFile {
  /** Absolute. */
  readonly path: string
  /** The path for messages. */
  readonly shown: string
  readonly format: DataFormat
  /** Columns that are read as texts, because their type is configured. */
  readonly textColumns: readonly string[]
}

/** Reads a file of rows with types of its own; the table's `file` is set. Throws a `QuernError` for what cannot be read or holds no rows of named values. */
export type DataFileReader = (file: DataFile) => Promise<Table>
