import type { How, ProjectLineage } from './project-lineage.ts'

export interface ColumnId {
  readonly node: string
  readonly column: string
}

/** A neighbour of a column, and how values get from one to the other. */
export interface Neighbour extends ColumnId {
  readonly how: How
}

export type Direction = 'upstream' | 'downstream'

export const columnKey = ({ node, column }: ColumnId): string => `${node}\0${column}`

/** The columns of a project as a graph: what each is made of, and what it goes into. */
export class ColumnGraph {
  readonly #up = new Map<string, readonly Neighbour[]>()
  readonly #down = new Map<string, Neighbour[]>()
  readonly #used = new Map<string, Set<string>>()

  constructor(lineage: ProjectLineage) {
    for (const { id, columns } of lineage.values())
      for (const { name, sources } of columns) {
        const own = { node: id, column: name }
        this.#up.set(columnKey(own), sources)
        for (const source of sources) {
          const key = columnKey(source)
          const used = this.#used.get(source.node)
          if (used === undefined) this.#used.set(source.node, new Set([source.column]))
          else used.add(source.column)
          const list = this.#down.get(key)
          if (list === undefined) this.#down.set(key, [{ ...own, how: source.how }])
          else list.push({ ...own, how: source.how })
        }
      }
  }

  /** Whether the column is known, as one of a node or as something that others are made of. */
  has(column: ColumnId): boolean {
    return this.#up.has(columnKey(column)) || this.#down.has(columnKey(column))
  }
  neighbours(column: ColumnId, direction: Direction): readonly Neighbour[] {
    return (direction === 'upstream' ? this.#up : this.#down).get(columnKey(column)) ?? []
  }
  /** Names of columns of a relation that others are made of, for relations whose own columns are not analysed. */
  usedColumns(node: string): string[] {
    return [...(this.#used.get(node) ?? [])]
  }
}

export interface ColumnEdge {
  readonly from: ColumnId
  readonly to: ColumnId
  readonly how: How
}

/** Columns that can be reached, and how values flow between them. */
export interface Reach {
  readonly columns: ReadonlyMap<string, ColumnId>
  readonly edges: readonly ColumnEdge[]
}

/** What can be reached from some columns in at most `depth` steps in each of the directions. */
export function reach(
  graph: ColumnGraph,
  starts: readonly ColumnId[],
  directions: readonly Direction[],
  depth: number,
): Reach {
  const columns = new Map(starts.map((start) => [columnKey(start), start]))
  const edges = new Map<string, ColumnEdge>()
  for (const direction of directions) {
    const seen = new Set(starts.map(columnKey))
    let layer = [...starts]
    for (let step = 0; step < depth && layer.length > 0; step++) {
      const next: ColumnId[] = []
      for (const column of layer)
        for (const { how, ...other } of graph.neighbours(column, direction)) {
          const [from, to] = direction === 'upstream' ? [other, column] : [column, other]
          edges.set(`${columnKey(from)}\0${columnKey(to)}`, { from: idOf(from), to: idOf(to), how })
          columns.set(columnKey(other), idOf(other))
          if (!seen.has(columnKey(other))) next.push(other)
          seen.add(columnKey(other))
        }
      layer = next
    }
  }
  return { columns, edges: [...edges.values()] }
}

const idOf = ({ node, column }: ColumnId): ColumnId => ({ node, column })
