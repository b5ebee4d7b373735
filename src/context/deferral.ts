import type { Awaitable } from '../jinja/runtime/value.ts'
import type { DeferRelation } from '../manifest/node.ts'
import type { RelationNode } from '../manifest/relation-class.ts'
import type { UniqueId } from '../manifest/unique-id.ts'

/** What decides between a node here and its counterpart in the state of `--defer`. */
export interface Deferral {
  readonly favorState: boolean
  isSelected(id: UniqueId): boolean
  /** Whether the database has the node's relation. */
  exists(node: RelationNode): Promise<boolean>
}

/**
 * What is read when a node is referred to: the node, or its counterpart. dbt-core 1.11: the counterpart when the node does not exist here, or,
 * with `--favor-state`, when it is not selected. Without deferral, or without a counterpart, the node.
 */
export function deferred(
  node: RelationNode & { readonly unique_id: UniqueId },
  counterpart: DeferRelation | undefined,
  deferral: Deferral | undefined,
): Awaitable<RelationNode> {
  if (counterpart === undefined || deferral === undefined) return node
  if (deferral.favorState && !deferral.isSelected(node.unique_id)) return counterpart
  return deferral.exists(node).then((exists) => (exists ? node : counterpart))
}
