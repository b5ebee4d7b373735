import { type ColumnGraph, type ColumnId, columnKey, type Direction } from '../project/column-graph.ts'
import type { NodeLineage } from '../project/project-lineage.ts'

/** A line with those below it. */
interface Branch {
  readonly text: string
  readonly below: readonly Branch[]
}

export interface TreeRequest {
  readonly graph: ColumnGraph
  readonly directions: readonly Direction[]
  readonly depth: number
  /** What people call a node, and what kind of thing it is when that is worth saying: `seed`. */
  readonly named: (node: string) => { readonly name: string; readonly kind: string | undefined }
}

const HEADINGS: Readonly<Record<Direction, string>> = { upstream: 'made of', downstream: 'goes into' }

/** The tree of one column. */
export const columnTree = (request: TreeRequest, column: ColumnId): string =>
  drawn({ text: `${request.named(column.node).name}.${column.column}`, below: branches(request, column) })

/** The trees of all columns of a node, and the columns that decide about its rows. */
export function nodeTree(request: TreeRequest, node: NodeLineage, columns: readonly string[]): string {
  const { name, kind } = request.named(node.id)
  const status = node.status === 'complete' ? undefined : `${node.status}: ${node.reason ?? ''}`
  const notes = [kind, status].filter((note) => note !== undefined)
  const own = columns.map((column): Branch => ({ text: column, below: branches(request, { node: node.id, column }) }))
  const rows = request.directions.includes('upstream') ? rowBranches(request, node) : []
  return drawn({
    text: notes.length === 0 ? name : `${name} (${notes.join(', ')})`,
    below: [...own, ...(rows.length === 0 ? [] : [{ text: 'rows depend on', below: rows }])],
  })
}

function branches(request: TreeRequest, column: ColumnId): Branch[] {
  const groups = request.directions.map((direction) => ({
    text: HEADINGS[direction],
    below: follow(request, column, direction, request.depth, new Set([columnKey(column)])),
  }))
  const filled = groups.filter(({ below }) => below.length > 0)
  return request.directions.length === 1 ? filled.flatMap(({ below }) => below) : filled
}

/** A column that was followed before in the same tree is not followed again. */
function follow(
  request: TreeRequest,
  column: ColumnId,
  direction: Direction,
  depth: number,
  seen: Set<string>,
): Branch[] {
  if (depth === 0) return []
  return request.graph.neighbours(column, direction).map((other): Branch => {
    const key = columnKey(other)
    const again = seen.has(key)
    seen.add(key)
    const { name, kind } = request.named(other.node)
    const below = again ? [] : follow(request, other, direction, depth - 1, seen)
    const hidden = again && request.graph.neighbours(other, direction).length > 0 ? ['see above'] : []
    const notes = [other.how, ...(kind === undefined ? [] : [kind]), ...hidden]
    return { text: `${name}.${other.column}  ${notes.join(', ')}`, below }
  })
}

function rowBranches(request: TreeRequest, { used }: NodeLineage): Branch[] {
  const byColumn = new Map<string, { readonly text: string; readonly hows: string[] }>()
  for (const { node, column, how } of used) {
    const text = `${request.named(node).name}.${column}`
    const known = byColumn.get(text)
    if (known === undefined) byColumn.set(text, { text, hows: [how] })
    else known.hows.push(how)
  }
  return [...byColumn.values()].map(({ text, hows }) => ({ text: `${text}  ${hows.join(', ')}`, below: [] }))
}

function drawn(root: Branch): string {
  const lines = [root.text]
  const draw = (below: readonly Branch[], indent: string): void => {
    for (const [i, branch] of below.entries()) {
      const last = i === below.length - 1
      lines.push(`${indent}${last ? '└── ' : '├── '}${branch.text}`)
      draw(branch.below, `${indent}${last ? '    ' : '│   '}`)
    }
  }
  draw(root.below, '')
  return lines.join('\n')
}
