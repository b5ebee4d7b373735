import { all, compare, evaluate } from './expressions.ts'
import type { CteEntry, CteEnv, Frame, QueryResult } from './frame.ts'
import { computed, merged, originOf } from './origins.ts'
import { pivoted, unpivoted } from './pivots.ts'
import {
  beside,
  type Column,
  type From,
  fromTable,
  joinedOpen,
  NOTHING,
  type OpenColumns,
  openValue,
  type Scope,
  type Shown,
  type Table,
} from './scope.ts'
import type { FromItem, FunctionTable, Join, Place, TableRef } from './sql-tree.ts'
import type { KnownRelation } from './statement-lineage.ts'

/** Finds what a CTE's name means, and analyses it when that was not done. */
export type CteResult = (entry: CteEntry) => QueryResult

/** What the items of a `from` clause offer, in order; each may see those before it where its database says so. */
export function fromItems(frame: Frame, items: readonly FromItem[], outer: Scope | undefined, ctes: CteResult): From {
  let from = NOTHING
  for (const item of items) from = beside(from, fromItem(frame, item, { from, parent: outer }, ctes))
  return from
}

/** `before` has the items to its left, within the query around. */
function fromItem(frame: Frame, item: FromItem, before: Scope, ctes: CteResult): From {
  switch (item.kind) {
    case 'table':
      return fromTable(table(frame, item, ctes))
    case 'derived': {
      const result = frame.analyse(item.query, item.lateral ? before : before.parent)
      return fromTable(tableOf(frame, result, item.alias, item.columnAliases))
    }
    case 'function':
      return fromTable(functionTable(frame, item, before))
    case 'values': {
      const names = item.names.map((name, i) => ({
        name,
        origins: all(
          frame,
          before,
          item.rows.flatMap((row) => row[i] ?? []),
        ),
        type: undefined,
      }))
      return fromTable(
        renamed(frame, { name: item.alias, path: [], columns: names, open: undefined }, item.columnAliases),
      )
    }
    case 'join':
      return join(frame, item, before, ctes)
    case 'pivot':
    case 'unpivot': {
      const source = fromItem(frame, item.source, before, ctes)
      const made = item.kind === 'pivot' ? pivoted(frame, item, source, before) : unpivoted(frame, item, source, before)
      return fromTable(renamed(frame, { name: item.alias, path: [], ...made }, item.columnAliases))
    }
  }
}

/** The result of a query as something in `from`. */
function tableOf(frame: Frame, result: QueryResult, name: string | undefined, aliases: readonly string[]): Table {
  const { columns, open } = result
  return renamed(frame, { name, path: [], columns, open }, aliases)
}

/** With new names for the first columns; names that then stand there twice get the database's way out. */
function renamed(frame: Frame, table: Table, aliases: readonly string[]): Table {
  const names = frame.context.rules.tableNames(table.columns.map(({ name }, i) => aliases[i] ?? name))
  return { ...table, columns: table.columns.map((column, i) => ({ ...column, name: names[i] ?? column.name })) }
}

export function findCte(env: CteEnv | undefined, name: string): CteEntry | undefined {
  for (let here = env; here !== undefined; here = here.parent) {
    const entry = here.entries.get(name)
    if (entry !== undefined) return entry
  }
  return undefined
}

function table(frame: Frame, ref: TableRef, ctes: CteResult): Table {
  const { context } = frame
  const identifier = ref.path.at(-1) as string
  const name = ref.alias ?? identifier
  if (ref.path.length === 1) {
    const known = context.relations.cte?.(identifier)
    const entry = findCte(frame.env, context.rules.normalise(identifier))
    if (known !== undefined && entry !== undefined) {
      entry.named = true
      return relationTable(frame, known, ref.path, ref)
    }
    if (entry !== undefined) {
      const result = ctes(entry)
      frame.used.addAll(result.used)
      return tableOf(frame, result, name, ref.columnAliases)
    }
  }
  return relationTable(frame, context.relations.table(ref.path), ref.path, ref)
}

function relationTable(
  { context, ...frame }: Frame,
  known: KnownRelation | undefined,
  path: readonly string[],
  { alias, columnAliases, at }: { alias: string | undefined; columnAliases: readonly string[]; at: Place },
): Table {
  context.relation({ path, key: known?.key, at })
  const key = known?.key ?? path.join('.')
  const columns = (known?.columns ?? []).map(({ name, type }): Column => ({ name, origins: originOf(key, name), type }))
  const open: OpenColumns | undefined =
    known?.complete === true
      ? undefined
      : { of: (name) => originOf(key, context.rules.normalise(name)), because: [path.join('.')] }
  const name = alias ?? path.at(-1)
  const table: Table = { name, path: alias === undefined ? path.slice(0, -1) : [], columns, open }
  return renamed({ context, ...frame }, table, columnAliases)
}

function functionTable(frame: Frame, item: FunctionTable, before: Scope): Table {
  const { relations } = frame.context
  // A function that a project makes is a relation of its own.
  const known = relations.call?.(item.key) ?? (item.path.length > 1 ? relations.table(item.path) : undefined)
  const name = item.alias ?? item.name
  if (known !== undefined) return { ...relationTable(frame, known, item.path, item), name, path: [] }
  const origins = computed(all(frame, before, item.args))
  const columns = (item.columns ?? []).map((column): Column => ({ name: column.name, origins, type: column.type }))
  const open: OpenColumns | undefined =
    item.columns === undefined ? { of: () => origins, because: [`${item.name}(...)`] } : undefined
  return renamed(frame, { name, path: [], columns, open }, item.columnAliases)
}

function join(frame: Frame, item: Join, before: Scope, ctes: CteResult): From {
  const left = fromItem(frame, item.left, before, ctes)
  const right = fromItem(frame, item.right, { from: beside(before.from, left), parent: before.parent }, ctes)
  const shared = item.natural ? sharedNames(frame, left, right) : item.using
  const both = beside(left, right)
  for (const name of shared) {
    const [ours, theirs] = [left, right].map((side) => shownColumn(frame, side, name, item.at))
    for (const column of [ours, theirs]) frame.used.add('join', column?.origins ?? new Map())
    if (ours !== undefined && theirs !== undefined)
      compare(frame, { type: ours.type, literal: undefined }, { type: theirs.type, literal: undefined }, item.at)
  }
  if (item.on !== undefined) {
    const scope: Scope = { from: beside(before.from, both), parent: before.parent }
    frame.used.add('join', evaluate(frame, scope, item.on).origins)
  }
  const from = item.type === 'semi' || item.type === 'anti' ? left : withShared(frame, item, left, right, shared)
  if (item.alias === undefined) return from
  const columns = from.shown.flatMap(({ column }) => column ?? [])
  const open = joinedOpen(from.shown.map((one) => (one.column === undefined ? one.table.open : undefined)))
  return fromTable(renamed(frame, { name: item.alias, path: [], columns, open }, item.columnAliases))
}

function sharedNames(frame: Frame, left: From, right: From): string[] {
  const { normalise } = frame.context.rules
  const others = new Set(right.shown.flatMap(({ column }) => (column === undefined ? [] : normalise(column.name))))
  return left.shown.flatMap(({ column }) =>
    column !== undefined && others.has(normalise(column.name)) ? column.name : [],
  )
}

/** The column that `using` means on one side. */
function shownColumn(frame: Frame, side: From, name: string, at: Place): Column | undefined {
  const { normalise } = frame.context.rules
  const found = side.shown.find(({ column }) => column !== undefined && normalise(column.name) === normalise(name))
  if (found?.column !== undefined) return found.column
  const open = joinedOpen(side.shown.map((one) => (one.column === undefined ? one.table.open : undefined)))
  if (open !== undefined) return { name, ...openValue(frame.context, open, name, at) }
  const candidates = side.shown.flatMap(({ column }) => column?.name ?? [])
  frame.context.problem({ kind: 'unknown_column', name, at, candidates })
  return undefined
}

/**
 * Both sides, with each shared column once: the left side's, of a right join the right side's, of a full join made of both.
 */
function withShared(frame: Frame, item: Join, left: From, right: From, shared: readonly string[]): From {
  if (shared.length === 0) return beside(left, right)
  const { normalise, sharedColumnsFirst } = frame.context.rules
  const wanted = new Set(shared.map(normalise))
  const isShared = ({ column }: Shown): boolean => column !== undefined && wanted.has(normalise(column.name))
  const one = (name: string): Shown[] => {
    const ours = shownColumn(frame, left, name, item.at)
    const theirs = shownColumn(frame, right, name, item.at)
    if (ours === undefined || theirs === undefined) return []
    const shown = { left: ours, inner: ours, right: theirs, semi: ours, anti: ours }
    const column =
      item.type === 'full'
        ? { name: ours.name, origins: computed(merged([ours.origins, theirs.origins])), type: ours.type }
        : { ...shown[item.type], name: ours.name }
    return [{ column, table: undefined }]
  }
  const together = {
    name: item.usingAlias,
    path: [],
    open: undefined,
    columns: shared.flatMap(one).flatMap(({ column }) => column ?? []),
  }
  const tables = [...left.tables, ...right.tables, ...(item.usingAlias === undefined ? [] : [together])]
  const rest = right.shown.filter((each) => !isShared(each))
  if (sharedColumnsFirst)
    return { tables, shown: [...shared.flatMap(one), ...left.shown.filter((each) => !isShared(each)), ...rest] }
  const listed = new Set(left.shown.flatMap((each) => (isShared(each) ? normalise(each.column?.name ?? '') : [])))
  const kept = left.shown.flatMap((each) => (isShared(each) ? one(each.column?.name ?? '') : [each]))
  const unlisted = shared.filter((name) => !listed.has(normalise(name))).flatMap(one)
  return { tables, shown: [...unlisted, ...kept, ...rest] }
}
