import { didYouMean } from '../../errors/did-you-mean.ts'
import { QuernError } from '../../errors/quern-error.ts'
import type { ColumnGraph, ColumnId } from '../../lineage/project/column-graph.ts'
import type { ProjectLineage } from '../../lineage/project/project-lineage.ts'
import type { Manifest } from '../../manifest/manifest.ts'
import type { NodeOutline } from '../../manifest/node-map.ts'
import { searchName } from '../../manifest/resolve-ref.ts'
import type { UniqueId } from '../../manifest/unique-id.ts'

/** What stands on the command line: a node, perhaps with one of its columns. */
export interface Asked {
  readonly id: UniqueId
  readonly column: string | undefined
}

const TYPES: ReadonlySet<string> = new Set(['model', 'seed', 'snapshot', 'source'])

/**
 * Finds `MODEL` or `MODEL.COLUMN`; a model may have its package or version with it, a source is `source.table`, and ids are understood. Throws a
 * `QuernError` for what names nothing, or more than one node.
 */
export function askedNode(manifest: Manifest, word: string): Asked {
  const nodes = [...manifest.nodes.outlines(), ...manifest.sources.outlines()].filter(({ resource_type: type }) =>
    TYPES.has(type),
  )
  const whole = named(nodes, word)
  const dot = word.lastIndexOf('.')
  const [found, column] =
    whole.length > 0 || dot < 1 ? [whole, undefined] : [named(nodes, word.slice(0, dot)), word.slice(dot + 1)]
  const [first] = found
  if (first === undefined) {
    const near =
      didYouMean(dot < 1 ? word : word.slice(0, dot), nodes.map(searchName)) ?? didYouMean(word, nodes.map(searchName))
    throw new QuernError('Runtime', 'lineage_node_unknown', `No model, seed, snapshot or source is called '${word}'`, {
      hint: near === undefined ? 'write MODEL or MODEL.COLUMN; quern ls shows the names' : `did you mean '${near}'?`,
    })
  }
  if (found.length > 1)
    throw new QuernError('Runtime', 'lineage_node_ambiguous', `More than one node is called '${word}'`, {
      hint: `name one of them by its id: ${found.map(({ unique_id: id }) => id).join(', ')}`,
    })
  return { id: first.unique_id, column }
}

/** The best kind of match: id, then name, then name with its package. A bare name of a versioned model means all of its versions. */
function named(nodes: readonly NodeOutline[], word: string): NodeOutline[] {
  const ways: readonly ((node: NodeOutline) => boolean)[] = [
    ({ unique_id: id }) => id === word,
    (node) => searchName(node) === word,
    (node) => `${node.package_name}.${searchName(node)}` === word,
    ({ name, version, latest_version: latest }) => name === word && version !== null && version === latest,
  ]
  for (const way of ways) {
    const found = nodes.filter(way)
    if (found.length > 0) return found
  }
  return []
}

/** The column of a node by its name, in any case when only one fits. Throws a `QuernError` for one that is not known. */
export function askedColumn(
  lineage: ProjectLineage,
  graph: ColumnGraph,
  { id, column }: { readonly id: string; readonly column: string },
  name: string,
): ColumnId {
  const node = lineage.get(id)
  const known = knownColumns(
    node?.columns.map((one) => one.name),
    graph,
    id,
  )
  const found = known.includes(column) ? column : known.find((one) => one.toLowerCase() === column.toLowerCase())
  if (found !== undefined) return { node: id, column: found }
  const near = didYouMean(column, known)
  const why = node?.reason === undefined ? '' : ` (${node.status}: ${node.reason})`
  throw new QuernError('Runtime', 'lineage_column_unknown', `No column '${column}' of ${name} is known${why}`, {
    hint: near === undefined ? `known are: ${known.join(', ') || 'none'}` : `did you mean '${near}'?`,
  })
}

/** The columns of a node; of a source those that something is made of. */
export const knownColumns = (own: readonly string[] | undefined, graph: ColumnGraph, id: string): readonly string[] => [
  ...new Set([...(own ?? []), ...graph.usedColumns(id)]),
]
