import type { Query } from './sql-tree.ts'
import type { TypeRules } from './types.ts'

/** How a database finds what a name means, as far as databases differ. */
export interface NameRules {
  /** Two identifiers are the same when this makes the same text of them. */
  normalise(name: string): string
  /** What the database makes of a name that stands without quotes. */
  unquoted(name: string): string
  /** `*` of a join with `using` has the shared columns first (the standard); otherwise they stay where the left side has them. */
  readonly sharedColumnsFirst: boolean
  /** Names of a select list may be used within the same select: in later items, `where` and so on. */
  readonly aliasesEverywhere: boolean
  /** `a.b` may be the field `b` of the column `a`. */
  readonly dottedFields: boolean
  /** What columns of a table are called that was made of a query with these names. */
  tableNames(names: readonly string[]): readonly string[]
  /** Columns that tables have beside those that `*` shows. */
  readonly hiddenColumns: ReadonlySet<string>
  /** Functions that are called by their bare name where no column has it: `current_date`, as far as the parser takes them for columns. */
  readonly bareFunctions: ReadonlySet<string>
  readonly types: TypeRules
}

/** What an adapter knows of its SQL: its parser, and what names mean. */
export interface SqlReader {
  readonly rules: NameRules
  /** Reads a text with one query. Throws an `UnreadableSql` for anything else. */
  read(sql: string): Promise<Query>
  /** Gives back what the parser holds. */
  close(): void
}

/** SQL that the database's parser refuses, or that is no query. */
export class UnreadableSql extends Error {
  /** Offset in the text, where known. */
  readonly at: number | undefined
  constructor(message: string, at?: number) {
    super(message)
    this.at = at
  }
}
