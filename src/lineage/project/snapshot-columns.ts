import type { SnapshotNode } from '../../manifest/node.ts'
import { Way } from '../origins.ts'
import type { NameRules } from '../sql-reader.ts'
import type { ColumnSource, LineageColumn, NodeLineage } from './project-lineage.ts'

const BOOKKEEPING = ['dbt_scd_id', 'dbt_updated_at', 'dbt_valid_from', 'dbt_valid_to'] as const

/**
 * A snapshot's columns: those of its query, then dbt's. With the timestamp strategy the times are those of the configured column; a check has
 * the time at which it was made. The id is made of the key and that time.
 */
export function snapshotColumns(node: SnapshotNode, query: NodeLineage, rules: NameRules): NodeLineage {
  const { config } = node
  const time = config['strategy'] === 'timestamp' ? sourcesOf(query, rules, [config['updated_at']]) : []
  const key = config['unique_key']
  const keys = sourcesOf(query, rules, Array.isArray(key) ? key : [key])
  const named = (usual: string): string => {
    const names = config['snapshot_meta_column_names']
    const name = typeof names === 'object' && names !== null ? (names as Record<string, unknown>)[usual] : undefined
    return rules.unquoted(typeof name === 'string' && name !== '' ? name : usual)
  }
  const sources: Readonly<Record<string, readonly ColumnSource[]>> = {
    dbt_scd_id: computed([...keys, ...time]),
    dbt_updated_at: renamed(time),
    dbt_valid_from: renamed(time),
    dbt_valid_to: computed(time),
  }
  const deleted = config['hard_deletes'] === 'new_record' ? ['dbt_is_deleted'] : []
  const added = [...BOOKKEEPING, ...deleted].map(
    (usual): LineageColumn => ({ name: named(usual), type: undefined, sources: sources[usual] ?? [], windows: [] }),
  )
  return { ...query, columns: [...query.columns, ...added] }
}

/** Where the columns come from that the config names; expressions among them are not looked into. */
function sourcesOf(query: NodeLineage, { normalise }: NameRules, names: readonly unknown[]): ColumnSource[] {
  const wanted = new Set(names.map((name) => normalise(String(name))))
  return query.columns.filter(({ name }) => wanted.has(normalise(name))).flatMap(({ sources }) => sources)
}

const renamed = (sources: readonly ColumnSource[]): ColumnSource[] =>
  sources.map((source) => (source.how === 'copied' ? { ...source, how: 'renamed' } : source))

function computed(sources: readonly ColumnSource[]): ColumnSource[] {
  const byColumn = new Map<string, ColumnSource>()
  for (const source of sources) {
    const ways = source.ways & Way.same ? (source.ways & ~Way.same) | Way.computed : source.ways
    byColumn.set(`${source.node}\0${source.column}`, {
      ...source,
      ways,
      how: source.how === 'aggregated' ? source.how : 'computed',
    })
  }
  return [...byColumn.values()]
}
