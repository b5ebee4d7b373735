import type { Adapter, WrittenRelation } from '../adapter/adapter.ts'
import type { Connection } from '../adapter/driver.ts'
import { pause } from '../util/pause.ts'
import type { Database } from './database.ts'

/** Milliseconds for a server to answer the request to cancel. */
const GIVE_UP_AFTER = 800

/** Milliseconds before a lost lock is taken again: a server or pool that ends the connection each time is not asked all the time. */
const RETAKE_AFTER = 200

interface LockOptions {
  /** For so many seconds at most; null: as long as it takes. */
  readonly wait: number | null
  readonly signal: AbortSignal
  /** Gets a line for the user when another run is waited for. */
  readonly tell: (text: string) => void
}

/**
 * Keeps other runs from writing the same relations until the database is closed, where the adapter knows how (DuckDB has the lock of its file).
 * Rejects when the wait is over or the run is cancelled meanwhile. A lock that is lost with its connection (the server was restarted) is taken again as
 * soon as the server is back, or the other run that was faster has ended; the run goes on meanwhile.
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
      keep(await lockOnce({ database, lock, relations }, { wait: null, signal: database.ending, tell }))
    } catch {
      // the run ends, or there is no server: nodes say that by themselves
    }
  }
  const keep = (connection: Connection): void => {
    connection.onLost = () => void again()
  }
  keep(await lockOnce({ database, lock, relations }, options))
}

interface Wanted {
  readonly database: Database
  readonly lock: NonNullable<Adapter['lockRelations']>
  readonly relations: readonly WrittenRelation[]
}

/** The connection that holds the lock. */
async function lockOnce(
  { database, lock, relations }: Wanted,
  { wait, signal, tell }: LockOptions,
): Promise<Connection> {
  const connection = await database.driver().connect('run_lock', { signal })
  let giveUp: NodeJS.Timeout | undefined
  const cancel = (): void => {
    void connection.cancel().catch(() => undefined)
    giveUp = setTimeout(() => connection.abandon(), GIVE_UP_AFTER)
  }
  signal.addEventListener('abort', cancel, { once: true })
  try {
    await lock(connection, relations, { wait, tell })
    return connection
  } finally {
    signal.removeEventListener('abort', cancel)
    clearTimeout(giveUp)
  }
}
