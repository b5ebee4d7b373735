import type { UniqueId } from '../manifest/unique-id.ts'

/** What the file needs of a graph (see `Dag`). */
interface Vertices {
  readonly ids: readonly UniqueId[]
  readonly nodes: readonly { readonly resource_type: string }[]
  readonly children: readonly (readonly number[])[]
}

type Summary = Record<string, { name: UniqueId; type: string; succ?: number[] }>

/**
 * target/graph_summary.json as dbt-core 1.11 writes it: vertices under their numbers, with those that read them. `testEdges` are those
 * that `build` adds; given only for it.
 */
export function graphSummary(
  invocationId: string,
  graph: Vertices,
  testEdges?: readonly (readonly [from: number, to: number])[],
): Record<string, unknown> {
  const summary: Record<string, unknown> = { _invocation_id: invocationId, linked: summarise(graph, graph.children) }
  if (testEdges === undefined) return summary
  const children = graph.children.map((list) => [...list])
  for (const [from, to] of testEdges) if (!children[from]?.includes(to)) children[from]?.push(to)
  return { ...summary, with_test_edges: summarise(graph, children) }
}

function summarise(graph: Vertices, children: readonly (readonly number[])[]): Summary {
  const summary: Summary = {}
  for (const [vertex, name] of graph.ids.entries()) {
    const succ = children[vertex] ?? []
    const type = graph.nodes[vertex]?.resource_type ?? ''
    summary[vertex] = succ.length === 0 ? { name, type } : { name, type, succ: [...succ] }
  }
  return summary
}
