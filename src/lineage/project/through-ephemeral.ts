import { composedWays, Way } from '../origins.ts'
import { type ColumnSource, howOf, type NodeLineage, type NodeUse, type ProjectLineage } from './project-lineage.ts'

/** The same lineage in which ephemeral models do not appear: what is made of them is made of what they are made of. */
export function throughEphemeral(lineage: ProjectLineage, isEphemeral: (node: string) => boolean): ProjectLineage {
  const result = new Map<string, NodeLineage>()
  // Parents come first, so that those that an ephemeral model reads are resolved already.
  for (const [id, node] of lineage) {
    const columns = node.columns.map((column) => ({
      ...column,
      sources: column.sources.flatMap((source) => resolved(result, isEphemeral, source, column.name)),
      windows: column.windows.flatMap((one) =>
        isEphemeral(one.node) ? originsOf(result, one).map(({ node, column }) => ({ node, column })) : [one],
      ),
    }))
    const used = [...node.used, ...inherited(result, isEphemeral, node)].flatMap((use): NodeUse[] =>
      isEphemeral(use.node)
        ? originsOf(result, use).map(({ node, column }) => ({ node, column, how: use.how }))
        : [use],
    )
    result.set(id, {
      ...node,
      columns: columns.map((column) => ({ ...column, sources: united(column.sources) })),
      used,
    })
  }
  return new Map([...result].filter(([id]) => !isEphemeral(id)))
}

/** What ephemeral models that a node reads use decides about the node's rows too. */
function inherited(
  lineage: ProjectLineage,
  isEphemeral: (node: string) => boolean,
  { columns, used }: NodeLineage,
): NodeUse[] {
  const parents = new Set(
    [...columns.flatMap(({ sources, windows }) => [...sources, ...windows]), ...used].map(({ node }) => node),
  )
  return [...parents].filter(isEphemeral).flatMap((id) => lineage.get(id)?.used ?? [])
}

const originsOf = (
  lineage: ProjectLineage,
  { node, column }: { readonly node: string; readonly column: string },
): readonly ColumnSource[] => lineage.get(node)?.columns.find(({ name }) => name === column)?.sources ?? []

function resolved(
  lineage: ProjectLineage,
  isEphemeral: (node: string) => boolean,
  source: ColumnSource,
  name: string,
): ColumnSource[] {
  if (!isEphemeral(source.node)) return [source]
  return originsOf(lineage, source).flatMap(({ node, column, ways: inner }) => {
    const ways = composedWays(source.ways, inner)
    const how = howOf({ relation: node, column, ways }, column === name)
    return how === undefined ? [] : [{ node, column, ways, how }]
  })
}

/** Each column once, with all its ways. */
function united(sources: readonly ColumnSource[]): ColumnSource[] {
  const byColumn = new Map<string, ColumnSource>()
  for (const source of sources) {
    const key = `${source.node}\0${source.column}`
    const known = byColumn.get(key)
    const ways = (known?.ways ?? 0) | source.ways
    const isCopy = (ways & ~(Way.same | Way.window)) === 0
    const how = howOf({ relation: source.node, column: source.column, ways }, isCopy && source.how === 'copied')
    byColumn.set(key, { ...source, ways, how: how ?? source.how })
  }
  return [...byColumn.values()]
}
