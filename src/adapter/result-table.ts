import { toJson } from '../jinja/python/json.ts'
import { isDict, type Value } from '../jinja/runtime/value.ts'
import type { ResultColumn } from './driver.ts'
import { Table } from './table.ts'

/**
 * The table that templates get of a result. dbt-common 1.39 (table_from_data_flat): equal names are numbered (`a`, `a_2`), lists and
 * dicts become JSON texts, columns with texts stay text, all others have their type guessed from the values.
 */
export function resultTable(columns: readonly ResultColumn[], rows: readonly Value[][], fetched: boolean): Table {
  if (!fetched) return Table.empty()
  const names = uniqueNames(columns.map((column) => column.name))
  const textColumns = new Set<string>()
  const flat = rows.map((row) =>
    row.map((value, index) => {
      const isContainer = Array.isArray(value) || isDict(value)
      if (isContainer || typeof value === 'string') textColumns.add(names[index]!)
      return isContainer ? toJson(value) : value
    }),
  )
  return Table.infer(names, flat, textColumns)
}

/** dbt-adapters 1.24: the second `a` is `a_2`, the third `a_3`. */
function uniqueNames(names: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return count === 1 ? name : `${name}_${count}`
  })
}
