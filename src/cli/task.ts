import { resultEntry } from '../artifacts/run-results.ts'
import { storesFailures } from '../compile/store-failures.ts'
import { keepGraph } from '../context/model.ts'
import type { QuernError } from '../errors/quern-error.ts'
import { groupInfo } from '../events/group-info.ts'
import { nodeInfo } from '../events/node-info.ts'
import type { SummaryEntry } from '../events/run-event.ts'
import { warning } from '../events/warnings.ts'
import type { NodeRunner, RunnableNode } from '../execute/node-run.ts'
import { type HookType, projectHooks, runProjectHooks } from '../execute/project-hooks.ts'
import { lockRelations } from '../execute/run-lock.ts'
import { runNodes } from '../execute/run-nodes.ts'
import { createSchemas, fillCache, type SchemaName, schemasOf } from '../execute/schemas.ts'
import { buildDag, type Dag } from '../graph/dag.ts'
import { remainingWork } from '../graph/remaining-work.ts'
import { parseSelection } from '../graph/selector/grammar.ts'
import { resourceTypesOf } from '../graph/selector/resource-types.ts'
import { type Selection, select } from '../graph/selector/select.ts'
import { namedSelectors } from '../graph/selector/selectors-yml.ts'
import { stateChanges } from '../graph/state/changes.ts'
import { type SubDag, subDag, unorderedSubDag } from '../graph/sub-dag.ts'
import type { Value } from '../jinja/runtime/value.ts'
import { deferTo } from '../manifest/defer.ts'
import { hasFreshness } from '../manifest/freshness.ts'
import { graphNode, type Manifest } from '../manifest/manifest.ts'
import { type GraphNode, type ManifestNode, REFABLE, type UnitTestDefinition } from '../manifest/node.ts'
import type { NodeOutline } from '../manifest/node-map.ts'
import type { NodeResult } from '../manifest/node-result.ts'
import type { UniqueId } from '../manifest/unique-id.ts'
import { finishedLine, foundLine } from '../report/stat-lines.ts'
import { hookResults } from './hook-results.ts'
import { type Loaded, writeManifest } from './load-manifest.ts'
import { comparisonOf, deferManifest, previousSeconds } from './previous-states.ts'
import { compiledOf, openJournal, writeGraphSummary, writeResults } from './run-artifacts.ts'
import { makeRuntime, type Runtime } from './run-services.ts'
import { say } from './say.ts'

/** How a command runs nodes. */
export interface Task {
  readonly command: string
  /** Schemas are created, the cache is filled, project hooks run, lines and a summary are shown. Compile and show do none of it. */
  readonly builds: boolean
  /** `clone`: schemas, cache and a summary as for `builds`, but no project hooks and no lines; all nodes get their counterpart of the state. */
  readonly clones?: boolean
  /** Tests wait for what they test, children for the tests (`build`); otherwise edges between the selected nodes count. */
  readonly waitForTests: boolean
  /** Nodes may run in any order (`test`). */
  readonly unordered: boolean
  /** Ephemeral models that were asked for by name are results too (`compile`, `show`). */
  readonly keepEphemeral?: boolean
  /**
   * The first error of a node ends the command and is thrown; artifacts of results are left as they were (`compile`, `show`, `docs generate`).
   * With --fail-fast dbt-core 1.11 does not: then it's a result like that of any other command.
   */
  readonly throwsErrors?: boolean
  readonly runnerOf: (node: RunnableNode, runtime: Runtime) => NodeRunner<RunnableNode>
  /** Called with all results, before the summary. */
  readonly after?: (runtime: Runtime, results: readonly NodeResult[]) => void | Promise<void>
}

/** What a task came to. */
export interface TaskEnd {
  /** What the flags selected, whether it could run or not. */
  readonly selected: readonly UniqueId[]
  readonly results: readonly NodeResult[]
  readonly success: boolean
}

/** The nodes that the flags select for a command. */
export function selectNodes(
  loaded: Loaded,
  command: string,
): { selection: Selection; graph: ReturnType<typeof buildDag> } {
  const { invocation, manifest, config, retry } = loaded
  const { flags } = invocation
  const { state } = loaded.states()
  const dag = buildDag(manifest)
  if (retry !== undefined) return { selection: retriedNodes(dag, retry.ids), graph: dag }
  const named = namedSelectors(config.selectors, flags.indirectSelection)
  let spec = parseSelection(flags.select, flags.exclude, flags.indirectSelection, named.matching)
  const byDefault = flags.select.length === 0 && flags.exclude.length === 0 ? named.default : undefined
  // dbt-core 1.11: an empty name is none
  const asked = flags.selector === '' ? null : flags.selector
  const name = asked ?? byDefault
  if (name !== undefined) {
    if (asked === null) invocation.emit({ kind: 'default-selector', name })
    const chosen = named.get(name)
    spec = { op: 'union', parts: [chosen], expectExists: false, raw: name, indirect: flags.indirectSelection }
  }
  const resourceTypes = resourceTypesOf(command, {
    only: flags.resourceTypes,
    without: flags.excludeResourceTypes,
    inline: flags.inline !== null,
  })
  const list = command === 'ls' || command === 'list'
  const selection = select(manifest, dag, spec, {
    resourceTypes,
    includeEmpty: list || command === 'generate' || command === 'diff',
    ...(command === 'freshness'
      ? {
          accepts: (id) => {
            const source = manifest.sources.get(id)
            return source !== undefined && hasFreshness(source)
          },
        }
      : {}),
    emit: invocation.emit,
    comparison: comparisonOf(state, invocation, loaded.adapter, new Set(loaded.services.macros.internals.keys())),
  })
  return { selection, graph: dag }
}

/** The nodes of an earlier run that `retry` repeats and that are still there. */
function retriedNodes(dag: Dag, wanted: ReadonlySet<UniqueId>): Selection {
  const ids = dag.ids.filter((id) => wanted.has(id)).sort()
  return { ids, has: (id) => wanted.has(id as UniqueId) }
}

/** Runs a command over the selected nodes from `Found ...` to `Done. ...`, writes manifest.json and run_results.json. */
export async function runTask(loaded: Loaded, task: Task): Promise<TaskEnd> {
  const { invocation, manifest } = loaded
  const { emit, now, flags } = invocation
  if (task.command !== 'generate') writeManifest(loaded)
  loaded.states()
  emit({ kind: 'found-stats', statLine: foundLine(manifest) })
  tellChanges(loaded)
  const { selection, graph: dag } = selectNodes(loaded, task.command)
  writeGraphSummary(loaded, dag, task.waitForTests)
  // dbt-core 1.11: a retried build runs unit tests as nodes of their own, behind their model, which does not wait for them.
  const unitTests =
    task.waitForTests && loaded.retry === undefined ? unitTestsByModel(manifest, selection.ids) : undefined
  const ids = selection.ids.filter(
    (id) =>
      manifest.nodes.has(id) ||
      manifest.functions.has(id) ||
      manifest.exposures.has(id) ||
      manifest.savedQueries.has(id) ||
      (unitTests === undefined && manifest.unitTests.has(id)),
  )
  const startedAt = now()
  const results: NodeResult[] = []
  if (ids.length === 0) {
    emit(warning.nothingToDo())
    emit({ kind: 'run-ended', results, elapsed: 0, success: true })
    writeManifest(loaded)
    writeResults(loaded, results, startedAt)
    emit({ kind: 'run-reported', results, selected: selection.ids, interrupted: false })
    if (task.clones === true) emit({ kind: 'run-summary', results: [], interrupted: false })
    return { selected: selection.ids, results, success: true }
  }
  const runtime = makeRuntime(loaded, loaded.retry?.run)
  runtime.select(ids)
  const graph = task.unordered ? unorderedSubDag(ids) : subDag(dag, ids, { waitForTests: task.waitForTests })
  const urgency = task.builds ? urgencyOf(loaded, graph, ids.length) : undefined
  const count = ids.filter((id) => {
    const node = manifest.nodes.get(id)
    return node === undefined || !isEphemeral(node)
  }).length
  emit({
    kind: 'concurrency',
    threads: loaded.config.target.threads,
    targetName: loaded.config.target.name,
    nodeCount: count,
  })
  const throwsErrors = task.throwsErrors === true && !flags.failFast
  let interrupted = false
  let completed = false
  let fatal: QuernError | undefined
  const expected = ids.flatMap((id) => {
    const node = manifest.nodes.get(id)
    if (node !== undefined && isEphemeral(node)) return []
    return [...(unitTests?.get(id) ?? []).map((test) => test.unique_id), id]
  })
  const journal = task.builds || task.clones === true ? openJournal(loaded, expected, startedAt) : undefined
  try {
    if (flags.defer || task.clones === true) deferTo(manifest, deferManifest(loaded.states()))
    // `graph` of templates shows nodes as they are before the run
    keepGraph(manifest)
    const record = (result: NodeResult): void => {
      results.push(result)
      journal?.finished(resultEntry(result, { manifest, compiled: compiledOf([result]) }))
    }
    if (task.builds || task.clones === true) await prepare(runtime, ids)
    const started = task.builds ? await runHooks('on-run-start', runtime, new Map(), record) : true
    if (started || flags.behavior['skip_nodes_if_on_run_start_fails'] !== true) {
      const end = await runNodes({
        services: runtime.services,
        database: runtime.database,
        compiler: runtime.compiler,
        graph,
        threads: loaded.config.target.threads,
        urgency,
        failFast: flags.failFast || throwsErrors,
        lines: task.builds,
        keepEphemeral: task.keepEphemeral === true,
        anyFailureSkips: task.waitForTests,
        ...(unitTests === undefined ? {} : { unitTests }),
        runnerOf: (node) => task.runnerOf(node, runtime),
        onStart: (id) => journal?.started(id),
        onResult: record,
        onError: (error) => {
          if (throwsErrors) fatal ??= error
        },
      })
      interrupted = end.ended === 'cancelled'
      if (interrupted) for (const id of end.notStarted) results.push(skippedResult(id, 'Skipping due to cancellation'))
      if (fatal === undefined && end.ended === 'fail-fast' && end.failed !== undefined) {
        const ended = results.find((result) => result.id === end.failed)
        const failed = results.find((result) => result.id === ended?.skippedBecause) ?? ended
        if (failed !== undefined) emit({ kind: 'fail-fast', result: summaryEntry(runtime, failed) })
        for (const id of end.notStarted) results.push(skippedResult(id, 'Skipping due to fail_fast'))
      }
    } else skipAll(runtime, graph, count, results)
    if (task.builds && !interrupted) await runHooks('on-run-end', runtime, hookResults(runtime, results), record)
    completed = true
  } finally {
    await runtime.database.close()
    const elapsed = (now() - startedAt) / 1000
    if (task.builds) {
      const nodes = results.map((result) => graphNode(manifest, result.id) as GraphNode)
      emit({ kind: 'run-finished', statLine: finishedLine(nodes), elapsed })
    }
    // A run that failed before its first node leaves the results of the one before, for `retry`.
    if (fatal === undefined && (completed || results.length > 0)) {
      emit({ kind: 'run-ended', results, elapsed, success: results.every(({ status }) => SUCCESS.has(status)) })
      try {
        writeManifest(loaded)
        writeResults(loaded, results, startedAt)
        journal?.end(true)
      } finally {
        // what could not be written can be had from it
        journal?.leave()
      }
    } else journal?.end(false)
    emit({ kind: 'run-reported', results, selected: selection.ids, interrupted })
  }
  if (fatal !== undefined) throw fatal
  await task.after?.(runtime, results)
  if (task.builds || task.clones === true)
    emit({ kind: 'run-summary', results: results.map((result) => summaryEntry(runtime, result)), interrupted })
  return {
    selected: selection.ids,
    results,
    success: !interrupted && results.every((result) => SUCCESS.has(result.status)),
  }
}

const SUCCESS: ReadonlySet<string> = new Set(['success', 'pass', 'warn', 'no-op'])

const isEphemeral = (node: NodeOutline): boolean =>
  node.resource_type === 'model' && node.config.materialized === 'ephemeral'

/**
 * Which nodes press, with `--longest-first`, several threads and more nodes than those: what has the most work waiting behind it, as long as it took the
 * time before. Not by itself: projects read relations of models that they do not `ref`, and rely on dbt's order without knowing.
 */
function urgencyOf(
  { config, invocation, targetDir }: Loaded,
  graph: SubDag,
  count: number,
): readonly number[] | undefined {
  if (!invocation.flags.longestFirst) return undefined
  const { threads } = config.target
  if (threads < 2 || count <= threads) return undefined
  const before = previousSeconds(targetDir)
  return remainingWork(graph, (id) => before.get(id))
}

/** The selected unit tests of each model, in order of their ids. */
function unitTestsByModel(manifest: Manifest, ids: readonly UniqueId[]): Map<UniqueId, UnitTestDefinition[]> {
  const byModel = new Map<UniqueId, UnitTestDefinition[]>()
  for (const id of ids) {
    const test = manifest.unitTests.get(id)
    if (test === undefined) continue
    const model = test.depends_on.nodes[0] as UniqueId
    const others = byModel.get(model)
    if (others === undefined) byModel.set(model, [test])
    else others.push(test)
  }
  return byModel
}

/** No other run writes the same relations, schemas of the run exist and the cache knows what is in them. */
export async function prepare(runtime: Runtime, ids: readonly UniqueId[]): Promise<void> {
  const { services, database } = runtime
  const { flags } = services.invocation
  const nodes = ids.flatMap((id) => services.manifest.nodes.get(id) ?? services.manifest.functions.get(id) ?? [])
  const relational = nodes.filter(
    (node) =>
      !isEphemeral(node) &&
      (node.resource_type !== 'test' || storesFailures(node, flags)) &&
      node.resource_type !== 'analysis',
  )
  await lockRelations(
    database,
    relational.map((node) => ({ schema: String(node.schema), identifier: node.alias ?? node.name })),
    {
      wait: flags.lockWait,
      signal: services.invocation.signal,
      tell: (text) => say(services.invocation.emit, 'Note', 'Z050', text),
    },
  )
  const session = database.session('master')
  try {
    const wanted = schemasOf(relational)
    await createSchemas(services, session, wanted)
    if (flags.populateCache) {
      const known = flags.cacheSelectedOnly ? relational : [...relational, ...relationalNodes(runtime)]
      const elsewhere = flags.which === 'clone' ? nodes.flatMap((node) => node.defer_relation ?? []) : []
      await fillCache(services, session, schemasOf([...known, ...elsewhere]))
    }
  } finally {
    await session.release()
  }
}

/** Every node of the project that is or may be a relation. */
function* relationalNodes(runtime: Runtime): Generator<SchemaName> {
  const { manifest } = runtime.services
  for (const node of manifest.nodes.outlines())
    if (REFABLE.has(node.resource_type) && !isEphemeral(node))
      yield { database: node.database ?? null, schema: String(node.schema) }
}

/** Runs the project's hooks of a type; true when all passed or there were none. */
export function runHooks(
  type: HookType,
  runtime: Runtime,
  extra: ReadonlyMap<string, Value>,
  onResult: (result: NodeResult) => void,
): Promise<boolean> {
  if (projectHooks(runtime.services, type).length === 0) return Promise.resolve(true)
  return runProjectHooks(type, {
    services: runtime.services,
    database: runtime.database,
    compiler: runtime.compiler,
    extra,
    onResult,
  })
}

/** on-run-start failed and `skip_nodes_if_on_run_start_fails` is set. */
function skipAll({ services }: Runtime, graph: SubDag, total: number, results: NodeResult[]): void {
  const { manifest, invocation } = services
  for (const [at, id] of graph.ids.filter((_, vertex) => graph.selected[vertex] === true).entries()) {
    const node = graphNode(manifest, id) as GraphNode
    invocation.emit({
      kind: 'node-skipped',
      resourceType: node.resource_type,
      schema: 'schema' in node && typeof node.schema === 'string' ? node.schema : '',
      name: node.name,
      index: at + 1,
      total,
      info: nodeInfo(node),
      group: groupInfo(manifest, node),
    })
    results.push(skippedResult(id, null))
  }
}

/** The result of a node that was not run, and why. */
export const skippedResult = (id: UniqueId, message: string | null): NodeResult => ({
  id,
  status: 'skipped',
  executionTime: 0,
  threadId: 'MainThread',
  timing: [],
  message,
  failures: null,
  adapterResponse: {},
})

/** What the end of a run tells of one result. */
export function summaryEntry(runtime: Runtime, result: NodeResult): SummaryEntry {
  const { services } = runtime
  const node = result.unitTest ?? (graphNode(services.manifest, result.id) as GraphNode)
  const stored = node.resource_type === 'test' && storesFailures(node as ManifestNode, services.invocation.flags)
  return {
    status: result.status,
    message: result.message,
    resourceType: node.resource_type,
    name: node.name,
    path: node.original_file_path,
    compiledPath: 'compiled_path' in node ? ((node.compiled_path as string | null | undefined) ?? null) : null,
    failuresRelation: stored ? (node as ManifestNode).relation_name : null,
    info: nodeInfo(node, node.resource_type === 'operation' ? momentOf(result) : {}),
    group: groupInfo(services.manifest, node),
    error: result.error,
  }
}

/** dbt-core 1.11: hooks keep their status and times to the end, nodes do not. */
const momentOf = ({ status, timing }: NodeResult) => ({
  status,
  startedAt: timing[0]?.startedAt,
  finishedAt: timing.at(-1)?.completedAt,
})

/** For reports: what differs from `--state`. */
export function tellChanges(loaded: Loaded): void {
  const { invocation, manifest, adapter, services } = loaded
  if (invocation.flags.reports.length === 0) return
  const { state } = loaded.states()
  if (state?.manifest === undefined) return
  const builtins = new Set(services.macros.internals.keys())
  const comparison = comparisonOf(state, invocation, adapter, builtins)
  if (comparison === undefined) return
  const changes = stateChanges({ ...comparison, manifest }, state.manifest)
  invocation.emit({ kind: 'state-compared', folder: state.folder, changes })
}
