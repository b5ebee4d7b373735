import type { Origins } from './origins.ts'
import type { Place } from './sql-tree.ts'

/** A relation that exists outside of the statement. */
export interface KnownRelation {
  /** What results call it; any text that is the caller's own. */
  readonly key: string
  /** In the database's order. */
  readonly columns: readonly KnownColumn[]
  /** There are no columns but these. False: it may have others. */
  readonly complete: boolean
}

export interface KnownColumn {
  readonly name: string
  readonly type?: string | undefined
}

/** What the caller knows of relations. */
export interface Relations {
  /** The relation of this name; the path has the identifier last. Undefined = never heard of. */
  table(path: readonly string[]): KnownRelation | undefined
  /** A CTE that stands for a relation of its own, such as an ephemeral model: it is not looked into. */
  cte?(name: string): KnownRelation | undefined
  /** A call of a table function that stands for a relation; by its `key` in the tree. */
  call?(key: string): KnownRelation | undefined
}

/** How columns are used that no output column is made of. */
export const USES = ['filter', 'join', 'group', 'order', 'window'] as const
export type Use = (typeof USES)[number]

export interface OutputColumn {
  readonly name: string
  readonly origins: Origins
  /** Where it is known: of columns that are passed on, of casts. */
  readonly type: string | undefined
}

export interface UsedColumn {
  readonly relation: string
  readonly column: string
  readonly use: Use
}

export const PROBLEM_KINDS = [
  /** No table in sight has such a column. */
  'unknown_column',
  /** More than one table has it. */
  'ambiguous_column',
  /** It may be of more than one table whose columns are not known. */
  'undecided_column',
  /** Nothing in sight is called what stands before the dot. */
  'unknown_table',
  /** A star over columns that are not known. */
  'unexpanded_star',
  /** Sides of a set operation of different width. */
  'column_count',
  /** Values of types that the database does not compare or put into one column. */
  'refused_types',
  /** Values of types of which the database converts one to the other. */
  'converted_types',
] as const
export type ProblemKind = (typeof PROBLEM_KINDS)[number]

/** Something in the statement that names nothing, or more than one thing. */
export interface Problem {
  readonly kind: ProblemKind
  /** As written, with dots. */
  readonly name: string
  readonly at: Place
  /** Of ambiguous columns: the tables that have it. Of unknown ones: the names there are. Of types that clash: those. Otherwise what is not known. */
  readonly candidates: readonly string[]
}

/** A relation as the statement names it. */
export interface RelationUse {
  readonly path: readonly string[]
  /** Undefined: nothing is known of it. */
  readonly key: string | undefined
  readonly at: Place
}

export interface CteUse {
  readonly name: string
  readonly at: Place
  /** Nothing names it. */
  readonly unused: boolean
}

/** What one statement reads and makes. */
export interface StatementLineage {
  /** As the statement gives them. */
  readonly columns: readonly OutputColumn[]
  /** There are no output columns but these; false when a star could not be expanded. */
  readonly complete: boolean
  readonly used: readonly UsedColumn[]
  readonly relations: readonly RelationUse[]
  readonly ctes: readonly CteUse[]
  readonly problems: readonly Problem[]
}
