import { createHash } from 'node:crypto'
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import type { OpenOptions } from '../../src/adapter/adapter.ts'
import type { Connection, Driver, StatementOptions, StatementResult } from '../../src/adapter/driver.ts'
import { QuernError } from '../../src/errors/quern-error.ts'
import { pause } from '../../src/util/pause.ts'
import { type DuckDBSettings, rejectPythonOnly } from './credentials.ts'
import {
  databaseFiles,
  isMemoryPath,
  isOpenInThisProcess,
  openedPath,
  realPath,
  refuseSpecialFile,
} from './database-files.ts'
import { exceptionName, heldByHost, openingError, statementError } from './errors.ts'
import { loadModule } from './load-module.ts'
import { type Lease, leaseInstance, type Module, type OpenInstance } from './shared-instances.ts'
import { connectionStatements, openingConfig, openingStatements } from './startup-sql.ts'
import { ValueReader } from './values.ts'

/** dbt-duckdb's answer to every statement. */
const RESPONSE = { _message: 'OK' }

/**
 * DuckDB in this process: a session per node. Invocations with the same file and the same settings share an instance; see
 * `leaseInstance` for who waits for whom. The driver's module is loaded at the first `connect`. Statements run on libuv's thread pool,
 * so `UV_THREADPOOL_SIZE` must cover the profile's `threads` and be set before anything uses the pool: the command line's entry does that.
 */
export class DuckDBDriver implements Driver {
  readonly #settings: DuckDBSettings
  readonly #options: OpenOptions
  #leasing: Promise<Lease> | undefined
  readonly #open = new Set<DuckDBSession>()

  constructor(settings: DuckDBSettings, options: OpenOptions) {
    this.#settings = settings
    this.#options = options
    rejectPythonOnly(settings)
  }

  /** The file as opened: `path` is relative to the working directory. */
  get path(): string {
    return openedPath(this.#settings.path, this.#options.baseDir)
  }

  /** A new session. Each node gets its own, so temporary tables and settings of one are never seen by another. */
  async connect(name: string): Promise<Connection> {
    this.#leasing ??= this.#lease()
    let opened: Lease
    try {
      opened = await this.#leasing
    } catch (error) {
      this.#leasing = undefined
      throw error
    }
    const connection = await opened.instance.connect()
    try {
      for (const sql of connectionStatements(this.#settings)) await connection.run(sql)
    } catch (error) {
      connection.closeSync()
      throw statementError(error)
    }
    const session = new DuckDBSession(name, connection, opened.module, this.#settings)
    this.#open.add(session)
    return session
  }

  async release(connection: Connection): Promise<void> {
    await connection.close()
    this.#open.delete(connection as DuckDBSession)
    const isFile = this.#settings.path !== ':memory:' && !this.#settings.isMotherduck
    if (this.#open.size === 0 && !this.#settings.keepOpen && isFile) await this.#giveBack()
  }

  async close(): Promise<void> {
    for (const session of this.#open) await session.close()
    this.#open.clear()
    await this.#giveBack()
  }

  async #giveBack(): Promise<void> {
    const leasing = this.#leasing
    this.#leasing = undefined
    const lease = await leasing?.catch(() => undefined)
    lease?.release()
  }

  #lease(): Promise<Lease> {
    const { path } = this
    const { writes, signal, tell } = this.#options
    const isPrivate = isMemoryPath(path) || this.#settings.isMotherduck
    return leaseInstance({
      sharedAs: isPrivate ? undefined : this.#fingerprint(path),
      files: databaseFiles(this.#settings, path),
      writes: writes ?? true,
      signal,
      onWait: (file) => tell?.(`Waiting for another invocation of this process, which uses ${file}`),
      open: () => this.#openInstance(),
    })
  }

  /** The same for drivers that may share an instance: same path, same options, same statements at the start. */
  #fingerprint(path: string): string {
    const settings = this.#settings
    const parts = [path, openingConfig(settings), openingStatements(settings), connectionStatements(settings)]
    return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
  }

  async #openInstance(): Promise<OpenInstance> {
    const module = loadModule()
    const { path } = this
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#tryOpen(module, path)
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        const again = attempt + 1 < this.#settings.connectAttempts && this.#isRetryable(message)
        if (!again || this.#options.signal?.aborted === true) throw openingError(error, path)
        await pause(2 ** attempt * 1000, this.#options.signal)
      }
    }
  }

  async #tryOpen(module: Module, path: string): Promise<OpenInstance> {
    refuseSpecialFile(path)
    await this.#rejectHosts(module, path)
    const config = openingConfig(this.#settings)
    // From the cache of instances: one that the host has there is shared, and DuckDB refuses to attach what another of them has open.
    const cached = path === ':memory:' || !(isMemoryPath(path) || this.#settings.isMotherduck)
    const instance = await (cached
      ? module.DuckDBInstance.fromCache(path, config)
      : module.DuckDBInstance.create(path, config))
    try {
      const connection = await instance.connect()
      try {
        for (const sql of openingStatements(this.#settings)) await runOpening(connection, sql)
      } finally {
        connection.closeSync()
      }
      return { module, instance }
    } catch (error) {
      instance.closeSync()
      throw error
    }
  }

  /**
   * Throws when the program around quern has one of the files open through an instance that cannot be shared: DuckDB would
   * lose what one of the two writes, without an error.
   */
  async #rejectHosts(module: Module, path: string): Promise<void> {
    const own = realPath(path)
    for (const file of databaseFiles(this.#settings, path)) {
      if (file.readOnly || !isOpenInThisProcess(file.path)) continue
      // DuckDB itself refuses to attach what stands in its cache of instances.
      if (file.path !== own) throw heldByHost(file.path)
      let probe: DuckDBInstance
      try {
        // What stands in the cache is never opened a second time: other options are an error. What does not is opened, for reading only.
        probe = await module.DuckDBInstance.fromCache(path, {
          ...openingConfig(this.#settings),
          access_mode: 'READ_ONLY',
        })
      } catch {
        continue
      }
      probe.closeSync()
      throw heldByHost(file.path)
    }
  }

  #isRetryable(message: string): boolean {
    return this.#settings.retryableExceptions.includes(exceptionName(message))
  }
}

async function runOpening(connection: DuckDBConnection, sql: string): Promise<void> {
  try {
    await connection.run(sql)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const what = /^INSTALL|^LOAD|^install/.test(sql)
      ? `\`extensions\`: ${sql}`
      : sql.startsWith('ATTACH')
        ? '`attach`'
        : sql.includes(' SECRET ')
          ? '`secrets`'
          : 'the profile'
    throw new QuernError('Runtime', 'duckdb_startup_failed', message, {
      hint: `while applying ${what} of the profile`,
      cause: error,
    })
  }
}

/** A session of a DuckDB instance. */
class DuckDBSession implements Connection {
  name: string
  readonly beginStatement = 'BEGIN'
  readonly transactions: 'always' | 'explicit'
  readonly #connection: DuckDBConnection
  readonly #values: ValueReader
  readonly #settings: DuckDBSettings
  #inTransaction = false
  #closed = false

  constructor(name: string, connection: DuckDBConnection, module: Module, settings: DuckDBSettings) {
    this.name = name
    this.#connection = connection
    this.#settings = settings
    this.#values = new ValueReader(module, connection)
    this.transactions = settings.disableTransactions ? 'explicit' : 'always'
  }

  get inTransaction(): boolean {
    return this.#inTransaction
  }

  async query(sql: string, options: StatementOptions = {}): Promise<StatementResult> {
    const attempts = this.#settings.queryAttempts ?? 1
    for (let attempt = 0; ; attempt++) {
      try {
        const result = await this.#run(sql, options)
        this.#inTransaction = transactionAfter(sql, this.#inTransaction)
        return result
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        const again = attempt + 1 < attempts && this.#settings.retryableExceptions.includes(exceptionName(message))
        if (!again) throw statementError(error, sql)
        await pause(2 ** attempt * 1000)
      }
    }
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
    await this.#connection.run('ROLLBACK').catch(() => undefined)
  }
  async cancel(): Promise<void> {
    if (!this.#closed) this.#connection.interrupt()
  }
  async close(): Promise<void> {
    if (this.#closed) return
    await this.rollback()
    this.#closed = true
    this.#connection.closeSync()
  }
}

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
