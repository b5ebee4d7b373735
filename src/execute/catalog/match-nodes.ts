import type { CatalogTable } from '../../artifacts/catalog.ts'
import { QuernError } from '../../errors/quern-error.ts'
import type { Manifest } from '../../manifest/manifest.ts'
import type { UniqueId } from '../../manifest/unique-id.ts'
import { nameKey } from './name-key.ts'

/**
 * Which nodes and sources the relations of a catalog belong to, by database, schema and name without case. A relation may belong to one
 * node and to any number of sources. `selected` undefined: all count. Throws when two relations would belong to one source.
 */
export function matchNodes(
  tables: readonly CatalogTable[],
  manifest: Manifest,
  selected: ReadonlySet<string> | undefined,
): { nodes: Map<UniqueId, CatalogTable>; sources: Map<UniqueId, CatalogTable> } {
  const nodeIds = new Map<string, UniqueId>()
  for (const [id, node] of manifest.nodes) nodeIds.set(nameKey(node.database, node.schema, node.alias), id)
  const sourceIds = new Map<string, UniqueId[]>()
  for (const [id, source] of manifest.sources) {
    const name = nameKey(source.database, source.schema, source.identifier)
    const others = sourceIds.get(name)
    if (others === undefined) sourceIds.set(name, [id])
    else others.push(id)
  }
  const isSelected = (id: UniqueId): boolean => selected === undefined || selected.has(id)
  const nodes = new Map<UniqueId, CatalogTable>()
  const sources = new Map<UniqueId, CatalogTable>()
  for (const table of tables) {
    const name = nameKey(table.metadata.database, table.metadata.schema, table.metadata.name)
    const node = nodeIds.get(name)
    if (node !== undefined && isSelected(node)) nodes.set(node, table)
    for (const id of sourceIds.get(name) ?? []) {
      const other = sources.get(id)
      if (other !== undefined) throw ambiguous(id, other, table)
      if (isSelected(id)) sources.set(id, table)
    }
  }
  return { nodes, sources }
}

const shown = ({ metadata }: CatalogTable): string => `${metadata.schema}.${metadata.name}`

const ambiguous = (id: UniqueId, one: CatalogTable, other: CatalogTable): QuernError =>
  new QuernError(
    'Compilation',
    'ambiguous_catalog_match',
    `dbt found two relations in your warehouse with similar database identifiers. Both ${shown(one)} and ${shown(other)} match "${id}".`,
    { hint: 'drop or rename one of the two: their names differ in case only' },
  )
