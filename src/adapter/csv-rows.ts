import type { Value } from '../jinja/runtime/value.ts'
import type { CsvBlock } from '../util/csv-blocks.ts'
import type { GuessedColumn } from './guess-columns.ts'

/** The rows of a CSV file that was looked through once, for its columns and the number of its rows. They are read again for their values. */
export interface CsvRows {
  readonly count: number
  readonly columns: readonly GuessedColumn[]
  /** All rows as values of their columns' types. Throws when the file cannot be read any more. */
  load(): readonly (readonly Value[])[]
  /**
   * The rows as they stand in the file, block by block. Throws a `QuernError`, at the end at the latest, when the file has changed since it was looked through.
   */
  blocks(): AsyncGenerator<CsvBlock>
  /** The error for a file that has changed. */
  changed(): Error
}
