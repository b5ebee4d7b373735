import type { TouchedRelations } from '../adapter/relation-cache.ts'
import { utc } from '../artifacts/metadata.ts'
import { type RetryPolicy, readRetries, readTimeout } from '../config/retry-policy.ts'
import { executeMacro, type RunServices } from '../context/run-context.ts'
import { QuernError } from '../errors/quern-error.ts'
import type { NodeInfo } from '../events/node-info.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import { backoff } from '../util/backoff.ts'
import { pause } from '../util/pause.ts'
import type { OpenSession } from './database.ts'
import type { RunnableNode } from './node-run.ts'
import { schemaRelation, schemasOf } from './schemas.ts'

export interface AttemptsOptions {
  readonly node: RunnableNode
  readonly services: RunServices
  /** Aborted: the run is cancelled or fails fast, and nothing is tried again. */
  readonly signal: AbortSignal
  readonly thread: string
  readonly info: () => NodeInfo
  /** A session for one attempt. */
  readonly open: () => OpenSession
  /** What is tried: `model.shop.orders`, or a batch of it. */
  readonly what: string
  /** The work is done in pieces that have attempts and a timeout of their own: it has one attempt and all the time. */
  readonly once?: boolean
}

/** What a node without the config `retries` gets, for errors after which nothing has been done. */
const AUTOMATIC = 3
const AUTOMATIC_DELAY = { first: 500, most: 5000 }

/** One attempt, as run_results.json shows it below `adapter_response`. */
interface Attempt {
  readonly startedAt: number
  readonly completedAt: number
  /** What went wrong; null: nothing did. */
  readonly message: string | null
}

/**
 * The attempts at a node's work, one after the other, each on a session of its own, in the time that the config `timeout` gives.
 *
 * What is repeated is all of the node, since its statements come from macros and nobody else knows what belongs together. When that is safe:
 *
 * - Serialization failure, deadlock, DuckDB's conflict of transactions: the database has rolled the transaction back, and when nothing was committed before
 *   (`Lasting` is `nothing`), all is as if the node had not begun. The second attempt is what a run a moment later would have done.
 * - The connection was lost, and nothing was committed: the server rolls back a transaction whose client is gone, so the same holds. That includes
 *   the first statement on a connection that had died unnoticed.
 * - Something was committed (a hook outside of the transaction, `autocommit`, the model's own COMMIT with what comes after it): not by itself. Where the
 *   project asks for it with `retries`, the node is repeated when running it twice gives what running it once does: tables, views, seeds, snapshots and
 *   tests are made anew or compared with what is there, incremental models with a unique key replace rows. An append would add its rows twice,
 *   and of a materialization of the project's own nothing is known: those are not repeated. Hooks run again, which is what asking for it means.
 * - The answer to a COMMIT was lost: it may have happened or not. Never repeated; the error says so.
 * - A connection that was not to be had has been waited for already (the profile's `retries` and `retry_window`): only with `retries`.
 * - A timeout: only when `on` matches it. An error of SQL: never, it is the same the next time.
 */
export class NodeAttempts {
  readonly #options: AttemptsOptions
  readonly #policy: RetryPolicy | undefined
  readonly #timeout: number | undefined
  readonly #done: Attempt[] = []
  #session: OpenSession
  /** What the attempt before changed in the relation cache. */
  #touched: TouchedRelations | undefined

  constructor(options: AttemptsOptions) {
    this.#options = options
    const config = options.node.config as PlainDict
    // parsing has checked both
    this.#policy = readRetries(config['retries']) as RetryPolicy | undefined
    this.#timeout = readTimeout(config['timeout']) as number | undefined
    this.#session = options.open()
  }

  /** The session of the attempt that is under way, or of the last one. */
  get session(): OpenSession {
    return this.#session
  }

  /** `{attempts: [...]}` when there was more than one, for the adapter's response. */
  record(): PlainDict {
    if (this.#done.length < 2) return {}
    return {
      attempts: this.#done.map(({ startedAt, completedAt, message }, index) => ({
        attempt: index + 1,
        started_at: utc(startedAt),
        completed_at: utc(completedAt),
        message,
      })),
    }
  }

  /** Does the work until it succeeds or is not to be tried again; rejects with the last attempt's error. */
  async run<T>(work: (session: OpenSession) => Promise<T>): Promise<T> {
    const { services, signal } = this.#options
    const { now } = services.invocation
    for (let number = 1; ; number++) {
      const startedAt = now()
      try {
        const value = await this.#inTime(work)
        this.#done.push({ startedAt, completedAt: now(), message: null })
        return value
      } catch (error) {
        if (!(error instanceof QuernError)) throw error
        this.#done.push({ startedAt, completedAt: now(), message: error.message })
        const wait = this.#pauseAfter(error, number)
        if (wait === undefined) throw this.#unknownOutcome(error)
        this.#tell(error, number, wait)
        this.#touched = this.#session.touched
        await this.#session.release()
        this.#session = this.#options.open()
        await pause(wait, signal)
        if (signal.aborted) throw error
      }
    }
  }

  /** One attempt, which ends with the node's timeout. */
  async #inTime<T>(work: (session: OpenSession) => Promise<T>): Promise<T> {
    const session = this.#session
    const seconds = this.#options.once === true ? undefined : this.#timeout
    let over = false
    const timer =
      seconds === undefined
        ? undefined
        : setTimeout(() => {
            over = true
            void session.cancel()
          }, seconds * 1000)
    try {
      await this.#restoreCache(session)
      return await work(session)
    } catch (error) {
      if (over && seconds !== undefined && error instanceof QuernError) throw timedOut(seconds, error)
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  /** The cache as the database has it, of all that the attempt before had changed in it. */
  async #restoreCache(session: OpenSession): Promise<void> {
    const { services, node } = this.#options
    const touched = this.#touched
    if (touched === undefined || touched.size === 0) return
    const own = node.resource_type === 'unit_test' ? [] : [schemaOf(node)]
    const before = [...touched.values()].flatMap((entry) => (entry === undefined ? [] : [schemaOf(entry.relation)]))
    const there = []
    for (const name of schemasOf([...own, ...before])) {
      const schema = { schema_relation: schemaRelation(services, name) }
      const rows = await executeMacro(services, session, 'list_relations_without_caching', schema)
      there.push(...session.cache.relationsOf(rows))
    }
    session.cache.restore(touched, there)
    this.#touched = undefined
  }

  /** Milliseconds until the next attempt; undefined: there is none. */
  #pauseAfter(error: QuernError, number: number): number | undefined {
    const { signal, services, once } = this.#options
    const policy = this.#policy
    if (signal.aborted || once === true || number > (policy?.count ?? AUTOMATIC)) return undefined
    const nature = services.adapter.natureOf(error)
    const matches = policy?.on.some((pattern) => pattern.test(`${error.code} ${error.message}`)) === true
    if (nature === 'sql') {
      if (matches) this.#warnOfSql(error)
      return undefined
    }
    const isTransient = nature === 'conflict' || nature === 'connection'
    const { lasting } = this.#session
    if (!(isTransient || matches) || lasting === 'unknown') return undefined
    if (policy === undefined) return lasting === 'nothing' ? backoff(number - 1, AUTOMATIC_DELAY) : undefined
    if (lasting === 'committed' && !this.#isRepeatable()) return undefined
    return policy.delay * 1000 * policy.backoff ** (number - 1)
  }

  /** Whether running the node twice gives what running it once does, but for its hooks. */
  #isRepeatable(): boolean {
    const { resource_type, config } = this.#options.node
    if (resource_type !== 'model') return true
    const { materialized, incremental_strategy: strategy, unique_key: key } = config as PlainDict
    if (materialized !== 'incremental') return REPEATABLE.has(String(materialized))
    if (strategy === 'microbatch') return true
    return strategy !== 'append' && key !== undefined && key !== null
  }

  #unknownOutcome(error: QuernError): QuernError {
    if (this.#session.lasting !== 'unknown' || this.#options.signal.aborted) return error
    const { at, message, notes, node, frames } = error
    const unknown = new QuernError(
      'Database',
      'commit_unknown',
      `${message}\nThe connection was lost before the database answered: whether it has committed is not known.`,
      {
        at,
        notes,
        hint: 'see whether the changes are there; nothing was tried again, since that might do them twice',
        cause: error,
      },
    )
    unknown.node = node
    unknown.frames.push(...frames)
    return unknown
  }

  #tell(error: QuernError, number: number, wait: number): void {
    const { services, what, info, thread } = this.#options
    const all = 1 + (this.#policy?.count ?? AUTOMATIC)
    const why = error.message.split('\n')[0]?.replace(/[.:]$/, '') ?? ''
    const when = wait < 100 ? 'trying again' : `trying again in ${Number((wait / 1000).toFixed(1))} s`
    const text = `Attempt ${number} of ${all} at ${what} failed (${why}): ${when}`
    services.invocation.emit({
      kind: 'message',
      level: 'info',
      name: 'Note',
      code: 'Z050',
      text,
      data: { msg: text, attempt: number, attempts: all, wait_seconds: wait / 1000, error: error.message },
      info: info(),
      thread,
    })
  }

  #warnOfSql(error: QuernError): void {
    const { services, what, info, thread } = this.#options
    const { cache } = this.#session
    const key = `retries-of-sql ${this.#options.node.unique_id}`
    if (cache.shared.has(key)) return
    cache.shared.set(key, true)
    services.invocation.emit({
      kind: 'message',
      level: 'warn',
      name: 'Note',
      code: 'Z050',
      text: `\`retries\` of ${what}: \`on\` matches an error of its SQL (${error.code}), which is not tried again: it would be the same`,
      info: info(),
      thread,
    })
  }
}

/** Materializations that make all of their relation anew, or read only. */
const REPEATABLE: ReadonlySet<string> = new Set(['view', 'table', 'external', 'materialized_view', 'ephemeral'])

const schemaOf = (of: { database: Value; schema: Value }): { database: string | null; schema: string } => ({
  database: of.database === null ? null : String(of.database),
  schema: String(of.schema ?? ''),
})

const timedOut = (seconds: number, cause: QuernError): QuernError => {
  const error = new QuernError(
    'Runtime',
    'node_timeout',
    `It took longer than its timeout of ${seconds} ${seconds === 1 ? 'second' : 'seconds'}, and was cancelled`,
    { hint: 'the config `timeout` says how many seconds an attempt may take', cause },
  )
  error.frames.push(...cause.frames)
  return error
}
