import type { ErrorNature } from '../../src/adapter/adapter.ts'
import { QuernError } from '../../src/errors/quern-error.ts'
import { statementSpan } from '../../src/errors/source-file.ts'

/** Names of DuckDB's exceptions in Python, where they do not follow from the message (`IO Error` -> `IOException`). */
const EXCEPTION_NAMES: Readonly<Record<string, string>> = {
  'TransactionContext Error': 'TransactionException',
  'INTERRUPT Error': 'InterruptException',
  'FATAL Error': 'FatalException',
  'INTERNAL Error': 'InternalException',
  'Not implemented Error': 'NotImplementedException',
  'Out of Memory Error': 'OutOfMemoryException',
}

/** The Python name of an error, as `retryable_exceptions` lists them. */
export function exceptionName(message: string): string {
  const heading = /^([A-Za-z ]+? Error)\b/.exec(message)?.[1]
  if (heading === undefined) return 'Error'
  return EXCEPTION_NAMES[heading] ?? `${heading.replace(/ Error$/, '').replaceAll(' ', '')}Exception`
}

const SQL_ERRORS: ReadonlySet<string> = new Set([
  'parser', 'syntax', 'binder', 'catalog', 'conversion', 'constraint', 'typemismatch', 'mismatchtype', 'invalidtype', 'outofrange',
  'notimplemented', 'permission', 'dependency', 'dividebyzero', 'parameternotresolved', 'parameternotallowed',
].map((name) => `duckdb_${name}`)) // biome-ignore format: one list

const UNREACHABLE =
  /could not establish connection|unable to connect|connection (?:error|reset|refused|timed out)|server closed the connection/i

/**
 * See `ErrorNature`. Transactions that write the same rows or names conflict (`TransactionContext Error: Conflict on ...`, `... write-write conflict ...`); the
 * same heading stands over keys that are there twice, which is no conflict. What is far away counts as a connection: storage that answers 429 or 5xx or not
 * at all, attached servers that cannot be reached.
 */
export function natureOf({ code, message }: QuernError): ErrorNature {
  if (code === 'duckdb_transaction') return /conflict/i.test(message) ? 'conflict' : 'sql'
  if (code === 'duckdb_http') return /\b4(?!08|29)\d\d\b/.test(message.split('\n')[0] ?? '') ? 'other' : 'connection'
  if (code === 'duckdb_connection' || (code === 'duckdb_io' && UNREACHABLE.test(message))) return 'connection'
  return SQL_ERRORS.has(code) ? 'sql' : 'other'
}

/** An error of a statement, at its place in `sql`. DuckDB's text is kept: it has the line and a caret of its own. */
export function statementError(error: unknown, sql?: string): QuernError {
  if (error instanceof QuernError) return error
  const message = error instanceof Error ? error.message : String(error)
  const name = exceptionName(message)
  const code = `duckdb_${name.replace(/Exception$/, '').toLowerCase() || 'error'}`
  const hint = name === 'InterruptException' ? 'the statement was cancelled' : undefined
  const offset = sql === undefined ? undefined : quotedOffset(message, sql)
  const at = sql === undefined || offset === undefined ? undefined : statementSpan(sql, offset)
  return new QuernError('Runtime', code, message, { at, hint, cause: error })
}

/** Where in a statement an error points: DuckDB quotes the line (`LINE 6:   ...`, cut on both sides when it is long) with a `^` below. */
export function quotedOffset(message: string, sql: string): number | undefined {
  const quoted = /(?:^|\n)(LINE (\d+): (?:\.\.\.)?)([^\n]*?)(?:\.\.\.)?\n( *)\^/.exec(message)
  if (quoted === null) return undefined
  const [, head = '', line, text = '', before = ''] = quoted
  // Errors of values that views convert quote a line by its number in the view.
  if (message.startsWith('Conversion Error')) return undefined
  const lines = sql.split('\n')
  const index = Number(line) - 1
  const column = lines[index]?.indexOf(text.trimEnd()) ?? -1
  if (column === -1) return undefined
  const start = lines.slice(0, index).reduce((sum, one) => sum + one.length + 1, 0)
  const offset = start + column + Math.max(0, before.length - head.length)
  // So do others, about what stands in a view: what they name is not here then.
  const names = [...message.slice(0, message.indexOf('\n')).matchAll(/"([^"]+)"|Table with name (\S+)/g)]
  const there = sql.slice(offset, offset + 200).toLowerCase()
  const isThere = names.some(([, quoted, plain = '']) => there.includes((quoted ?? plain).toLowerCase()))
  return names.length === 0 || isThere ? offset : undefined
}

/** Whether a file could not be opened because another process has it. */
export const isLocked = (message: string): boolean => message.includes('Could not set lock on file')

/** `process 4711 (/usr/bin/node)`, as far as DuckDB could find out. */
export function lockHolder(message: string): string {
  const [, program, pid] = /Conflicting lock is held in (.+?) \(PID (\d+)\)/.exec(message) ?? []
  return pid === undefined ? 'another process' : `process ${pid} (${program})`
}

/** An error of opening the file: one sentence and what to do. */
export function openingError(error: unknown, path: string): QuernError {
  if (error instanceof QuernError) return error
  const message = error instanceof Error ? error.message : String(error)
  const make = (code: string, text: string, hint: string): QuernError =>
    new QuernError('Runtime', code, text, { hint, cause: error })
  if (isLocked(message)) {
    const first = message.split('\n')[0]!.replace(/\. See also .*$/s, '')
    return make(
      'duckdb_file_locked',
      first,
      `${lockHolder(message)} has the file open: end it, or wait for it: --lock-wait SECONDS`,
    )
  }
  const version =
    /version number (\d+), but we can only read version/i.exec(message) ??
    /storage version|newer version of DuckDB|older version/i.exec(message)
  if (version !== null) {
    return make(
      'duckdb_file_version',
      `The file "${path}" was written by another version of DuckDB than the 1.5 that quern brings, and cannot be opened`,
      `a newer DuckDB can write it in the old format: ATTACH 'copy.duckdb' (STORAGE_VERSION 'v1.0.0'), then COPY FROM DATABASE; DuckDB said: ${message.split('\n')[0]}`,
    )
  }
  if (/Cannot open file .*No such file or directory/s.test(message)) {
    return make('duckdb_open_failed', message, 'the folder does not exist; `path` is relative to the working directory')
  }
  if (/different configuration than existing connections/.test(message)) {
    return make(
      'duckdb_file_open_in_process',
      `This process has the file "${path}" open with another configuration`,
      'close it first, or open it with the config_options of the profile',
    )
  }
  if (/not a valid DuckDB database file/.test(message)) {
    return make('duckdb_open_failed', message, 'check `path` in the profile: the file holds something else')
  }
  return new QuernError('Runtime', `duckdb_open_failed`, message, { cause: error })
}

/** The program around quern has the file open through an instance of its own. */
export const heldByHost = (path: string): QuernError =>
  new QuernError(
    'Runtime',
    'duckdb_file_open_in_process',
    `This process has the file "${path}" open through another instance of DuckDB: changes would be lost`,
    {
      hint: "close it first, or open it with DuckDBInstance.fromCache(path) and the profile's config_options, so that one instance is shared",
    },
  )
