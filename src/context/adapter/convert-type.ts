import type { Adapter } from '../../adapter/adapter.ts'
import { hasDecimals } from '../../adapter/guess-columns.ts'
import { rowsOf } from '../../adapter/relation-cache.ts'
import { Table } from '../../adapter/table.ts'
import { getAttribute, getItem } from '../../jinja/runtime/access.ts'
import { toText } from '../../jinja/runtime/text.ts'
import { typeName } from '../../jinja/runtime/type-name.ts'
import { Undefined, type Value } from '../../jinja/runtime/value.ts'

/** The SQL type of a table's column, by the type that was guessed for it. Null for types that no database has. */
export function convertType(rows: Value, index: Value, adapter: Pick<Adapter, 'seedType' | 'fileType'>): Value {
  const position = Number(toText(index))
  const inFile = rows instanceof Table ? rows.file?.types[position] : undefined
  if (inFile !== undefined) return adapter.fileType(inFile)
  const types = getAttribute(rows, 'column_types')
  const type = Array.isArray(types) ? types[position] : getItem(types, index)
  if (type === undefined || type === null || type instanceof Undefined) return null
  const kind = typeName(type).replace(/^.*\./, '')
  switch (kind) {
    case 'Integer':
    case 'Boolean':
    case 'Date':
    case 'Text':
      return adapter.seedType(kind)
    case 'DateTime':
    case 'ISODateTime':
      return adapter.seedType('DateTime')
    case 'TimeDelta':
      return adapter.seedType('Time')
    case 'Number':
      return valuesOf(rows, position).some(hasDecimals) ? adapter.seedType('Number') : adapter.seedType('Integer')
    default:
      return null
  }
}

/** The values of a column, or an example of each kind of them. */
const valuesOf = (rows: Value, position: number): readonly Value[] =>
  rows instanceof Table && rows.csv !== undefined
    ? rows.csv.columns[position]!.examples
    : rowsOf(rows).map((row) => row[position] ?? null)
