import { toText } from '../jinja/runtime/text.ts'
import { dictGet, isDict, type Value } from '../jinja/runtime/value.ts'

interface Column {
  readonly name: string
  readonly type: string
}

/**
 * The text of a contract that does not hold: a table of the columns that differ, by name. `declared` and `found` are lists of
 * `{name, data_type}` as `assert_columns_equivalent` passes them.
 */
export function contractMismatch(declared: Value, found: Value): string {
  const contract = columns(declared)
  if (contract.length === 0) return "This model has an enforced contract, and its 'columns' specification is missing"
  const definition = columns(found)
  const rows: string[][] = []
  for (const column of definition) {
    const same = contract.find((other) => other.name === column.name)
    if (same === undefined) rows.push([column.name, column.type, '', 'missing in contract'])
    else if (same.type !== column.type) rows.push([column.name, column.type, same.type, 'data type mismatch'])
  }
  const names = new Set(definition.map((column) => column.name))
  for (const column of contract)
    if (!names.has(column.name)) rows.push([column.name, '', column.type, 'missing in definition'])
  rows.sort((a, b) => ((a[0] as string) < (b[0] as string) ? -1 : 1))
  return (
    'This model has an enforced contract that failed.\n' +
    "Please ensure the name, data_type, and number of columns in your contract match the columns in your model's definition.\n\n" +
    grid(['column_name', 'definition_type', 'contract_type', 'mismatch_reason'], rows)
  )
}

const columns = (list: Value): Column[] =>
  Array.isArray(list)
    ? list.flatMap((item) =>
        isDict(item)
          ? [{ name: toText(dictGet(item, 'name') ?? null), type: toText(dictGet(item, 'data_type') ?? null) }]
          : [],
      )
    : []

function grid(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, index) => Math.max(name.length, ...rows.map((row) => (row[index] ?? '').length)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`
  return [
    line(header),
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...rows.map((row) => line(row)),
  ].join('\n')
}
