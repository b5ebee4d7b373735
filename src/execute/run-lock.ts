import type { WrittenRelation } from '../adapter/adapter.ts'
import type { Emit } from '../events/run-event.ts'
import type { Database } from './database.ts'

/** Milliseconds for a server to answer the request to cancel. */
const GIVE_UP_AFTER = 800

/**
 * Keeps other runs from writing the same relations until the database is closed, where the adapter knows how (DuckDB has the lock of its file).
 * `wait`: for so many seconds at most; null: as long as it takes. Rejects when the wait is over or the run is cancelled meanwhile.
 */
export async function lockRelations(
  database: Database,
  relations: readonly WrittenRelation[],
  how: { readonly wait: number | null; readonly signal: AbortSignal; readonly emit: Emit },
): Promise<void> {
  const { adapter } = database
  if (adapter.lockRelations === undefined || relations.length === 0) return
  const { wait, signal, emit } = how
  signal.throwIfAborted()
  const connection = await database.driver().connect('run_lock', { signal })
  let giveUp: NodeJS.Timeout | undefined
  const cancel = (): void => {
    void connection.cancel().catch(() => undefined)
    giveUp = setTimeout(() => connection.abandon(), GIVE_UP_AFTER)
  }
  signal.addEventListener('abort', cancel, { once: true })
  try {
    const tell = (text: string): void => emit({ kind: 'message', level: 'info', name: 'Note', code: 'Z050', text })
    await adapter.lockRelations(connection, relations, { wait, tell })
  } finally {
    signal.removeEventListener('abort', cancel)
    clearTimeout(giveUp)
  }
}
