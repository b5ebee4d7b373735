import type { Value } from '../jinja/runtime/value.ts'
import { inferTypes } from './agate-data-types.ts'
import { numberedNames, Table } from './table.ts'

/**
 * The table of a CSV file: column types are guessed as dbt guesses those of seeds (see `inferTypes`), except for the columns of
 * `textOnlyColumns`, which stay text. A cell that is null, empty or `null` is None.
 */
export function inferTable(
  columnNames: readonly string[],
  stringRows: readonly (readonly (string | null)[])[],
  textOnlyColumns: Iterable<string>,
): Table {
  const names = numberedNames(columnNames)
  const { types, rows } = inferTypes(
    names,
    stringRows as readonly (readonly Value[])[],
    new Set(textOnlyColumns),
    false,
  )
  return new Table({ columnNames: names, columnTypes: types, rows })
}
