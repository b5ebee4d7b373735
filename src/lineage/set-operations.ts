import type { Frame, QueryResult } from './frame.ts'
import { merged } from './origins.ts'
import { type Column, joinedOpen, type OpenColumns } from './scope.ts'
import type { SetOperation } from './sql-tree.ts'

/**
 * What a set operation gives: of a union each column is made of both sides; of the others the values are the left side's, and the right side
 * only decides which rows stay. Names are the left side's.
 */
export function setOperation(
  frame: Frame,
  { operator, byName, at }: SetOperation,
  left: QueryResult,
  right: QueryResult,
): { columns: Column[]; open: OpenColumns | undefined } {
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
  if (operator !== 'union') return { columns: [...left.columns], open: left.open }
  if (left.open !== undefined || right.open !== undefined) return { columns: matched(frame, left, right), open }
  return { columns: left.columns.map((column, i) => both(column, right.columns[i])), open }
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
