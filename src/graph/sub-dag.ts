import type { UniqueId } from '../manifest/unique-id.ts'
import { type Dag, emptyMask, reachable, topologicalOrder } from './dag.ts'
import { testEdges } from './test-edges.ts'

/**
 * The part of the graph that a run touches. Order among selected nodes is kept through nodes that are not selected: those stay as
 * vertices (`selected[v]` false) that nobody runs, which costs nothing where explicit edges around them could be quadratic.
 */
export interface SubDag {
  readonly ids: readonly UniqueId[]
  readonly selected: readonly boolean[]
  readonly parents: readonly (readonly number[])[]
  readonly children: readonly (readonly number[])[]
  /** Longest chain of selected nodes above each vertex: what dbt's queue calls the score. */
  readonly level: readonly number[]
}

/**
 * The sub-graph of some nodes. `waitForTests` adds the edges of `build` (see `testEdges`); unknown ids are ignored.
 */
export function subDag(dag: Dag, ids: Iterable<UniqueId>, options: { waitForTests?: boolean } = {}): SubDag {
  const chosen = emptyMask(dag)
  for (const id of ids) {
    const vertex = dag.index.get(id)
    if (vertex !== undefined) chosen[vertex] = 1
  }
  const edges = options.waitForTests === true ? withTestEdges(dag) : dag
  const picked: number[] = []
  for (let vertex = 0; vertex < chosen.length; vertex++) if (chosen[vertex] === 1) picked.push(vertex)
  const above = reachable(edges.children, picked)
  const below = reachable(edges.parents, picked)
  // Unselected nodes matter only between two selected ones.
  const kept: number[] = []
  const place = new Int32Array(chosen.length).fill(-1)
  for (let vertex = 0; vertex < chosen.length; vertex++) {
    if (chosen[vertex] === 1 || (above[vertex] === 1 && below[vertex] === 1)) {
      place[vertex] = kept.length
      kept.push(vertex)
    }
  }
  const inside = (list: readonly number[]): number[] => {
    const mapped: number[] = []
    for (const vertex of list) if (place[vertex]! >= 0) mapped.push(place[vertex]!)
    return mapped
  }
  const sub = {
    ids: kept.map((vertex) => dag.ids[vertex]!),
    selected: kept.map((vertex) => chosen[vertex] === 1),
    parents: kept.map((vertex) => inside(edges.parents[vertex]!)),
    children: kept.map((vertex) => inside(edges.children[vertex]!)),
  }
  return { ...sub, level: levels(sub) }
}

/** A sub-graph without edges: nodes that may run in any order. */
export function unorderedSubDag(ids: Iterable<UniqueId>): SubDag {
  const list = [...ids]
  return {
    ids: list,
    selected: list.map(() => true),
    parents: list.map(() => []),
    children: list.map(() => []),
    level: list.map(() => 0),
  }
}

function levels(sub: Omit<SubDag, 'level'>): number[] {
  const level = sub.ids.map(() => 0)
  for (const vertex of topologicalOrder(sub)) {
    const below = level[vertex]! + (sub.selected[vertex] === true ? 1 : 0)
    for (const child of sub.children[vertex]!) if (level[child]! < below) level[child] = below
  }
  return level
}

function withTestEdges(dag: Dag): Pick<Dag, 'parents' | 'children'> {
  const parents = dag.parents.map((list) => [...list])
  const children = dag.children.map((list) => [...list])
  for (const [test, waiting] of testEdges(dag)) {
    parents[waiting]!.push(test)
    children[test]!.push(waiting)
  }
  return { parents, children }
}
