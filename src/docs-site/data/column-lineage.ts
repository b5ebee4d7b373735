import type { ColumnLineageFile, ColumnRef } from './artifact-types.ts'

/** A column of a node; names are compared without case. */
export interface ColumnKey {
  readonly node: string
  readonly column: string
}

/** A step of a column's way: `from` flows into `to`. */
export interface ColumnEdge {
  readonly from: ColumnKey
  readonly to: ColumnKey
  /** copied, renamed, computed, aggregated; of uses: filter, join, group, order, window. */
  readonly how: string
}

/** What a column is made of and what is made of it. */
export interface ColumnFlow {
  readonly start: ColumnKey
  readonly edges: readonly ColumnEdge[]
  /** Nodes that filter, join, group or order by one of the columns, without taking it over. */
  readonly uses: readonly { readonly from: ColumnKey; readonly node: string; readonly how: string }[]
}

export const keyText = ({ node, column }: ColumnKey): string => `${node}\n${column.toLowerCase()}`

/** Looks up what column_lineage.json says, in both directions. */
export class ColumnLineage {
  readonly #file: ColumnLineageFile
  readonly #above = new Map<string, ColumnEdge[]>()
  readonly #below = new Map<string, ColumnEdge[]>()
  readonly #uses = new Map<string, { from: ColumnKey; node: string; how: string }[]>()

  constructor(file: ColumnLineageFile) {
    this.#file = file
    for (const [node, { columns, used }] of Object.entries(file.nodes)) {
      for (const [column, { sources }] of Object.entries(columns)) {
        for (const source of sources) this.#addEdge({ node, column }, source)
      }
      for (const { node: other, column, how } of used ?? []) {
        const from = { node: other, column }
        push(this.#uses, keyText(from), { from, node, how })
      }
    }
  }

  #addEdge(to: ColumnKey, { node, column, how }: ColumnRef): void {
    const edge: ColumnEdge = { from: { node, column }, to, how }
    push(this.#above, keyText(to), edge)
    push(this.#below, keyText(edge.from), edge)
  }

  /** Whether lineage of a node could be worked out; undefined: the file does not have it. */
  statusOf(node: string): { readonly status: 'complete' | 'partial' | 'failed'; readonly reason?: string } | undefined {
    return this.#file.nodes[node]
  }

  /** Whether anything is known of the way of a column. */
  knows(key: ColumnKey): boolean {
    const text = keyText(key)
    return this.#above.has(text) || this.#below.has(text) || this.#uses.has(text)
  }

  directSources(key: ColumnKey): readonly ColumnEdge[] {
    return this.#above.get(keyText(key)) ?? []
  }

  /** All ancestors and descendants of a column. */
  flow(start: ColumnKey): ColumnFlow {
    const up = walk(start, this.#above, (edge) => edge.from)
    const down = walk(start, this.#below, (edge) => edge.to)
    const edges = [...new Set([...up, ...down])]
    const reached = [start, ...down.map((edge) => edge.to)]
    const uses = new Map<string, { from: ColumnKey; node: string; how: string }>()
    for (const key of reached)
      for (const use of this.#uses.get(keyText(key)) ?? [])
        uses.set(`${keyText(use.from)}\n${use.node}\n${use.how}`, use)
    return { start, edges, uses: [...uses.values()] }
  }
}

function walk(
  start: ColumnKey,
  edges: ReadonlyMap<string, readonly ColumnEdge[]>,
  next: (edge: ColumnEdge) => ColumnKey,
): ColumnEdge[] {
  const seen = new Set([keyText(start)])
  const queue = [start]
  const found: ColumnEdge[] = []
  for (let at = 0; at < queue.length; at++) {
    for (const edge of edges.get(keyText(queue[at]!)) ?? []) {
      found.push(edge)
      const key = next(edge)
      if (seen.has(keyText(key))) continue
      seen.add(keyText(key))
      queue.push(key)
    }
  }
  return found
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}
