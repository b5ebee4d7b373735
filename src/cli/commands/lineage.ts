import { lineageNodes } from '../../artifacts/column-lineage.ts'
import { type Dataset, jobEvent } from '../../artifacts/open-lineage.ts'
import { QUERN_VERSION } from '../../config/version.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { warning } from '../../events/warnings.ts'
import { buildDag, reachable } from '../../graph/dag.ts'
import { toJson } from '../../jinja/python/json.ts'
import { mermaidText } from '../../lineage/formats/mermaid.ts'
import { columnTree, nodeTree, type TreeRequest } from '../../lineage/formats/tree-text.ts'
import {
  ColumnGraph,
  type ColumnId,
  columnKey,
  type Direction,
  type Reach,
  reach,
} from '../../lineage/project/column-graph.ts'
import { type NodeLineage, type ProjectLineage, unknownLineage } from '../../lineage/project/project-lineage.ts'
import { throughEphemeral } from '../../lineage/project/through-ephemeral.ts'
import { graphOutline } from '../../manifest/manifest.ts'
import { searchName } from '../../manifest/resolve-ref.ts'
import type { UniqueId } from '../../manifest/unique-id.ts'
import type { Output } from '../../report/reporter.ts'
import { foundLine } from '../../report/stat-lines.ts'
import { ExitCode } from '../exit-code.ts'
import { compileForLineage } from '../lineage/compile-nodes.ts'
import { type Asked, askedColumn, askedNode, knownColumns } from '../lineage/find-columns.ts'
import { projectLineage } from '../lineage/project-lineage.ts'
import type { Loaded } from '../load-manifest.ts'
import { selectNodes } from '../task.ts'

/** What is to be shown. */
interface Question {
  readonly asked: Asked | undefined
  readonly nodes: readonly UniqueId[]
  readonly directions: readonly Direction[]
  readonly depth: number
}

/** `lineage`: where columns come from and what they go into. The answer goes to `output`, the lines of the run elsewhere. */
export async function lineageCommand(loaded: Loaded, output: Output): Promise<ExitCode> {
  const { invocation, manifest, adapter } = loaded
  const { emit } = invocation
  if (adapter.sqlReader === undefined)
    throw new QuernError('Runtime', 'lineage_no_parser', `No parser of ${adapter.title}'s SQL is known to quern`, {
      hint: 'the lineage of columns is there for DuckDB and Postgres',
    })
  emit({ kind: 'found-stats', statLine: foundLine(manifest) })
  const question = questionOf(loaded)
  if (question.nodes.length === 0) {
    emit(warning.noNodesSelected())
    return ExitCode.success
  }
  const ids = neededNodes(loaded, question)
  const compiled = [...ids].filter((id) => COMPILED.has(manifest.nodes.outline(id)?.resource_type ?? ''))
  const { failures, cancelled } = await compileForLineage(loaded, compiled)
  if (cancelled) {
    emit({ kind: 'interrupted' })
    return ExitCode.failure
  }
  const lineage = (await projectLineage(loaded, { ids, failures })) ?? new Map<string, NodeLineage>()
  const text = answerText(loaded, question, lineage)
  if (text !== '') output.write(`${text}\n`)
  const { asked } = question
  return asked !== undefined && lineage.get(asked.id)?.status === 'failed' ? ExitCode.failure : ExitCode.success
}

const COMPILED: ReadonlySet<string> = new Set(['model', 'snapshot'])

function questionOf(loaded: Loaded): Question {
  const { flags } = loaded.invocation
  const given: Direction[] = [
    ...(flags.upstream ? (['upstream'] as const) : []),
    ...(flags.downstream ? (['downstream'] as const) : []),
  ]
  const asked = flags.lineageOf === null ? undefined : askedNode(loaded.manifest, flags.lineageOf)
  if (asked !== undefined)
    return {
      asked,
      nodes: [asked.id],
      directions: given.length === 0 ? ['upstream', 'downstream'] : given,
      depth: flags.depth ?? Number.POSITIVE_INFINITY,
    }
  // Of many nodes only the nearest columns, unless more is asked for; what is made of nothing has no answer upstream.
  const ids = selectNodes(loaded, 'lineage').selection.ids
  return {
    asked,
    nodes: flags.downstream
      ? ids
      : ids.filter((id) => COMPILED.has(loaded.manifest.nodes.outline(id)?.resource_type ?? '')),
    directions: given.length === 0 ? ['upstream'] : given,
    depth: flags.depth ?? (given.length === 0 ? 1 : Number.POSITIVE_INFINITY),
  }
}

/** The nodes to be analysed: what is asked for and what it is made of, and for the other direction also all that goes on from there. */
function neededNodes({ manifest }: Loaded, { nodes, directions }: Question): ReadonlySet<UniqueId> {
  const dag = buildDag(manifest)
  const starts = nodes.flatMap((id) => dag.index.get(id) ?? [])
  const below = directions.includes('downstream') ? marked(reachable(dag.children, starts)) : []
  const above = marked(reachable(dag.parents, [...starts, ...below]))
  return new Set([...starts, ...below, ...above].flatMap((vertex) => dag.ids[vertex] ?? []))
}

const marked = (mask: ArrayLike<number>): number[] => Array.from(mask).flatMap((set, vertex) => (set ? [vertex] : []))

function answerText(loaded: Loaded, question: Question, lineage: ProjectLineage): string {
  const graph = new ColumnGraph(lineage)
  const { asked, nodes, directions, depth } = question
  const columnsOf = (id: string): ColumnId[] =>
    knownColumns(
      lineage.get(id)?.columns.map(({ name }) => name),
      graph,
      id,
    ).map((column) => ({ node: id, column }))
  const named = (id: string): { name: string; kind: string | undefined } => shownName(loaded, id)
  const starts =
    asked?.column === undefined
      ? nodes.flatMap(columnsOf)
      : [askedColumn(lineage, graph, { id: asked.id, column: asked.column }, named(asked.id).name)]
  const found = reach(graph, starts, directions, depth)
  const shown = restricted(lineage, found, asked?.column === undefined ? new Set(nodes) : new Set())
  loaded.invocation.answer?.({ kind: 'lineage', text: toJson(lineageNodes(shown)) })
  switch (loaded.invocation.flags.format) {
    case 'json':
      return toJson({ nodes: lineageNodes(shown) }, { indent: 2 })
    case 'mermaid':
      return mermaidText(found, (id) => named(id).name)
    case 'openlineage':
      return openLineageText(loaded, lineage, new Set(shown.keys()))
    default: {
      const request: TreeRequest = { graph, directions, depth, named }
      const [start] = starts
      if (asked?.column !== undefined && start !== undefined) return columnTree(request, start)
      return nodes
        .map((id) =>
          nodeTree(
            request,
            lineage.get(id) ?? unknownLineage(id),
            columnsOf(id).map(({ column }) => column),
          ),
        )
        .join('\n\n')
    }
  }
}

/** The nodes of the columns that were reached, with these columns only; nodes in `whole` with all of what is known. */
function restricted(lineage: ProjectLineage, { columns, edges }: Reach, whole: ReadonlySet<string>): ProjectLineage {
  const reached = new Set([...columns.values()].map(({ node }) => node))
  const kept = new Set(edges.map(({ from, to }) => `${columnKey(from)}\0${columnKey(to)}`))
  const result = new Map<string, NodeLineage>()
  for (const [id, node] of lineage) {
    if (!reached.has(id) && !whole.has(id)) continue
    const own = node.columns.filter(({ name }) => columns.has(columnKey({ node: id, column: name })))
    const withSources = own.map((column) => ({
      ...column,
      sources: column.sources.filter((source) =>
        kept.has(`${columnKey(source)}\0${columnKey({ node: id, column: column.name })}`),
      ),
    }))
    result.set(id, {
      ...node,
      columns: withSources,
      used: whole.has(id) ? node.used : [],
    })
  }
  return result
}

/** A node as people call it; what is no model says so. */
function shownName({ manifest }: Loaded, id: string): { name: string; kind: string | undefined } {
  const node = graphOutline(manifest, id as UniqueId)
  if (node === undefined) return { name: id, kind: 'outside of the project' }
  return { name: searchName(node), kind: node.resource_type === 'model' ? undefined : node.resource_type }
}

/** One event a line, as OpenLineage's backends take them. Ephemeral models are no datasets. */
function openLineageText(loaded: Loaded, lineage: ProjectLineage, ids: ReadonlySet<string>): string {
  const { manifest, invocation } = loaded
  const isEphemeral = (id: string): boolean =>
    manifest.nodes.outline(id as UniqueId)?.config.materialized === 'ephemeral'
  const context = {
    producer: `urn:quern:${QUERN_VERSION}`,
    time: invocation.now(),
    jobNamespace: manifest.projectName,
    dataset: (id: string) => dataset(loaded, id),
  }
  const written = [...throughEphemeral(lineage, isEphemeral).values()].filter(
    ({ id, status }) =>
      ids.has(id) && status !== 'failed' && COMPILED.has(manifest.nodes.outline(id as UniqueId)?.resource_type ?? ''),
  )
  return written.map((node) => toJson(jobEvent(node, context))).join('\n')
}

function dataset({ manifest, adapter, config }: Loaded, id: string): Dataset {
  const namespace = adapter.datasetNamespace?.(config.target.fields) ?? adapter.type
  const node = manifest.nodes.get(id as UniqueId) ?? manifest.sources.get(id as UniqueId)
  if (node === undefined) return { namespace, name: id }
  const identifier = 'identifier' in node ? node.identifier : node.alias
  return { namespace, name: [node.database, node.schema, identifier].filter((part) => part !== null).join('.') }
}
