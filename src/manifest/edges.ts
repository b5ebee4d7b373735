import type { Manifest } from './manifest.ts'
import type { NodeOutline } from './node-map.ts'

/** All vertices of the graph, in the order in which artifacts list them. Queries of `--inline` are no part of the project. */
export function* graphOutlines(manifest: Manifest): Generator<NodeOutline> {
  for (const node of manifest.nodes.outlines()) if (node.resource_type !== 'sql_operation') yield node
  yield* manifest.sources.outlines()
  yield* manifest.exposures.outlines()
  yield* manifest.functions.outlines()
  yield* manifest.metrics.outlines()
  yield* manifest.semanticModels.outlines()
  yield* manifest.savedQueries.outlines()
  yield* manifest.unitTests.outlines()
}

/** Ids on which a vertex depends; sources and seeds depend on nothing. */
export const parentsOf = (node: NodeOutline): readonly string[] => node.depends_on?.nodes ?? []

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Id -> ids on which it depends, sorted. */
export function parentMap(manifest: Manifest): Record<string, string[]> {
  const map: Record<string, string[]> = {}
  for (const node of graphOutlines(manifest)) map[node.unique_id] = [...parentsOf(node)].sort(byText)
  return map
}

/** Id -> ids that depend on it, sorted. */
export function childMap(manifest: Manifest): Record<string, string[]> {
  const map: Record<string, string[]> = {}
  for (const node of graphOutlines(manifest)) map[node.unique_id] = []
  for (const node of graphOutlines(manifest)) for (const parent of parentsOf(node)) map[parent]?.push(node.unique_id)
  for (const children of Object.values(map)) children.sort(byText)
  return map
}
