import type { RunServices } from '../../context/run-context.ts'
import { dbtText } from '../../errors/dbt-text.ts'
import { nodeInfo } from '../../events/node-info.ts'
import { unorderedSubDag } from '../../graph/sub-dag.ts'
import { freshnessStatus } from '../../manifest/freshness.ts'
import type { SourceNode } from '../../manifest/node.ts'
import type { FreshnessStatus, NodeResult, TimingInfo } from '../../manifest/node-result.ts'
import type { UniqueId } from '../../manifest/unique-id.ts'
import type { Database } from '../database.ts'
import { asNodeError } from '../run-nodes.ts'
import { type GraphRunEnd, runGraph } from '../scheduler.ts'
import { measureFreshness } from './measure.ts'

export interface FreshnessRun {
  readonly services: RunServices
  readonly database: Database
  /** In the order of their ids. */
  readonly sources: readonly SourceNode[]
  readonly threads: number
  /** The first stale source ends the run. */
  readonly failFast: boolean
  readonly onResult: (result: NodeResult) => void
}

/** Measures sources, `threads` at a time. An error of a source never rejects: it is its result (`runtime error`). */
export async function runFreshness(run: FreshnessRun): Promise<GraphRunEnd> {
  const { services, database } = run
  const { emit, now, signal } = services.invocation
  const sources = new Map(run.sources.map((source) => [source.unique_id, source]))
  const places = new Map<UniqueId, number>()
  return await runGraph({
    graph: unorderedSubDag(run.sources.map((source) => source.unique_id)),
    threads: run.threads,
    failFast: run.failFast,
    signal,
    cancelling: () => void database.cancelAll(),
    queued: (id) => places.set(id, places.size + 1),
    run: (id, thread) => one(sources.get(id) as SourceNode, `Thread-${thread} (worker)`),
    skip: () => undefined,
  })

  async function one(source: SourceNode, thread: string): Promise<'done' | 'failed'> {
    const startedAt = now()
    let status: string = 'started'
    let finishedAt: number | undefined
    const info = () => nodeInfo(source, { status, startedAt, finishedAt })
    const line = { index: places.get(source.unique_id) ?? 0, total: sources.size, thread }
    emit({ kind: 'node-started', info: info(), thread })
    emit({ kind: 'start-line', description: freshnessOf(source), ...line, info: info() })
    status = 'compiling'
    emit({ kind: 'node-compiling', info: info(), thread })
    const timing: TimingInfo[] = [{ name: 'compile', startedAt: now(), completedAt: now() }]
    status = 'executing'
    emit({ kind: 'node-executing', info: info(), thread })
    const result = await measured()
    finishedAt = now()
    status = result.status
    emit({
      kind: 'freshness-result',
      status: result.status,
      sourceName: source.source_name,
      tableName: source.name,
      executionTime: result.executionTime,
      ...line,
      info: info(),
    })
    emit({
      kind: 'node-finished',
      info: info(),
      result,
      thread,
    })
    if (result.status === 'error') emit({ kind: 'children-skipped', uniqueId: source.unique_id, result, thread })
    run.onResult(result)
    return result.status === 'error' ? 'failed' : 'done'

    async function measured(): Promise<NodeResult & { readonly status: FreshnessStatus }> {
      const session = database.session(source.unique_id, { node: source, thread, info })
      const executeStart = now()
      const common = () => {
        timing.push({ name: 'execute', startedAt: executeStart, completedAt: now() })
        return {
          id: source.unique_id,
          threadId: thread,
          timing,
          executionTime: (now() - startedAt) / 1000,
          failures: null,
        }
      }
      try {
        const { adapterResponse, ...freshness } = await measureFreshness(services, session, source)
        const found = freshnessStatus(source.freshness, freshness.age)
        return { ...common(), status: found, message: null, adapterResponse, freshness }
      } catch (thrown) {
        const error = asNodeError(thrown, source)
        emit({ kind: 'node-error', info: info(), error, thread })
        return { ...common(), status: 'runtime error', message: dbtText(error), adapterResponse: {}, error }
      } finally {
        await session.release()
      }
    }
  }
}

const freshnessOf = (source: SourceNode): string => `freshness of ${source.source_name}.${source.name}`
