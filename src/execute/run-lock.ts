import type { Adapter, WrittenRelation } from '../adapter/adapter.ts'
import type { Connection } from '../adapter/driver.ts'
import { QuernError } from '../errors/quern-error.ts'
import { backoff } from '../util/backoff.ts'
import { pause } from '../util/pause.ts'
import type { Database } from './database.ts'

/** Milliseconds for a server to answer the request to cancel. */
const GIVE_UP_AFTER = 800

/** Milliseconds before a lost lock is taken again: a server or pool that ends the connection each time is not asked all the time. */
const RETAKE_AFTER = 200

/** Milliseconds between looks whether another run has ended. */
const LOOK_AGAIN = { first: 250, most: 1000 }

/** How many connections may break one after the other while the lock is asked for. */
const MOST_LOST = 4

interface LockOptions {
  /** For so many seconds at most; null: as long as it takes. */
  readonly wait: number | null
  readonly signal: AbortSignal
  /** Gets a line for the user: that another run is waited for, or that the lock had to be given up. */
  readonly tell: (text: string) => void
}

/**
 * Keeps other runs from writing the same relations until the database is closed, where the adapter knows how (DuckDB has the lock of its file).
 * Rejects when the wait is over or the run is cancelled meanwhile. A lock that is lost with its connection (the server was restarted) is taken again as
 * soon as the server is back, or the other run that was faster has ended; the run goes on meanwhile. Where the server or a pool has no connection for
 * the run's work but the one that holds the lock, the lock is given up: runs that hold one each would wait for one another for ever.
 */
export async function lockRelations(
  database: Database,
  relations: readonly WrittenRelation[],
  options: LockOptions,
): Promise<void> {
  const lock = database.adapter.lockRelations
  if (lock === undefined || relations.length === 0) return
  options.signal.throwIfAborted()
  const again = async (): Promise<void> => {
    const tell = (text: string): void =>
      options.tell(`The lock of this run was lost with its connection. ${text}; until then both write`)
    try {
      await pause(RETAKE_AFTER, database.ending)
      keep(await waitForLock({ database, lock, relations }, { wait: null, signal: database.ending, tell }))
    } catch {
      // the run ends, or there is no server: nodes say that by themselves
    }
  }
  const keep = (connection: Connection | undefined): void => {
    if (connection === undefined) return
    const release = (): void => {
      connection.onLost = undefined
      connection.onNeeded = undefined
      void database.driver().release(connection)
    }
    connection.onLost = () => {
      release()
      void again()
    }
    connection.onNeeded = () => {
      options.tell(
        'The server has no free connection but the one that keeps other runs from writing the same tables: it is used for the work instead',
      )
      release()
    }
  }
  keep(await waitForLock({ database, lock, relations }, options))
}

interface Wanted {
  readonly database: Database
  readonly lock: NonNullable<Adapter['lockRelations']>
  readonly relations: readonly WrittenRelation[]
}

/**
 * The connection that holds the lock; undefined: the database knows no such locks. Another run is asked for again and again and not waited for in the
 * database: who waits would hold a connection that the other may need to come to its end.
 */
async function waitForLock(wanted: Wanted, { wait, signal, tell }: LockOptions): Promise<Connection | undefined> {
  const driver = wanted.database.driver()
  const startedAt = performance.now()
  let told = false
  let lost = 0
  for (let attempt = 0; ; attempt++) {
    const connection = await driver.connect('run_lock', { signal })
    const got = await attemptLock(wanted, connection, signal)
    if (got.lock === 'held') return connection
    await driver.release(connection)
    if (got.lock === 'unknown') return undefined
    if (got.lock === 'taken') {
      const left = wait === null ? Number.POSITIVE_INFINITY : wait * 1000 - (performance.now() - startedAt)
      if (left <= 0) throw inUse(got.holder, told ? (wait ?? 0) : 0)
      if (!told) tell(`Waiting for another run that writes the same tables${got.holder}`)
      told = true
      lost = 0
      await pause(Math.min(left, backoff(attempt, LOOK_AGAIN)), signal)
    } else if (got.lock === 'lost') {
      if (++lost === MOST_LOST) throw got.error
      await pause(backoff(lost, LOOK_AGAIN), signal)
    }
    signal.throwIfAborted()
  }
}

type Attempt = Awaited<ReturnType<Wanted['lock']>> | { readonly lock: 'lost'; readonly error: QuernError }

/** Asks once; `lost`: the connection broke meanwhile. */
async function attemptLock(
  { database, lock, relations }: Wanted,
  connection: Connection,
  signal: AbortSignal,
): Promise<Attempt> {
  let giveUp: NodeJS.Timeout | undefined
  const cancel = (): void => {
    void connection.cancel().catch(() => undefined)
    giveUp = setTimeout(() => connection.abandon(), GIVE_UP_AFTER)
  }
  signal.addEventListener('abort', cancel, { once: true })
  try {
    return await lock(connection, relations)
  } catch (error) {
    const isLost = !signal.aborted && error instanceof QuernError && database.adapter.natureOf(error) === 'connection'
    if (!isLost) throw error
    return { lock: 'lost', error }
  } finally {
    signal.removeEventListener('abort', cancel)
    clearTimeout(giveUp)
  }
}

const inUse = (holder: string, waited: number): QuernError =>
  new QuernError(
    'Runtime',
    'run_lock_timeout',
    waited === 0
      ? `Another run writes the same tables${holder}`
      : `Another run still writes the same tables after ${waited} seconds`,
    { hint: 'let it end, end it, or wait longer: --lock-wait SECONDS' },
  )
