/*
 * What `quern diff` finds out, as its JSON form has it (docs/diff.md): plain data under snake_case names, the same for the console, the files and
 * library callers. Fields are only added within one `diff_schema_version`.
 */

/** Which part of a node differs, with the selector of dbt that finds nodes for this reason; `rule` null: dbt does not count it as a modification. */
export type DiffReason =
  /** The text of the file. `diff`: unified, without a head; null where the text is not kept (seeds). */
  | { readonly kind: 'code'; readonly rule: 'state:modified.body'; readonly diff: string | null }
  /** What the text renders to, with relation names of the two environments taken for the same. */
  | { readonly kind: 'compiled_code'; readonly rule: null; readonly diff: string }
  /** No rule for what is gone because it was disabled. */
  | {
      readonly kind: 'configs'
      readonly rule: 'state:modified.configs' | null
      readonly changes: readonly ValueChange[]
    }
  /** Where it is built, as configured. */
  | { readonly kind: 'relation'; readonly rule: 'state:modified.relation'; readonly changes: readonly ValueChange[] }
  | {
      readonly kind: 'descriptions'
      /** A rule only where the database gets them (`persist_docs`). */
      readonly rule: 'state:modified.persisted_descriptions' | null
      readonly changes: readonly ValueChange[]
    }
  | { readonly kind: 'contract'; readonly rule: 'state:modified.contract'; readonly changes: readonly ValueChange[] }
  /** Macros that it calls, directly or through others, and that were added, removed or changed: `package.name`. */
  | { readonly kind: 'macros'; readonly rule: 'state:modified.macros'; readonly macros: readonly string[] }
  /** Anything else that dbt compares: the file's place, access, an exposure's owner ... */
  | { readonly kind: 'definition'; readonly rule: 'state:modified'; readonly changes: readonly ValueChange[] }
  /** Tags and group. */
  | { readonly kind: 'labels'; readonly rule: null; readonly changes: readonly ValueChange[] }
  /** Data tests and unit tests of the node, by name. */
  | {
      readonly kind: 'tests'
      readonly rule: null
      readonly added: readonly string[]
      readonly removed: readonly string[]
      readonly modified: readonly string[]
    }

/** One value that differs; null = not there. */
export interface ValueChange {
  /** Where it stands: `materialized`, `meta.owner`, `columns.id.description`. */
  readonly key: string
  readonly before: JsonValue
  readonly after: JsonValue
}

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue }

/** `upstream`: as it was, but something that it reads, directly or not, is not. Null: its code was not compared (no `--state`). */
export type DiffChange = 'added' | 'removed' | 'renamed' | 'modified' | 'upstream' | 'unchanged' | null

export interface DiffNode {
  readonly unique_id: string
  readonly resource_type: string
  /** As selectors name it: `orders`, `orders.v2`, `source.table`. */
  readonly name: string
  /** File, relative to its package. */
  readonly path: string
  readonly change: DiffChange
  /** Of a generic or unit test, the node that it is written at. */
  readonly attached_node: string | null
  /** Of a renamed one, the id that it had. */
  readonly renamed_from: string | null
  readonly reasons: readonly DiffReason[]
  /** Of one that is `upstream`, the nearest changed resources above it. */
  readonly because_of: readonly string[]
  /** Null for what is no relation. */
  readonly relation: { readonly before: string | null; readonly after: string | null } | null
  /** Null where columns were not asked for. */
  readonly columns: ColumnsDiff | null
  /** Null where rows were not asked for. */
  readonly rows: RowsDiff | null
}

export type ColumnChange =
  | { readonly change: 'added'; readonly name: string; readonly type: string }
  | { readonly change: 'removed'; readonly name: string; readonly type: string }
  | { readonly change: 'type'; readonly name: string; readonly before: string; readonly after: string }
  /** The same letters, in other case. */
  | { readonly change: 'case'; readonly name: string; readonly before: string; readonly after: string }

export type ColumnsDiff =
  | {
      readonly status: 'compared'
      /** Where the columns of the state come from: the database, or catalog.json in the state folder. */
      readonly before_from: 'database' | 'catalog'
      readonly changes: readonly ColumnChange[]
      /** The columns of both sides stand in another order. */
      readonly order_changed: boolean
      readonly before: readonly DiffColumn[]
      readonly after: readonly DiffColumn[]
    }
  | { readonly status: 'unknown'; readonly reason: string }

export interface DiffColumn {
  readonly name: string
  readonly type: string
}

export type RowsDiff =
  | KeyedRowsDiff
  | WholeRowsDiff
  /** They could not be compared, and why. `error`: the database refused a statement. */
  | { readonly status: 'unknown'; readonly reason: string; readonly error: boolean }

interface ComparedRows {
  readonly status: 'compared'
  readonly rows_before: number
  readonly rows_after: number
  readonly added: number
  readonly removed: number
  /** Columns whose values were compared: those of both sides. */
  readonly compared_columns: readonly string[]
  /** Columns of one side, which no value was compared of. */
  readonly left_out_columns: readonly { readonly name: string; readonly side: 'before' | 'after' }[]
  /** Columns compared as text, because their types differ or the database cannot compare them. */
  readonly compared_as_text: readonly string[]
  /** Of floating point numbers; null = exactly. */
  readonly float_tolerance: number | null
  readonly examples: readonly RowExample[]
}

/** Rows found again by a key. */
export interface KeyedRowsDiff extends ComparedRows {
  readonly by: 'key'
  readonly key: readonly string[]
  /** Where the key comes from: `--key`, `config unique_key`, `test unique_orders_id` ... */
  readonly key_from: string
  readonly changed: number
  readonly unchanged: number
  /** Rows changed, by column; only columns with changes. */
  readonly changed_by_column: Readonly<Record<string, number>>
  /** What the key does not identify: those rows are in no other count. */
  readonly not_identified: { readonly before: UnidentifiedRows; readonly after: UnidentifiedRows }
}

export interface UnidentifiedRows {
  /** Rows with a null in the key. */
  readonly null_rows: number
  /** Keys that several rows have. */
  readonly duplicate_keys: number
  readonly duplicate_rows: number
  /** Rows that are in no other count: with a null, or with a key that is not unique on either side. */
  readonly left_out_rows: number
}

/** Rows without a key: whole rows are counted, so that a changed row is one removed and one added. */
export interface WholeRowsDiff extends ComparedRows {
  readonly by: 'whole rows'
  /** Why there is no key. */
  readonly why: string
}

export interface RowExample {
  readonly change: 'added' | 'removed' | 'changed'
  /** Values as text, long ones cut; null = null. Empty without a key. */
  readonly key: Readonly<Record<string, string | null>>
  /** Of a changed row, what changed. */
  readonly values: Readonly<Record<string, { readonly before?: string | null; readonly after?: string | null }>>
  /** How many such rows there are; only without a key. */
  readonly times?: number
}

/** What a change does, as a whole. */
export interface DiffSummary {
  /** By change, over all resource types. */
  readonly nodes: Readonly<Record<'added' | 'removed' | 'renamed' | 'modified' | 'upstream', number>>
  /** Relations with other columns, and with something that readers of the relation may miss: a column is gone, or has another type or case. */
  readonly columns: { readonly changed: number; readonly breaking: number; readonly unknown: number }
  readonly rows: { readonly compared: number; readonly changed: number; readonly unknown: number }
}

export interface DiffDocument {
  readonly metadata: {
    readonly diff_schema_version: 1
    readonly quern_version: string
    readonly generated_at: string
    readonly invocation_id: string
  }
  /** What is compared with: the folder of `--state`, and whose relations are read. */
  readonly before: {
    readonly state: string | null
    readonly target: string | null
    readonly schema: string | null
  }
  readonly after: { readonly target: string; readonly schema: string }
  readonly summary: DiffSummary
  readonly nodes: readonly DiffNode[]
  /** Further things to know: resources that were left out, a key that nobody has ... */
  readonly notes: readonly string[]
}

/** The forms that a document is written in. */
export const DIFF_FORMATS = ['text', 'json', 'markdown'] as const
export type DiffFormat = (typeof DIFF_FORMATS)[number]

/** `--fail-on`: kinds of differences that make the command fail. */
export const FAIL_ON = ['any', 'nodes', 'columns', 'breaking', 'rows'] as const
export type FailOn = (typeof FAIL_ON)[number]

/** The kinds of differences that a document has. */
export function differencesOf({ summary, nodes }: DiffDocument): ReadonlySet<FailOn> {
  const found = new Set<FailOn>()
  const { added, removed, renamed, modified } = summary.nodes
  if (added + removed + renamed + modified > 0) found.add('nodes')
  if (summary.columns.changed > 0) found.add('columns')
  if (summary.columns.breaking > 0 || nodes.some(isGone)) found.add('breaking')
  if (summary.rows.changed > 0) found.add('rows')
  if (found.size > 0) found.add('any')
  return found
}

const isGone = ({ change, resource_type }: DiffNode): boolean =>
  (change === 'removed' || change === 'renamed') &&
  (resource_type === 'model' || resource_type === 'seed' || resource_type === 'snapshot')

/** Whether a relation's readers may miss something. */
export const isBreaking = (columns: ColumnsDiff): boolean =>
  columns.status === 'compared' && columns.changes.some(({ change }) => change !== 'added')

export const columnsDiffer = (columns: ColumnsDiff): boolean =>
  columns.status === 'compared' && (columns.changes.length > 0 || columns.order_changed)

/** Rows with a key that does not identify them may differ too, but are not known to. */
export const rowsDiffer = (rows: RowsDiff): boolean =>
  rows.status === 'compared' &&
  (rows.added > 0 ||
    rows.removed > 0 ||
    rows.rows_before !== rows.rows_after ||
    (rows.by === 'key' && rows.changed > 0))
