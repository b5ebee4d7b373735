import { resolve } from 'node:path'
import type { DiffColumn } from '../events/diff-document.ts'
import { type ArtifactKind, dictAt, isJsonDict, readArtifact } from './read-json.ts'

const CATALOG: ArtifactKind = { className: 'CatalogArtifact', schema: 'catalog', oldest: 1, newest: 1 }

/** Columns in their order by unique id, of nodes and sources, as catalog.json in a folder has them; empty without one. Throws for a file that cannot be read. */
export function readCatalogColumns(folder: string): ReadonlyMap<string, readonly DiffColumn[]> {
  const found = readArtifact(resolve(folder, 'catalog.json'), CATALOG)
  const columns = new Map<string, DiffColumn[]>()
  if (found === undefined) return columns
  for (const [id, table] of Object.entries({ ...dictAt(found.data, 'nodes'), ...dictAt(found.data, 'sources') })) {
    if (!isJsonDict(table)) continue
    const described = Object.values(dictAt(table, 'columns')).filter(isJsonDict)
    const ordered = described.sort((a, b) => Number(a['index']) - Number(b['index']))
    columns.set(
      id,
      ordered.map((column) => ({ name: String(column['name']), type: String(column['type']) })),
    )
  }
  return columns
}
