import type { Manifest } from '../../manifest/manifest.ts'
import {
  cteIdentifier,
  type ManifestNode,
  type ModelNode,
  type SeedNode,
  type SnapshotNode,
  type SourceNode,
} from '../../manifest/node.ts'
import { ephemeralName } from '../../manifest/relation-type.ts'
import { analyseStatement } from '../analyse.ts'
import { type SqlReader, UnreadableSql } from '../sql-reader.ts'
import type { KnownColumn, KnownRelation, Relations } from '../statement-lineage.ts'
import { contractOrder } from './contract-order.ts'
import { lineText, nodeLineage } from './node-lineage.ts'
import { failedLineage, type LineageColumn, type NodeLineage, type ProjectLineage } from './project-lineage.ts'
import { indexRelations, type NamedRelation, type RelationIndex } from './relation-index.ts'
import { snapshotColumns } from './snapshot-columns.ts'

/** What is to be known besides the manifest. Nothing here asks the database. */
export interface LineageInput {
  /** Its nodes are compiled: those without `compiled_code` are said to have failed. */
  readonly manifest: Manifest
  readonly reader: SqlReader
  /** The schema that unqualified names mean. */
  readonly defaultSchema: string
  /** The columns of a seed, as its table has them. */
  readonly seedColumns: (seed: SeedNode) => Promise<readonly string[] | undefined>
  /** What catalog.json says of a node's or source's relation; undefined = nothing. */
  readonly catalogColumns?: (id: string) => readonly KnownColumn[] | undefined
  /** Materializations that do not come with quern. */
  readonly ownMaterializations?: ReadonlySet<string>
  /** Why a node has no compiled SQL. */
  readonly failures?: ReadonlyMap<string, string>
  /** Nodes that may get other columns than their compiled SQL has now. */
  readonly unsettled?: ReadonlySet<string>
  /** Only these, and what they are made of. Left out: all. */
  readonly ids?: ReadonlySet<string>
}

type LineageNode = ModelNode | SnapshotNode | SeedNode

const hasColumns = (node: ManifestNode): node is LineageNode =>
  node.resource_type === 'model' || node.resource_type === 'snapshot' || node.resource_type === 'seed'

const isEphemeral = (node: LineageNode): node is ModelNode =>
  node.resource_type === 'model' && node.config.materialized === 'ephemeral'

/**
 * Where the columns of all models, snapshots and seeds come from. Each node is analysed after those that it is made of, so that `select *` can be
 * written out. A node whose SQL cannot be read has failed; others go on with what is declared of it.
 */
export async function columnLineage(input: LineageInput): Promise<ProjectLineage> {
  const nodes = [...input.manifest.nodes.values()].filter(hasColumns)
  const index = await indexRelations(input.reader, namedRelations(input.manifest, nodes), input.defaultSchema)
  const project = new ProjectAnalysis(input, index, nodes)
  // Seeds come first: sources may be other names of them, which no dependency tells.
  const seeds = nodes.filter(({ resource_type: type }) => type === 'seed')
  for (const node of inOrder([...seeds, ...nodes])) {
    const isNeeded = node.resource_type === 'seed' || input.ids === undefined || input.ids.has(node.unique_id)
    if (!isNeeded) continue
    await project.analyse(node)
  }
  return project.results
}

/** Parents first; what a project cannot have, a cycle, ends where it is met. */
function inOrder(nodes: readonly LineageNode[]): LineageNode[] {
  const byId = new Map<string, LineageNode>(nodes.map((node) => [node.unique_id, node]))
  const done = new Set<string>()
  const ordered: LineageNode[] = []
  const stack: { node: LineageNode; next: number }[] = []
  for (const start of nodes) {
    if (!done.has(start.unique_id)) stack.push({ node: start, next: 0 })
    done.add(start.unique_id)
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const parents = parentsOf(top.node)
      const id = parents[top.next++]
      if (id === undefined) {
        ordered.push(top.node)
        stack.pop()
        continue
      }
      const parent = byId.get(id)
      if (parent === undefined || done.has(id)) continue
      done.add(id)
      stack.push({ node: parent, next: 0 })
    }
  }
  return ordered
}

const parentsOf = (node: LineageNode): readonly string[] => (node.resource_type === 'seed' ? [] : node.depends_on.nodes)

function namedRelations(manifest: Manifest, nodes: readonly LineageNode[]): NamedRelation[] {
  const named: NamedRelation[] = []
  const add = (id: string, sql: string | null | undefined): void => {
    if (typeof sql === 'string' && sql !== '') named.push({ id, sql })
  }
  for (const node of nodes) add(node.unique_id, node.relation_name)
  for (const source of manifest.sources.values()) add(source.unique_id, source.relation_name)
  // With --defer, SQL names the other environment's relation.
  for (const node of nodes) add(node.unique_id, node.defer_relation?.relation_name)
  return named
}

/** `column_types` of a seed, by the names that its table has. */
function columnTypes(config: unknown, unquoted: (name: string) => string): ReadonlyMap<string, string> {
  const given = typeof config === 'object' && config !== null ? Object.entries(config) : []
  return new Map(
    given.flatMap(([name, type]) => [name, unquoted(name)].map((one): [string, string] => [one, String(type)])),
  )
}

/** What keeps one statement from being analysed never ends the analysis of the others, whatever it is. */
function whyUnreadable(error: unknown, sql: string): string {
  if (error instanceof UnreadableSql) return `${error.message}${lineText(sql, error.at)}`
  if (error instanceof RangeError) return 'it is nested too deeply'
  return `quern failed in a way it should not: ${error instanceof Error ? error.message : String(error)}`
}

class ProjectAnalysis {
  readonly results = new Map<string, NodeLineage>()
  readonly #input: LineageInput
  readonly #index: RelationIndex
  readonly #nodes: ReadonlyMap<string, LineageNode>
  readonly #ephemeral: ReadonlyMap<string, string>
  readonly #relationOf = new Map<string, KnownRelation>()

  constructor(input: LineageInput, index: RelationIndex, nodes: readonly LineageNode[]) {
    this.#input = input
    this.#index = index
    this.#nodes = new Map(nodes.map((node) => [node.unique_id, node]))
    const { normalise } = input.reader.rules
    this.#ephemeral = new Map(
      nodes.flatMap((node) =>
        isEphemeral(node) ? [[normalise(ephemeralName(cteIdentifier(node))), node.unique_id]] : [],
      ),
    )
  }

  async analyse(node: LineageNode): Promise<void> {
    const result = await this.#analysed(node)
    this.results.set(node.unique_id, result)
    const promised = this.#promisedTypes(node)
    const { normalise } = this.#input.reader.rules
    const columns = result.columns.map(({ name, type }) => ({ name, type: promised.get(normalise(name)) ?? type }))
    if (result.status !== 'failed')
      this.#relationOf.set(node.unique_id, {
        key: node.unique_id,
        columns,
        complete: result.allColumns && this.#input.unsettled?.has(node.unique_id) !== true,
      })
  }

  /** The types of an enforced contract: the relation has them, whatever the query gives. */
  #promisedTypes(node: LineageNode): ReadonlyMap<string, string> {
    if (node.resource_type !== 'model' || !node.contract.enforced) return new Map()
    const { normalise } = this.#input.reader.rules
    return new Map(
      this.#declared(node.unique_id).flatMap(({ name, type }) => (type === undefined ? [] : [[normalise(name), type]])),
    )
  }

  async #analysed(node: LineageNode): Promise<NodeLineage> {
    if (node.resource_type === 'seed') return await this.#seed(node)
    if (node.language !== 'sql') return failedLineage(node.unique_id, `it is written in ${node.language}, not in SQL`)
    const sql = node.compiled_code
    if (sql === undefined || sql.trim() === '')
      return failedLineage(node.unique_id, this.#input.failures?.get(node.unique_id) ?? 'it was not compiled')
    try {
      const { rules } = this.#input.reader
      const statement = analyseStatement(await this.#input.reader.read(sql), rules, this.#relations(node))
      const result = nodeLineage(node.unique_id, sql, statement, rules)
      if (node.resource_type === 'snapshot') return snapshotColumns(node, result, rules)
      return this.#asMade(node, contractOrder(node, result, rules))
    } catch (error) {
      return failedLineage(node.unique_id, `its SQL cannot be analysed: ${whyUnreadable(error, sql)}`)
    }
  }

  async #seed(seed: SeedNode): Promise<NodeLineage> {
    const names = await this.#input.seedColumns(seed)
    if (names === undefined) return failedLineage(seed.unique_id, 'its file cannot be read')
    const { unquoted } = this.#input.reader.rules
    // A header that is sent as it stands may bring its own quotes.
    const sent = (name: string): string => (/^".+"$/.test(name) ? name.slice(1, -1) : unquoted(name))
    const own = seed.config['quote_columns'] === false ? names.map(sent) : names
    const types = columnTypes(seed.config['column_types'], unquoted)
    const columns = own.map((name): LineageColumn => ({ name, type: types.get(name), sources: [], windows: [] }))
    return {
      id: seed.unique_id,
      status: 'complete',
      reason: undefined,
      columns,
      allColumns: true,
      used: [],
      problems: [],
      ctes: [],
      relations: [],
    }
  }

  /** A materialization of the project itself may make something else than its query gives. */
  #asMade(node: ModelNode, result: NodeLineage): NodeLineage {
    const { materialized } = node.config
    if (result.status !== 'complete' || this.#input.ownMaterializations?.has(materialized) !== true) return result
    const reason = `the project's own materialization ${materialized} makes it, which may change the columns of the query`
    return { ...result, status: 'partial', reason, allColumns: false }
  }

  #relations(node: LineageNode): Relations {
    const { normalise } = this.#input.reader.rules
    const parents = new Set(parentsOf(node))
    /** What the node says that it reads comes first. */
    const known = (ids: readonly string[]): KnownRelation | undefined => {
      const id = ids.find((one) => parents.has(one)) ?? ids[0]
      return id === undefined ? undefined : this.#known(id, ids)
    }
    return {
      table: (path) => known(this.#index.byPath(path)),
      cte: (name) => {
        const id = this.#ephemeral.get(normalise(name))
        return id === undefined ? undefined : this.#relation(id)
      },
      call: (key) => known(key === '' ? [] : this.#index.byCall(key)),
    }
  }

  /** The relation of a node; where nobody knows all of its columns, another node with the same relation may. */
  #known(id: string, namesakes: readonly string[]): KnownRelation {
    const relation = this.#relation(id)
    if (relation.complete) return relation
    const better = namesakes.map((one) => this.#relation(one)).find(({ complete }) => complete)
    return better === undefined ? relation : { ...better, key: id }
  }

  /** What is known of a node's relation: its own analysis, else the catalog, else what is declared of it, which may not be all. */
  #relation(id: string): KnownRelation {
    const analysed = this.#relationOf.get(id)
    if (analysed !== undefined) return analysed
    const catalog = this.#input.catalogColumns?.(id)
    const relation: KnownRelation =
      catalog === undefined || catalog.length === 0
        ? { key: id, columns: this.#declared(id), complete: false }
        : { key: id, columns: catalog, complete: true }
    // A node that reads itself is known better once it is analysed.
    if (this.results.has(id) || !this.#nodes.has(id)) this.#relationOf.set(id, relation)
    return relation
  }

  #declared(id: string): KnownColumn[] {
    const node: LineageNode | SourceNode | undefined =
      this.#nodes.get(id) ?? this.#input.manifest.sources.get(id as SourceNode['unique_id'])
    const { unquoted } = this.#input.reader.rules
    return Object.values(node?.columns ?? {}).map(({ name, quote, data_type: type }) => ({
      name: quote === true ? name : unquoted(name),
      type: type ?? undefined,
    }))
  }
}
