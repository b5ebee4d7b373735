import { Table } from '../../adapter/table.ts'
import { storesFailures } from '../../compile/store-failures.ts'
import { executeMacro, type RunServices } from '../../context/run-context.ts'
import { dbtText } from '../../errors/dbt-text.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { makeWarning } from '../../events/warnings.ts'
import { repr } from '../../jinja/runtime/text.ts'
import { TemplateFault, type Value } from '../../jinja/runtime/value.ts'
import type { Manifest } from '../../manifest/manifest.ts'
import type { ManifestNode, SourceNode } from '../../manifest/node.ts'
import type { Relation } from '../../manifest/relation.ts'
import { relationOfNode } from '../../manifest/relation-class.ts'
import type { UniqueId } from '../../manifest/unique-id.ts'
import type { Database } from '../database.ts'
import { type CatalogRow, cell } from './catalog-tables.ts'
import { nameKey } from './name-key.ts'

/** dbt-adapters 1.24: for more relations than this, whole schemas are asked for. */
const MOST_RELATIONS = 100

export interface CatalogAnswer {
  readonly rows: readonly CatalogRow[]
  /** Texts of what went wrong, one for each database that could not be asked. */
  readonly errors: readonly string[]
}

/**
 * Asks the database for the columns of the project's relations, through the macros `get_catalog_relations` (few relations) or
 * `get_catalog` (schemas), once for each database. `selected` undefined: all of the project. A failed question is a warning and one of
 * the errors; the other answers count.
 */
export async function readCatalog(
  services: RunServices,
  database: Database,
  selected: readonly UniqueId[] | undefined,
): Promise<CatalogAnswer> {
  const { manifest, invocation } = services
  const wanted = selected === undefined ? undefined : selected.flatMap((id) => relationalNode(services, id))
  const relations = unique((wanted ?? []).map((node) => relationOfNode(node, services.relations)))
  const few = wanted !== undefined && relations.length <= MOST_RELATIONS
  const asked = few ? relations : catalogNodes(services).map((node) => relationOfNode(node, services.relations))
  const schemas = usedSchemas(manifest)
  const wantedNames = wanted === undefined || relations.length === 0 ? undefined : new Set(relations.map(keyOf))
  const rows: CatalogRow[] = []
  const errors: string[] = []
  for (const [information, members] of byInformationSchema(asked)) {
    if (invocation.signal.aborted) break
    const session = database.session(`${information.database ?? 'None'}.information_schema`)
    const abort = (): void => void session.cancel()
    invocation.signal.addEventListener('abort', abort, { once: true })
    try {
      const lowered = new Set(members.map((relation) => (relation.schema ?? '').toLowerCase()))
      const [macro, what] = few
        ? ['get_catalog_relations', { relations: members as Value[] }]
        : ['get_catalog', { schemas: [...lowered] }]
      const table = await executeMacro(services, session, macro, { information_schema: information, ...what })
      if (!(table instanceof Table)) throw notATable(macro, table)
      for (const row of rowsOf(table)) {
        if (isUsed(row, schemas) && (wantedNames === undefined || wantedNames.has(rowKey(row)))) rows.push(row)
      }
    } catch (thrown) {
      if (invocation.signal.aborted) break
      const error = thrown instanceof TemplateFault ? templateError(thrown) : thrown
      if (!(error instanceof QuernError)) throw thrown
      const text = dbtText(error)
      errors.push(text)
      invocation.emit(
        makeWarning('CatalogGenerationError', 'E040', `Encountered an error while generating catalog: ${text}`, {
          data: { exc: text },
          hint: error.hint,
          style: 'plain',
        }),
      )
    } finally {
      invocation.signal.removeEventListener('abort', abort)
      await session.release()
    }
  }
  return { rows, errors }
}

const templateError = (fault: TemplateFault): QuernError =>
  new QuernError('Compilation', 'template_fault', fault.message, { cause: fault })

const notATable = (macro: string, value: Value): QuernError =>
  new QuernError('Compilation', 'macro_result', `Got an invalid result from "${macro}" macro: ${repr(value)}`, {
    hint: 'the macro has to return the table of a query',
  })

/** Nodes that are relations of the database. */
const isRelational = ({ invocation }: RunServices, node: ManifestNode): boolean =>
  (node.resource_type === 'test' && storesFailures(node, invocation.flags)) ||
  node.resource_type === 'seed' ||
  node.resource_type === 'snapshot' ||
  (node.resource_type === 'model' && node.config.materialized !== 'ephemeral')

const relationalNode = (services: RunServices, id: UniqueId): (ManifestNode | SourceNode)[] => {
  const { manifest } = services
  const node = manifest.nodes.get(id)
  if (node !== undefined) return isRelational(services, node) ? [node] : []
  const source = manifest.sources.get(id)
  return source === undefined ? [] : [source]
}

const catalogNodes = (services: RunServices): (ManifestNode | SourceNode)[] => [
  ...[...services.manifest.nodes.values()].filter((node) => isRelational(services, node)),
  ...services.manifest.sources.values(),
]

function unique(relations: readonly Relation[]): Relation[] {
  return [...new Map(relations.map((relation) => [relation.pyHash(), relation])).values()]
}

function byInformationSchema(relations: readonly Relation[]): Map<Relation, Relation[]> {
  const schemas = new Map<string, Relation>()
  const members = new Map<Relation, Relation[]>()
  for (const relation of relations) {
    const information = relation.informationSchema()
    const known = schemas.get(information.pyHash())
    if (known !== undefined) members.get(known)?.push(relation)
    else {
      schemas.set(information.pyHash(), information)
      members.set(information, [relation])
    }
  }
  return members
}

const keyOf = ({ database, schema, identifier }: Relation): string => nameKey(database, schema, identifier)

const asText = (value: Value): string | null => (value === null ? null : String(value))

const rowKey = (row: CatalogRow): string =>
  nameKey(asText(cell(row, 'table_database')), asText(cell(row, 'table_schema')), asText(cell(row, 'table_name')))

/** Database and schema of everything in the manifest, whether it is a relation or not. */
function usedSchemas(manifest: Manifest): ReadonlySet<string> {
  const all = [...manifest.nodes.values(), ...manifest.sources.values()]
  return new Set(all.filter((node) => node.database !== null).map((node) => nameKey(node.database, node.schema)))
}

function isUsed(row: CatalogRow, schemas: ReadonlySet<string>): boolean {
  const [database, schema] = [asText(cell(row, 'table_database')), asText(cell(row, 'table_schema'))]
  return database !== null && schema !== null && schemas.has(nameKey(database, schema))
}

function* rowsOf(table: Table): Generator<CatalogRow> {
  for (const row of table.rowTuples())
    yield new Map(table.columnNames.map((name, index) => [name, row[index] as Value]))
}
