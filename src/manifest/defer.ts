import type { PlainDict } from '../jinja/runtime/value.ts'
import type { Manifest } from './manifest.ts'
import { type DeferRelation, type FunctionNode, REFABLE } from './node.ts'
import type { StateManifest, StateNode } from './previous-state.ts'
import { asUniqueId } from './unique-id.ts'

/**
 * Gives every node its counterpart in an earlier manifest (`defer_relation`), ephemeral models and what cannot be referred to apart. Functions
 * that are only there become known here. dbt-core 1.11: which of the two relations a `ref` means is decided when it is said.
 */
export function deferTo(manifest: Manifest, state: StateManifest): void {
  for (const [id, old] of state.nodes) {
    const node = manifest.nodes.get(asUniqueId(id))
    if (node === undefined || !REFABLE.has(old.resource_type) || materialized(old) === 'ephemeral') continue
    node.defer_relation = deferRelation(old)
  }
  for (const [id, old] of state.functions) {
    const known = manifest.functions.get(asUniqueId(id))
    if (known === undefined) manifest.functions.set(asUniqueId(id), old as unknown as FunctionNode)
    else known.defer_relation = deferRelation(old)
  }
}

const materialized = (node: StateNode): unknown => (node['config'] as PlainDict | undefined)?.['materialized']

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)

const deferRelation = (old: StateNode): DeferRelation => ({
  database: text(old['database']),
  schema: text(old['schema']) ?? '',
  alias: text(old['alias']) ?? text(old['name']) ?? '',
  relation_name: text(old['relation_name']),
  resource_type: old.resource_type,
  name: text(old['name']) ?? '',
  description: text(old['description']) ?? '',
  compiled_code: text(old['compiled_code']),
  meta: (old['meta'] ?? {}) as PlainDict,
  tags: (old['tags'] ?? []) as string[],
  config: (old['config'] ?? {}) as PlainDict,
})
