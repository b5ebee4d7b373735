import type { ManifestNode } from '../manifest/node.ts'
import type { NodeResult } from '../manifest/node-result.ts'
import type { UniqueId } from '../manifest/unique-id.ts'
import type { Loaded } from './load-manifest.ts'

/**
 * The nodes that `compile` and `show` print: the inline query, or those whose name stands in the first word of --select (dbt-core 1.11),
 * and nothing when nothing was asked for by name.
 */
export function namedNodes(
  loaded: Loaded,
  inline: UniqueId | undefined,
  results: readonly NodeResult[],
): ManifestNode[] {
  const { manifest, invocation } = loaded
  if (inline !== undefined) {
    const node = manifest.nodes.get(inline)
    return node === undefined ? [] : [node]
  }
  const [first] = invocation.flags.select
  if (first === undefined) return []
  return results
    .flatMap((result) => manifest.nodes.get(result.id) ?? manifest.functions.get(result.id) ?? [])
    .filter((node) => first.includes(node.name))
}
