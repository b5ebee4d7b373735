import type { AnalysisContext } from './analysis-context.ts'
import { computed, merged, NO_ORIGINS, type Origins } from './origins.ts'
import type { SqlReader } from './sql-reader.ts'
import type { Place } from './sql-tree.ts'

type NameRules = SqlReader['rules']

/** A value that has a name: a column of something in `from`, or of a query's result. */
export interface Column {
  readonly name: string
  readonly origins: Origins
  readonly type: string | undefined
}

/** A value without a name. */
export type Value = Omit<Column, 'name'>
export const NO_VALUE: Value = { origins: NO_ORIGINS, type: undefined }

/** Columns of something that nobody could list; any name may be one. */
export interface OpenColumns {
  /** What a column of this name would be made of; undefined when that cannot be told. */
  of(name: string): Origins | undefined
  /** The relations or functions that could not be looked into, for messages. */
  readonly because: readonly string[]
}

/** The open parts of several things as one; undefined when there are none. */
export function joinedOpen(all: readonly (OpenColumns | undefined)[]): OpenColumns | undefined {
  const open = all.filter((one) => one !== undefined)
  const [only] = open
  if (only === undefined || open.length === 1) return only
  return { of: () => undefined, because: [...new Set(open.flatMap(({ because }) => because))] }
}

/** Something in `from` that qualified names can mean. */
export interface Table {
  /** Undefined: nothing can name it. */
  readonly name: string | undefined
  /** Schema and database before the name, when it stands there under its own name. */
  readonly path: readonly string[]
  readonly columns: readonly Column[]
  readonly open: OpenColumns | undefined
}

/** One place of what `*` shows: a column, or all that an open table may have. `table` is undefined for columns that `using` made of two. */
export type Shown =
  | { readonly column: Column; readonly table: Table | undefined }
  | { readonly column: undefined; readonly table: Table }

/** What a `from` clause, or a part of it, offers. */
export interface From {
  readonly tables: readonly Table[]
  readonly shown: readonly Shown[]
}

export const NOTHING: From = { tables: [], shown: [] }

export const fromTable = (table: Table): From => ({
  tables: [table],
  shown: [
    ...table.columns.map((column) => ({ column, table })),
    ...(table.open === undefined ? [] : [{ column: undefined, table }]),
  ],
})

/** Two items side by side. */
export const beside = (left: From, right: From): From => ({
  tables: [...left.tables, ...right.tables],
  shown: [...left.shown, ...right.shown],
})

/** Where a name is looked for: here, then in the query around. */
export interface Scope {
  readonly from: From
  readonly parent: Scope | undefined
  /** Names of the select list that may be used in it, by their normal form. */
  readonly aliases?: ReadonlyMap<string, Value>
  /** Names that mean no column: parameters of a lambda, by their normal form. */
  readonly parameters?: ReadonlySet<string>
}

const WHOLE_ROW = (table: Table): Value => ({
  origins: computed(merged(table.columns.map(({ origins }) => origins))),
  type: undefined,
})

/** What a name means, or undefined after noting the problem. A whole row counts as made of all its columns. */
export function resolveName(
  context: AnalysisContext,
  scope: Scope,
  parts: readonly string[],
  at: Place,
): Value | undefined {
  let known: Table | undefined
  for (let here: Scope | undefined = scope; here !== undefined; here = here.parent) {
    const found = parts.length === 1 ? simple(context, here, parts[0] as string, at) : dotted(context, here, parts, at)
    if (found !== undefined && 'missingIn' in found) known ??= found.missingIn
    else if (found !== undefined) return found
  }
  const { normalise } = context.rules
  const hidden = parts.at(-1) as string
  if (context.rules.hiddenColumns.has(normalise(hidden)) && scope.from.tables.length > 0) return NO_VALUE
  if (parts.length === 1 && context.rules.bareFunctions.has(normalise(hidden))) return NO_VALUE
  const name = parts.join('.')
  if (parts.length > 1 && known === undefined)
    context.problem({ kind: 'unknown_table', name, at, candidates: tableNames(scope) })
  else
    context.problem({ kind: 'unknown_column', name, at, candidates: known === undefined ? names(scope) : own(known) })
  return undefined
}

const own = (table: Table): string[] => table.columns.map(({ name }) => name)
const tableNames = (scope: Scope): string[] => scope.from.tables.flatMap(({ name }) => name ?? [])
const names = (scope: Scope): string[] => [...new Set(scope.from.shown.flatMap(({ column }) => column?.name ?? []))]

function simple(context: AnalysisContext, scope: Scope, name: string, at: Place): Value | undefined {
  const { normalise } = context.rules
  const wanted = normalise(name)
  if (scope.parameters?.has(wanted)) return NO_VALUE
  const matches = scope.from.shown.filter(({ column }) => column !== undefined && normalise(column.name) === wanted)
  const [first] = matches
  if (first?.column !== undefined) {
    if (matches.length === 1) return first.column
    const candidates = matches.map(({ table }) => table?.name ?? '')
    context.problem({ kind: 'ambiguous_column', name, at, candidates })
    return { origins: merged(matches.map(({ column }) => column?.origins ?? NO_ORIGINS)), type: undefined }
  }
  const alias = scope.aliases?.get(wanted)
  if (alias !== undefined) return alias
  const whole = scope.from.tables.find((table) => table.name !== undefined && normalise(table.name) === wanted)
  if (whole !== undefined) return WHOLE_ROW(whole)
  if (context.rules.bareFunctions.has(wanted)) return undefined
  const open = joinedOpen(scope.from.shown.map(({ column, table }) => (column === undefined ? table.open : undefined)))
  return open === undefined ? undefined : openValue(context, open, name, at)
}

/** A column of something whose columns are not known. */
export function openValue(context: AnalysisContext, open: OpenColumns, name: string, at: Place): Value {
  const origins = open.of(name)
  if (origins === undefined) context.problem({ kind: 'undecided_column', name, at, candidates: open.because })
  return { origins: origins ?? NO_ORIGINS, type: undefined }
}

/** The tables that a qualifier names. */
export function namedTables(rules: NameRules, from: From, qualifier: readonly string[]): Table[] {
  const wanted = qualifier.map(rules.normalise)
  return from.tables.filter(({ name, path }) => {
    if (name === undefined) return false
    const full = [...path, name].map(rules.normalise)
    return wanted.length <= full.length && wanted.every((part, i) => part === full[full.length - wanted.length + i])
  })
}

/** `t.c`, `schema.t.c`, and where fields have dots, `t.c.field` and `c.field`. */
function dotted(
  context: AnalysisContext,
  scope: Scope,
  parts: readonly string[],
  at: Place,
): Value | { missingIn: Table } | undefined {
  const { rules } = context
  let missingIn: Table | undefined
  for (let split = parts.length - 1; split > 0; split--) {
    const fields = parts.length - 1 - split
    if (fields > 0 && !rules.dottedFields) break
    const name = parts[split] as string
    const [table] = namedTables(rules, scope.from, parts.slice(0, split))
    if (table === undefined) continue
    const column = columnOf(context, table, name, at)
    if (column !== undefined) return fields === 0 ? column : field(column)
    if (rules.hiddenColumns.has(rules.normalise(name))) return NO_VALUE
    missingIn ??= table
  }
  if (rules.dottedFields && missingIn === undefined) {
    const base = isColumn(rules, scope, parts[0] as string) ? simple(context, scope, parts[0] as string, at) : undefined
    if (base !== undefined) return field(base)
  }
  return missingIn === undefined ? undefined : { missingIn }
}

/** The column of a table by name; of an open one, any. */
export function columnOf(context: AnalysisContext, table: Table, name: string, at: Place): Value | undefined {
  const { normalise } = context.rules
  const column = table.columns.find((one) => normalise(one.name) === normalise(name))
  if (column !== undefined) return column
  return table.open === undefined ? undefined : openValue(context, table.open, name, at)
}

/** What a name with a field behind it may mean: a column, an alias, a lambda's parameter. */
function isColumn({ normalise }: NameRules, scope: Scope, name: string): boolean {
  const wanted = normalise(name)
  return (
    scope.parameters?.has(wanted) === true ||
    scope.aliases?.has(wanted) === true ||
    scope.from.shown.some(({ column }) => column === undefined || normalise(column.name) === wanted)
  )
}

/** A part of a structured value. */
export const field = (base: Value): Value => ({ origins: computed(base.origins), type: undefined })
