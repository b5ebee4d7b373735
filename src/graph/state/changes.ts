import { QuernError } from '../../errors/quern-error.ts'
import type { NodeChange } from '../../events/report-events.ts'
import type { Manifest } from '../../manifest/manifest.ts'
import type { GraphNode } from '../../manifest/node.ts'
import type { StateManifest, StateNode } from '../../manifest/previous-state.ts'
import type { Comparing } from './comparison.ts'
import { sameContract } from './contract-change.ts'
import { macroChanges } from './macro-changes.ts'
import { sameConfig } from './same-config.ts'
import { hasBody, sameBody, sameContents, samePersistedDescription, sameRelation } from './same-contents.ts'

type Compared = GraphNode & Readonly<Record<string, unknown>>

/**
 * Every resource that is new, modified (as `state:modified` decides) or gone since the state, sorted by type and id. Tells nobody of what it
 * comes upon: the selection does.
 */
export function stateChanges(given: Omit<Comparing, 'emit'>, earlier: StateManifest): NodeChange[] {
  const { manifest } = given
  const comparing: Comparing = { ...given, emit: () => undefined }
  const macrosChanged = macroChanges(manifest, earlier, comparing.builtinPackages)
  const changes: NodeChange[] = []
  const there = new Set<string>()
  for (const node of resources(manifest)) {
    const id = node.unique_id
    there.add(id)
    const old = earlier.nodes.get(id) ?? earlier.others.get(id) ?? earlier.functions.get(id)
    const resourceType = node.resource_type
    if (old === undefined) {
      changes.push({ id, resourceType, change: 'new', parts: [] })
      continue
    }
    const parts = changedParts(node as Compared, old, comparing, macrosChanged)
    if (parts.length > 0) changes.push({ id, resourceType, change: 'modified', parts })
  }
  for (const group of [earlier.nodes, earlier.others, earlier.functions]) {
    for (const [id, { resource_type: resourceType }] of group) {
      if (!there.has(id) && resourceType !== 'operation' && resourceType !== 'sql_operation')
        changes.push({ id, resourceType, change: 'removed', parts: [] })
    }
  }
  return changes.sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
}

const TYPES = [
  'model', 'seed', 'snapshot', 'function', 'source', 'test', 'unit_test', 'exposure', 'metric', 'semantic_model', 'saved_query', 'analysis',
] // biome-ignore format: one list

const rank = ({ resourceType }: NodeChange): number => {
  const at = TYPES.indexOf(resourceType)
  return at === -1 ? TYPES.length : at
}

function* resources(manifest: Manifest): Generator<GraphNode> {
  for (const node of manifest.nodes.values())
    if (node.resource_type !== 'operation' && node.resource_type !== 'sql_operation') yield node
  for (const group of [
    manifest.sources, manifest.exposures, manifest.metrics, manifest.semanticModels, manifest.savedQueries, manifest.unitTests, manifest.functions,
  ]) yield* group.values() // biome-ignore format: one list
}

/** The names that `state:modified.x` has for what differs. */
function changedParts(
  node: Compared,
  old: StateNode,
  comparing: Comparing,
  macrosChanged: (node: object) => boolean,
): string[] {
  const parts: string[] = []
  const same = sameUnlessBroken(() => sameContents(node, old, comparing))
  if (!same) {
    if (hasBody(node) && !sameBody(node, old, comparing)) parts.push('body')
    if (node.resource_type !== 'unit_test' && !sameConfig(node, old)) parts.push('configs')
    if ((hasBody(node) || node.resource_type === 'source') && !sameRelation(node, old, comparing))
      parts.push('relation')
    if (hasBody(node) && !samePersistedDescription(node, old)) parts.push('persisted_descriptions')
    if (node.resource_type === 'model' && !sameUnlessBroken(() => sameContract(node, old, comparing)))
      parts.push('contract')
  }
  if (macrosChanged(node)) parts.push('macros')
  return same || parts.length > 0 ? parts : ['definition']
}

/** The broken contract of a versioned model is an error, which the selection throws. */
function sameUnlessBroken(same: () => boolean): boolean {
  try {
    return same()
  } catch (thrown) {
    if (thrown instanceof QuernError) return false
    throw thrown
  }
}
