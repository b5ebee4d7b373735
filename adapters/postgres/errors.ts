import type { ErrorNature } from '../../src/adapter/adapter.ts'
import { QuernError } from '../../src/errors/quern-error.ts'
import { statementSpan } from '../../src/errors/source-file.ts'
import { connectProblem } from './connect-problem.ts'

/** What a Postgres server says of an error (`pg`'s DatabaseError). */
export interface ServerError {
  readonly message: string
  readonly code?: string | undefined
  readonly detail?: string | undefined
  readonly hint?: string | undefined
  readonly position?: string | undefined
  readonly internalPosition?: string | undefined
  readonly internalQuery?: string | undefined
  readonly where?: string | undefined
  readonly severity?: string | undefined
  /** Of what a constraint was violated. */
  readonly schema?: string | undefined
}

/** A failed statement, in the words of libpq: message, the line with a caret, DETAIL, HINT, QUERY, CONTEXT. */
export function statementError(error: unknown, sql: string): QuernError {
  if (error instanceof QuernError) return error
  const server = error as ServerError
  if (typeof server?.code !== 'string' || server.severity === undefined) {
    const message = error instanceof Error ? error.message : String(error)
    return new QuernError(
      'Database',
      'postgres_connection_lost',
      message === '' ? String(error) : lostConnection(message),
      { cause: error },
    )
  }
  const at =
    server.position === undefined ? undefined : statementSpan(sql, utf16Offset(sql, Number(server.position) - 1))
  return new QuernError('Database', server.code, serverMessage(server, sql), { at, cause: error })
}

/** Whether the session ended with this error of a statement: the connection broke, or the server closed it with its last words (`FATAL`, `PANIC`). */
export const isLostConnection = (error: QuernError): boolean =>
  error.code === 'postgres_connection_lost' ||
  ['FATAL', 'PANIC'].includes((error.cause as ServerError | undefined)?.severity ?? '')

/**
 * Whether two transactions wrote the same entry of Postgres' own tables: both created a schema or a table whose array type has the same name (the name is cut
 * off), or both changed the rights of one object. Postgres says so in the words of a violated constraint, or as an internal error.
 */
const isCatalogConflict = (code: string, { schema, message }: Partial<ServerError>): boolean =>
  (code === '23505' && schema === 'pg_catalog') ||
  (code === 'XX000' && /^tuple concurrently (?:updated|deleted)$/.test(message ?? ''))

/**
 * See `ErrorNature`. By SQLSTATE: 40001 and 40P01 are conflicts, and so are those of catalogs; 08, 57P01 to 57P03 and 53300 are about the connection; 0A, 21 to 23, 28, 3D, 3F, 42 and 44
 * about the statement and its data.
 */
export function natureOf({ code, cause }: QuernError): ErrorNature {
  if (code === '40001' || code === '40P01') return 'conflict'
  if (isCatalogConflict(code, (cause ?? {}) as Partial<ServerError>)) return 'conflict'
  if (code === 'postgres_connection_lost') return 'connection'
  if (code === 'postgres_connect_failed') return connectProblem(cause) === 'down' ? 'connection' : 'other'
  if (/^(?:08...|57P0[123]|53300)$/.test(code)) return 'connection'
  return /^(?:0A|2[1238]|3[DF]|4[24])[0-9A-Z]{3}$/.test(code) ? 'sql' : 'other'
}

/** The offset of the character with this number (from 0): the server counts code points. */
const utf16Offset = (sql: string, index: number): number => [...sql].slice(0, index).join('').length

const lostConnection = (message: string): string =>
  /Connection terminated|ECONNRESET|EPIPE|Client has encountered/.test(message)
    ? 'server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally\n\tbefore or while processing the request.'
    : message

/** libpq's text of an error, without its severity. */
export function serverMessage(error: ServerError, sql: string): string {
  const lines = [error.message]
  if (error.position !== undefined) lines.push(...errorPosition(sql, Number(error.position)))
  else if (error.internalPosition !== undefined && error.internalQuery !== undefined) {
    lines.push(...errorPosition(error.internalQuery, Number(error.internalPosition)))
  }
  if (error.detail !== undefined) lines.push(`DETAIL:  ${error.detail}`)
  if (error.hint !== undefined) lines.push(`HINT:  ${error.hint}`)
  if (error.internalQuery !== undefined) lines.push(`QUERY:  ${error.internalQuery}`)
  if (error.where !== undefined) lines.push(`CONTEXT:  ${error.where}`)
  return lines.join('\n').trim()
}

/** Columns of a statement that are shown around an error, and how many at least to its right (libpq). */
const SHOWN_COLUMNS = 60
const RIGHT_COLUMNS = 10

/** `LINE 2: from nope` with a caret below; long lines are cut. `position` counts characters from 1. */
export function errorPosition(sql: string, position: number): string[] {
  const chars = [...sql]
  const at = position - 1
  if (at < 0 || at > chars.length) return []
  let start = 0
  let line = 1
  for (let index = 0; index < at; index++) {
    const char = chars[index]
    if (char !== '\n' && char !== '\r') continue
    if (char === '\r' || chars[index - 1] !== '\r') line++
    start = index + 1
  }
  let end = at
  while (end < chars.length && chars[end] !== '\n' && chars[end] !== '\r') end++
  let cutLeft = false
  let cutRight = false
  if (end - start > SHOWN_COLUMNS) {
    if (start + SHOWN_COLUMNS >= at + RIGHT_COLUMNS) {
      end = start + SHOWN_COLUMNS
      cutRight = true
    } else {
      if (at + RIGHT_COLUMNS < end) {
        end = at + RIGHT_COLUMNS
        cutRight = true
      }
      if (end - start > SHOWN_COLUMNS) {
        start = end - SHOWN_COLUMNS
        cutLeft = true
      }
    }
  }
  const prefix = `LINE ${line}: ${cutLeft ? '...' : ''}`
  const text = chars.slice(start, end).join('').replaceAll('\t', ' ')
  return [`${prefix}${text}${cutRight ? '...' : ''}`, `${' '.repeat(prefix.length + at - start)}^`]
}

/** An address that could not be connected to, in libpq's words. */
export function connectionMessage(error: unknown, host: string, port: number, timeout: number): string {
  const errors = error instanceof AggregateError ? error.errors : [error]
  return errors.map((item) => oneConnectionMessage(item, host, port, timeout)).join('\n')
}

function oneConnectionMessage(error: unknown, host: string, port: number, timeout: number): string {
  const { code, message, address, severity } = error as {
    code?: string
    message: string
    address?: string
    severity?: string
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return `could not translate host name "${host}" to address: ${code === 'ENOTFOUND' ? 'Name or service not known' : 'Temporary failure in name resolution'}`
  }
  const isSocket = host.startsWith('/')
  const where = isSocket
    ? `connection to server on socket "${host}/.s.PGSQL.${port}" failed`
    : `connection to server at "${host}"${address === undefined || address === host ? '' : ` (${address})`}, port ${port} failed`
  if (severity !== undefined) return `${where}: ${severity}:  ${message}`
  if (code === 'ECONNREFUSED' || code === 'ENOENT') {
    const reason = code === 'ENOENT' ? 'No such file or directory' : 'Connection refused'
    const question = isSocket
      ? 'Is the server running locally and accepting connections on that socket?'
      : 'Is the server running on that host and accepting TCP/IP connections?'
    return `${where}: ${reason}\n\t${question}`
  }
  if (/timeout expired|ETIMEDOUT/.test(`${message} ${code ?? ''}`))
    return `${where}: timeout expired after ${timeout} s`.replace(/ after .*$/, '')
  if (/does not support SSL/.test(message)) return `${where}: server does not support SSL, but SSL was required`
  return `${where}: ${message}`
}

/** `Could not connect`: dbt shows libpq's lines under "Database Error". */
export function connectionError(
  error: unknown,
  where: { host: string; port: number; connectTimeout: number; user: string; database: string },
): QuernError {
  if (error instanceof QuernError) return error
  const message = connectionMessage(error, where.host, where.port, where.connectTimeout)
  return new QuernError('Database', connectionCode(error), message, {
    hint: connectionHint(message, where),
    cause: error,
  })
}

const connectionCode = (error: unknown): string => {
  const { code, severity } = error as { code?: string; severity?: string }
  return severity !== undefined && typeof code === 'string' ? code : 'postgres_connect_failed'
}

function connectionHint(
  message: string,
  where: { host: string; port: number; user: string; database: string },
): string {
  if (/password authentication failed|no password supplied/.test(message))
    return `check \`user\` and \`password\` of the profile (user ${where.user})`
  if (/database ".*" does not exist/.test(message)) return `create the database, or check \`dbname\` of the profile`
  if (/role ".*" does not exist/.test(message)) return `check \`user\` of the profile`
  if (/SSL|certificate|self.signed/i.test(message))
    return 'check `sslmode`, `sslrootcert`, `sslcert` and `sslkey` of the profile'
  if (
    /too many (?:clients|connections)|remaining connection slots|no more connections allowed|query_wait_timeout/.test(
      message,
    )
  )
    return 'the server has no free connections: lower `threads`'
  if (/unsupported startup parameter/.test(message))
    return 'a pool in front of the server passes `search_path` of the profile on to nobody: leave it out, and give it to the user instead (alter role ... set search_path)'
  return `check \`host\` (${where.host}) and \`port\` (${where.port}) of the profile, and that the server runs`
}
