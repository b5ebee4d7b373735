import type { Dag } from './dag.ts'

/**
 * The vertices of one cycle in the order of its edges, or undefined. Depth first in vertex order without recursion
 * (dbt-core 1.11 reports what networkx `find_cycle` meets first, which is the same walk).
 */
export function findCycle(dag: Pick<Dag, 'children'>): number[] | undefined {
  const state = new Uint8Array(dag.children.length) // 0 unseen, 1 on the path, 2 finished
  for (let root = 0; root < state.length; root++) {
    if (state[root] !== 0) continue
    const path: number[] = [root]
    const next: number[] = [0]
    state[root] = 1
    while (path.length > 0) {
      const vertex = path[path.length - 1]!
      const at = next[next.length - 1]!
      const child = dag.children[vertex]![at]
      if (child === undefined) {
        state[vertex] = 2
        path.pop()
        next.pop()
        continue
      }
      next[next.length - 1] = at + 1
      if (state[child] === 1) return path.slice(path.indexOf(child))
      if (state[child] === 0) {
        state[child] = 1
        path.push(child)
        next.push(0)
      }
    }
  }
  return undefined
}
