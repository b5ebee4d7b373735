import type { DuckDBConnection } from '@duckdb/node-api'
import type { Connection, Lasting, StatementOptions, StatementResult } from '../../src/adapter/driver.ts'
import { lastingAfter, mayChange, onlyReads, type SentText } from '../../src/adapter/lasting.ts'
import { QuernError } from '../../src/errors/quern-error.ts'
import { leaveBehind } from '../../src/util/left-behind.ts'
import { pause } from '../../src/util/pause.ts'
import { settlesWithin, unlessAborted } from '../../src/util/within.ts'
import type { DuckDBSettings } from './credentials.ts'
import { exceptionName, natureOf, statementError } from './errors.ts'
import type { Lease } from './shared-instances.ts'
import { ValueReader } from './values.ts'

/** dbt-duckdb's answer to every statement. */
const RESPONSE = { _message: 'OK' }

/** Milliseconds for a ROLLBACK, which is quick unless something else is still running on the connection. */
const ROLLBACK_WITHIN = 5000

/**
 * A session of a DuckDB instance.
 *
 * A statement may be where no interrupt reaches it: within a call of the system that does not return (`read_csv` of a pipe nobody writes to, a
 * file on a server that is gone). `abandon` then rejects what waits for it, and the call is left behind: its thread, the connection and with it the
 * instance stay as they are until the call returns, for a connection that is in use must not be closed. Then it is closed, and its transaction is
 * rolled back. Meanwhile who opens the same file in the same way in this process shares the instance, in another way is told that it is
 * open; other processes find it locked. At the end of the process the file is as after a kill: what was committed is there.
 */
export class DuckDBSession implements Connection {
  name: string
  readonly beginStatement = 'BEGIN'
  readonly transactions: 'always' | 'explicit'
  readonly #connection: DuckDBConnection
  readonly #lease: Lease
  readonly #values: ValueReader
  readonly #settings: DuckDBSettings
  #inTransaction = false
  /** Something was sent in the open transaction that may have changed something. */
  #dirty = false
  #lasting: Lasting = 'nothing'
  #closed = false
  /** Aborted: no further attempt of a statement. */
  readonly #cancelled = new AbortController()
  /** Aborted: nothing that is running is waited for. */
  readonly #abandoned = new AbortController()
  readonly #running = new Set<Promise<unknown>>()

  constructor(name: string, connection: DuckDBConnection, lease: Lease, settings: DuckDBSettings) {
    this.name = name
    this.#connection = connection
    this.#lease = lease
    this.#settings = settings
    this.#values = new ValueReader(lease.module, connection)
    this.transactions = settings.disableTransactions ? 'explicit' : 'always'
  }

  get inTransaction(): boolean {
    return this.#inTransaction
  }
  get lasting(): Lasting {
    return this.#lasting
  }

  async query(sql: string, options: StatementOptions = {}): Promise<StatementResult> {
    const attempts = this.#settings.queryAttempts ?? 1
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#send(sql, options)
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        const again = attempt + 1 < attempts && this.#settings.retryableExceptions.includes(exceptionName(message))
        if (!again || this.#cancelled.signal.aborted) throw statementError(error, sql)
        await pause(2 ** attempt * 1000, this.#cancelled.signal)
      }
    }
  }

  /** Runs a text, and keeps the books of what lasts. */
  async #send(sql: string, options: StatementOptions): Promise<StatementResult> {
    const [before, dirty] = [this.#inTransaction, this.#dirty]
    const note = (outcome: SentText['outcome']): void => {
      const after = this.#inTransaction
      if (before || after || !onlyReads(sql))
        this.#lasting = lastingAfter(this.#lasting, { text: sql, before, after, outcome, dirty })
    }
    try {
      const result = await this.#unlessAbandoned(this.#run(sql, options))
      this.#inTransaction = transactionAfter(sql, before)
      note('done')
      this.#dirty = this.#inTransaction && (dirty || mayChange(sql))
      return result
    } catch (error) {
      // an attached server may have done what was asked for before it was gone
      const isLost = this.#abandoned.signal.aborted || natureOf(statementError(error)) === 'connection'
      note(isLost ? 'lost' : 'refused')
      throw error
    }
  }

  #unlessAbandoned<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work)
    const ended = (): void => void this.#running.delete(work)
    work.then(ended, ended)
    return unlessAborted(work, this.#abandoned.signal, givenUp)
  }

  async #run(sql: string, { bindings, fetch = true }: StatementOptions): Promise<StatementResult> {
    if (this.#closed) throw new QuernError('Runtime', 'connection_closed', `The connection of ${this.name} is closed`)
    const isSingle = !/;\s*\S/.test(sql)
    if (bindings === undefined && (isSingle || !fetch)) {
      const result = await this.#connection.run(sql)
      return fetch ? { ...(await this.#values.read(result)), response: { ...RESPONSE } } : empty()
    }
    // The result of `run` is the first statement's; the last one's is wanted.
    const statements = await this.#connection.extractStatements(sql)
    for (let index = 0; index < statements.count; index++) {
      const prepared = await statements.prepare(index)
      try {
        const isLast = index === statements.count - 1
        if (isLast && bindings !== undefined) this.#values.bind(prepared, bindings)
        const result = await prepared.run()
        if (isLast && fetch) return { ...(await this.#values.read(result)), response: { ...RESPONSE } }
      } finally {
        prepared.destroySync()
      }
    }
    return empty()
  }

  async begin(): Promise<void> {
    await this.query('BEGIN', { fetch: false })
  }
  async commit(): Promise<void> {
    await this.query('COMMIT', { fetch: false })
  }
  async rollback(): Promise<void> {
    if (!this.#inTransaction || this.#closed) return
    this.#inTransaction = false
    this.#dirty = false
    const rolling = this.#unlessAbandoned(this.#connection.run('ROLLBACK'))
    if (!(await settlesWithin(rolling, ROLLBACK_WITHIN))) this.abandon()
  }
  async cancel(): Promise<void> {
    this.#cancelled.abort()
    if (!this.#closed) this.#connection.interrupt()
  }
  abandon(): void {
    if (this.#closed) return
    this.#closed = true
    this.#cancelled.abort()
    this.#abandoned.abort()
    const close = (): void => this.#connection.closeSync()
    if (this.#running.size === 0) close()
    else {
      const closed = Promise.allSettled(this.#running).then(close)
      leaveBehind(closed)
      this.#lease.keepOpen(closed)
    }
  }
  async close(): Promise<void> {
    if (this.#closed) return
    await this.rollback()
    if (this.#running.size > 0) this.abandon()
    if (this.#closed) return
    this.#closed = true
    this.#connection.closeSync()
  }
}

const givenUp = (): QuernError =>
  new QuernError(
    'Runtime',
    'statement_given_up',
    'DuckDB did not end the statement when it was cancelled: it was left behind',
    { hint: 'it waits for something that cannot be interrupted, such as a pipe or a file system that does not answer' },
  )

const empty = (): StatementResult => ({ columns: [], rows: [], response: { ...RESPONSE } })

const COMMENTS = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/

/** Whether a transaction is open after a statement that succeeded. */
export function transactionAfter(sql: string, before: boolean): boolean {
  const words = /^(begin|start\s+transaction|commit|end|rollback|abort)\b(\s+(?:work|transaction))?(\s+to\b)?/i.exec(
    sql.replace(COMMENTS, ''),
  )
  if (words === null || words[3] !== undefined) return before
  return /^(begin|start)/i.test(words[1]!)
}
