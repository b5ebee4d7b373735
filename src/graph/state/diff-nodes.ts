import type { DiffChange, DiffReason } from '../../events/diff-document.ts'
import type { NodeChange } from '../../events/report-events.ts'
import { graphNode, type Manifest } from '../../manifest/manifest.ts'
import type { GraphNode } from '../../manifest/node.ts'
import type { StateManifest, StateNode } from '../../manifest/previous-state.ts'
import { asUniqueId, type UniqueId } from '../../manifest/unique-id.ts'
import type { Dag } from '../dag.ts'
import { stateChanges } from './changes.ts'
import type { Comparing } from './comparison.ts'
import { explainChange } from './explain-change.ts'
import { changedMacros, changedMacrosOf } from './macro-changes.ts'
import { findRenames } from './renames.ts'

/** One resource that is not as it was in the state, or that reads one. */
export interface NodeDifference {
  readonly id: string
  readonly change: Exclude<DiffChange, 'unchanged' | null>
  readonly renamedFrom: string | null
  readonly reasons: readonly DiffReason[]
  /** Of one that is `upstream`, the nearest changed ones above it, sorted. */
  readonly becauseOf: readonly string[]
  /** As it was; undefined of what is new. */
  readonly old: StateNode | undefined
}

/**
 * What differs from a state, resource by resource, and what is downstream of it. The rules are those of `state:modified` and `state:new`;
 * modified are also those of which only descriptions, labels or tests changed, and nothing is downstream of such a change.
 */
export function diffNodes(comparing: Omit<Comparing, 'emit'>, dag: Dag, earlier: StateManifest): NodeDifference[] {
  const { manifest, builtinPackages } = comparing
  const found = stateChanges(comparing, earlier)
  const idsOf = (change: NodeChange['change']): string[] =>
    found.flatMap((one) => (one.change === change ? [one.id] : []))
  const renames = findRenames(idsOf('new'), idsOf('removed'), manifest, earlier)
  const gone = new Set(renames.values())
  const byId = new Map(found.map((one) => [one.id, one]))
  const macros = changedMacros(manifest, earlier, builtinPackages)
  const tests = testChanges(found, renames, manifest, earlier)
  const differences: NodeDifference[] = []

  const explained = (id: string, old: StateNode, parts: readonly string[]): DiffReason[] => {
    const node = graphNode(manifest, asUniqueId(id)) as GraphNode
    const reasons = explainChange(node, old, parts, () => changedMacrosOf(node, manifest, macros))
    const tested = tests.get(id)
    return tested === undefined ? reasons : [...reasons, tested]
  }
  for (const id of dag.ids) {
    const change = byId.get(id)
    if (change?.change === 'new') {
      const renamedFrom = renames.get(id)
      const old = renamedFrom === undefined ? undefined : stateNode(earlier, renamedFrom)
      const reasons = old === undefined ? [] : explained(id, old, ['configs'])
      const differs = ({ kind, ...rest }: DiffReason): boolean =>
        kind !== 'configs' || (rest as { changes: readonly unknown[] }).changes.length > 0
      differences.push({
        id,
        change: old === undefined ? 'added' : 'renamed',
        renamedFrom: renamedFrom ?? null,
        reasons: reasons.filter(differs),
        becauseOf: [],
        old,
      })
      continue
    }
    const old = stateNode(earlier, id)
    if (old === undefined) continue
    const reasons = explained(id, old, change?.parts ?? [])
    if (reasons.length > 0) differences.push({ id, change: 'modified', renamedFrom: null, reasons, becauseOf: [], old })
  }
  for (const id of idsOf('removed')) {
    if (gone.has(id)) continue
    differences.push({
      id,
      change: 'removed',
      renamedFrom: null,
      reasons: manifest.disabled.has(asUniqueId(id)) ? [DISABLED] : [],
      becauseOf: [],
      old: stateNode(earlier, id),
    })
  }
  return [...differences, ...downstream(differences, dag, earlier)]
}

const DISABLED: DiffReason = {
  kind: 'configs',
  rule: null,
  changes: [{ key: 'enabled', before: true, after: false }],
}

const stateNode = (state: StateManifest, id: string): StateNode | undefined =>
  state.nodes.get(id) ?? state.others.get(id) ?? state.functions.get(id)

/** Whether others that read the node may notice. */
const reachesOthers = ({ change, reasons }: NodeDifference): boolean =>
  change !== 'removed' && (change !== 'modified' || reasons.some(({ rule }) => rule !== null))

/** Resources that did not change, below those that did. */
function downstream(changed: readonly NodeDifference[], dag: Dag, earlier: StateManifest): NodeDifference[] {
  const vertices = changed.filter(reachesOthers).flatMap(({ id }) => dag.index.get(id as UniqueId) ?? [])
  const isChanged = new Set(changed.flatMap(({ id }) => dag.index.get(id as UniqueId) ?? []))
  const causes = new Map<number, string[]>()
  for (const start of vertices) {
    const seen = new Set<number>()
    const waiting = [...(dag.children[start] ?? [])]
    for (let vertex = waiting.pop(); vertex !== undefined; vertex = waiting.pop()) {
      if (isChanged.has(vertex) || seen.has(vertex)) continue
      seen.add(vertex)
      causes.set(vertex, [...(causes.get(vertex) ?? []), dag.ids[start] as string])
      waiting.push(...(dag.children[vertex] ?? []))
    }
  }
  return [...causes].map(([vertex, because]) => {
    const id = dag.ids[vertex] as string
    return {
      id,
      change: 'upstream' as const,
      renamedFrom: null,
      reasons: [],
      becauseOf: because.sort(),
      old: stateNode(earlier, id),
    }
  })
}

type TestReason = Extract<DiffReason, { readonly kind: 'tests' }>

/** The tests that came, went or changed, by the resource that they are written at. Tests that were renamed with it did neither. */
function testChanges(
  changes: readonly NodeChange[],
  renames: ReadonlyMap<string, string>,
  manifest: Manifest,
  earlier: StateManifest,
): Map<string, TestReason> {
  const gone = new Set(renames.values())
  const newNames = new Map([...renames].map(([now, old]) => [old, now]))
  const byNode = new Map<string, Record<'added' | 'removed' | 'modified', string[]>>()
  for (const { id, resourceType, change, parts } of changes) {
    if (resourceType !== 'test' && resourceType !== 'unit_test') continue
    if (change === 'new' ? renames.has(id) : gone.has(id)) continue
    const test = (change === 'removed' ? stateNode(earlier, id) : graphNode(manifest, asUniqueId(id))) as StateNode
    const at = testedNode(test)
    if (at === undefined) continue
    const node = change === 'removed' ? (newNames.get(at) ?? at) : at
    const lists = byNode.get(node) ?? { added: [], removed: [], modified: [] }
    byNode.set(node, lists)
    const kind = change === 'new' ? 'added' : change
    if (kind !== 'modified' || parts.some((part) => part !== 'macros')) lists[kind].push(String(test['name']))
  }
  return new Map(
    [...byNode]
      .filter(([, lists]) => Object.values(lists).some((names) => names.length > 0))
      .map(([id, { added, removed, modified }]) => [
        id,
        { kind: 'tests', rule: null, added: added.sort(), removed: removed.sort(), modified: modified.sort() },
      ]),
  )
}

/** The node that a test is written at: of a generic test what it is attached to, of a unit test its model. */
function testedNode(test: StateNode): string | undefined {
  if (test.resource_type !== 'unit_test')
    return typeof test['attached_node'] === 'string' ? test['attached_node'] : undefined
  const { nodes } = (test['depends_on'] ?? {}) as { readonly nodes?: readonly string[] }
  return nodes?.[0]
}
