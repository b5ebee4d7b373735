import { QuernError } from '../../src/errors/quern-error.ts'

/**
 * Why a connection was not to be had. `full`: the server has no free one; `starting`: it is not ready yet; `down`: nobody answers, or the connection
 * broke; `refused`: the server does not want this user or there is no such database, which no waiting changes; `other`: anything else, such as what is
 * wrong with encryption.
 */
export type ConnectProblem = 'full' | 'starting' | 'down' | 'refused' | 'other'

const NETWORK: ReadonlySet<string> = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'ENETRESET',
  'ENOTFOUND', 'EAI_AGAIN', 'ENOENT',
]) // biome-ignore format: one list

/**
 * Whether a pool in front of the server refuses what a session is to begin with, saying the setting: PgBouncer, and those that are like it, let no `options`
 * through unless their `ignore_startup_parameters` names them.
 */
export const isRefusedByPool = (error: unknown): boolean =>
  /unsupported startup parameter/i.test((error as { message?: string }).message ?? '')

/** What an error of connecting means; see `ConnectProblem`. */
export function connectProblem(error: unknown): ConnectProblem {
  if (error instanceof QuernError) return 'refused'
  if (error instanceof AggregateError && error.errors.length > 0) return connectProblem(error.errors[0])
  const { code = '', message = '', severity } = error as { code?: string; message?: string; severity?: string }
  if (severity === undefined) {
    const broke = /timeout expired|Connection terminated|socket disconnected/i.test(message)
    return broke || NETWORK.has(code) ? 'down' : 'other'
  }
  // 53300 too_many_connections; PgBouncer says it in its own words: too many clients, or none of its server connections was free for long.
  if (code === '53300' || /no more connections allowed|query_wait_timeout/.test(message)) return 'full'
  // 57P03 cannot_connect_now: starting up, or shutting down
  if (code === '57P03') return 'starting'
  if (isRefusedByPool(error)) return 'refused'
  // 57P01, 57P02: the server is shut down or crashed; 08: exceptions of the connection
  return /^(?:57P0[12]|08)/.test(code) ? 'down' : 'refused'
}

/** What a user is told while a connection is waited for. */
export function waitingNotice(
  problem: ConnectProblem,
  error: unknown,
  { host, port, retryWindow }: { readonly host: string; readonly port: number; readonly retryWindow: number },
): string {
  const first = error instanceof AggregateError ? error.errors[0] : error
  const why = first instanceof Error ? first.message : String(first)
  const server = `The Postgres server at ${host}, port ${port}`
  switch (problem) {
    case 'full':
      return `${server} has no free connection (${why}): waiting for one, going on with those that there are`
    case 'starting':
      return `${server} is not ready (${why}): waiting for it, up to ${retryWindow} seconds`
    default:
      return `${server} does not answer (${why}): trying again, up to ${retryWindow} seconds`
  }
}
