import { isQuernError, QuernError } from '../errors/quern-error.ts'

/** Throws when a run has been cancelled; see `isCancellation`. */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new QuernError('Runtime', 'cancelled', 'The run was cancelled')
}

/** The codes of what is thrown in a cancelled run: before it begins, by a database that is being opened, by DuckDB and by Postgres, by a connection that was given up. */
const CODES: ReadonlySet<string> = new Set([
  'cancelled', 'connection_cancelled', 'duckdb_interrupt', '57014', 'statement_cancelled', 'statement_given_up',
]) // biome-ignore format: one list

/** Whether an error means no more than that the run was cancelled; to be asked when the signal is aborted. */
export const isCancellation = (error: unknown): boolean =>
  isQuernError(error)
    ? CODES.has(error.code) || isCancellation(error.cause)
    : error instanceof Error && error.name === 'AbortError'

/** What became of a node that was cancelled. `interrupted`: by who runs it; else another node failed and the run fails fast. */
export const nodeCancelled = (cause: unknown, interrupted: boolean): QuernError =>
  new QuernError(
    'Runtime',
    'node_cancelled',
    interrupted
      ? 'Cancelled: the run was interrupted while this ran'
      : 'Cancelled: another node failed, and the run ends at the first failure (--fail-fast)',
    { cause },
  )
