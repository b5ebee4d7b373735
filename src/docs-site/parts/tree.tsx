import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { TreeItem, TreeRow } from '../data/trees.ts'
import { toResource } from '../route.ts'
import { Icon } from './icons.tsx'
import { WindowedList } from './windowed.tsx'

const ROW = 28

/** A tree that arrow keys walk through: right opens or goes in, left closes or goes out, enter follows. */
export function Tree({
  label,
  rows,
  current,
  onToggle,
}: {
  readonly label: string
  readonly rows: readonly TreeRow[]
  /** The resource whose page is shown. */
  readonly current: string | undefined
  readonly onToggle: (item: TreeItem, open: boolean) => void
}): JSX.Element {
  const [active, setActive] = useState(0)
  const shown = rows.findIndex((row) => row.item.id !== undefined && row.item.id === current)
  useEffect(() => {
    if (shown !== -1) setActive(shown)
  }, [shown])
  const at = Math.min(active, rows.length - 1)
  const row = rows[at]
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = move(event.key, rows, at, onToggle)
    if (next === undefined) return
    event.preventDefault()
    setActive(next)
  }
  return (
    <WindowedList
      class="tree"
      role="tree"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={row === undefined ? undefined : rowId(row.item)}
      onKeyDown={onKeyDown}
      count={rows.length}
      rowHeight={ROW}
      reveal={at}
      row={(place) => (
        <Row
          key={rows[place]!.item.key}
          row={rows[place]!}
          active={place === at}
          current={current}
          onToggle={onToggle}
        />
      )}
    />
  )
}

const rowId = (item: TreeItem): string => `tree-${item.key}`

function move(
  key: string,
  rows: readonly TreeRow[],
  at: number,
  onToggle: (item: TreeItem, open: boolean) => void,
): number | undefined {
  const row = rows[at]
  if (row === undefined) return undefined
  const isFolder = row.item.children.length > 0
  switch (key) {
    case 'ArrowDown':
      return Math.min(rows.length - 1, at + 1)
    case 'ArrowUp':
      return Math.max(0, at - 1)
    case 'Home':
      return 0
    case 'End':
      return rows.length - 1
    case 'ArrowRight':
      if (isFolder && !row.open) onToggle(row.item, true)
      else if (isFolder) return at + 1
      return at
    case 'ArrowLeft':
      if (isFolder && row.open) {
        onToggle(row.item, false)
        return at
      }
      return rows.findLastIndex((other, place) => place < at && other.depth < row.depth) === -1
        ? at
        : rows.findLastIndex((other, place) => place < at && other.depth < row.depth)
    case 'Enter':
    case ' ':
      if (isFolder) onToggle(row.item, !row.open)
      else if (row.item.id !== undefined) location.hash = toResource(row.item.id)
      return at
    default:
      return undefined
  }
}

function Row({
  row: { item, depth, open },
  active,
  current,
  onToggle,
}: {
  readonly row: TreeRow
  readonly active: boolean
  readonly current: string | undefined
  readonly onToggle: (item: TreeItem, open: boolean) => void
}): JSX.Element {
  const style = { paddingLeft: `${8 + depth * 14}px`, height: `${ROW}px` }
  const common = {
    id: rowId(item),
    'aria-level': depth + 1,
    tabIndex: -1,
    style,
    title: item.label,
  }
  if (item.id !== undefined) {
    return (
      <a
        {...common}
        role="treeitem"
        class={`tree-row leaf${active ? ' active' : ''}`}
        href={toResource(item.id)}
        aria-current={item.id === current ? 'page' : undefined}
      >
        <span class={`type-dot type-${item.type}`} aria-hidden="true" />
        <span class="tree-label">{item.label}</span>
      </a>
    )
  }
  return (
    <div
      {...common}
      role="treeitem"
      class={`tree-row${open ? ' open' : ''}${active ? ' active' : ''}`}
      aria-expanded={open}
      onClick={() => onToggle(item, !open)}
    >
      <Icon name="chevron" size={12} />
      <span class="tree-label">{item.label}</span>
    </div>
  )
}
