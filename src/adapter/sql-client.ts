import { QuernError } from '../errors/quern-error.ts'
import type { SqlQuery, SqlStatus } from '../events/run-event.ts'
import { toText } from '../jinja/runtime/text.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import type { Adapter } from './adapter.ts'
import type { Connection, CopyInput, ResultColumn } from './driver.ts'
import { resultTable } from './result-table.ts'
import type { Table } from './table.ts'

/** Half of a character that takes two. */
const HALF = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/**
 * The databases' libraries take a NUL character for the end of a statement, and would run what stands before it: a `delete` without its `where`. Half a
 * character would become another one on its way.
 */
function refuseUnsendable(sql: string): void {
  const isWhole = (sql as string & { isWellFormed?(): boolean }).isWellFormed?.() ?? true
  if (!isWhole) {
    const line = sql.slice(0, HALF.exec(sql)?.index).split('\n').length
    throw new QuernError('Database', 'sql_half_character', `the statement holds half of a character (line ${line})`, {
      hint: 'look for an escape such as \\ud83d without its second half in the model, its config and the names that it uses',
    })
  }
  const at = sql.indexOf('\0')
  if (at < 0) return
  const line = sql.slice(0, at).split('\n').length
  throw new QuernError('Database', 'sql_nul', `the statement holds a NUL character (line ${line}), which SQL cannot`, {
    hint: 'look for \\0 in the model, in its config and in the names that it uses, and take it away',
  })
}

export interface SqlClientOptions {
  readonly connection: Connection
  readonly adapter: Pick<Adapter, 'type'>
  /** The query comment, without its comment signs; '' = none. */
  readonly comment: string
  /** After the statement instead of before it. */
  readonly append: boolean
  readonly emit: (event: SqlQuery | SqlStatus) => void
  /** Milliseconds. */
  readonly now: () => number
}

export interface SqlOutcome {
  /** `{_message, code?, rows_affected?}` */
  readonly response: PlainDict
  /** The rows, with types guessed as dbt does; empty when nothing was fetched. */
  readonly table: Table
  /** What the database sent, before any guessing. */
  readonly columns: readonly ResultColumn[]
  readonly rows: readonly Value[][]
}

export interface ExecuteOptions {
  readonly autoBegin: boolean
  readonly fetch: boolean
  readonly bindings?: readonly Value[]
  /** What the statement reads from its client: see `StatementOptions`. */
  readonly input?: CopyInput
  /** False: the text is sent without the query comment (`adapter.add_query`, BEGIN and COMMIT). */
  readonly comment?: boolean
  /** Only the first n rows. */
  readonly limit?: number
  /** Logs only the first 512 characters. */
  readonly abridge?: boolean
}

/** Sends a node's statements: query comment, BEGIN when asked, events before and after, rollback when one fails. */
export class SqlClient {
  readonly #options: SqlClientOptions
  constructor(options: SqlClientOptions) {
    if (options.comment.includes('*/')) {
      throw new QuernError(
        'Runtime',
        'query_comment_invalid',
        `query comment contains illegal value "*/": ${options.comment}`,
        { hint: '`query-comment` of dbt_project.yml is put between /* and */' },
      )
    }
    this.#options = options
  }

  /** Runs SQL. Rejects with the driver's `QuernError`, after a rollback of the open transaction. */
  async execute(sql: string, options: ExecuteOptions): Promise<SqlOutcome> {
    const { connection } = this.#options
    if (options.autoBegin && connection.transactions === 'always' && !connection.inTransaction) await this.begin()
    const text = options.comment === false ? sql : this.#commented(sql)
    return await this.#send(text, options)
  }

  /** Begins a transaction, whatever the profile says. */
  async begin(): Promise<void> {
    const { connection } = this.#options
    if (connection.beginStatement === undefined) await connection.begin()
    else await this.#send(connection.beginStatement, { autoBegin: false, fetch: false })
  }

  /** Ends the transaction that is open; false when there is none. */
  async commit(): Promise<boolean> {
    const { connection } = this.#options
    if (!connection.inTransaction) return false
    if (connection.transactions === 'none') await connection.commit()
    else await this.#send('COMMIT', { autoBegin: false, fetch: false })
    return true
  }

  async #send(text: string, options: ExecuteOptions): Promise<SqlOutcome> {
    const { connection } = this.#options
    refuseUnsendable(text)
    const start = this.#started(options.abridge === true ? `${text.slice(0, 512)}...` : text)
    try {
      const how = {
        ...(options.bindings === undefined ? {} : { bindings: options.bindings }),
        ...(options.input === undefined ? {} : { input: options.input }),
      }
      const result = await connection.query(text, { fetch: options.fetch, ...how })
      this.#done(toText(result.response._message ?? 'OK'), start)
      const rows = options.limit === undefined || options.limit <= 0 ? result.rows : result.rows.slice(0, options.limit)
      const table = resultTable(result.columns, options.fetch ? rows : [], options.fetch)
      return { response: result.response, table, columns: result.columns, rows }
    } catch (error) {
      await connection.rollback()
      throw error
    }
  }

  #started(sql: string): number {
    this.#options.emit({ kind: 'sql-query', connection: this.#options.connection.name, sql })
    return this.#options.now()
  }
  #done(status: string, start: number): void {
    this.#options.emit({ kind: 'sql-status', status, elapsed: (this.#options.now() - start) / 1000 })
  }

  /** dbt-adapters 1.24: before the statement on a line of its own, or after it and before its semicolon. */
  #commented(sql: string): string {
    const comment = this.#options.comment.trim()
    if (comment === '') return sql
    if (!this.#options.append) return `/* ${comment} */\n${sql}`
    const text = sql.trimEnd()
    return text.endsWith(';') ? `${text.slice(0, -1)}\n/* ${comment} */;` : `${text}\n/* ${comment} */`
  }
}
