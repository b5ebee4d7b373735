import { type Dag, descendants, verticesOf } from './dag.ts'

/**
 * The edges that `build` adds: from a data test to the nodes that must wait for it, so that a failing test stops what is built on
 * the tested data. dbt-core 1.11: a node waits for a test when every node that the test reads is upstream of it; only the first
 * such nodes on each path get an edge here, those behind them wait anyway. Nodes that wait: models, seeds, snapshots, analyses.
 */
export function testEdges(dag: Dag): [test: number, waiting: number][] {
  const edges: [number, number][] = []
  const waits = (vertex: number): boolean => WAITING.has(dag.nodes[vertex]!.resource_type)
  /** For tests of several nodes: the answer by the set of nodes they read. */
  const known = new Map<string, number[]>()
  for (const [test, node] of dag.nodes.entries()) {
    if (node.resource_type !== 'test') continue
    const tested = dag.parents[test]!
    if (tested.length === 0) continue
    if (tested.length === 1) {
      for (const child of dag.children[tested[0]!]!) if (waits(child)) edges.push([test, child])
      continue
    }
    const key = [...tested].sort((a, b) => a - b).join(',')
    let first = known.get(key)
    if (first === undefined) {
      first = firstCommonDescendants(dag, tested).filter(waits)
      known.set(key, first)
    }
    for (const vertex of first) edges.push([test, vertex])
  }
  return edges
}

const WAITING: ReadonlySet<string> = new Set(['model', 'seed', 'snapshot', 'analysis', 'operation', 'sql_operation'])

/** Vertices downstream of every one of `starts`, without those that have a parent of that kind. */
function firstCommonDescendants(dag: Dag, starts: readonly number[]): number[] {
  const common = descendants(dag, [starts[0]!])
  for (const start of starts.slice(1)) {
    const more = descendants(dag, [start])
    for (let vertex = 0; vertex < common.length; vertex++) if (more[vertex] === 0) common[vertex] = 0
  }
  return verticesOf(common).filter((vertex) => !dag.parents[vertex]!.some((parent) => common[parent] === 1))
}
