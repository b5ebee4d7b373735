import type { Manifest } from '../../manifest/manifest.ts'
import { type GraphNode, isGenericTest, type ManifestNode } from '../../manifest/node.ts'
import type { StateManifest, StateNode } from '../../manifest/previous-state.ts'
import { asUniqueId } from '../../manifest/unique-id.ts'
import { published } from './same-value.ts'

type Dict = Readonly<Record<string, unknown>>

const RENAMED: ReadonlySet<string> = new Set(['model', 'seed', 'snapshot'])

/**
 * New id -> the id that it had. A model, seed or snapshot was renamed when one that is gone and one that is new have the same text, and no other that is
 * gone or new has it; its generic tests then go with it. A copy is no rename, nor is a new text under a new name.
 */
export function findRenames(
  added: readonly string[],
  removed: readonly string[],
  manifest: Manifest,
  state: StateManifest,
): Map<string, string> {
  const renames = new Map<string, string>()
  const news = added.flatMap((id) => manifest.nodes.get(asUniqueId(id)) ?? [])
  const olds = removed.flatMap((id) => state.nodes.get(id) ?? [])
  pair(news.filter(isRenamable), olds.filter(isRenamable), contentOf, contentOf, renames)
  const tests = olds.filter((old) => old.resource_type === 'test' && old['test_metadata'] !== undefined)
  const byOldModel = new Map([...renames].map(([now, before]) => [before, now]))
  pair(
    news.filter(isGenericTest),
    tests,
    (test) => testKey(test as unknown as Dict, (id) => id),
    (test) => testKey(test, (id) => byOldModel.get(id) ?? id),
    renames,
  )
  return renames
}

const isRenamable = ({ resource_type }: { readonly resource_type: string }): boolean => RENAMED.has(resource_type)

/** Pairs what has a key that one new and one old thing has; no key, no pair. */
function pair<N extends ManifestNode>(
  news: readonly N[],
  olds: readonly StateNode[],
  keyOfNew: (node: N) => string | undefined,
  keyOfOld: (node: StateNode) => string | undefined,
  into: Map<string, string>,
): void {
  const group = <T extends { readonly unique_id: string }>(
    nodes: readonly T[],
    keyOf: (node: T) => string | undefined,
  ): Map<string, string[]> => {
    const groups = new Map<string, string[]>()
    for (const node of nodes) {
      const key = keyOf(node)
      if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), node.unique_id])
    }
    return groups
  }
  const before = group(olds, keyOfOld)
  for (const [key, ids] of group(news, keyOfNew)) {
    const [now, ...others] = ids
    const [old, ...otherOlds] = before.get(key) ?? []
    if (now !== undefined && old !== undefined && others.length + otherOlds.length === 0) into.set(now, old)
  }
}

/** Kind and text; undefined for what has none to recognise it by. */
function contentOf(node: GraphNode | StateNode): string | undefined {
  const { resource_type: type } = node
  const fields = node as Dict
  if (type !== 'seed') {
    const code = typeof fields['raw_code'] === 'string' ? fields['raw_code'].replace(/\r\n?/g, '\n').trim() : ''
    return code === '' ? undefined : `${type}:${code}`
  }
  const { name, checksum } = (fields['checksum'] ?? {}) as { readonly name?: string; readonly checksum?: string }
  return name === 'sha256' && typeof checksum === 'string' ? `seed:${checksum}` : undefined
}

/** What is tested, of which node, and how. */
function testKey(test: Dict, renamed: (id: string) => string): string | undefined {
  const { name, namespace, kwargs } = published(test['test_metadata']) as Dict
  const attached = test['attached_node']
  if (typeof attached !== 'string') return undefined
  const { model: _, ...others } = (kwargs ?? {}) as Dict
  const sorted = Object.fromEntries(Object.entries(others).sort(([a], [b]) => (a < b ? -1 : 1)))
  return JSON.stringify([namespace ?? null, name, renamed(attached), test['column_name'] ?? null, sorted])
}
