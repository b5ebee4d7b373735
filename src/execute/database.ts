import type { Adapter } from '../adapter/adapter.ts'
import type { Connection, Driver, Lasting } from '../adapter/driver.ts'
import type { RelationCache, TouchedRelations } from '../adapter/relation-cache.ts'
import { SqlClient, type SqlOutcome } from '../adapter/sql-client.ts'
import type { QueryComment } from '../context/query-comment.ts'
import type { Session } from '../context/session.ts'
import { QuernError } from '../errors/quern-error.ts'
import type { NodeInfo } from '../events/node-info.ts'
import type { Emit, Message } from '../events/run-event.ts'

export interface DatabaseOptions {
  readonly adapter: Adapter
  readonly open: () => Driver
  readonly cache: RelationCache
  readonly comment: QueryComment
  readonly emit: Emit
  readonly now: () => number
  /** Aborted: whatever runs is cancelled, and nothing is started any more. */
  readonly signal: AbortSignal
}

/** Milliseconds between requests to cancel. */
const CANCEL_AGAIN = 500

/** Milliseconds from the first of them until the connection is given up: who cancels gets an end within a second. */
const GIVE_UP_AFTER = 800

export interface SessionAbout {
  /** What query comments may show. */
  readonly node?: object
  /** Both mark its log events. */
  readonly thread?: string
  readonly info?: () => NodeInfo | undefined
  /** The caller repeats all of its work when a connection is lost. */
  readonly repeats?: boolean
}

/** A session that the runner opens for a node and closes after it. */
export interface OpenSession extends Session {
  /** What of its work cannot be taken back any more; undefined when it has not come to a connection. */
  readonly lasting: Lasting | undefined
  /** The relations that were changed through `cache`, as they were before. */
  readonly touched: TouchedRelations
  /** Commits or rolls back what is open and gives the connection back. */
  release(): Promise<void>
  /** Ends any transaction, so that statements that follow stand alone (dbt: `clear_transaction`, before hooks and operations). */
  clearTransaction(): Promise<void>
  /**
   * Ends what is running on this session: the database is asked to cancel it, and where it does not answer the connection is given up, so that
   * statements reject within a second. What is started on it from now on rejects at once. Resolves when the first request was sent.
   */
  cancel(): Promise<void>
}

/** The database of an invocation: the driver is loaded and opened when the first session needs it. */
export class Database {
  readonly adapter: Adapter
  readonly cache: RelationCache
  readonly #options: DatabaseOptions
  readonly #open = new Set<OpenSession>()
  #driver: Driver | undefined
  readonly #ending = new AbortController()
  readonly #abort = (): void => {
    this.#ending.abort()
    void this.cancelAll()
  }

  constructor(options: DatabaseOptions) {
    this.adapter = options.adapter
    this.cache = options.cache
    this.#options = options
  }

  /** Aborted: the invocation is at its end, or is cancelled. */
  get ending(): AbortSignal {
    return this.#ending.signal
  }

  driver(): Driver {
    if (this.#driver === undefined) {
      this.#driver = this.#options.open()
      this.#options.signal.addEventListener('abort', this.#abort, { once: true })
    }
    return this.#driver
  }

  /** A session by name. */
  session(name: string, about: SessionAbout = {}): OpenSession {
    const options = this.#options
    const emitConnection = (action: 'open' | 'rollback' | 'commit' | 'close'): void =>
      options.emit({
        kind: 'connection',
        action,
        type: this.adapter.type,
        name,
        info: about.info?.(),
        ...thread(about.thread),
      })
    let opening: Promise<Connection> | undefined
    let opened: Connection | undefined
    let sent = 0
    const { cache, touched } = this.cache.watched()
    let client: SqlClient | undefined
    let told = false
    let retry: NodeJS.Timeout | undefined
    let giveUp: NodeJS.Timeout | undefined
    const stopped = new AbortController()
    const interrupt = async (): Promise<void> => {
      await opening?.catch(() => undefined)
      if (opened === undefined) return
      if (!told) options.emit({ kind: 'query-cancelled', connection: name })
      told = true
      await opened.cancel().catch(() => undefined)
    }
    const connection = (): Promise<Connection> => {
      if (opening === undefined && (options.signal.aborted || stopped.signal.aborted))
        return Promise.reject(cancelled())
      opening ??= this.driver()
        .connect(name, { signal: stopped.signal })
        .then((given) => {
          emitConnection('open')
          opened = given
          return given
        })
      return opening
    }
    const giveBack = async (): Promise<void> => {
      const given = await opening?.catch(() => undefined)
      if (given === undefined) return
      if (given.inTransaction) {
        await given.rollback()
        emitConnection('rollback')
      }
      await this.driver().release(given)
      emitConnection('close')
    }
    const sqlClient = async (): Promise<SqlClient> => {
      const given = await connection()
      if (stopped.signal.aborted) throw statementNotSent()
      client ??= new SqlClient({
        connection: given,
        adapter: this.adapter,
        comment: await options.comment(name, about.node ?? null),
        append: options.comment.append,
        now: options.now,
        emit: (event) => options.emit({ ...event, info: about.info?.(), ...thread(about.thread) }),
      })
      return client
    }
    /*
     * The first statement of a session whose connection turns out to be gone (idle for long, the server was restarted meanwhile). It was not
     * committed, so that nothing was done; what a node sends is repeated with all of the node (`NodeAttempts`).
     */
    const mayResend = (error: unknown): boolean =>
      about.repeats !== true &&
      sent === 0 &&
      opened?.lasting === 'nothing' &&
      !stopped.signal.aborted &&
      error instanceof QuernError &&
      this.adapter.natureOf(error) === 'connection'
    const session: OpenSession = {
      name,
      thread: about.thread,
      ...(about.info === undefined ? {} : { info: about.info }),
      cache,
      connection,
      get lasting() {
        return opened?.lasting
      },
      touched,
      executeSql: async (sql, how) => {
        const execute = async (): Promise<SqlOutcome> => await (await sqlClient()).execute(sql, how)
        const outcome = await execute().catch(async (error: unknown) => {
          if (!mayResend(error) || how.input !== undefined) throw error
          options.emit(resentNote(name))
          await giveBack()
          ;[opening, opened, client] = [undefined, undefined, undefined]
          return await execute()
        })
        sent++
        outcome.table.output = (text) => options.emit({ kind: 'print', text })
        return outcome
      },
      commit: async () => {
        if (await (await sqlClient()).commit()) emitConnection('commit')
      },
      clearTransaction: async () => {
        const sql = await sqlClient()
        await sql.commit()
        await sql.begin()
        await sql.commit()
      },
      release: async () => {
        this.#open.delete(session)
        try {
          await giveBack()
        } finally {
          clearInterval(retry)
          clearTimeout(giveUp)
        }
      },
      cancel: async () => {
        if (stopped.signal.aborted) return
        stopped.abort()
        giveUp = setTimeout(() => {
          opened?.abandon()
        }, GIVE_UP_AFTER)
        // A database forgets a cancel that comes before its statement has begun.
        retry = setInterval(() => void interrupt(), CANCEL_AGAIN)
        retry.unref()
        await interrupt()
      },
    }
    this.#open.add(session)
    return session
  }

  /** Makes the database give up everything that runs. */
  async cancelAll(): Promise<void> {
    await Promise.all([...this.#open].map((session) => session.cancel()))
  }

  /** Closes all connections; files and sockets are free afterwards. */
  async close(): Promise<void> {
    this.#ending.abort()
    this.#options.signal.removeEventListener('abort', this.#abort)
    await this.#driver?.close()
    this.#driver = undefined
  }
}

const cancelled = (): QuernError =>
  new QuernError('Runtime', 'connection_cancelled', 'The run was cancelled before the database was opened')

const statementNotSent = (): QuernError =>
  new QuernError('Runtime', 'statement_cancelled', 'The statement was not sent: its node was cancelled')

const resentNote = (name: string): Message => ({
  kind: 'message',
  level: 'info',
  name: 'Note',
  code: 'Z050',
  text: `The connection of ${name} was lost before anything was done: sending the statement again`,
})

const thread = (name: string | undefined): { thread?: string } => (name === undefined ? {} : { thread: name })
