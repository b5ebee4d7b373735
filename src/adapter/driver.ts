import type { Awaitable, PlainDict, Value } from '../jinja/runtime/value.ts'

export interface ResultColumn {
  readonly name: string
  /** The database's name of the type. */
  readonly type: string
}

export interface StatementResult {
  readonly columns: readonly ResultColumn[]
  /** Python-like values (`Decimal`, `date`, `datetime`, lists, dicts), ready for a `Table`. Empty when nothing was fetched. */
  readonly rows: Value[][]
  /** dbt's adapter response: `{_message, code?, rows_affected?}`. */
  readonly response: PlainDict
}

/** What a statement reads from its client, in pieces of any size. */
export type CopyInput = Iterable<string> | AsyncIterable<string | Uint8Array>

export interface StatementOptions {
  /** Values for `?` (DuckDB) or `%s`/`$n` (Postgres) placeholders. */
  readonly bindings?: readonly Value[]
  /** For `COPY ... FROM STDIN`; only for drivers that know such statements. */
  readonly input?: CopyInput
  /** False: the rows are not read. */
  readonly fetch?: boolean
}

/**
 * What has become of the changes that were sent on a connection since it was handed out: `nothing`: none has lasted (yet), a failure takes all of
 * them back; `committed`: some are there to stay; `unknown`: the connection was lost before the answer to what would have made them stay.
 */
export type Lasting = 'nothing' | 'committed' | 'unknown'

/** One session of a database, used by one node at a time. */
export interface Connection {
  /** Name of the node or task that holds it, for logs and query comments. */
  name: string
  /** Whether BEGIN was sent and not yet ended; kept by `begin`, `commit`, `rollback` and by `query` for literal BEGIN/COMMIT/ROLLBACK statements. */
  readonly inTransaction: boolean
  /**
   * `always`: BEGIN where asked for. `explicit`: nothing begins by itself (`disable_transactions` of DuckDB).
   * `none`: neither BEGIN nor COMMIT is ever sent (`autocommit` of Postgres).
   */
  readonly transactions: 'always' | 'explicit' | 'none'
  /** What `begin` sends, for the log; undefined = it sends nothing (Postgres: the driver begins with the first statement by itself). */
  readonly beginStatement: string | undefined
  readonly lasting: Lasting
  /** Called once when the connection breaks without anybody having closed it or given it up, where the driver hears of that. */
  onLost?: (() => void) | undefined
  /**
   * Called once when others of this driver wait for a connection that the server or a pool does not give them, and none of them gets on: who can do
   * without this one releases it. Not set: it is needed.
   */
  onNeeded?: (() => void) | undefined
  /** Runs one text of SQL (may hold several statements; the last one's result counts). Rejects with a `QuernError` of kind Database (DuckDB: Runtime, as dbt-duckdb). */
  query(sql: string, options?: StatementOptions): Promise<StatementResult>
  begin(): Promise<void>
  commit(): Promise<void>
  /** Never rejects: a broken connection has nothing to roll back. Takes a bounded time, after which the connection is given up. */
  rollback(): Promise<void>
  /**
   * Asks the database to cancel what is running on this connection; its `query` then rejects. Neither is certain: the request may come too early,
   * or nobody may answer. Takes a bounded time.
   */
  cancel(): Promise<void>
  /** Gives the connection up at once, whatever the database does: what is running and what is sent later rejects. Nothing is waited for. */
  abandon(): void
  /** Takes a bounded time. */
  close(): Promise<void>
}

export interface Driver {
  /** Opens (or takes from the pool) a session. Retries as the profile says. Rejects at once when the signal is aborted. */
  connect(name: string, options?: { readonly signal?: AbortSignal }): Promise<Connection>
  /** Gives a session back for reuse; a session that is broken or in a transaction is closed or rolled back. Takes a bounded time. */
  release(connection: Connection): Promise<void>
  /** Closes everything, in a bounded time: files and sockets are free afterwards, but for those of connections that were abandoned in the middle of a native call. */
  close(): Promise<void>
}

export type TemplateMethod = (...args: Value[]) => Awaitable<Value>
