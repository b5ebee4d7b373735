import type { Connection, Driver } from '../../src/adapter/driver.ts'
import { QuernError } from '../../src/errors/quern-error.ts'
import { backoff } from '../../src/util/backoff.ts'
import { pause } from '../../src/util/pause.ts'
import { unlessAborted } from '../../src/util/within.ts'
import { type ConnectProblem, connectProblem, isRefusedByPool, waitingNotice } from './connect-problem.ts'
import type { PostgresSettings } from './credentials.ts'
import { connectionError } from './errors.ts'
import { cannotNoticeEnd, connectionCancelled, openSession } from './open-session.ts'
import { type NoticesEnd, type PostgresSession, STARVING_AFTER } from './session.ts'
import { type SslOptions, sslAttempts } from './ssl.ts'

export interface PostgresDriverOptions {
  /** With `autocommit`: BEGIN, COMMIT and ROLLBACK are not sent (`postgres_skip_autocommit_transaction_statements`). */
  readonly skipTransactionStatements: boolean
  /** Aborted: no more attempts to connect, by those who bring no signal of their own. */
  readonly signal?: AbortSignal
  /** Gets a line for the user. */
  readonly tell?: ((text: string) => void) | undefined
}

/** Milliseconds between attempts to reach a server that is full, starting or gone. */
const AGAIN = { first: 250, most: 5000 }

/** Sessions of a Postgres server: a pool, whose sessions are reset before they serve another node. */
export class PostgresDriver implements Driver {
  readonly #settings: PostgresSettings
  readonly #options: PostgresDriverOptions
  readonly #idle: PostgresSession[] = []
  readonly #busy = new Set<PostgresSession>()
  /** The kinds of encryption that are left to try; what has failed is not tried again. */
  #attempts: SslOptions[] | undefined
  /** How the server is asked to notice that its client is gone; what it refused is not asked for again. */
  #noticesEnd: NoticesEnd = 'session'
  #hasConnected = false
  /** Since when nobody got a connection, all being told that the server is not there: it is waited for once, not by each node again. */
  #downSince: number | undefined
  /** Those who wait for a connection: called when one of ours is given back. */
  readonly #waiting = new Set<() => void>()
  /** What the user was told of already: that the server is full once, anything else once until it works again. */
  readonly #told = new Set<ConnectProblem>()

  constructor(settings: PostgresSettings, options: PostgresDriverOptions) {
    this.#settings = settings
    this.#options = options
  }

  /**
   * A session that is idle, or a new one. How long it goes on after a failure: the first connection of a run as dbt, `retries` further attempts, waiting 0,
   * 1, 4, 9 ... seconds, so that a wrong host is soon known. Once there was one, and where the server says itself that it is full or starting, for
   * `retry_window` seconds. On a full server that time counts from the last sign of life of this run's own sessions: as long as they work, one will be
   * free. Refusals (a wrong password, no such database) are never tried again.
   */
  async connect(name: string, { signal = this.#options.signal }: { signal?: AbortSignal } = {}): Promise<Connection> {
    const since = performance.now()
    for (let attempt = 0; ; attempt++) {
      if (signal?.aborted) throw connectionCancelled()
      try {
        const session = (await this.#takeIdle(signal)) ?? (await this.#open(signal))
        session.handOut(name)
        this.#busy.add(session)
        this.#hasConnected = true
        this.#downSince = undefined
        for (const problem of ['down', 'starting'] as const) this.#told.delete(problem)
        return session
      } catch (error) {
        if (signal?.aborted) throw connectionCancelled()
        const wait = this.#pauseAfter(error, attempt, since)
        if (wait === undefined) throw connectionError(error, this.#settings)
        await this.#wait(wait, signal)
      }
    }
  }

  /** Milliseconds until the next attempt; undefined = there is none. */
  #pauseAfter(error: unknown, attempt: number, since: number): number | undefined {
    const problem = connectProblem(error)
    if (problem === 'refused') return undefined
    const { retries, retryWindow } = this.#settings
    const patient = problem === 'full' || problem === 'starting' || (problem === 'down' && this.#hasConnected)
    if (problem === 'down' || problem === 'starting') this.#downSince ??= since
    const quietSince =
      problem === 'full'
        ? Math.max(since, ...[...this.#busy].map((session) => session.lastActive))
        : (this.#downSince ?? since)
    // several times, since this process may itself be what had no time
    if (problem === 'full' && attempt >= 3 && performance.now() - quietSince > STARVING_AFTER * 1000)
      this.#askForConnection(() => false)
    if (patient && performance.now() - quietSince < retryWindow * 1000) {
      if (!this.#told.has(problem)) this.#options.tell?.(waitingNotice(problem, error, this.#settings))
      this.#told.add(problem)
      return backoff(attempt, AGAIN)
    }
    return attempt < retries ? attempt * attempt * 1000 : undefined
  }

  /** Has those who can do without their connection give it up, unless one of the others gets on and will be done some time. */
  #askForConnection(getsOn: (session: PostgresSession) => boolean): void {
    const busy = [...this.#busy]
    if (busy.some((session) => session.onNeeded === undefined && getsOn(session))) return
    for (const session of busy) {
      const { onNeeded } = session
      session.onNeeded = undefined
      onNeeded?.()
    }
  }

  /** Until the time is over, a session is given back or the signal is aborted. */
  async #wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
    const over = new AbortController()
    const end = (): void => over.abort()
    this.#waiting.add(end)
    signal?.addEventListener('abort', end, { once: true })
    await pause(milliseconds, over.signal)
    signal?.removeEventListener('abort', end)
    this.#waiting.delete(end)
  }

  #wakeOne(): void {
    const [first] = this.#waiting
    if (first === undefined) return
    this.#waiting.delete(first)
    first()
  }

  async #takeIdle(signal: AbortSignal | undefined): Promise<PostgresSession | undefined> {
    for (let session = this.#idle.pop(); session !== undefined; session = this.#idle.pop()) {
      const taken = session
      this.#busy.add(taken)
      try {
        if (await unlessAborted(taken.isReset(), signal, connectionCancelled)) return taken
      } catch (error) {
        taken.abandon()
        throw error
      } finally {
        if (taken.isBroken) this.#busy.delete(taken)
      }
      this.#busy.delete(taken)
      await taken.close()
    }
    return undefined
  }

  /** Nobody waits for the reset but the next one who gets the session. */
  async release(connection: Connection): Promise<void> {
    const session = connection as PostgresSession
    this.#busy.delete(session)
    await session.rollback()
    if (session.isBroken) await session.close()
    else {
      this.#idle.push(session)
      session.startReset()
    }
    this.#wakeOne()
  }

  async close(): Promise<void> {
    const all = [...this.#idle, ...this.#busy]
    this.#idle.length = 0
    this.#busy.clear()
    await Promise.all(all.map((session) => session.close()))
  }

  async #open(signal: AbortSignal | undefined): Promise<PostgresSession> {
    this.#attempts ??= sslAttempts(this.#settings)
    const attempts = this.#attempts
    for (const [index, ssl] of attempts.entries()) {
      try {
        const session = await this.#openWith(ssl, signal)
        this.#attempts = attempts.slice(index)
        return session
      } catch (error) {
        const isLast = index === attempts.length - 1
        if (isLast || !isAboutEncryption(error)) throw error
      }
    }
    throw new QuernError('Internal', 'postgres_no_attempt', 'no way to connect was tried')
  }

  async #openWith(ssl: SslOptions, signal: AbortSignal | undefined): Promise<PostgresSession> {
    const open = (noticesEnd: NoticesEnd): Promise<PostgresSession> =>
      openSession(
        this.#settings,
        {
          skipTransactionStatements: this.#options.skipTransactionStatements,
          ssl,
          noticesEnd,
          onStarving: () => this.#askForConnection(({ isServed }) => isServed),
        },
        signal,
      )
    for (;;) {
      const asked = this.#noticesEnd
      try {
        return await open(asked)
      } catch (error) {
        if (asked === 'session' && isRefusedByPool(error)) this.#noticesEnd = 'transaction'
        else if (asked !== 'never' && cannotNoticeEnd(error)) this.#noticesEnd = 'never'
        else throw error
      }
    }
  }
}

const isAboutEncryption = (error: unknown): boolean => {
  const { message, code, severity } = error as { message?: string; code?: string; severity?: string }
  if (severity !== undefined) return code === '28000'
  return /SSL|TLS|certificate|wrong version number|ECONNRESET/i.test(`${message} ${code}`)
}
