import type { Origin } from '../origins.ts'
import { Way } from '../origins.ts'
import type { CteUse, Problem, RelationUse, Use } from '../statement-lineage.ts'

/** How a column's values come from another's. */
export type How = 'copied' | 'renamed' | 'computed' | 'aggregated'

/** A column that values come from. */
export interface ColumnSource {
  /** The id of a node of the manifest; of a relation that no node stands for, its name. */
  readonly node: string
  readonly column: string
  readonly how: How
  /** All the ways that its values take, as bits of `Way`. */
  readonly ways: number
}

export interface LineageColumn {
  readonly name: string
  readonly type: string | undefined
  readonly sources: readonly ColumnSource[]
  /** Columns that only say which rows a window function of it sees, and in which order. */
  readonly windows: readonly { readonly node: string; readonly column: string }[]
}

/** A column that a node's query uses otherwise than in its columns. */
export interface NodeUse {
  readonly node: string
  readonly column: string
  readonly how: Use
}

/** What is known of one node's columns. `partial`: something is missing, and `reason` says what. `failed`: nothing is known. */
export interface NodeLineage {
  readonly id: string
  readonly status: 'complete' | 'partial' | 'failed'
  readonly reason: string | undefined
  readonly columns: readonly LineageColumn[]
  /** The node has no columns but these. */
  readonly allColumns: boolean
  readonly used: readonly NodeUse[]
  readonly problems: readonly Problem[]
  readonly ctes: readonly CteUse[]
  /** The relations that its query names. */
  readonly relations: readonly RelationUse[]
}

/** A node of which there is nothing to analyse: a source. */
export const unknownLineage = (id: string): NodeLineage => ({
  id,
  status: 'complete',
  reason: undefined,
  columns: [],
  allColumns: false,
  used: [],
  problems: [],
  ctes: [],
  relations: [],
})

/** A node that could not be analysed. */
export const failedLineage = (id: string, reason: string): NodeLineage => ({
  ...unknownLineage(id),
  status: 'failed',
  reason,
})

/** By unique id, those that others are made of first. */
export type ProjectLineage = ReadonlyMap<string, NodeLineage>

const AGGREGATED = Way.aggregated | Way.aggregatedCondition
const COMPUTED = Way.computed | Way.condition

/** The strongest way in which a column's values come from another's; undefined when it only places rows in a window. */
export function howOf(origin: Origin, sameName: boolean): How | undefined {
  if (origin.ways & AGGREGATED) return 'aggregated'
  if (origin.ways & COMPUTED) return 'computed'
  if (origin.ways & Way.same) return sameName ? 'copied' : 'renamed'
  return undefined
}
