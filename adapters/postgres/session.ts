import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Client, ClientConfig } from 'pg'
import type { Connection, CopyInput, Lasting, StatementOptions, StatementResult } from '../../src/adapter/driver.ts'
import { lastingAfter, mayChange, type SentText } from '../../src/adapter/lasting.ts'
import { QuernError } from '../../src/errors/quern-error.ts'
import type { PlainDict, Value } from '../../src/jinja/runtime/value.ts'
import { settlesWithin, unlessAborted } from '../../src/util/within.ts'
import { withBindings } from './bindings.ts'
import { sendCancelRequest } from './cancel-request.ts'
import type { PostgresSettings } from './credentials.ts'
import { isLostConnection, statementError } from './errors.ts'
import type { SslOptions } from './ssl.ts'
import { parserOf, typeName } from './values.ts'

/** What `pg` gives for one statement when rows are arrays of texts. */
interface RawResult {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[]
  readonly rows: readonly (readonly (string | null)[])[]
}

/** The state of a transaction as the server tells it: idle (none), in one, in a failed one. */
type TransactionStatus = 'I' | 'T' | 'E'

/** The protocol messages that `pg` does not pass on: the whole tag of a command, the state of the transaction, and the value of a setting. */
interface ProtocolEvents {
  readonly stream: { destroy(): void; cork(): void; uncork(): void }
  on(event: 'commandComplete', listener: (message: { text: string }) => void): void
  on(event: 'readyForQuery', listener: (message: { status: TransactionStatus }) => void): void
  on(event: 'parameterStatus', listener: (message: { parameterName: string; parameterValue: string }) => void): void
}

const connectionOf = (client: Client): ProtocolEvents =>
  (client as unknown as { connection: ProtocolEvents }).connection

/** What the server says of one text that was sent, so far: the tag of its last statement, and the transaction's state behind it. */
interface Answer {
  tag?: string
  status?: TransactionStatus
}

interface Answered {
  readonly result: RawResult
  /** Undefined: there was no statement in the text. */
  readonly tag: string | undefined
}

/** Ends a client's socket, whatever it is doing; what it is doing rejects. */
export const destroySocket = (client: Client): void => connectionOf(client).stream.destroy()

const RAW_TYPES = { getTypeParser: () => (text: string) => text } as unknown as NonNullable<ClientConfig['types']>

/*
 * How long a server may take to answer, in milliseconds, before the socket is closed instead. All of it is quick for a server that is well, and to
 * close the socket is never wrong: the server then rolls back by itself.
 */
const ROLLBACK_WITHIN = 5000
const RESET_WITHIN = 5000
const CLOSE_WITHIN = 1000
/** A request to cancel is repeated, so that none of them is worth much waiting. */
const CANCEL_WITHIN = 700

/** Seconds without an answer, as to a BEGIN, or without a connection, after which what can do without one gives it up. */
export const STARVING_AFTER = 3

/**
 * How often, in milliseconds, a server looks whether the client of a running statement is still there. What a killed run had under way would
 * else go on to its end, and the next run wait for its locks. Postgres 14 and later.
 */
export const NOTICE_END = 'client_connection_check_interval=2000'

/**
 * Where the server is asked for that: when the session begins; in each transaction, since a pool in front of the server lets nothing through that a session
 * begins with, and may give the next transaction to another server process; or nowhere.
 */
export type NoticesEnd = 'session' | 'transaction' | 'never'

export interface SessionOptions {
  readonly noticesEnd: NoticesEnd
  /** Called now and then while an answer is waited for that takes no server any time: a pool has no server process for this session. */
  readonly onStarving: () => void
  /** With `autocommit`: BEGIN, COMMIT and ROLLBACK are not sent (`postgres_skip_autocommit_transaction_statements`). */
  readonly skipTransactionStatements: boolean
  /** How the session is encrypted: requests to cancel are too. */
  readonly ssl: SslOptions
}

/**
 * A session of a Postgres server. Transactions are psycopg2's, which dbt relies on: the first statement begins
 * one by itself; after a COMMIT further statements are committed one by one, until a rollback.
 */
export class PostgresSession implements Connection {
  name = 'master'
  /** Nothing is sent: the driver begins with the first statement. */
  readonly beginStatement = undefined
  readonly transactions: 'always' | 'none'
  onLost: (() => void) | undefined
  onNeeded: (() => void) | undefined
  readonly #client: Client
  readonly #settings: PostgresSettings
  readonly #options: SessionOptions
  #inTransaction = false
  /** The driver's own BEGIN was sent and no rollback since. */
  #begun = false
  /** Of the texts that are not answered to their end, in their order. */
  readonly #answers: Answer[] = []
  #status: TransactionStatus = 'I'
  /** As the server last said: it says so at the beginning, and whenever it changes. */
  #dateStyle = 'ISO'
  /** Something was sent in the open transaction that may have changed something. */
  #dirty = false
  #lasting: Lasting = 'nothing'
  #closed = false
  #abandoned = false
  #resetting: Promise<boolean> = Promise.resolve(true)
  #inFlight = 0
  /** Answers that are waited for, to what takes no server any time. */
  #unserved = 0
  #lastEnded = performance.now()
  isBroken = false

  constructor(client: Client, settings: PostgresSettings, options: SessionOptions) {
    this.#client = client
    this.#settings = settings
    this.#options = options
    this.transactions = this.#skipsStatements ? 'none' : 'always'
    const connection = connectionOf(client)
    connection.on('commandComplete', ({ text }) => {
      const [answer] = this.#answers
      if (answer !== undefined) answer.tag = text
    })
    connection.on('readyForQuery', ({ status }) => {
      this.#status = status
      const answer = this.#answers.shift()
      if (answer !== undefined) answer.status = status
    })
    connection.on('parameterStatus', ({ parameterName, parameterValue }) => {
      if (parameterName === 'DateStyle') this.#dateStyle = parameterValue
    })
    client.on('end', () => this.#broke())
    client.on('error', () => this.#broke())
  }

  #broke(): void {
    this.isBroken = true
    const { onLost } = this
    this.onLost = undefined
    if (!this.#closed && !this.#abandoned) onLost?.()
  }

  get inTransaction(): boolean {
    return this.#inTransaction
  }
  get lasting(): Lasting {
    return this.#lasting
  }
  /** When it last was at work: now, or the moment (of `performance.now`) at which its last statement ended. */
  get lastActive(): number {
    return this.#inFlight > 0 ? performance.now() : this.#lastEnded
  }
  /** Whether it has a server process that another session may get some time: behind a pool, only while it is in a transaction or runs something. */
  get isServed(): boolean {
    return this.#unserved === 0 && (this.#inFlight > 0 || this.#status !== 'I')
  }
  get #skipsStatements(): boolean {
    return this.#settings.autocommit && this.#options.skipTransactionStatements
  }

  /** Connects the client, and does what a new session does first. */
  async open(): Promise<void> {
    await this.#untilServed(this.#client.connect().then(() => this.#prepare()))
  }
  /** Dates are wanted as in ISO 8601, as by psycopg2: most servers have it so, and are not asked for it. */
  async #prepare(): Promise<void> {
    if (!this.#dateStyle.startsWith('ISO')) await this.#client.query("set datestyle to 'ISO'")
    // outside of a transaction it changes nothing, and is refused where it is not known
    if (this.#options.noticesEnd === 'transaction') await this.#client.query(`set local ${NOTICE_END}`)
    if (this.#settings.role !== null) await this.#client.query(`set role ${this.#settings.role}`)
  }

  /** The session serves another node from now on. */
  handOut(name: string): void {
    this.name = name
    this.#lasting = 'nothing'
    this.onLost = undefined
    this.onNeeded = undefined
  }

  async query(sql: string, { bindings, input, fetch = true }: StatementOptions = {}): Promise<StatementResult> {
    const text = bindings === undefined ? sql : withBindings(sql, bindings)
    const begins = !this.#begun && !this.#settings.autocommit
    const { result, tag } = await (begins ? this.#sendBegun(text, input) : this.#send(text, { input }))
    if (tag === undefined) throw new QuernError('Database', 'postgres_empty_query', "can't execute an empty query")
    const literal = /^\s*(begin|start\s+transaction|commit|end|rollback|abort)\s*(?:work|transaction)?\s*;?\s*$/i.exec(
      text,
    )
    if (literal !== null) this.#inTransaction = /^(begin|start)/i.test(literal[1]!)
    return { ...readRows(result, fetch), response: response(tag, result) }
  }

  /** With what has to hold for the transaction: behind a pool it may be another server process than the one that `#prepare` spoke to. */
  #sendBegin(): Promise<Answered> {
    const { role } = this.#settings
    const text = [
      'BEGIN',
      ...(this.#options.noticesEnd === 'transaction' ? [`SET LOCAL ${NOTICE_END}`] : []),
      ...(role === null ? [] : [`SET LOCAL ROLE ${role}`]),
    ].join('; ')
    return this.#untilServed(this.#send(text, { booked: 'BEGIN' }))
  }

  /** Waits for the answer to what takes no server any time, and says so where a pool has no server process for it. */
  async #untilServed<T>(answer: Promise<T>): Promise<T> {
    let seconds = 0
    // counted, and not measured: this process may itself be what has no time to read the answer
    const starving = setInterval(() => {
      if (++seconds >= STARVING_AFTER) this.#options.onStarving()
    }, 1000)
    this.#unserved++
    try {
      return await answer
    } finally {
      this.#unserved--
      clearInterval(starving)
    }
  }

  /**
   * Sends a text behind a BEGIN, which is a text of its own: in front of the statement it would be part of what pg_stat_activity shows, comment and all. Both
   * are on their way together, so that nobody waits for the answer to the BEGIN.
   */
  async #sendBegun(text: string, input: CopyInput | undefined): Promise<Answered> {
    if (input !== undefined) {
      await this.#sendBegin()
      this.#begun = true
      return await this.#send(text, { input })
    }
    const { stream } = connectionOf(this.#client)
    const client = this.#client as Client & { pipeline: boolean }
    client.pipeline = true
    stream.cork()
    const beginning = this.#sendBegin()
    const sending = this.#send(text, { behind: beginning })
    stream.uncork()
    const [begun, sent] = await Promise.allSettled([beginning, sending])
    client.pipeline = false
    if (begun.status === 'rejected') throw begun.reason
    this.#begun = true
    if (sent.status === 'rejected') throw sent.reason
    return sent.value
  }

  /**
   * The result of the last statement of a text, and its tag; `input`: for `COPY ... FROM STDIN`; `behind`: a BEGIN that is sent before it and not
   * answered yet. Keeps the books of what lasts, in which the text stands as `booked`.
   */
  async #send(
    text: string,
    {
      input,
      behind,
      booked = text,
    }: { input?: CopyInput | undefined; behind?: Promise<unknown>; booked?: string } = {},
  ): Promise<Answered> {
    if (this.#closed) throw new QuernError('Database', 'connection_closed', 'connection already closed')
    const answer: Answer = {}
    this.#answers.push(answer)
    const [open, dirty] = [this.#status !== 'I', this.#dirty]
    const note = async (outcome: SentText['outcome']): Promise<void> => {
      const before = behind === undefined ? open : await this.#hasBegun(behind)
      const after = (answer.status ?? this.#status) !== 'I'
      this.#lasting = lastingAfter(this.#lasting, { text: booked, before, after, outcome, dirty })
    }
    this.#inFlight++
    try {
      const result = await (input === undefined ? this.#ask(text) : this.#copy(text, input))
      await note('done')
      this.#dirty = this.#status !== 'I' && (dirty || mayChange(booked))
      return { result, tag: answer.tag }
    } catch (thrown) {
      const error = statementError(thrown, text)
      const isLost = this.#abandoned || isLostConnection(error)
      await note(isLost ? 'lost' : 'refused')
      this.#dirty ||= mayChange(booked)
      if (isLost) this.isBroken = true
      throw this.#abandoned ? givenUp(error) : error
    } finally {
      this.#inFlight--
      this.#lastEnded = performance.now()
    }
  }

  /** Whether the transaction was open for what came behind a BEGIN: always, unless the server refused the BEGIN. */
  #hasBegun(beginning: Promise<unknown>): Promise<boolean> {
    return beginning.then(
      () => true,
      (error: QuernError) => this.#abandoned || isLostConnection(error),
    )
  }

  async #ask(text: string): Promise<RawResult> {
    const result = (await this.#client.query({ text, rowMode: 'array', types: RAW_TYPES })) as unknown as
      | RawResult
      | RawResult[]
    return Array.isArray(result) ? result.at(-1)! : result
  }

  async #copy(text: string, input: CopyInput): Promise<RawResult> {
    const { from } = await import('pg-copy-streams')
    const gone = new AbortController()
    const end = (): void => gone.abort()
    this.#client.once('end', end)
    try {
      const copying = pipeline(Readable.from(input), this.#client.query(from(text)))
      // The stream of a COPY does not always notice that its connection is gone.
      await unlessAborted(copying, gone.signal, () => new Error('Connection terminated unexpectedly'))
    } finally {
      this.#client.off('end', end)
    }
    return { fields: [], rows: [] }
  }

  async begin(): Promise<void> {
    this.#inTransaction = true
  }
  async commit(): Promise<void> {
    this.#inTransaction = false
    if (!this.#skipsStatements && (this.#begun || this.#settings.autocommit)) await this.#send('COMMIT')
  }
  async rollback(): Promise<void> {
    this.#inTransaction = false
    this.#begun = false
    if (this.#closed || this.isBroken || this.#status === 'I') return
    const rolling = this.#send('ROLLBACK')
    if (!(await settlesWithin(rolling, ROLLBACK_WITHIN))) this.abandon()
    this.#dirty = false
  }
  async cancel(): Promise<void> {
    const { processID: pid, secretKey: secret } = this.#client as unknown as Partial<Record<string, number | null>>
    if (this.#closed || this.isBroken || typeof pid !== 'number' || typeof secret !== 'number') return
    await sendCancelRequest(this.#settings, { pid, secret }, this.#options.ssl, CANCEL_WITHIN)
  }
  abandon(): void {
    this.#abandoned = true
    this.isBroken = true
    destroySocket(this.#client)
  }

  /** Begins to make the session as good as new: no temporary tables, no settings of the last node. */
  startReset(): void {
    this.#resetting = this.#reset()
  }
  /** Whether it is, now; false = it is broken. */
  async isReset(): Promise<boolean> {
    return (await this.#resetting) && !this.isBroken
  }
  async #reset(): Promise<boolean> {
    if (this.isBroken || this.#closed) return false
    const resetting = this.#untilServed(this.#client.query('DISCARD ALL').then(() => this.#prepare()))
    if (!(await settlesWithin(resetting, RESET_WITHIN))) this.abandon()
    return await resetting.then(
      () => true,
      () => false,
    )
  }

  async close(): Promise<void> {
    if (this.#closed) return
    await settlesWithin(this.#resetting, CLOSE_WITHIN)
    this.#closed = true
    // The server rolls back what is open when it is told good-bye.
    if (this.isBroken || !(await settlesWithin(this.#client.end(), CLOSE_WITHIN))) destroySocket(this.#client)
  }
}

const givenUp = (cause: QuernError): QuernError =>
  new QuernError(
    'Database',
    'statement_given_up',
    'The server did not answer the request to cancel the statement: the connection was closed',
    { cause },
  )

function readRows(result: RawResult, fetch: boolean): Pick<StatementResult, 'columns' | 'rows'> {
  const columns = result.fields.map(({ name, dataTypeID }) => ({ name, type: typeName(dataTypeID) }))
  if (!fetch) return { columns, rows: [] }
  const parsers = result.fields.map((field) => parserOf(field.dataTypeID))
  const rows = result.rows.map((row) => row.map((text, index): Value => (text === null ? null : parsers[index]!(text))))
  return { columns, rows }
}

/** dbt's answer: the server's tag, its words, and the rows that it counts (-1 where it counts none). */
export function response(
  tag: string,
  result: { readonly fields: readonly unknown[]; readonly rows: readonly unknown[] },
): PlainDict {
  const counted = /^(?:INSERT \d+|SELECT|UPDATE|DELETE|MERGE|FETCH|MOVE|COPY) (\d+)$/.exec(tag)?.[1]
  const affected = result.fields.length > 0 ? result.rows.length : counted === undefined ? -1 : Number(counted)
  const code = tag
    .split(/\s+/)
    .filter((word) => !/^\d+$/.test(word))
    .join(' ')
  return { _message: tag, code, rows_affected: affected }
}
