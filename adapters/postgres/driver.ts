import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Client, ClientConfig } from 'pg'
import type { Connection, CopyInput, Driver, StatementOptions, StatementResult } from '../../src/adapter/driver.ts'
import { QuernError } from '../../src/errors/quern-error.ts'
import type { PlainDict, Value } from '../../src/jinja/runtime/value.ts'
import { pause } from '../../src/util/pause.ts'
import { withBindings } from './bindings.ts'
import type { PostgresSettings } from './credentials.ts'
import { connectionError, statementError } from './errors.ts'
import { type SslOptions, sslAttempts } from './ssl.ts'
import { parserOf, typeName } from './values.ts'

export interface PostgresDriverOptions {
  /** With `autocommit`: BEGIN, COMMIT and ROLLBACK are not sent (`postgres_skip_autocommit_transaction_statements`). */
  readonly skipTransactionStatements: boolean
  /** Aborted: no more attempts to connect. */
  readonly signal?: AbortSignal
}

/** Sessions of a Postgres server: a pool, whose sessions are reset before they serve another node. */
export class PostgresDriver implements Driver {
  readonly #settings: PostgresSettings
  readonly #options: PostgresDriverOptions
  readonly #idle: PostgresSession[] = []
  readonly #busy = new Set<PostgresSession>()
  /** The kinds of encryption that are left to try; what has failed is not tried again. */
  #attempts: SslOptions[] | undefined
  /** Whether the server knows how to notice that its client is gone. */
  #noticesEnd = true

  constructor(settings: PostgresSettings, options: PostgresDriverOptions) {
    this.#settings = settings
    this.#options = options
  }

  async connect(name: string): Promise<Connection> {
    const session = (await this.#takeIdle()) ?? (await this.#openWithRetries())
    session.name = name
    this.#busy.add(session)
    return session
  }

  async #takeIdle(): Promise<PostgresSession | undefined> {
    for (let session = this.#idle.pop(); session !== undefined; session = this.#idle.pop()) {
      this.#busy.add(session)
      if (await session.isReset()) return session
      this.#busy.delete(session)
      await session.close()
    }
    return undefined
  }

  /** Nobody waits for the reset but the next one who gets the session. */
  async release(connection: Connection): Promise<void> {
    const session = connection as PostgresSession
    this.#busy.delete(session)
    await session.rollback()
    this.#idle.push(session)
    session.startReset()
  }

  async close(): Promise<void> {
    const all = [...this.#idle, ...this.#busy]
    this.#idle.length = 0
    this.#busy.clear()
    await Promise.all(all.map((session) => session.close()))
  }

  /** dbt: `retries` further attempts after errors of the connection, waiting 0, 1, 4, 9 ... seconds. */
  async #openWithRetries(): Promise<PostgresSession> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#open()
      } catch (error) {
        if (this.#options.signal?.aborted === true) throw cancelled()
        if (attempt >= this.#settings.retries || error instanceof QuernError) {
          throw connectionError(error, this.#settings)
        }
        await pause(attempt * attempt * 1000, this.#options.signal)
      }
    }
  }

  async #open(): Promise<PostgresSession> {
    this.#attempts ??= sslAttempts(this.#settings)
    const attempts = this.#attempts
    for (const [index, ssl] of attempts.entries()) {
      try {
        const session = await this.#openOnce(ssl)
        this.#attempts = attempts.slice(index)
        return session
      } catch (error) {
        const isLast = index === attempts.length - 1
        if (isLast || !isAboutEncryption(error)) throw error
      }
    }
    throw new QuernError('Internal', 'postgres_no_attempt', 'no way to connect was tried')
  }

  async #openOnce(ssl: SslOptions): Promise<PostgresSession> {
    if (!this.#noticesEnd) return await this.#tryOpen(ssl, false)
    try {
      return await this.#tryOpen(ssl, true)
    } catch (error) {
      // an older server, one on a system that cannot tell, a pool in between
      if (!/client_connection_check_interval|startup parameter/.test((error as Error).message ?? '')) throw error
      this.#noticesEnd = false
      return await this.#tryOpen(ssl, false)
    }
  }

  async #tryOpen(ssl: SslOptions, noticesEnd: boolean): Promise<PostgresSession> {
    const { default: pg } = await import('pg')
    const client = new pg.Client(clientConfig(this.#settings, ssl, noticesEnd))
    // An idle session that the server closes must not end the process; the next query reports it.
    client.on('error', () => undefined)
    const { signal } = this.#options
    if (signal?.aborted === true) throw cancelled()
    // A server that does not answer would be waited for.
    const giveUp = (): void => (client as unknown as { connection: ProtocolEvents }).connection.stream.destroy()
    signal?.addEventListener('abort', giveUp, { once: true })
    try {
      await client.connect()
      const session = new PostgresSession(client, this.#settings, this.#options, (pid) => this.#cancelBackend(pid, ssl))
      await session.prepare()
      return session
    } catch (error) {
      await client.end().catch(() => undefined)
      throw error
    } finally {
      signal?.removeEventListener('abort', giveUp)
    }
  }

  async #cancelBackend(pid: number, ssl: SslOptions): Promise<void> {
    const { default: pg } = await import('pg')
    const client = new pg.Client(clientConfig(this.#settings, ssl, false))
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.query(`select pg_cancel_backend(${pid})`)
    } finally {
      await client.end().catch(() => undefined)
    }
  }
}

const cancelled = (): QuernError =>
  new QuernError('Database', 'connection_cancelled', 'The run was cancelled before the database was opened')

const isAboutEncryption = (error: unknown): boolean => {
  const { message, code, severity } = error as { message?: string; code?: string; severity?: string }
  if (severity !== undefined) return code === '28000'
  return /SSL|TLS|certificate|wrong version number|ECONNRESET/i.test(`${message} ${code}`)
}

/**
 * How often, in milliseconds, a server looks whether the client of a running statement is still there. What a killed run had under way would
 * else go on to its end, and the next run wait for its locks. Postgres 14 and later.
 */
const NOTICE_END = 2000

function clientConfig(settings: PostgresSettings, ssl: SslOptions, noticesEnd: boolean): ClientConfig {
  const options = ['-c datestyle=ISO']
  if (noticesEnd) options.push(`-c client_connection_check_interval=${NOTICE_END}`)
  if (settings.searchPath !== null) options.push(`-c search_path=${settings.searchPath.replaceAll(' ', '\\ ')}`)
  const config: ClientConfig & { keepAliveInitialDelayMillis: number } = {
    host: settings.host,
    port: settings.port,
    user: settings.user,
    password: settings.password,
    database: settings.database,
    connectionTimeoutMillis: settings.connectTimeout * 1000,
    keepAlive: true,
    keepAliveInitialDelayMillis: settings.keepalivesIdle * 1000,
    ssl,
    options: options.join(' '),
  }
  if (settings.applicationName !== null) config.application_name = settings.applicationName
  return config
}

/** What `pg` gives for one statement when rows are arrays of texts. */
interface RawResult {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[]
  readonly rows: readonly (readonly (string | null)[])[]
}

/** The protocol messages that `pg` does not pass on: the whole tag of a command, and the state of the transaction. */
interface ProtocolEvents {
  readonly stream: { destroy(): void }
  on(event: 'commandComplete', listener: (message: { text: string }) => void): void
  on(event: 'readyForQuery', listener: (message: { status: 'I' | 'T' | 'E' }) => void): void
}

const RAW_TYPES = { getTypeParser: () => (text: string) => text } as unknown as NonNullable<ClientConfig['types']>

/**
 * A session of a Postgres server. Transactions are psycopg2's, which dbt relies on: the first statement begins one by itself; after a
 * COMMIT further statements are committed one by one, until a rollback.
 */
class PostgresSession implements Connection {
  name = 'master'
  /** Nothing is sent: the driver begins with the first statement. */
  readonly beginStatement = undefined
  readonly transactions: 'always' | 'none'
  readonly #client: Client
  readonly #settings: PostgresSettings
  readonly #options: PostgresDriverOptions
  readonly #cancelBackend: (pid: number) => Promise<void>
  #inTransaction = false
  /** The driver's own BEGIN was sent and no rollback since. */
  #begun = false
  #tag: string | undefined
  #status: 'I' | 'T' | 'E' = 'I'
  #closed = false
  #resetting: Promise<boolean> = Promise.resolve(true)
  isBroken = false

  constructor(
    client: Client,
    settings: PostgresSettings,
    options: PostgresDriverOptions,
    cancelBackend: (pid: number) => Promise<void>,
  ) {
    this.#client = client
    this.#settings = settings
    this.#options = options
    this.#cancelBackend = cancelBackend
    this.transactions = this.#skipsStatements ? 'none' : 'always'
    const { connection } = client as unknown as { connection: ProtocolEvents }
    connection.on('commandComplete', (message) => {
      this.#tag = message.text
    })
    connection.on('readyForQuery', (message) => {
      this.#status = message.status
    })
    client.on('end', () => {
      this.isBroken = true
    })
    client.on('error', () => {
      this.isBroken = true
    })
  }

  get inTransaction(): boolean {
    return this.#inTransaction
  }
  get #skipsStatements(): boolean {
    return this.#settings.autocommit && this.#options.skipTransactionStatements
  }

  /** What a new session does first. */
  async prepare(): Promise<void> {
    if (this.#settings.role !== null) await this.#client.query(`set role ${this.#settings.role}`)
  }

  async query(sql: string, { bindings, input, fetch = true }: StatementOptions = {}): Promise<StatementResult> {
    const text = bindings === undefined ? sql : withBindings(sql, bindings)
    // On its own: in front of the statement it would be part of what pg_stat_activity shows, comment and all.
    if (!this.#begun && !this.#settings.autocommit) {
      await this.#send('BEGIN')
      this.#begun = true
    }
    const result = input === undefined ? await this.#send(text) : await this.#copy(text, input)
    if (this.#tag === undefined)
      throw new QuernError('Database', 'postgres_empty_query', "can't execute an empty query")
    const literal = /^\s*(begin|start\s+transaction|commit|end|rollback|abort)\s*(?:work|transaction)?\s*;?\s*$/i.exec(
      text,
    )
    if (literal !== null) this.#inTransaction = /^(begin|start)/i.test(literal[1]!)
    return { ...readRows(result, fetch), response: response(this.#tag, result) }
  }

  /** The result of the last statement of a text. */
  async #send(text: string): Promise<RawResult> {
    if (this.#closed) throw new QuernError('Database', 'connection_closed', 'connection already closed')
    this.#tag = undefined
    try {
      const result = (await this.#client.query({ text, rowMode: 'array', types: RAW_TYPES })) as unknown as
        | RawResult
        | RawResult[]
      return Array.isArray(result) ? result.at(-1)! : result
    } catch (error) {
      throw statementError(error, text)
    }
  }

  /** `COPY ... FROM STDIN`. */
  async #copy(text: string, input: CopyInput): Promise<RawResult> {
    if (this.#closed) throw new QuernError('Database', 'connection_closed', 'connection already closed')
    const { from } = await import('pg-copy-streams')
    this.#tag = undefined
    try {
      await pipeline(Readable.from(input), this.#client.query(from(text)))
    } catch (error) {
      throw statementError(error, text)
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
    await this.#send('ROLLBACK').catch(() => undefined)
  }
  async cancel(): Promise<void> {
    const pid = (this.#client as unknown as { processID: number | null }).processID
    if (!this.#closed && pid !== null) await this.#cancelBackend(pid)
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
    try {
      await this.#client.query('DISCARD ALL')
      await this.prepare()
      return true
    } catch {
      return false
    }
  }
  async close(): Promise<void> {
    if (this.#closed) return
    await this.#resetting
    await this.rollback()
    this.#closed = true
    await this.#client.end().catch(() => undefined)
  }
}

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
