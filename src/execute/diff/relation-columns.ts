import { Table } from '../../adapter/table.ts'
import { executeMacro, type RunServices } from '../../context/run-context.ts'
import { QuernError } from '../../errors/quern-error.ts'
import type { DiffColumn } from '../../events/diff-document.ts'
import { repr, toText } from '../../jinja/runtime/text.ts'
import type { Value } from '../../jinja/runtime/value.ts'
import type { Relation } from '../../manifest/relation.ts'
import { type CatalogRow, cell } from '../catalog/catalog-tables.ts'
import { nameKey } from '../catalog/name-key.ts'
import type { OpenSession } from '../database.ts'

/** What the database has: columns of relations, in their order. */
export class KnownColumns {
  readonly #exact = new Map<string, DiffColumn[]>()
  readonly #folded = new Map<string, DiffColumn[]>()
  readonly #views = new Set<DiffColumn[]>()

  add(place: readonly (string | null)[], column: DiffColumn, isView: boolean): void {
    const key = JSON.stringify(place)
    let columns = this.#exact.get(key)
    if (columns === undefined) {
      columns = []
      this.#exact.set(key, columns)
      this.#folded.set(nameKey(...place), columns)
    }
    if (isView) this.#views.add(columns)
    columns.push(column)
  }

  /** Undefined when there is no such relation. Names compare without case where nothing has exactly this name. */
  of(relation: Relation): readonly DiffColumn[] | undefined {
    return this.#find(relation)
  }

  isView(relation: Relation): boolean {
    const columns = this.#find(relation)
    return columns !== undefined && this.#views.has(columns)
  }

  #find({ database, schema, identifier }: Relation): DiffColumn[] | undefined {
    return (
      this.#exact.get(JSON.stringify([database, schema, identifier])) ??
      this.#folded.get(nameKey(database, schema, identifier))
    )
  }
}

/**
 * The columns of everything in the schemas of some relations, through the macro `get_catalog`: one question for each database. Rejects with the database's
 * error, and when the macro gives no table.
 */
export async function relationColumns(
  services: RunServices,
  session: OpenSession,
  relations: readonly Relation[],
): Promise<KnownColumns> {
  const known = new KnownColumns()
  const byDatabase = new Map<string, { readonly information: Relation; readonly schemas: Set<string> }>()
  for (const relation of relations) {
    const information = relation.informationSchema()
    const key = information.pyHash()
    const asked = byDatabase.get(key) ?? { information, schemas: new Set<string>() }
    byDatabase.set(key, asked)
    asked.schemas.add((relation.schema ?? '').toLowerCase())
  }
  for (const { information, schemas } of byDatabase.values()) {
    const what = { information_schema: information, schemas: [...schemas] }
    const table = await executeMacro(services, session, 'get_catalog', what)
    if (!(table instanceof Table)) throw notATable(table)
    const rows = [...rowsOf(table)].sort((a, b) => indexOf(a) - indexOf(b))
    for (const row of rows) {
      const place = ['table_database', 'table_schema', 'table_name'].map((name) => nullable(cell(row, name)))
      const column = { name: toText(cell(row, 'column_name')), type: toText(cell(row, 'column_type')) }
      known.add(place, column, toText(cell(row, 'table_type')) === 'VIEW')
    }
  }
  return known
}

const indexOf = (row: CatalogRow): number => Number(toText(cell(row, 'column_index')))
const nullable = (value: Value): string | null => (value === null ? null : toText(value))

function* rowsOf(table: Table): Generator<CatalogRow> {
  for (const row of table.rowTuples())
    yield new Map(table.columnNames.map((name, index) => [name, row[index] as Value]))
}

const notATable = (value: Value): QuernError =>
  new QuernError('Compilation', 'macro_result', `Got an invalid result from "get_catalog" macro: ${repr(value)}`, {
    hint: 'the macro has to return the table of a query',
  })
