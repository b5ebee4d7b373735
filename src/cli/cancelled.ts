import { isQuernError, QuernError } from '../errors/quern-error.ts'

/** Throws when a run has been cancelled; see `isCancellation`. */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new QuernError('Runtime', 'cancelled', 'The run was cancelled')
}

/** The codes of what is thrown in a cancelled run: before it begins, by a database that is being opened, by DuckDB and by Postgres. */
const CODES: ReadonlySet<string> = new Set(['cancelled', 'connection_cancelled', 'duckdb_interrupt', '57014'])

/** Whether an error means no more than that the run was cancelled; to be asked when the signal is aborted. */
export const isCancellation = (error: unknown): boolean =>
  isQuernError(error)
    ? CODES.has(error.code) || isCancellation(error.cause)
    : error instanceof Error && error.name === 'AbortError'
