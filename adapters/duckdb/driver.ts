import { createHash } from 'node:crypto'
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import type { OpenOptions } from '../../src/adapter/adapter.ts'
import type { Connection, Driver } from '../../src/adapter/driver.ts'
import { QuernError } from '../../src/errors/quern-error.ts'
import { leaveBehind } from '../../src/util/left-behind.ts'
import { pause } from '../../src/util/pause.ts'
import { unlessAborted } from '../../src/util/within.ts'
import { type DuckDBSettings, rejectPythonOnly } from './credentials.ts'
import {
  databaseFiles,
  isMemoryPath,
  isOpenInThisProcess,
  openedPath,
  realPath,
  refuseSpecialFile,
} from './database-files.ts'
import { exceptionName, heldByHost, isLocked, lockHolder, openingError, statementError } from './errors.ts'
import { loadModule } from './load-module.ts'
import { DuckDBSession } from './session.ts'
import { type Lease, leaseInstance, type Module, type OpenInstance } from './shared-instances.ts'
import { connectionStatements, openingConfig, openingStatements } from './startup-sql.ts'

/** Milliseconds between attempts to open a file that another process has open. */
const LOOK_AGAIN = 200

/**
 * DuckDB in this process: a session per node. Invocations with the same file and the same settings share an instance; see
 * `leaseInstance` for who waits for whom. The driver's module is loaded at the first `connect`. Statements run on libuv's thread pool,
 * so `UV_THREADPOOL_SIZE` must cover the profile's `threads` and be set before anything uses the pool: the command line's entry does that.
 */
export class DuckDBDriver implements Driver {
  readonly #settings: DuckDBSettings
  readonly #options: OpenOptions
  #leasing: Promise<Lease> | undefined
  /** The opening that was left behind already. */
  #watched: Promise<Lease> | undefined
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
  async connect(name: string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<Connection> {
    if (signal?.aborted) throw cancelled()
    this.#leasing ??= this.#lease()
    const leasing = this.#leasing
    let opened: Lease
    try {
      // What is attached may be far away: whoever does not want to wait for it goes, the others stay.
      opened = await unlessAborted(leasing, signal, cancelled)
    } catch (error) {
      if (signal?.aborted) this.#watchOpening(leasing)
      else this.#leasing = undefined
      throw error
    }
    const connection = await opened.instance.connect()
    const preparing = this.#prepare(connection)
    try {
      await unlessAborted(preparing, signal, cancelled)
    } catch (error) {
      const close = (): void => connection.closeSync()
      if (signal?.aborted) {
        const closed = preparing.then(close, close)
        leaveBehind(closed)
        opened.keepOpen(closed)
      } else close()
      throw statementError(error)
    }
    const session = new DuckDBSession(name, connection, opened, this.#settings)
    this.#open.add(session)
    return session
  }

  async #prepare(connection: DuckDBConnection): Promise<void> {
    for (const sql of connectionStatements(this.#settings)) await connection.run(sql)
  }

  /** An opening for which somebody did not want to wait is in the way of the process's end until it is over. */
  #watchOpening(leasing: Promise<Lease>): void {
    if (this.#watched === leasing) return
    this.#watched = leasing
    leaveBehind(leasing)
  }

  async release(connection: Connection): Promise<void> {
    await connection.close()
    this.#open.delete(connection as DuckDBSession)
    const isFile = this.#settings.path !== ':memory:' && !this.#settings.isMotherduck
    if (this.#open.size === 0 && !this.#settings.keepOpen && isFile) await this.#giveBack()
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open].map((session) => session.close()))
    this.#open.clear()
    await this.#giveBack()
  }

  /** An instance that is still being opened is given back when it is open. */
  async #giveBack(): Promise<void> {
    const leasing = this.#leasing
    this.#leasing = undefined
    const returning = leasing?.then(
      (lease) => lease.release(),
      () => undefined,
    )
    if (leasing !== this.#watched) await returning
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
    const { lockWait = 0, signal, tell } = this.#options
    const deadline = performance.now() + lockWait * 1000
    let told = false
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#tryOpen(module, path)
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        const left = deadline - performance.now()
        if (left > 0 && isLocked(message) && signal?.aborted !== true) {
          if (!told) tell?.(`Waiting for ${lockHolder(message)}, which has the database file open`)
          told = true
          attempt--
          await pause(Math.min(LOOK_AGAIN, left), signal)
          continue
        }
        const again = attempt + 1 < this.#settings.connectAttempts && this.#isRetryable(message)
        if (!again || this.#options.signal?.aborted) throw openingError(error, path)
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

const cancelled = (): QuernError =>
  new QuernError('Runtime', 'connection_cancelled', 'The run was cancelled before the database was opened')
