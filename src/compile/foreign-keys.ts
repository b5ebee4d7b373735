import type { RunServices } from '../context/run-context.ts'
import { callerOf } from '../context/services.ts'
import { notFound } from '../context/target-not-found.ts'
import type { ManifestNode, ModelNode } from '../manifest/node.ts'
import type { Relation } from '../manifest/relation.ts'
import { type RelationNode, relationOfNode } from '../manifest/relation-class.ts'
import { nearbyRef, nearbySource, resolveRef, resolveSource } from '../manifest/resolve-ref.ts'
import { readReference } from '../parse/reference-text.ts'

/**
 * Replaces `to: ref('orders')` of a model's foreign keys by the relation that is meant, in the node itself, as dbt-core 1.11 does when it
 * compiles a model. What is no reference (a relation already) stays. Throws a Compilation Error when there is no such node.
 */
export function resolveForeignKeys(model: ModelNode, services: RunServices): void {
  const columns = Object.values(model.columns).flatMap((column) => column.constraints)
  for (const constraint of [...model.constraints, ...columns]) {
    if (constraint.type !== 'foreign_key' || constraint.to === null) continue
    const target = targetOf(constraint.to, model, services)
    if (target !== undefined) constraint.to = target.render()
  }
}

/** dbt-core 1.11: with `--defer`, a foreign key always means the relation of the state. */
const deferredOf = (node: ManifestNode, services: RunServices): RelationNode =>
  services.invocation.flags.defer && node.defer_relation !== undefined ? node.defer_relation : node

function targetOf(text: string, model: ModelNode, services: RunServices): Relation | undefined {
  const reference = readReference(text)
  if (reference === undefined) return undefined
  const { index, relations } = services
  const caller = callerOf(services, model.package_name)
  if (reference.kind === 'ref') {
    const { ref } = reference
    const found = resolveRef(index, ref, caller)
    if (found.kind === 'found') return relationOfNode(deferredOf(found.node, services), relations)
    const wanted = { package: ref.package, version: ref.version, disabled: found.kind === 'disabled' }
    throw notFound(model, 'node', ref.name, wanted, nearbyRef(index, ref.name))
  }
  const [source, table] = reference.source
  const found = resolveSource(index, source, table, caller)
  // As source(): the project's quoting is not for sources.
  if (found.kind === 'found') return relationOfNode(found.node, { ...relations, quoting: {} })
  const wanted = { package: null, version: null, disabled: found.kind === 'disabled' }
  throw notFound(model, 'source', `${source}.${table}`, wanted, nearbySource(index, source, table))
}
