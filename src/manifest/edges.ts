import type { Manifest } from './manifest.ts'
import type { GraphNode } from './node.ts'

/** All vertices of the graph, in the order in which artifacts list them. */
export function* graphNodes(manifest: Manifest): Generator<GraphNode> {
  yield* manifest.nodes.values()
  yield* manifest.sources.values()
  yield* manifest.exposures.values()
  yield* manifest.functions.values()
  yield* manifest.metrics.values()
  yield* manifest.semanticModels.values()
  yield* manifest.savedQueries.values()
  yield* manifest.unitTests.values()
}

/** Ids on which a vertex depends; sources and seeds depend on nothing. */
export const parentsOf = (node: GraphNode): readonly string[] =>
  (node as { depends_on?: { nodes?: string[] } }).depends_on?.nodes ?? []

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Id -> ids on which it depends, sorted. */
export function parentMap(manifest: Manifest): Record<string, string[]> {
  const map: Record<string, string[]> = {}
  for (const node of graphNodes(manifest)) map[node.unique_id] = [...parentsOf(node)].sort(byText)
  return map
}

/** Id -> ids that depend on it, sorted. */
export function childMap(manifest: Manifest): Record<string, string[]> {
  const map: Record<string, string[]> = {}
  for (const node of graphNodes(manifest)) map[node.unique_id] = []
  for (const node of graphNodes(manifest)) for (const parent of parentsOf(node)) map[parent]?.push(node.unique_id)
  for (const children of Object.values(map)) children.sort(byText)
  return map
}
