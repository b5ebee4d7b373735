import type { ColumnChange, ColumnsDiff, DiffColumn } from '../../events/diff-document.ts'

/** A column as it is called on either side. */
export interface ColumnPair {
  readonly before: DiffColumn
  readonly after: DiffColumn
}

/** What became of the columns of a relation, in the order of `after`, removed ones last. Types compare without case. */
export function compareColumns(
  before: readonly DiffColumn[],
  after: readonly DiffColumn[],
  beforeFrom: 'database' | 'catalog',
): ColumnsDiff {
  const pairs = pairColumns(before, after)
  const byAfter = new Map(pairs.map((pair) => [pair.after, pair]))
  const kept = new Set(pairs.map((pair) => pair.before))
  const changes: ColumnChange[] = after.flatMap((column): ColumnChange[] => {
    const pair = byAfter.get(column)
    if (pair === undefined) return [{ change: 'added', name: column.name, type: column.type }]
    const found: ColumnChange[] = []
    if (pair.before.name !== column.name)
      found.push({ change: 'case', name: column.name, before: pair.before.name, after: column.name })
    if (pair.before.type.toLowerCase() !== column.type.toLowerCase())
      found.push({ change: 'type', name: column.name, before: pair.before.type, after: column.type })
    return found
  })
  for (const column of before)
    if (!kept.has(column)) changes.push({ change: 'removed', name: column.name, type: column.type })
  const order = pairs.map((pair) => before.indexOf(pair.before))
  return {
    status: 'compared',
    before_from: beforeFrom,
    changes,
    order_changed: order.some((at, index) => index > 0 && at < (order[index - 1] as number)),
    before: [...before],
    after: [...after],
  }
}

/** Columns of the same name, in the order of `after`; a name that differs in case only counts where it means one column on either side. */
export function pairColumns(before: readonly DiffColumn[], after: readonly DiffColumn[]): ColumnPair[] {
  const exact = new Map(before.map((column) => [column.name, column]))
  const afterNames = new Set(after.map(({ name }) => name))
  const folded = uniqueByLowerCase(before.filter(({ name }) => !afterNames.has(name)))
  const foldedAfter = uniqueByLowerCase(after.filter(({ name }) => !exact.has(name)))
  return after.flatMap((column) => {
    const other =
      exact.get(column.name) ??
      (foldedAfter.has(column.name.toLowerCase()) ? folded.get(column.name.toLowerCase()) : undefined)
    return other === undefined ? [] : [{ before: other, after: column }]
  })
}

function uniqueByLowerCase(columns: readonly DiffColumn[]): Map<string, DiffColumn> {
  const found = new Map<string, DiffColumn | undefined>()
  for (const column of columns) {
    const key = column.name.toLowerCase()
    found.set(key, found.has(key) ? undefined : column)
  }
  return new Map([...found].flatMap(([key, column]) => (column === undefined ? [] : [[key, column] as const])))
}
