import type { Expression, Place, Query } from '../../../src/lineage/sql-tree.ts'

/** A node of the tree that `json_serialize_sql` gives. */
export interface Serialised {
  readonly [key: string]: unknown
}

export const asNode = (value: unknown): Serialised =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Serialised) : {}

export const maybeNode = (value: unknown): Serialised | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Serialised) : undefined

export const asNodes = (value: unknown): readonly Serialised[] =>
  Array.isArray(value) ? value.map((one: unknown) => asNode(one)) : []

export const asText = (value: unknown): string => (typeof value === 'string' ? value : '')
export const asTexts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(asText) : [])

/** DuckDB writes an empty text where there is none. */
export const maybeText = (value: unknown): string | undefined => (value === '' ? undefined : asText(value) || undefined)

/** What the parts of the reader share while one text is read. */
export interface Reading {
  /** Names of select items that have none of their own, by their node. */
  readonly names: ReadonlyMap<Serialised, string>
  readonly aggregates: ReadonlySet<string>
  place(node: Serialised): Place
  query(node: Serialised): Query
  expression(node: Serialised): Expression
}
