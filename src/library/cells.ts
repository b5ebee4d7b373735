import type { Table } from '../adapter/table.ts'
import { Decimal } from '../jinja/python/decimal.ts'
import { toText } from '../jinja/runtime/text.ts'
import { NO_KWARGS, PyFloat, PyObject, type Value } from '../jinja/runtime/value.ts'

/**
 * A value of the database: numbers as numbers (decimals too: cast to text in SQL what needs more than 15 digits), whole numbers beyond
 * 2^53 as bigint, dates and times as ISO texts, lists and structs as JSON texts, anything else as text.
 */
export type Cell = string | number | bigint | boolean | null

export type Row = Readonly<Record<string, Cell>>

/** The rows of a table by the names of its columns, which are unique. */
export const rowsOf = (table: Table): Row[] =>
  [...table.rowTuples()].map((row) =>
    Object.fromEntries(table.columnNames.map((name, index) => [name, cell(row[index] ?? null)])),
  )

function cell(value: Value): Cell {
  if (value instanceof PyFloat) return value.value
  if (value instanceof Decimal) return Number(toText(value))
  if (value === null || typeof value !== 'object') return value
  if (!(value instanceof PyObject)) return toText(value)
  const iso = value.getAttr('isoformat')
  return toText(iso instanceof PyObject && iso.pyCall !== undefined ? (iso.pyCall([], NO_KWARGS) as Value) : value)
}
