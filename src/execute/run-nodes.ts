import { type Compiler, nodeLabel } from '../compile/compile-node.ts'
import { writePath } from '../compile/node-paths.ts'
import type { RunServices } from '../context/run-context.ts'
import { dbtText } from '../errors/dbt-text.ts'
import { QuernError } from '../errors/quern-error.ts'
import { groupInfo } from '../events/group-info.ts'
import { type NodeInfo, nodeInfo } from '../events/node-info.ts'
import type { SummaryEntry } from '../events/run-event.ts'
import { reachable, verticesOf } from '../graph/dag.ts'
import type { SubDag } from '../graph/sub-dag.ts'
import { TemplateFault } from '../jinja/runtime/value.ts'
import type { ManifestNode, PassiveNode, SourceNode, UnitTestDefinition } from '../manifest/node.ts'
import type { NodeResult, ResultStatus, TimingInfo } from '../manifest/node-result.ts'
import type { UniqueId } from '../manifest/unique-id.ts'
import { NodeAttempts } from './attempts.ts'
import { isCancellation, nodeCancelled } from './cancelled.ts'
import type { Database } from './database.ts'
import type { NodeRun, NodeRunner, RunnableNode } from './node-run.ts'
import { resultEvent } from './results-to-events.ts'
import { type GraphRunEnd, runGraph } from './scheduler.ts'

export interface NodesRun {
  readonly services: RunServices
  readonly database: Database
  readonly compiler: Compiler
  readonly graph: SubDag
  readonly threads: number
  /** See `GraphRun`. */
  readonly urgency?: readonly number[] | undefined
  readonly failFast: boolean
  /** Lines like `1 of 5 START ...` are written (not by compile and show). */
  readonly lines: boolean
  /** Ephemeral models are results too, and are executed (`compile` and `show` of what was asked for by name). */
  readonly keepEphemeral?: boolean
  /** Failing tests and skipped nodes are told of as in the way of others (`build`), as errors always are. */
  readonly anyFailureSkips?: boolean
  /** Unit tests that run in front of their model, in its place in the queue (`build`). A failing one skips the model. */
  readonly unitTests?: ReadonlyMap<UniqueId, readonly UnitTestDefinition[]>
  readonly runnerOf: (node: RunnableNode) => NodeRunner<RunnableNode>
  /** Called when a node is begun, unless it is an ephemeral model. */
  readonly onStart?: (id: UniqueId) => void
  readonly onResult: (result: NodeResult, node: RunnableNode | PassiveNode) => void
  /** Called with each error of a node, of ephemeral models too. */
  readonly onError?: (error: QuernError) => void
}

/** An ephemeral model that is in the way of others. */
interface BrokenEphemeral {
  readonly node: ManifestNode
  readonly result: NodeResult
}

type Worker = Pick<NodeRun, 'thread' | 'signal' | 'share'>

const threadName = (number: number): string => `Thread-${number} (worker)`

/** dbt-core 1.11: ephemeral models are compiled when their turn comes, and appear neither in lines nor in results. */
const isEphemeral = (node: RunnableNode): boolean =>
  node.resource_type === 'model' && node.config.materialized === 'ephemeral'

const isManifestNode = (node: RunnableNode): node is ManifestNode => 'raw_code' in node

const FAILED: ReadonlySet<ResultStatus> = new Set(['error', 'fail', 'skipped', 'partial success'])
const FAILED_BUT_OF_BUILD: ReadonlySet<ResultStatus> = new Set(['error', 'partial success'])

/** Whether what was compiled became a file of `target/compiled`. */
const isWritten = (node: RunnableNode): boolean =>
  'extra_ctes_injected' in node && node.extra_ctes_injected === true && node.resource_type !== 'snapshot'

/**
 * Runs the nodes of a graph in order, `threads` at a time. Every node but ephemeral ones gets a `NodeResult`, given to `onResult` when it is done.
 * A node's error never rejects: it is its result, and skips what is downstream.
 */
export async function runNodes(run: NodesRun): Promise<GraphRunEnd> {
  const { services } = run
  const { emit, now } = services.invocation
  const groupOf = (node: object) => groupInfo(services.manifest, node)
  const nodeOf = (id: UniqueId): RunnableNode =>
    (services.manifest.nodes.get(id) ??
      services.manifest.functions.get(id) ??
      services.manifest.unitTests.get(id)) as RunnableNode
  const passiveOf = (id: UniqueId): PassiveNode | undefined =>
    services.manifest.exposures.get(id) ?? (services.manifest.savedQueries.get(id) as PassiveNode | undefined)
  const isSelected = (_: UniqueId, vertex: number): boolean => run.graph.selected[vertex] === true
  const unitTestsOf = (id: UniqueId): readonly UnitTestDefinition[] => run.unitTests?.get(id) ?? []
  const total = run.graph.ids
    .filter(isSelected)
    .map((id) => unitTestsOf(id).length + (passiveOf(id) !== undefined || !isEphemeral(nodeOf(id)) ? 1 : 0))
    .reduce((sum, count) => sum + count, 0)
  /** What is downstream of ephemeral models that failed or were skipped: it says so when it is skipped. Who was marked last counts. */
  const inTheWay = new Map<UniqueId, BrokenEphemeral | undefined>()
  /** Numbers of lines: see `queued` of `GraphRun`; a model with unit tests and those take theirs when they start (dbt-core 1.11). */
  const places = new Map<UniqueId, number>()
  const takePlace = (id: UniqueId): void => {
    if (passiveOf(id) !== undefined || !isEphemeral(nodeOf(id))) places.set(id, places.size + 1)
  }

  return await runGraph({
    graph: run.graph,
    threads: run.threads,
    urgency: run.urgency,
    failFast: run.failFast,
    signal: services.invocation.signal,
    cancelling: () => void run.database.cancelAll(),
    queued: (id) => {
      if (unitTestsOf(id).length === 0) takePlace(id)
    },
    run: async (id, threadNumber, signal, share) => {
      const thread = threadName(threadNumber)
      const worker: Worker = {
        thread,
        signal,
        share: (next) =>
          share(() => {
            const piece = next()
            return piece === undefined ? undefined : (helper) => piece(threadName(helper))
          }),
      }
      const passive = passiveOf(id)
      if (passive !== undefined) return passBy(passive, thread)
      return unitTestsOf(id).length === 0
        ? await runOne(nodeOf(id), worker)
        : await runWithUnitTests(nodeOf(id), worker)
    },
    skip: (id, cause, threadNumber) => {
      const thread = threadName(threadNumber)
      for (const test of unitTestsOf(id)) {
        takePlace(test.unique_id)
        skipOne(test, cause, thread, false)
      }
      if (unitTestsOf(id).length > 0) takePlace(id)
      skipOne(passiveOf(id) ?? nodeOf(id), cause, thread, unitTestsOf(id).length === 0)
    },
  })

  /** The model's unit tests one by one, then the model. dbt-core 1.11: the first that fails skips the rest. */
  async function runWithUnitTests(model: RunnableNode, worker: Worker): Promise<'done' | 'failed'> {
    let failed: UniqueId | undefined
    for (const test of unitTestsOf(model.unique_id)) {
      takePlace(test.unique_id)
      if (failed !== undefined) skipOne(test, failed, worker.thread, false)
      else if ((await runOne(test, worker)) === 'failed' || worker.signal.aborted) failed = test.unique_id
    }
    takePlace(model.unique_id)
    if (failed === undefined) return await runOne(model, worker)
    skipOne(model, failed, worker.thread, false)
    return 'failed'
  }

  /** dbt-core 1.11: exposures and saved queries of a build are reported, and nothing is done. */
  function passBy(passive: PassiveNode, thread: string): 'done' {
    const index = places.get(passive.unique_id) ?? 0
    const startedAt = now()
    const infoOf = (status: string) => nodeInfo(passive, { status, startedAt })
    emit({ kind: 'node-started', info: infoOf('started'), thread })
    emit({ kind: 'node-compiling', info: infoOf('compiling'), thread })
    emit({ kind: 'node-executing', info: infoOf('executing'), thread })
    const info = nodeInfo(passive, { status: 'no-op', startedAt, finishedAt: now() })
    if (run.lines)
      emit({
        kind: 'node-no-op',
        description: `${passive.resource_type.replace('_', ' ')} ${passive.name}`,
        executionTime: 0,
        index,
        total,
        info,
        thread,
      })
    const timing = (['compile', 'execute'] as const).map((name) => ({ name, startedAt, completedAt: now() }))
    const rest = { executionTime: 0, threadId: thread, timing, failures: 0, adapterResponse: {} }
    const result = { id: passive.unique_id, status: 'no-op', message: 'NO-OP', ...rest } as const
    finished(result, info, thread)
    run.onResult(result, passive)
    return 'done'
  }

  async function runOne(node: RunnableNode, worker: Worker): Promise<'done' | 'failed'> {
    const { thread, signal } = worker
    const ephemeral = isEphemeral(node)
    const index = places.get(node.unique_id) ?? 0
    const startedAt = now()
    let status = 'started'
    let finishedAt: number | undefined
    const info = () => nodeInfo(node, { status, startedAt, finishedAt })
    // dbt-core 1.11: the line of a unit test's result is about a copy that nobody told of the times.
    const shown = () => (node.resource_type === 'unit_test' ? nodeInfo(node) : info())
    const runner = run.runnerOf(node)
    const about = { node, thread, info, repeats: true }
    const attempts = new NodeAttempts({
      node,
      services,
      signal,
      thread,
      info,
      what: node.unique_id,
      open: () => run.database.session(node.unique_id, about),
      once: runner.inPieces === true,
    })
    const nodeRun: Omit<NodeRun, 'session'> = {
      services,
      compiler: run.compiler,
      ...worker,
      openSession: (of, name, info) =>
        run.database.session(node.unique_id, { node: of, thread: name, info, repeats: true }),
    }
    const timing: TimingInfo[] = []
    if (!ephemeral) run.onStart?.(node.unique_id)
    emit({ kind: 'node-started', info: info(), thread })
    if (run.lines && !ephemeral)
      emit({ kind: 'start-line', description: runner.describe(node), index, total, info: info(), thread })
    const result = await outcome()
    finishedAt = now()
    status = result.status
    if (run.lines && !ephemeral)
      emit(
        resultEvent(node, runner.describe(node), result, { index, total, thread, info: shown(), group: groupOf(node) }),
      )
    finished(result, info(), thread)
    if (!ephemeral || run.keepEphemeral === true) run.onResult(result, node)
    return FAILED.has(result.status) ? 'failed' : 'done'

    async function outcome(): Promise<NodeResult> {
      const base = { id: node.unique_id, threadId: thread, timing }
      const abort = () => void attempts.session.cancel()
      signal.addEventListener('abort', abort, { once: true })
      try {
        let step: 'compile' | 'execute' | undefined
        const executed = await attempts.run(async (session) => {
          const attempt = { ...nodeRun, session }
          if (step !== 'execute') {
            status = 'compiling'
            if (step === undefined) emit({ kind: 'node-compiling', info: info(), thread })
            step = 'compile'
            await timed(timing, 'compile', () => runner.compile(node, attempt))
            if (isWritten(node)) emit({ kind: 'sql-injected', info: info(), thread })
            if (ephemeral && run.keepEphemeral !== true) return undefined
            status = 'executing'
            emit({ kind: 'node-executing', info: info(), thread })
            step = 'execute'
          }
          return await timed(timing, 'execute', () => runner.execute(node, attempt))
        })
        if (executed === undefined)
          return {
            ...base,
            status: 'success',
            executionTime: seconds(),
            message: null,
            failures: null,
            adapterResponse: {},
          }
        const adapterResponse = { ...executed.adapterResponse, ...attempts.record() }
        const result = { ...base, ...executed, adapterResponse, executionTime: seconds() }
        await runner.report?.(node, { ...nodeRun, session: attempts.session }, executed)
        return result
      } catch (thrown) {
        const found =
          signal.aborted && isCancellation(thrown)
            ? asNodeError(nodeCancelled(thrown, services.invocation.signal.aborted), node)
            : asNodeError(thrown, node)
        const error = isManifestNode(node) && node.resource_type !== 'seed' ? run.compiler.located(found, node) : found
        emit({ kind: 'node-error', info: info(), error, thread })
        run.onError?.(error)
        const sent = isManifestNode(node)
          ? (node.build_path ?? writePath(node, services.config.project.targetPath, 'run'))
          : null
        return {
          ...base,
          status: 'error',
          executionTime: seconds(),
          message: dbtText(error, sent),
          failures: null,
          adapterResponse: attempts.record(),
          error,
        }
      } finally {
        signal.removeEventListener('abort', abort)
        await attempts.session.release()
      }
    }

    function seconds(): number {
      return (now() - startedAt) / 1000
    }
  }

  /** `tellEphemeral`: says which ephemeral model is in the way. dbt-core 1.11 does not of unit tests and models that have some. */
  function skipOne(node: RunnableNode | PassiveNode, cause: UniqueId, thread: string, tellEphemeral = true): void {
    const startedAt = now()
    const started = nodeInfo(node, { status: 'started', startedAt })
    emit({ kind: 'node-started', info: started, thread })
    const skipped = {
      id: node.unique_id,
      status: 'skipped',
      message: null,
      executionTime: 0,
      threadId: thread,
      timing: [],
      failures: null,
      adapterResponse: {},
      skippedBecause: cause,
    } as const
    if (node.resource_type !== 'exposure' && node.resource_type !== 'saved_query' && isEphemeral(node)) {
      finished(skipped, started, thread)
      return
    }
    const index = places.get(node.unique_id) ?? 0
    const info = nodeInfo(node, { status: 'skipped', startedAt })
    const broken = tellEphemeral ? inTheWay.get(node.unique_id) : undefined
    const schema = 'schema' in node && typeof node.schema === 'string' ? node.schema : ''
    if (run.lines) {
      const line = { schema, index, total, thread, group: groupOf(node) }
      if (broken === undefined)
        emit({ ...line, kind: 'node-skipped', resourceType: node.resource_type, name: node.name, info })
      else
        emit({
          ...line,
          kind: 'skipped-because-error',
          relation: node.name,
          status: broken.result.status,
          cause: causeOf(broken),
        })
    }
    const message =
      broken === undefined
        ? null
        : `Compilation Error in ${node.unique_id}, caused by compilation error in referenced ephemeral model ${broken.node.unique_id}`
    const error = broken?.result.error
    const result = { ...skipped, message, ...(error === undefined ? {} : { error }) }
    finished(result, broken === undefined ? info : started, thread)
    run.onResult(result, node)
  }

  /** The last events of a node. dbt-core 1.11: only a build counts failing tests and skipped nodes as in the way of others. */
  function finished(result: NodeResult, info: NodeInfo, thread: string): void {
    emit({ kind: 'node-finished', info, result, thread })
    if (!(run.anyFailureSkips === true ? FAILED : FAILED_BUT_OF_BUILD).has(result.status)) return
    emit({ kind: 'children-skipped', uniqueId: result.id, result, thread })
    const node = services.manifest.nodes.get(result.id)
    const broken = node !== undefined && isEphemeral(node) ? { node, result } : undefined
    if (broken === undefined && inTheWay.size === 0) return
    const vertex = run.graph.ids.indexOf(result.id)
    if (vertex === -1) return
    for (const below of verticesOf(reachable(run.graph.children, [vertex])))
      inTheWay.set(run.graph.ids[below] as UniqueId, broken)
  }

  async function timed<T>(timing: TimingInfo[], name: 'compile' | 'execute', work: () => Promise<T>): Promise<T> {
    const startedAt = now()
    try {
      return await work()
    } finally {
      // of several attempts the last one counts
      if (timing.at(-1)?.name === name) timing.pop()
      timing.push({ name, startedAt, completedAt: now() })
    }
  }
}

/** The block of an ephemeral model's error; undefined when it was only skipped. */
function causeOf({ node, result }: BrokenEphemeral): SummaryEntry | undefined {
  if (result.status !== 'error') return undefined
  return {
    status: result.status,
    message: result.message,
    resourceType: node.resource_type,
    name: node.name,
    path: node.original_file_path,
    compiledPath: null,
    failuresRelation: null,
    info: nodeInfo(node),
    error: result.error,
  }
}

/** Any failure of a node as a `QuernError` that names the node. What is not one already is a bug, and says so. */
export function asNodeError(thrown: unknown, node: RunnableNode | SourceNode): QuernError {
  const error =
    thrown instanceof QuernError
      ? thrown
      : thrown instanceof TemplateFault
        ? new QuernError('Compilation', 'template_fault', thrown.message, { cause: thrown })
        : new QuernError(
            'Internal',
            'bug',
            `quern failed in a way it should not: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
            {
              cause: thrown,
              hint: 'please report this with the text of --debug',
            },
          )
  error.node ??= nodeLabel(node)
  return error
}
