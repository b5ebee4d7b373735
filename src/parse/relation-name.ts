import type { ManifestNode, SourceNode } from '../manifest/node.ts'
import { type RelationNode, relationOfNode } from '../manifest/relation-class.ts'
import type { ParseSession } from './session.ts'

/** A resource's relation under the root project's quoting, as text. */
export function relationText(session: ParseSession, node: ManifestNode | SourceNode): string {
  const { adapter, config } = session
  const quoting = { ...adapter.defaultQuoting, ...config.project.quoting }
  const sourceLocation = adapter.sourceLocation?.bind(adapter)
  return relationOfNode(node as RelationNode, { dialect: adapter.relationDialect, quoting, sourceLocation }).pyStr()
}

/** `relation_name` of a node: null for what is not built (tests that store nothing, ephemeral models, analyses, operations). */
export function nodeRelationName(session: ParseSession, node: ManifestNode): string | null {
  const ephemeral = node.resource_type !== 'test' && node.config.materialized === 'ephemeral'
  return isRelational(session, node) && !ephemeral ? relationText(session, node) : null
}

/** Whether a node stands for something in the database: refable nodes, and tests that store failures. */
export function isRelational(session: ParseSession, node: ManifestNode): boolean {
  if (node.resource_type === 'test') {
    const stored = node.config['store_failures']
    if (stored) return stored === true
    session.memory.reads?.note('flag', 'STORE_FAILURES')
    return session.invocation.flags.storeFailures
  }
  return node.resource_type === 'model' || node.resource_type === 'seed' || node.resource_type === 'snapshot'
}
