import { QuernError } from '../errors/quern-error.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { graphOutline } from '../manifest/manifest.ts'
import type { NodeMap, NodeOutline } from '../manifest/node-map.ts'
import type { UniqueId } from '../manifest/unique-id.ts'
import { findCycle } from './cycle.ts'

/**
 * The graph of a manifest: vertices are numbers (positions in `ids`), so that walks over tens of thousands of nodes stay cheap.
 * An edge runs from what is read (parent) to what reads it (child). Tests, exposures, metrics ... are vertices as well.
 */
export interface Dag {
  readonly ids: readonly UniqueId[]
  readonly index: ReadonlyMap<UniqueId, number>
  /** What the graph needs to know of them; `graphNode` gives the whole. */
  readonly nodes: readonly NodeOutline[]
  readonly parents: readonly (readonly number[])[]
  readonly children: readonly (readonly number[])[]
}

/**
 * Builds the graph from `depends_on.nodes`.
 * Throws `Found a cycle: a --> b` (Runtime, as dbt) and an error for a dependency that is not in the manifest.
 */
export function buildDag(manifest: Manifest): Dag {
  const ids: UniqueId[] = []
  const index = new Map<UniqueId, number>()
  const nodes: NodeOutline[] = []
  // dbt-core 1.11 adds vertices in this order; it shows in the text of a cycle only.
  for (const group of [
    manifest.sources,
    manifest.nodes,
    manifest.semanticModels,
    manifest.exposures,
    manifest.functions,
    manifest.metrics,
    manifest.unitTests,
    manifest.savedQueries,
  ] as readonly NodeMap<NodeOutline>[]) {
    for (const node of group.outlines()) {
      index.set(node.unique_id, ids.length)
      ids.push(node.unique_id)
      nodes.push(node)
    }
  }
  const parents: number[][] = ids.map(() => [])
  const children: number[][] = ids.map(() => [])
  for (const [at, node] of nodes.entries()) {
    const list = parents[at]!
    for (const dependency of dependencies(node)) {
      const parent = index.get(dependency)
      if (parent === undefined) throw missingDependency(manifest, node, dependency)
      const below = children[parent]!
      // the children of a vertex come in order: a dependency that is named twice was the last to be added
      if (below.at(-1) === at) continue
      list.push(parent)
      below.push(at)
    }
  }
  const dag: Dag = { ids, index, nodes, parents, children }
  const cycle = findCycle(dag)
  if (cycle !== undefined) throw cycleError(dag, cycle)
  return dag
}

/** Ids that a node depends on: `depends_on.nodes`, empty for sources and seeds. */
export const dependencies = (node: NodeOutline): readonly UniqueId[] =>
  (node.depends_on?.nodes ?? []) as readonly UniqueId[]

function cycleError(dag: Dag, cycle: readonly number[]): QuernError {
  const names = cycle.map((vertex) => dag.ids[vertex]!)
  const files = cycle.map((vertex) => `${dag.ids[vertex]!} (${dag.nodes[vertex]!.original_file_path})`)
  return new QuernError('Runtime', 'cycle', `Found a cycle: ${names.join(' --> ')}`, {
    notes: [
      {
        text: `each of these reads the one before it, and the first reads the last:\n${files.map((file) => `  ${file}`).join('\n')}`,
      },
    ],
    hint: 'remove one of these refs, or split a model so that no model needs its own result',
  })
}

function missingDependency(manifest: Manifest, node: NodeOutline, dependency: UniqueId): QuernError {
  const disabled = manifest.disabled.has(dependency) || graphOutline(manifest, dependency) !== undefined
  return new QuernError(
    'Internal',
    'dependency_not_found',
    `'${node.unique_id}' depends on '${dependency}' which is not in the graph!`,
    disabled ? { hint: `'${dependency}' is disabled or cannot be depended on` } : {},
  )
}

// -- walks; a mask has one byte per vertex, 1 = in the set

export type Mask = Uint8Array

export const emptyMask = (dag: Dag): Mask => new Uint8Array(dag.ids.length)

/** A mask of some vertices. */
export function maskOf(dag: Dag, vertices: Iterable<number>): Mask {
  const mask = emptyMask(dag)
  for (const vertex of vertices) mask[vertex] = 1
  return mask
}

/** The vertices of a mask, in ascending order. */
export function verticesOf(mask: Mask): number[] {
  const found: number[] = []
  for (let vertex = mask.indexOf(1); vertex !== -1; vertex = mask.indexOf(1, vertex + 1)) found.push(vertex)
  return found
}

/** Everything reachable from `start` in 1..depth steps along `edges`; a start vertex is in it only if another one reaches it. */
export function reachable(
  edges: readonly (readonly number[])[],
  start: Iterable<number>,
  depth = Number.POSITIVE_INFINITY,
): Mask {
  const mask = new Uint8Array(edges.length)
  let layer: number[] = [...start]
  for (let step = 0; layer.length > 0 && step < depth; step++) {
    const next: number[] = []
    for (const vertex of layer) {
      for (const neighbour of edges[vertex]!) {
        if (mask[neighbour] === 0) {
          mask[neighbour] = 1
          next.push(neighbour)
        }
      }
    }
    layer = next
  }
  return mask
}

/** All that `start` reads, directly or not, to a depth. */
export const ancestors = (dag: Dag, start: Iterable<number>, depth?: number): Mask =>
  reachable(dag.parents, start, depth)

/** All that reads `start`, directly or not, to a depth. */
export const descendants = (dag: Dag, start: Iterable<number>, depth?: number): Mask =>
  reachable(dag.children, start, depth)

/** All vertices, parents before children; the graph has no cycle. */
export function topologicalOrder(dag: Pick<Dag, 'parents' | 'children'>): number[] {
  const waiting = dag.parents.map((parents) => parents.length)
  const order: number[] = []
  for (const [vertex, count] of waiting.entries()) if (count === 0) order.push(vertex)
  for (let at = 0; at < order.length; at++) {
    for (const child of dag.children[order[at]!]!) if (--waiting[child]! === 0) order.push(child)
  }
  return order
}
