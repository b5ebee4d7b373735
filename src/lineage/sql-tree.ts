/*
 * A query as the analysis sees it, whichever database's parser read it. Front-ends (`adapters/<name>/sql`) make this tree; it keeps what matters for
 * where columns come from, and nothing of how values are computed.
 */

/** Where something stands in the text that was read: an offset in it (UTF-16), undefined when the parser does not say. */
export type Place = number | undefined

/** A query with what may stand around its body. Every subquery, CTE and side of a set operation is one. */
export interface Query {
  readonly ctes: readonly Cte[]
  readonly body: Select | SetOperation
  readonly orderBy: readonly Expression[]
  /** `limit` and `offset`. */
  readonly limits: readonly Expression[]
}

export interface Cte {
  readonly name: string
  /** Names that stand behind the CTE's: `with c(a, b) as`. */
  readonly columns: readonly string[]
  readonly query: Query
  /** It stands in a `with recursive`: it may name itself, and those behind it. */
  readonly recursive: boolean
  /** Columns that `search` and `cycle` put behind the query's. */
  readonly added: readonly string[]
  readonly at: Place
}

export interface Select {
  readonly kind: 'select'
  readonly items: readonly SelectItem[]
  readonly from: readonly FromItem[]
  readonly where: Expression | undefined
  /** `all`: every item that aggregates nothing. */
  readonly groupBy: readonly Expression[] | 'all'
  readonly having: Expression | undefined
  readonly qualify: Expression | undefined
  readonly distinctOn: readonly Expression[]
  /** Of the `window` clause. */
  readonly windows: readonly Window[]
  readonly at: Place
}

export interface SelectItem {
  readonly expression: Expression
  /** As written behind `as`. */
  readonly alias: string | undefined
  /** What the database calls it without an alias; a query: as that one's first column. */
  readonly name: string | Query
}

export interface SetOperation {
  readonly kind: 'set'
  readonly operator: 'union' | 'except' | 'intersect'
  /** Columns meet by name instead of by position. */
  readonly byName: boolean
  readonly left: Query
  readonly right: Query
  readonly at: Place
}

export type FromItem = TableRef | DerivedTable | FunctionTable | ValuesTable | Join | Pivot | Unpivot

interface Aliased {
  readonly alias: string | undefined
  /** New names of its first columns. */
  readonly columnAliases: readonly string[]
  readonly at: Place
}

export interface TableRef extends Aliased {
  readonly kind: 'table'
  /** Identifier last; before it what was written of schema and database. */
  readonly path: readonly string[]
}

export interface DerivedTable extends Aliased {
  readonly kind: 'derived'
  readonly query: Query
  /** Its query sees the items before it. */
  readonly lateral: boolean
}

/** A function that gives rows. */
export interface FunctionTable extends Aliased {
  readonly kind: 'function'
  readonly name: string
  /** The name with what was written of schema and database before it. */
  readonly path: readonly string[]
  readonly args: readonly Expression[]
  /** Undefined: nobody knows without asking the database. */
  readonly columns: readonly { readonly name: string; readonly type?: string | undefined }[] | undefined
  /** What tells this call from others, for relations that a project knows under such a text. */
  readonly key: string
}

export interface ValuesTable extends Aliased {
  readonly kind: 'values'
  readonly rows: readonly (readonly Expression[])[]
  readonly names: readonly string[]
}

export interface Join extends Aliased {
  readonly kind: 'join'
  /** `semi` and `anti`: the right side is only looked at. */
  readonly type: 'inner' | 'left' | 'right' | 'full' | 'semi' | 'anti'
  readonly left: FromItem
  readonly right: FromItem
  readonly natural: boolean
  readonly using: readonly string[]
  /** `using (id) as j`: a name for the shared columns only. */
  readonly usingAlias: string | undefined
  readonly on: Expression | undefined
}

/** Rows to columns: what is neither pivoted nor aggregated, or `groups`, then one column per combination of values and aggregate. */
export interface Pivot extends Aliased {
  readonly kind: 'pivot'
  readonly source: FromItem
  readonly aggregates: readonly SelectItem[]
  readonly on: readonly Expression[]
  /** Names that the combinations of values have, in order. */
  readonly valueNames: readonly string[]
  /** Empty: all others. */
  readonly groups: readonly string[]
}

/** Columns to rows. */
export interface Unpivot extends Aliased {
  readonly kind: 'unpivot'
  readonly source: FromItem
  readonly nameColumn: string
  readonly valueColumns: readonly string[]
  /** The columns that become rows; each entry gives one value per value column. */
  readonly columns: readonly (string | Star)[]
}

export type Expression =
  | ColumnRef
  | PositionRef
  | Star
  | Literal
  | Operation
  | Cast
  | Call
  | Case
  | SubqueryExpression
  | FieldAccess
  | Lambda

/** A name with dots, as written: `id`, `orders.id`, and in some databases `column.field`. */
export interface ColumnRef {
  readonly kind: 'column'
  readonly parts: readonly string[]
  readonly at: Place
}

/** DuckDB's `#2`: the second of the columns that `*` shows. */
export interface PositionRef {
  readonly kind: 'position'
  readonly index: number
  readonly at: Place
}

/** `*`, `t.*`, and DuckDB's `* exclude ... replace ... rename ...` and `columns(...)`. */
export interface Star {
  readonly kind: 'star'
  /** Empty: of everything. */
  readonly qualifier: readonly string[]
  /** May stand within an expression, which is then repeated for each column: `max(columns(*))`. */
  readonly columns: boolean
  /** Paths: the last part is the column. */
  readonly exclude: readonly (readonly string[])[]
  readonly replace: readonly { readonly name: string; readonly expression: Expression }[]
  readonly rename: readonly { readonly path: readonly string[]; readonly to: string }[]
  /** Only columns of which this holds; undefined = all. */
  readonly only: ColumnTest | undefined
  readonly at: Place
}

/** `other`: something that only the database can decide. */
export type ColumnTest =
  | { readonly kind: 'regex'; readonly pattern: string }
  | { readonly kind: 'like'; readonly pattern: string; readonly anyCase: boolean; readonly negated: boolean }
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'other' }

export interface Literal {
  readonly kind: 'literal'
  readonly value: string | number | boolean | null
  readonly type: string | undefined
  readonly at: Place
}

/** Anything that makes a value of other values: operators, `coalesce`, `between`, `array[...]`. */
export interface Operation {
  readonly kind: 'operation'
  /** `comparison`: of the first operand with each other one; `truth`: true or false; `operand`: one of the operands. Undefined: something else. */
  readonly gives?: 'comparison' | 'truth' | 'operand'
  readonly operands: readonly Expression[]
  readonly at: Place
}

export interface Cast {
  readonly kind: 'cast'
  readonly operand: Expression
  readonly type: string
  readonly at: Place
}

export interface Call {
  readonly kind: 'call'
  readonly name: string
  readonly args: readonly Expression[]
  readonly aggregate: boolean
  readonly filter: Expression | undefined
  /** `string_agg(x order by y)`, `within group (order by y)` when the aggregate takes its input there: then it is among `args`. */
  readonly orderBy: readonly Expression[]
  readonly over: Window | undefined
  readonly at: Place
}

export interface Window {
  readonly name: string | undefined
  /** The window of the `window` clause that it starts from. */
  readonly base: string | undefined
  readonly partitionBy: readonly Expression[]
  readonly orderBy: readonly Expression[]
}

export interface Case {
  readonly kind: 'case'
  readonly conditions: readonly Expression[]
  readonly values: readonly Expression[]
  readonly at: Place
}

/** `test`: only whether there are rows, or whether the operands are among them. */
export interface SubqueryExpression {
  readonly kind: 'subquery'
  readonly use: 'value' | 'array' | 'test'
  readonly query: Query
  readonly operands: readonly Expression[]
  readonly at: Place
}

/** `(s).x`, `s['x']` with a constant. */
export interface FieldAccess {
  readonly kind: 'field'
  readonly base: Expression
  readonly name: string
  readonly at: Place
}

/** Its parameters hide columns of the same name within. */
export interface Lambda {
  readonly kind: 'lambda'
  readonly parameters: readonly string[]
  readonly body: Expression
  readonly at: Place
}
