import type { ModelNode } from '../../manifest/node.ts'
import type { NameRules } from '../sql-reader.ts'
import type { NodeLineage } from './project-lineage.ts'

/** Models that are made as a table of declared columns, into which the query's columns are inserted by name. */
const DECLARED_FIRST = new Set(['table', 'incremental'])

/** With an enforced contract, a table has its columns in the order in which they are declared. */
export function contractOrder(node: ModelNode, query: NodeLineage, { normalise }: NameRules): NodeLineage {
  if (!node.contract.enforced || !DECLARED_FIRST.has(node.config.materialized)) return query
  const declared = Object.values(node.columns).map(({ name }) => normalise(name))
  const place = (name: string): number => {
    const at = declared.indexOf(normalise(name))
    return at === -1 ? declared.length : at
  }
  return { ...query, columns: query.columns.toSorted((one, other) => place(one.name) - place(other.name)) }
}
