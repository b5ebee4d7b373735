import { all, evaluate } from './expressions.ts'
import type { Frame } from './frame.ts'
import { aggregated, asCondition, merged, NO_ORIGINS } from './origins.ts'
import { beside, type Column, type From, joinedOpen, type OpenColumns, type Scope } from './scope.ts'
import type { Expression, Pivot, SelectItem, Unpivot } from './sql-tree.ts'
import { shownBy } from './stars.ts'

interface Made {
  readonly columns: readonly Column[]
  readonly open: OpenColumns | undefined
}

const listed = (source: From): Column[] => source.shown.flatMap(({ column }) => column ?? [])
const openOf = (source: From): OpenColumns | undefined =>
  joinedOpen(source.shown.map((one) => (one.column === undefined ? one.table.open : undefined)))

/** The columns of a pivot: groups first, then one per value and aggregate. A single aggregate without an alias is not named. */
export function pivoted(frame: Frame, pivot: Pivot, source: From, before: Scope): Made {
  const { normalise } = frame.context.rules
  const scope: Scope = { from: beside(before.from, source), parent: before.parent }
  const columns = listed(source)
  const spoken = new Set(
    [...pivot.on, ...pivot.aggregates.map(({ expression }) => expression)].flatMap(namesIn).map(normalise),
  )
  const named = new Set(pivot.groups.map(normalise))
  const groups =
    named.size > 0
      ? columns.filter(({ name }) => named.has(normalise(name)))
      : columns.filter(({ name }) => !spoken.has(normalise(name)))
  for (const group of groups) frame.used.add('group', group.origins)
  const condition = asCondition(all(frame, scope, pivot.on))
  const [only] = pivot.aggregates
  const bare = pivot.aggregates.length === 1 && only?.alias === undefined
  const values = pivot.valueNames.flatMap((value) =>
    pivot.aggregates.map((item): Column => {
      const origins = merged([evaluate(frame, scope, item.expression).origins, aggregated(condition)])
      return { name: bare ? value : `${value}_${item.alias ?? itemName(item)}`, origins, type: undefined }
    }),
  )
  return { columns: [...groups, ...values], open: named.size > 0 ? undefined : openOf(source) }
}

const itemName = ({ name }: SelectItem): string => (typeof name === 'string' ? name : '')

/** The last parts of all column names in an expression. */
function namesIn(expression: Expression): string[] {
  switch (expression.kind) {
    case 'column':
      return expression.parts.slice(-1)
    case 'operation':
    case 'subquery':
      return expression.operands.flatMap(namesIn)
    case 'cast':
      return namesIn(expression.operand)
    case 'call':
      return [
        ...expression.args,
        ...expression.orderBy,
        ...(expression.filter === undefined ? [] : [expression.filter]),
      ].flatMap(namesIn)
    case 'case':
      return [...expression.conditions, ...expression.values].flatMap(namesIn)
    case 'field':
      return namesIn(expression.base)
    default:
      return []
  }
}

/** The columns of an unpivot: what stays, the name's column, and the value columns, each made of every column that it takes turns with. */
export function unpivoted(frame: Frame, unpivot: Unpivot, source: From, before: Scope): Made {
  const { normalise } = frame.context.rules
  const scope: Scope = { from: source, parent: before.parent }
  const columns = listed(source)
  const turned = unpivot.columns.flatMap((one): Column[] => {
    if (typeof one !== 'string') return shownBy(frame, scope, one).flatMap(({ column }) => column ?? [])
    const found = columns.find(({ name }) => normalise(name) === normalise(one))
    return [found ?? { name: one, origins: openOf(source)?.of(one) ?? NO_ORIGINS, type: undefined }]
  })
  const gone = new Set(turned.map(({ name }) => normalise(name)))
  const width = unpivot.valueColumns.length
  const values = unpivot.valueColumns.map(
    (name, i): Column => ({
      name,
      origins: merged(turned.filter((_, at) => at % width === i).map(({ origins }) => origins)),
      type: undefined,
    }),
  )
  const name: Column = { name: unpivot.nameColumn, origins: NO_ORIGINS, type: undefined }
  return {
    columns: [...columns.filter((one) => !gone.has(normalise(one.name))), name, ...values],
    open: openOf(source),
  }
}
