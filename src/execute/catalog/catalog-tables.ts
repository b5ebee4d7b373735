import type { CatalogStat, CatalogTable } from '../../artifacts/catalog.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { PyDateTime } from '../../jinja/python/datetime/datetime.ts'
import { Decimal } from '../../jinja/python/decimal.ts'
import { toText } from '../../jinja/runtime/text.ts'
import { PyObject, type Value } from '../../jinja/runtime/value.ts'

/** One row of what the catalog macros give: a column of a relation, with what is known of the relation itself. */
export type CatalogRow = ReadonlyMap<string, Value>

/** The relations that rows of columns describe; a relation's facts are those of its first row. */
export function catalogTables(rows: Iterable<CatalogRow>): CatalogTable[] {
  const tables = new Map<string, CatalogTable>()
  for (const row of rows) {
    const database = nullableText(row, 'table_database')
    const [schema, name] = [text(row, 'table_schema'), text(row, 'table_name')]
    const key = JSON.stringify([database, schema, name])
    let table = tables.get(key)
    if (table === undefined) {
      table = { metadata: metadataOf(row, database, schema, name), columns: new Map(), stats: statsOf(row) }
      tables.set(key, table)
    }
    const column = text(row, 'column_name')
    table.columns.set(column, {
      type: text(row, 'column_type'),
      index: Number(text(row, 'column_index')),
      name: column,
      comment: nullableText(row, 'column_comment'),
    })
  }
  return [...tables.values()]
}

const metadataOf = (
  row: CatalogRow,
  database: string | null,
  schema: string,
  name: string,
): CatalogTable['metadata'] => ({
  type: text(row, 'table_type'),
  schema,
  name,
  database,
  comment: nullableText(row, 'table_comment'),
  owner: nullableText(row, 'table_owner'),
})

/** A value of a row that has to be there. Throws when a macro of the project's own leaves the column out. */
export function cell(row: CatalogRow, name: string): Value {
  const value = row.get(name)
  if (value !== undefined) return value
  throw new QuernError(
    'Compilation',
    'catalog_column_missing',
    `Catalog information missing required key '${name}' (got ${[...row.keys()].join(', ')})`,
    { hint: 'a macro get_catalog or get_catalog_relations of the project or of a package leaves this column out' },
  )
}

const text = (row: CatalogRow, name: string): string => toText(cell(row, name))

const nullableText = (row: CatalogRow, name: string): string | null => {
  const value = row.get(name) ?? null
  return value === null ? null : toText(value)
}

/**
 * Statistics from columns `stats:<id>:label|value|description|include`. Those that are not to be included, and those whose values
 * do not fit, are left out; `has_stats` says whether any is left.
 */
function statsOf(row: CatalogRow): Record<string, CatalogStat> {
  const ids = new Set<string>()
  for (const name of row.keys()) if (name.startsWith('stats:')) ids.add(name.split(':')[1] as string)
  const stats: Record<string, CatalogStat> = {}
  for (const id of ids) {
    const part = (name: string): Value => cell(row, `stats:${id}:${name}`)
    const [label, include, description] = [part('label'), part('include'), part('description')]
    const value = statValue(part('value'))
    if (typeof label !== 'string' || include !== true || value === undefined) continue
    if (description !== null && typeof description !== 'string') continue
    stats[id] = { id, label, value, include, description }
  }
  stats['has_stats'] = {
    id: 'has_stats',
    label: 'Has Stats?',
    value: Object.keys(stats).length > 0,
    include: false,
    description: 'Indicates whether there are statistics for this table',
  }
  return stats
}

/** Truth values, texts, null and numbers as they are, times as ISO texts; undefined for lists and the like. */
function statValue(value: Value): Value | undefined {
  if (value instanceof PyDateTime) return value.isoText('T')
  if (value instanceof Decimal) return Number(value.pyStr())
  if (value instanceof PyObject) return value.typeName === 'float' ? value : value.pyStr()
  return value === null || typeof value !== 'object' ? value : undefined
}
