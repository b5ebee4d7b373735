import { noteClash } from './analysis-context.ts'
import type { Frame, QueryResult } from './frame.ts'
import { merged } from './origins.ts'
import { type Column, joinedOpen, type OpenColumns } from './scope.ts'
import type { Expression, Place, Query, SetOperation } from './sql-tree.ts'

/**
 * What a set operation gives: of a union each column is made of both sides; of the others the values are the left side's, and the right side
 * only decides which rows stay. Names are the left side's.
 */
export function setOperation(
  frame: Frame,
  set: SetOperation,
  left: QueryResult,
  right: QueryResult,
): { columns: Column[]; open: OpenColumns | undefined } {
  const { operator, byName } = set
  const at = set.at ?? beginning(set.right)
  const open = joinedOpen([left.open, right.open])
  if (operator !== 'union') for (const { origins } of right.columns) frame.used.add('filter', origins)
  if (byName) return { columns: operator === 'union' ? matched(frame, left, right) : [...left.columns], open }
  if (open === undefined && left.columns.length !== right.columns.length)
    frame.context.problem({
      kind: 'column_count',
      name: `${left.columns.length}, ${right.columns.length}`,
      at,
      candidates: [],
    })
  if (open === undefined)
    for (const [i, column] of left.columns.entries()) meet(frame, set, column, right.columns[i], i)
  if (operator !== 'union') return { columns: [...left.columns], open: left.open }
  if (left.open !== undefined || right.open !== undefined) return { columns: matched(frame, left, right), open }
  return { columns: left.columns.map((column, i) => both(column, right.columns[i])), open }
}

/** Values of both sides are in one column. */
function meet(
  frame: Frame,
  { left, right }: SetOperation,
  one: Column,
  other: Column | undefined,
  index: number,
): void {
  if (other === undefined) return
  const [a, b] = [itemAt(left, index), itemAt(right, index)]
  noteClash(
    frame.context,
    { type: one.type, literal: a?.kind === 'literal' ? a : undefined },
    { type: other.type, literal: b?.kind === 'literal' ? b : undefined },
    'set',
    b?.at ?? beginning(right),
  )
}

/** The expression of a column, where the query lists its columns one by one. */
function itemAt({ body }: Query, index: number): Expression | undefined {
  if (body.kind === 'set' || body.items.some(({ expression }) => expression.kind === 'star')) return undefined
  return body.items[index]?.expression
}

/** Where the list of a query's columns begins, as far as it is known. */
function beginning({ body }: Query): Place {
  return body.kind === 'set' ? beginning(body.left) : body.items[0]?.expression.at
}

/** By name; what only the right side has comes last. */
function matched(frame: Frame, left: QueryResult, right: QueryResult): Column[] {
  const { normalise } = frame.context.rules
  const others = new Map(right.columns.map((column) => [normalise(column.name), column]))
  const own = new Set(left.columns.map(({ name }) => normalise(name)))
  return [
    ...left.columns.map((column) => both(column, others.get(normalise(column.name)))),
    ...right.columns.filter(({ name }) => !own.has(normalise(name))),
  ]
}

const both = (left: Column, right: Column | undefined): Column =>
  right === undefined
    ? left
    : {
        name: left.name,
        origins: merged([left.origins, right.origins]),
        type: left.type === right.type ? left.type : undefined,
      }
