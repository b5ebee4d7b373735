import type { AnalysisContext, UsedColumns } from './analysis-context.ts'
import type { Column, OpenColumns, Scope, Value } from './scope.ts'
import type { Cte, Query, Star, Window } from './sql-tree.ts'

/** What a query gives. */
export interface QueryResult {
  readonly columns: readonly Column[]
  readonly open: OpenColumns | undefined
  readonly used: UsedColumns
}

/** A CTE with where its names are looked for; analysed when something names it. */
export interface CteEntry {
  readonly cte: Cte
  readonly env: CteEnv | undefined
  readonly outer: Scope | undefined
  result?: QueryResult
  /** What it is taken for while it is analysed itself. */
  provisional?: QueryResult
  named: boolean
}

/** The CTEs that can be named, inner ones first. */
export interface CteEnv {
  readonly entries: ReadonlyMap<string, CteEntry>
  readonly parent: CteEnv | undefined
}

/** What expressions of one query are evaluated in, besides their scope. */
export interface Frame {
  readonly context: AnalysisContext
  readonly env: CteEnv | undefined
  readonly used: UsedColumns
  /** Analyses a query within this one; its used columns are noted already. */
  readonly analyse: (query: Query, scope: Scope | undefined) => QueryResult
  /** By normal form of the name. */
  readonly windows: ReadonlyMap<string, Window>
  /** The column that `columns(...)` stands for while an expression is repeated for each. */
  readonly chosen?: ReadonlyMap<Star, Value>
}
