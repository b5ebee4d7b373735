import type { ComponentChildren, JSX } from 'preact'
import { useMemo, useRef, useState } from 'preact/hooks'
import { Icon } from './icons.tsx'
import { useWindow } from './windowed.tsx'

/** A column of a table of rows. */
export interface TableColumn<Row> {
  readonly title: string
  readonly cell: (row: Row) => ComponentChildren
  /** What sorting compares; absent: this column does not sort. */
  readonly order?: (row: Row) => string | number | undefined
  /** A share of the width, as CSS grid says it. */
  readonly width: string
  readonly align?: 'end'
  /** Left out where there is little room. */
  readonly minor?: boolean
}

export const TABLE_ROW = 38

/** A sortable table of lines of one height, of which only those in sight exist; ten thousand are no trouble. */
export function DataTable<Row>({
  rows,
  columns,
  keyOf,
  label,
  initial,
}: {
  readonly rows: readonly Row[]
  readonly columns: readonly TableColumn<Row>[]
  readonly keyOf: (row: Row) => string
  readonly label: string
  /** The column that sorts at first, and whether upside down. */
  readonly initial?: { readonly column: number; readonly down: boolean }
}): JSX.Element {
  const [sort, setSort] = useState(initial)
  const sorted = useMemo(
    () => sortRows(rows, sort === undefined ? undefined : columns[sort.column]?.order, sort?.down ?? false),
    [rows, columns, sort],
  )
  const box = useRef<HTMLDivElement>(null)
  const { first, last } = useWindow(box, sorted.length, TABLE_ROW)
  const template = { gridTemplateColumns: columns.map((column) => column.width).join(' ') }
  return (
    <div class="data-table" role="table" aria-label={label} aria-rowcount={sorted.length + 1} ref={box} tabIndex={0}>
      <div class="table-row table-head" role="row" style={template}>
        {columns.map((column, at) => (
          <HeadCell
            key={column.title}
            column={column}
            down={sort?.column === at ? sort.down : undefined}
            onSort={() => setSort({ column: at, down: sort?.column === at ? !sort.down : false })}
          />
        ))}
      </div>
      <div role="presentation" style={{ height: `${first * TABLE_ROW}px` }} />
      {sorted.slice(first, last).map((row, at) => (
        <div class="table-row" role="row" style={template} key={keyOf(row)} aria-rowindex={first + at + 2}>
          {columns.map((column) => (
            <div class={cellClass(column)} role="cell" key={column.title}>
              {column.cell(row)}
            </div>
          ))}
        </div>
      ))}
      <div role="presentation" style={{ height: `${(sorted.length - last) * TABLE_ROW}px` }} />
    </div>
  )
}

const cellClass = ({ align, minor }: { readonly align?: 'end'; readonly minor?: boolean }): string =>
  `cell${align === 'end' ? ' end' : ''}${minor === true ? ' minor' : ''}`

function HeadCell<Row>({
  column,
  down,
  onSort,
}: {
  readonly column: TableColumn<Row>
  readonly down: boolean | undefined
  readonly onSort: () => void
}): JSX.Element {
  const direction = down === undefined ? 'none' : down ? 'descending' : 'ascending'
  return (
    <div class={cellClass(column)} role="columnheader" aria-sort={column.order === undefined ? undefined : direction}>
      {column.order === undefined ? (
        column.title
      ) : (
        <button type="button" class={`sort ${direction}`} onClick={onSort}>
          {column.title}
          <Icon name="chevron" size={11} />
        </button>
      )}
    </div>
  )
}

/** Sorted by a value: texts by alphabet, numbers by size, what has none last either way. */
export function sortRows<Row>(
  rows: readonly Row[],
  order: ((row: Row) => string | number | undefined) | undefined,
  down: boolean,
): readonly Row[] {
  if (order === undefined) return rows
  const sign = down ? -1 : 1
  return [...rows].sort((one, other) => {
    const [a, b] = [order(one), order(other)]
    if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1
    return sign * (typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b)))
  })
}
