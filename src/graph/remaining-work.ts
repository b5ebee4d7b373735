import type { UniqueId } from '../manifest/unique-id.ts'
import { topologicalOrder } from './dag.ts'
import type { SubDag } from './sub-dag.ts'

/**
 * For each vertex, how long the rest of the run takes at least once it can start: its own seconds and those of the longest chain of nodes that
 * wait for it. Where `seconds` knows nothing of a node, the mean of those that it knows is taken.
 */
export function remainingWork(graph: SubDag, seconds: (id: UniqueId) => number | undefined): number[] {
  const own = graph.ids.map((id, vertex) => (graph.selected[vertex] === true ? seconds(id) : 0))
  const known = own.filter((each, vertex): each is number => each !== undefined && graph.selected[vertex] === true)
  const mean = known.length === 0 ? 1 : known.reduce((sum, each) => sum + each, 0) / known.length
  const remaining = own.map((each) => each ?? mean)
  for (const vertex of topologicalOrder(graph).reverse()) {
    let longest = 0
    for (const child of graph.children[vertex]!) longest = Math.max(longest, remaining[child]!)
    remaining[vertex]! += longest
  }
  return remaining
}
