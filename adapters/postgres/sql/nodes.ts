import type { Expression, Place, Query } from '../../../src/lineage/sql-tree.ts'

/** The fields of a node of libpg_query's tree. */
export interface Fields {
  readonly [key: string]: unknown
}

export const asFields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}

export const maybeFields = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined

export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

export const asText = (value: unknown): string => (typeof value === 'string' ? value : '')
export const maybeText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** Nodes stand under the name of their kind: `{ ColumnRef: {...} }`. An empty kind is one that is not there. */
export function unwrapped(value: unknown): readonly [kind: string, fields: Fields] {
  const [entry] = Object.entries(asFields(value))
  return entry === undefined ? ['', {}] : [entry[0], asFields(entry[1])]
}

/** The texts of a list of `String` nodes. */
export const strings = (value: unknown): string[] => asList(value).map((one) => asText(unwrapped(one)[1]['sval']))

/** What the parts of the reader share while one text is read. */
export interface Reading {
  place(fields: Fields): Place
  query(select: Fields): Query
  expression(node: unknown): Expression
}

/** The expressions of a list of nodes. */
export const expressions = (reading: Reading, value: unknown): Expression[] =>
  asList(value).map((one) => reading.expression(one))

/** An expression that may be missing, as a list. */
export const optional = (reading: Reading, value: unknown): Expression[] =>
  maybeFields(value) === undefined ? [] : [reading.expression(value)]
