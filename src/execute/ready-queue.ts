/** A binary heap of vertices ordered by rank, smallest first. */
export class ReadyQueue {
  readonly #heap: number[] = []
  readonly #rank: readonly number[]

  /** `rank[v]` orders vertex v: it stands, and differs from all others, as long as v is in the queue. */
  constructor(rank: readonly number[]) {
    this.#rank = rank
  }

  get size(): number {
    return this.#heap.length
  }

  push(vertex: number): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(vertex)
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!this.#before(vertex, heap[above]!)) break
      heap[at] = heap[above]!
      at = above
    }
    heap[at] = vertex
  }

  /** The vertex of the smallest rank, or undefined when empty. */
  pop(): number | undefined {
    const heap = this.#heap
    const top = heap[0]
    const last = heap.pop()
    if (top === undefined || last === undefined || heap.length === 0) return top
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= heap.length) break
      if (below + 1 < heap.length && this.#before(heap[below + 1]!, heap[below]!)) below++
      if (!this.#before(heap[below]!, last)) break
      heap[at] = heap[below]!
      at = below
    }
    heap[at] = last
    return top
  }

  #before(a: number, b: number): boolean {
    return this.#rank[a]! < this.#rank[b]!
  }
}
