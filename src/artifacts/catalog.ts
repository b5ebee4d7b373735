import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import { toJson } from './json-text.ts'
import { type ArtifactMetadata, metadataDict } from './metadata.ts'

/** One relation of the database as catalog.json describes it. */
export interface CatalogTable {
  readonly metadata: {
    readonly type: string
    readonly schema: string
    readonly name: string
    readonly database: string | null
    readonly comment: string | null
    readonly owner: string | null
  }
  /** By name, in the order of the database. */
  readonly columns: Map<string, CatalogColumn>
  /** By id; always with `has_stats`. */
  readonly stats: Readonly<Record<string, CatalogStat>>
}

export interface CatalogColumn {
  readonly type: string
  readonly index: number
  readonly name: string
  readonly comment: string | null
}

export interface CatalogStat {
  readonly id: string
  readonly label: string
  readonly value: Value
  readonly include: boolean
  readonly description: string | null
}

/** The text of catalog.json (schema version 1). `nodes` and `sources` by unique id; `errors` null when there were none. */
export function catalogJson(catalog: {
  readonly metadata: ArtifactMetadata
  readonly nodes: ReadonlyMap<string, CatalogTable>
  readonly sources: ReadonlyMap<string, CatalogTable>
  readonly errors: readonly string[] | null
}): string {
  return toJson({
    metadata: metadataDict('catalog/v1', catalog.metadata),
    nodes: entries(catalog.nodes),
    sources: entries(catalog.sources),
    errors: catalog.errors,
  })
}

const entries = (tables: ReadonlyMap<string, CatalogTable>): PlainDict =>
  Object.fromEntries(
    [...tables].map(([id, { metadata, columns, stats }]) => [
      id,
      {
        metadata: { ...metadata },
        columns: Object.fromEntries([...columns].map(([name, column]) => [name, { ...column }])),
        stats: Object.fromEntries(Object.entries(stats).map(([stat, item]) => [stat, { ...item }])),
        unique_id: id,
      },
    ]),
  )
