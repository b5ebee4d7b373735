import { getRelation } from '../../context/adapter/relation-methods.ts'
import { adapterRuntime, nodeContext, type RunServices } from '../../context/run-context.ts'
import { dbtText } from '../../errors/dbt-text.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { SourceFile } from '../../errors/source-file.ts'
import { groupInfo } from '../../events/group-info.ts'
import { type NodeInfo, nodeInfo } from '../../events/node-info.ts'
import type { RunEvent } from '../../events/run-event.ts'
import { PyDateTime } from '../../jinja/python/datetime/datetime.ts'
import { dateTimeFromIso } from '../../jinja/python/datetime/datetime-module.ts'
import { UTC } from '../../jinja/python/datetime/tzinfo.ts'
import { toText } from '../../jinja/runtime/text.ts'
import { hostFunction, type Value } from '../../jinja/runtime/value.ts'
import { Template } from '../../jinja/template.ts'
import {
  type Batch,
  type BatchSize,
  batchContext,
  batchResultsDict,
  formatBatchStart,
  planBatches,
} from '../../manifest/batch.ts'
import { asDict, type ManifestNode, type ModelNode } from '../../manifest/node.ts'
import type { NodeResult, TimingInfo } from '../../manifest/node-result.ts'
import { Relation } from '../../manifest/relation.ts'
import { relationOfNode } from '../../manifest/relation-class.ts'
import { NodeAttempts } from '../attempts.ts'
import type { Executed, NodeRun, NodeRunner } from '../node-run.ts'
import { asNodeError } from '../run-nodes.ts'
import { materializeAndReport, shownRelation } from './model.ts'
import { UnfinishedBuild } from './unfinished-build.ts'

/** Microbatch models: the materialization is called once for each batch of event time. */
export const microbatchRunner = (services: RunServices): NodeRunner => ({
  describe: (node) => `sql microbatch model ${shownRelation(services, node)}`,
  inPieces: true,
  compile: async () => undefined,
  execute: (node, run) => new Microbatches(node as ModelNode, run).execute(),
})

type Outcome = 'success' | 'error' | 'skipped'

/**
 * The batches of one run of a model. dbt-core 1.11: the first one alone, since it makes the table; when it fails the others are skipped; those in
 * between side by side where adapter and model allow it; the last one alone again, for the post-hooks.
 */
class Microbatches {
  readonly #node: ModelNode
  readonly #run: NodeRun
  readonly #size: BatchSize
  #batches: readonly Batch[] = []
  readonly #outcomes = new Map<number, Outcome>()
  readonly #errors = new Map<number, QuernError>()
  #unfinished: UnfinishedBuild | undefined

  constructor(node: ModelNode, run: NodeRun) {
    this.#node = node
    this.#run = run
    this.#size = node.config['batch_size'] as BatchSize
  }

  async execute(): Promise<Executed> {
    const table = await this.#table()
    const incremental = this.#isIncremental(table)
    const previous = this.#run.services.retried?.batches.get(this.#node.unique_id)
    const killed = previous === undefined && incremental ? this.#killedBuild() : undefined
    this.#batches = previous?.failed ?? killed?.missing ?? this.#plan(incremental)
    const last = this.#batches.length - 1
    const note = new UnfinishedBuild(this.#node, this.#run.services)
    if (!incremental) note.end()
    if (killed !== undefined || (previous === undefined && !incremental && this.#window === null)) {
      note.add(killed?.done ?? [])
      this.#unfinished = note
    }
    if (last >= 0) await this.#runBatch(0, this.#run.thread, incremental || (previous !== undefined && table !== null))
    if (this.#outcomes.get(0) === 'success') {
      await this.#between(last)
      if (last > 0 && !this.#stopped()) await this.#runBatch(last, this.#run.thread, true)
    } else for (let at = 1; at <= last; at++) this.#skipBatch(at)
    this.#unfinished?.end()
    return this.#result(previous?.successful ?? killed?.done ?? [])
  }

  /** The model's relation in the database, or null. */
  async #table(): Promise<Relation | null> {
    const { services, session } = this.#run
    const { context } = nodeContext(services, session, this.#node)
    const own = relationOfNode(this.#node, services.relations)
    const runtime = adapterRuntime(services, session, context, asDict(this.#node))
    const found = await getRelation(runtime, own.database, own.schema, own.identifier)
    return found instanceof Relation ? found : null
  }

  #isIncremental(table: Relation | null): boolean {
    if (table?.type !== 'table') return false
    const own = this.#node.config['full_refresh'] ?? null
    return own === null ? !this.#run.services.invocation.flags.fullRefresh : own === false
  }

  get #window(): { start: PyDateTime; end: PyDateTime } | null {
    const { flags } = this.#run.services.invocation
    return flags.sample ?? flags.eventTime
  }

  /**
   * What a build from the beginning that was killed has done, and what is missing: also the batches that any run builds again.
   * Undefined when there was none.
   */
  #killedBuild(): { done: readonly Batch[]; missing: Batch[] } | undefined {
    if (this.#window !== null) return undefined
    const done = new UnfinishedBuild(this.#node, this.#run.services).left()
    if (done === undefined) return undefined
    const starts = new Set(done.map(({ start }) => start.wallMicros))
    for (const { start } of this.#plan(true)) starts.delete(start.wallMicros)
    const all = this.#plan(false)
    const missing = all.filter(({ start }) => !starts.has(start.wallMicros))
    const text = `${shownRelation(this.#run.services, this.#node)}: going on with a build that was interrupted, ${all.length - missing.length} of ${all.length} batches are there`
    this.#run.services.invocation.emit({ kind: 'message', level: 'info', name: 'Note', code: 'Z050', text })
    return { done, missing }
  }

  #plan(incremental: boolean): Batch[] {
    const { invocation, retried } = this.#run.services
    const now = retried?.startedAt ?? invocation.startedAt.getTime()
    const { lookback } = this.#node.config
    return planBatches({
      size: this.#size,
      begin: beginOf(this.#node),
      lookback: typeof lookback === 'number' ? lookback : 1,
      incremental,
      window: this.#window,
      now: PyDateTime.fromEpoch(BigInt(Math.floor(now * 1000)), UTC),
    })
  }

  /** All batches but the first and the last. */
  async #between(last: number): Promise<void> {
    let next = 1
    const piece = (): ((thread: string) => Promise<void>) | undefined => {
      if (next >= last || this.#stopped()) return undefined
      const at = next++
      return (thread) => this.#runBatch(at, thread, true)
    }
    if (this.#mayRunSideBySide()) return await this.#run.share(piece)
    for (let work = piece(); work !== undefined; work = piece()) await work(this.#run.thread)
  }

  #mayRunSideBySide(): boolean {
    if (!this.#run.services.adapter.capabilities.microbatchConcurrency) return false
    const asked = this.#node.config['concurrent_batches']
    if (typeof asked === 'boolean') return asked
    // A model that reads itself may need what the batch before wrote.
    const template = Template.parse(new SourceFile(this.#node.original_file_path, this.#node.raw_code), {
      kind: 'model',
    })
    return !template.mentions('this')
  }

  /** No further batch is started: the run was cancelled or fails fast. */
  #stopped(): boolean {
    if (this.#run.signal.aborted) return true
    return this.#run.services.invocation.flags.failFast && this.#errors.size > 0
  }

  async #runBatch(at: number, thread: string, incremental: boolean): Promise<void> {
    const { services } = this.#run
    const { emit, now } = services.invocation
    const node = this.#nodeOfBatch(at)
    const startedAt = now()
    let status = 'started'
    let finishedAt: number | undefined
    const info = () => nodeInfo(node, { status, startedAt, finishedAt })
    const line = { index: at + 1, total: this.#batches.length, description: this.#describe(at), thread }
    const timing: TimingInfo[] = []
    const timed = async <T>(name: TimingInfo['name'], work: () => Promise<T>): Promise<T> => {
      const from = now()
      try {
        return await work()
      } finally {
        // of several attempts the last one counts
        if (timing.at(-1)?.name === name) timing.pop()
        timing.push({ name, startedAt: from, completedAt: now() })
      }
    }
    emit({ kind: 'node-started', info: info(), thread })
    emit({ kind: 'batch-start', ...line, info: info() })
    // A batch is a transaction of its own: `timeout` and `retries` are those of each batch.
    const attempts = new NodeAttempts({
      node,
      services,
      signal: this.#run.signal,
      thread,
      info,
      what: this.#describe(at),
      open: () => this.#run.openSession(node, thread, info),
    })
    let shown = 'ERROR'
    let ended: Pick<NodeResult, 'message' | 'failures' | 'adapterResponse'>
    try {
      const executed = await attempts.run(async (session) => {
        if (status === 'started') {
          status = 'compiling'
          emit({ kind: 'node-compiling', info: info(), thread })
        }
        if (status === 'compiling') {
          await timed('compile', () => this.#run.compiler.compile(node, session))
          status = 'executing'
          emit({ kind: 'node-executing', info: info(), thread })
        }
        return await timed('execute', () =>
          materializeAndReport(node, { ...this.#run, session, thread }, incremental ? INCREMENTAL : undefined),
        )
      })
      ended = { ...executed, adapterResponse: { ...executed.adapterResponse, ...attempts.record() } }
      shown = executed.message ?? 'OK'
      this.#outcomes.set(at, 'success')
      this.#unfinished?.add([this.#batches[at] as Batch])
    } catch (thrown) {
      const error = asNodeError(thrown, node)
      this.#errors.set(at, error)
      this.#outcomes.set(at, 'error')
      const text = dbtText(error, node.build_path)
      if (status === 'executing')
        emit(batchError(node, text.replace(error.heading(), `${error.kind} Error`), info(), thread))
      else emit({ kind: 'node-error', info: info(), error, thread })
      ended = {
        message: status === 'executing' ? 'ERROR' : text,
        failures: status === 'executing' ? 1 : null,
        adapterResponse: {},
      }
    } finally {
      await attempts.session.release()
    }
    const outcome = this.#outcomes.get(at) as Outcome
    finishedAt = now()
    status = outcome
    const executionTime = (finishedAt - startedAt) / 1000
    emit({
      kind: 'batch-result',
      ...line,
      outcome,
      status: shown,
      executionTime,
      info: info(),
      group: groupInfo(services.manifest, node),
    })
    const { message, failures, adapterResponse } = ended
    const result = { message, failures, adapterResponse, status: outcome, executionTime, timing }
    emit({ kind: 'node-finished', info: info(), result: { ...result, id: node.unique_id, threadId: thread }, thread })
  }

  #skipBatch(at: number): void {
    const { manifest, invocation } = this.#run.services
    const { emit, now } = invocation
    const { thread } = this.#run
    const info = nodeInfo(this.#node, { status: 'started', startedAt: now() })
    this.#outcomes.set(at, 'skipped')
    emit({ kind: 'node-started', info, thread })
    emit({
      kind: 'batch-result',
      index: at + 1,
      total: this.#batches.length,
      description: this.#describe(at),
      outcome: 'skipped',
      status: 'SKIPPED',
      executionTime: 0,
      thread,
      info,
      group: groupInfo(manifest, this.#node),
    })
    const result = {
      status: 'skipped',
      message: 'SKIPPED',
      failures: 1,
      adapterResponse: {},
      executionTime: 0,
    } as const
    emit({
      kind: 'node-finished',
      info,
      result: { ...result, id: this.#node.unique_id, threadId: thread, timing: [] },
      thread,
    })
  }

  #describe(at: number): string {
    const start = formatBatchStart((this.#batches[at] as Batch).start, this.#size)
    return `batch ${start} of ${shownRelation(this.#run.services, this.#node)}`
  }

  /** The node as one batch sees it: hooks before the first and after the last only, and `model.batch`. */
  #nodeOfBatch(at: number): ModelNode {
    const batch = this.#batches[at] as Batch
    const { config } = this.#node
    return {
      ...this.#node,
      batch: batchContext(batch, this.#size),
      config: {
        ...config,
        begin: beginOf(this.#node),
        'pre-hook': at === 0 ? config['pre-hook'] : [],
        'post-hook': at === this.#batches.length - 1 ? config['post-hook'] : [],
        __dbt_internal_microbatch_event_time_start: batch.start,
        __dbt_internal_microbatch_event_time_end: batch.end,
      },
    } as ModelNode
  }

  /** Batches that were not run count as failed. `before`: those that an earlier run had finished. */
  #result(before: readonly Batch[]): Executed {
    const successful = this.#batches.filter((_, at) => this.#outcomes.get(at) === 'success')
    const failed = this.#batches.filter((_, at) => this.#outcomes.get(at) !== 'success')
    const common = {
      failures: 0,
      adapterResponse: {},
      batchResults: batchResultsDict({ successful: [...successful, ...before], failed }),
    }
    if (failed.length === 0)
      return { ...common, status: 'success', message: this.#batches.length === 0 ? '' : 'SUCCESS' }
    if (successful.length === 0) return { ...common, status: 'error', message: 'ERROR', error: this.#error() }
    const message = `PARTIAL SUCCESS (${successful.length}/${this.#batches.length})`
    return { ...common, status: 'partial success', message, error: this.#error() }
  }

  /** What went wrong in the batches, each different message once. */
  #error(): QuernError {
    const messages = new Map<string, string>()
    for (const [at, error] of [...this.#errors].sort(([a], [b]) => a - b))
      if (!messages.has(error.message)) messages.set(error.message, this.#describe(at))
    const notes = [...messages].slice(0, 5).map(([message, batch]) => ({ text: `${batch}: ${message}` }))
    return new QuernError('Runtime', 'batches_failed', 'some batches of the model were not built', { notes })
  }
}

/** What `is_incremental()` and `should_full_refresh()` say within a batch that adds to the table. */
const INCREMENTAL: ReadonlyMap<string, Value> = new Map([
  ['is_incremental', hostFunction('is_incremental', [], () => true)],
  ['should_full_refresh', hostFunction('should_full_refresh', [], () => false)],
])

/** `begin` of a microbatch model, as a moment; parsing has checked it. */
function beginOf(node: ManifestNode): PyDateTime {
  const begin = node.config['begin'] as Value
  return begin instanceof PyDateTime ? begin : dateTimeFromIso(toText(begin))
}

/** dbt-core 1.11: the error of a batch's statements is a line of its own; the model's result says only how many failed. */
function batchError(node: ModelNode, text: string, info: NodeInfo, thread: string): RunEvent {
  const told = `Exception on worker thread. ${text}`
  return {
    kind: 'message',
    level: 'error',
    name: 'GenericExceptionOnRun',
    code: 'W004',
    text: `Unhandled error while executing \n${told}`,
    accent: { text: 'Unhandled error while executing ', colour: 'red' },
    data: { build_path: '', exc: told, unique_id: node.unique_id },
    info,
    thread,
  }
}
