import { AnalysisContext, UsedColumns } from './analysis-context.ts'
import { aggregates, evaluate } from './expressions.ts'
import type { CteEntry, CteEnv, Frame, QueryResult } from './frame.ts'
import { fromItems } from './from-items.ts'
import { merged, NO_ORIGINS } from './origins.ts'
import { type Column, fromTable, joinedOpen, NOTHING, type OpenColumns, type Scope, type Value } from './scope.ts'
import { setOperation } from './set-operations.ts'
import type { NameRules } from './sql-reader.ts'
import type { Cte, Expression, Query, Select, SelectItem } from './sql-tree.ts'
import { type isReadable, repeatedStar, starColumns } from './stars.ts'
import type { Relations, StatementLineage } from './statement-lineage.ts'

/**
 * Where the columns of a query come from. `relations` says what is known of the tables outside of it. Nothing is thrown for names that mean
 * nothing: they are among the problems, and what depends on them has fewer origins.
 */
export function analyseStatement(query: Query, rules: NameRules, relations: Relations): StatementLineage {
  const context = new AnalysisContext(rules, relations)
  const { columns, open, used } = analyse(context, query, undefined, undefined)
  const names = rules.tableNames(columns.map(({ name }) => name))
  return {
    columns: columns.map((column, i) => ({ ...column, name: names[i] ?? column.name })),
    complete: open === undefined,
    used: used.list(),
    ctes: context.ctes.map((use) => use()),
    relations: context.relationUses,
    problems: context.problems,
  }
}

function analyse(
  context: AnalysisContext,
  query: Query,
  env: CteEnv | undefined,
  outer: Scope | undefined,
): QueryResult {
  const used = new UsedColumns()
  const inner = withCtes(context, query.ctes, env, outer)
  const frame: Frame = {
    context,
    env: inner,
    used,
    windows: new Map(),
    analyse: (other, scope) => {
      const result = analyse(context, other, inner, scope)
      used.addAll(result.used)
      return result
    },
  }
  const { columns, open } =
    query.body.kind === 'select' ? selected(frame, query, query.body, outer) : combined(frame, query, outer)
  for (const entry of notNamed(query.ctes, inner)) cteResult(context, entry)
  return { columns, open, used }
}

function withCtes(
  context: AnalysisContext,
  ctes: readonly Cte[],
  env: CteEnv | undefined,
  outer: Scope | undefined,
): CteEnv | undefined {
  const { normalise } = context.rules
  const together = new Map<string, CteEntry>()
  let inner = env
  for (const cte of ctes) {
    const before = cte.recursive ? { entries: together, parent: env } : inner
    const entry: CteEntry = { cte, env: before, outer, named: false }
    context.ctes.push(() => ({ name: cte.name, at: cte.at, unused: !entry.named }))
    together.set(normalise(cte.name), entry)
    inner = { entries: new Map([[normalise(cte.name), entry]]), parent: inner }
  }
  return inner
}

/** CTEs that nothing reads count for nothing, but what is wrong in them is worth knowing. */
function notNamed(ctes: readonly Cte[], env: CteEnv | undefined): CteEntry[] {
  const entries: CteEntry[] = []
  let here = env
  for (let i = 0; i < ctes.length; i++) {
    for (const entry of here?.entries.values() ?? []) if (entry.result === undefined) entries.push(entry)
    here = here?.parent
  }
  return entries.reverse()
}

/** What a CTE gives, analysed once. One that names itself is analysed until nothing is added. */
function cteResult(context: AnalysisContext, entry: CteEntry): QueryResult {
  if (entry.result !== undefined) return entry.result
  if (entry.provisional !== undefined) return entry.provisional
  const { cte, env, outer } = entry
  const named = (result: QueryResult): QueryResult => ({ ...result, columns: cteColumns(context, cte, result) })
  if (!cte.recursive || cte.query.body.kind !== 'set') entry.result = named(analyse(context, cte.query, env, outer))
  else {
    const start: Query = {
      ...cte.query,
      body: cte.query.body.left.body,
      ctes: [...cte.query.ctes, ...cte.query.body.left.ctes],
    }
    entry.provisional = named(analyse(context, { ...start, orderBy: [], limits: [] }, env, outer))
    for (;;) {
      const next = named(analyse(context, cte.query, env, outer))
      const same = signature(next) === signature(entry.provisional)
      entry.provisional = next
      if (same) break
    }
    entry.result = entry.provisional
  }
  return entry.result
}

/** All that another round of a recursive query could add to. */
const signature = ({ columns }: QueryResult): string =>
  columns
    .map(({ origins }) =>
      [...origins]
        .map(([key, { ways }]) => `${key}=${ways}`)
        .sort()
        .join('\n'),
    )
    .join('\n\n')

function cteColumns(context: AnalysisContext, cte: Cte, { columns }: QueryResult): Column[] {
  const names = context.rules.tableNames([...columns.map(({ name }, i) => cte.columns[i] ?? name)])
  const own = columns.map((column, i) => ({ ...column, name: names[i] ?? column.name }))
  const known = new Set(own.map(({ name }) => name))
  const added = cte.added.filter((name) => !known.has(name))
  return [...own, ...added.map((name) => ({ name, origins: NO_ORIGINS, type: undefined }))]
}

interface Listed {
  readonly columns: readonly Column[]
  readonly open: OpenColumns | undefined
}

function selected(frame: Frame, query: Query, select: Select, outer: Scope | undefined): Listed {
  const { context, used } = frame
  const { normalise, aliasesEverywhere } = context.rules
  const from = fromItems(frame, select.from, outer, (entry) => {
    // What only names itself is named by nothing.
    if (entry.provisional === undefined || entry.result !== undefined) entry.named = true
    return cteResult(context, entry)
  })
  const windows = new Map(select.windows.map((window) => [normalise(window.name ?? ''), window]))
  const inside: Frame = { ...frame, windows }
  const aliases = new Map<string, Value>()
  const scope: Scope = aliasesEverywhere ? { from, parent: outer, aliases } : { from, parent: outer }
  const listed = select.items.map((item) => {
    const made = itemColumns(inside, scope, item)
    if (item.alias !== undefined && made.columns[0] !== undefined && !aliases.has(normalise(item.alias)))
      aliases.set(normalise(item.alias), made.columns[0])
    return made
  })
  const columns = listed.flatMap((one) => one.columns)
  const open = joinedOpen(listed.map((one) => one.open))
  const value = (expression: Expression): Value => evaluate(inside, scope, expression)
  const filters = [select.where, select.having, select.qualify]
  for (const filter of filters) if (filter !== undefined) used.add('filter', value(filter).origins)
  if (select.groupBy === 'all') {
    const plain = select.items.flatMap(({ expression }, i) =>
      aggregates(expression) ? [] : (listed[i]?.columns ?? []),
    )
    for (const column of plain) used.add('group', column.origins)
  } else for (const group of select.groupBy) used.add('group', groupValue(inside, scope, group, columns).origins)
  for (const one of select.distinctOn) used.add('group', sortValue(inside, scope, one, columns).origins)
  for (const one of query.orderBy) used.add('order', sortValue(inside, scope, one, columns).origins)
  for (const limit of query.limits) value(limit)
  return { columns, open }
}

function itemColumns(frame: Frame, scope: Scope, item: SelectItem): Listed {
  const { expression } = item
  if (expression.kind === 'star' && !expression.columns)
    return starColumns(frame, scope, expression, (one) => evaluate(frame, scope, one))
  const star = repeatedStar(expression)
  if (star !== undefined) {
    const { columns, open } = starColumns(frame, scope, star, (one) => evaluate(frame, scope, one))
    return {
      columns: columns.map((column) => {
        const { origins, type } = evaluate({ ...frame, chosen: new Map([[star, column]]) }, scope, expression)
        const name = item.alias === undefined ? column.name : repeatedName(item.alias, column.name, star)
        return { name, origins, type }
      }),
      open,
    }
  }
  const value = evaluate(frame, scope, expression)
  // A column keeps the spelling of its relation, in whatever case it is asked for.
  const spelled = expression.kind === 'column' && 'name' in value ? String(value.name) : undefined
  const name = item.alias ?? spelled ?? itemName(frame, scope, item)
  return { columns: [{ name, origins: value.origins, type: value.type }], open: undefined }
}

function itemName(frame: Frame, scope: Scope, { name }: SelectItem): string {
  return typeof name === 'string' ? name : (frame.analyse(name, scope).columns[0]?.name ?? '')
}

/** `columns('(a|b)') as 'x_\1'`: parts of the column's name in the alias. */
function repeatedName(alias: string, name: string, star: Parameters<typeof isReadable>[0]): string {
  if (!alias.includes('\\')) return alias
  const groups = star.only?.kind === 'regex' ? new RegExp(star.only.pattern).exec(name) : null
  return alias.replace(/\\(\d)/g, (_, digit: string) => (digit === '0' ? name : (groups?.[Number(digit)] ?? '')))
}

const ordinal = (expression: Expression): number | undefined =>
  expression.kind === 'literal' && typeof expression.value === 'number' ? expression.value : undefined

const outputNamed = (frame: Frame, columns: readonly Column[], name: string): Column | undefined =>
  columns.find((column) => frame.context.rules.normalise(column.name) === frame.context.rules.normalise(name))

/** A bare name in `group by` is a column of `from` when there is one, otherwise one of the result. */
function groupValue(frame: Frame, scope: Scope, expression: Expression, columns: readonly Column[]): Value {
  const at = ordinal(expression)
  if (at !== undefined) return columns[at - 1] ?? NOTHING_VALUE
  if (expression.kind === 'column' && expression.parts.length === 1) {
    const [name] = expression.parts as [string]
    const { normalise } = frame.context.rules
    const isInput = scope.from.shown.some(
      ({ column }) => column !== undefined && normalise(column.name) === normalise(name),
    )
    const output = isInput ? undefined : outputNamed(frame, columns, name)
    if (output !== undefined) return output
  }
  return evaluate(frame, scope, expression)
}

/** A bare name in `order by` is a column of the result when there is one; `order by all` is all of them. */
function sortValue(frame: Frame, scope: Scope, expression: Expression, columns: readonly Column[]): Value {
  const at = ordinal(expression)
  if (at !== undefined) return columns[at - 1] ?? NOTHING_VALUE
  if (expression.kind === 'star') return { origins: merged(columns.map(({ origins }) => origins)), type: undefined }
  const output =
    expression.kind === 'column' && expression.parts.length === 1
      ? outputNamed(frame, columns, expression.parts[0] as string)
      : undefined
  return output ?? evaluate(frame, scope, expression)
}

const NOTHING_VALUE: Value = { origins: NO_ORIGINS, type: undefined }

function combined(frame: Frame, query: Query, outer: Scope | undefined): Listed {
  const { body } = query
  if (body.kind !== 'set') return { columns: [], open: undefined }
  const left = frame.analyse(body.left, outer)
  const right = frame.analyse(body.right, outer)
  const result = setOperation(frame, body, left, right)
  const scope: Scope = {
    from: fromTable({ name: undefined, path: [], columns: result.columns, open: result.open }),
    parent: outer,
  }
  for (const one of query.orderBy) frame.used.add('order', sortValue(frame, scope, one, result.columns).origins)
  for (const limit of query.limits) evaluate(frame, { from: NOTHING, parent: outer }, limit)
  return result
}
