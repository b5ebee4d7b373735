import { type LookupAddress, type LookupOptions, lookup } from 'node:dns'
import { Socket } from 'node:net'
import type { ClientConfig } from 'pg'
import { QuernError } from '../../src/errors/quern-error.ts'
import { leaveBehind } from '../../src/util/left-behind.ts'
import { settlesWithin } from '../../src/util/within.ts'
import type { PostgresSettings } from './credentials.ts'
import { destroySocket, NOTICE_END, PostgresSession, type SessionOptions } from './session.ts'

/** Milliseconds for the good-bye to a server after a failure. */
const END_WITHIN = 1000

/** Seconds of silence after which the system asks whether the server is still there, where the profile says nothing. */
const KEEPALIVE_IDLE = 60

/** Connects once, in one way. Rejects with what `pg` or the server says, and at once with a `QuernError` when the signal is aborted. */
export async function openSession(
  settings: PostgresSettings,
  options: SessionOptions,
  signal: AbortSignal | undefined,
): Promise<PostgresSession> {
  const { default: pg } = await import('pg')
  if (signal?.aborted) throw connectionCancelled()
  const names = new NameLookups()
  const client = new pg.Client(clientConfig(settings, options, names))
  // An idle session that the server closes must not end the process; the next query reports it.
  client.on('error', () => undefined)
  // A server that does not answer would be waited for.
  const giveUp = (): void => {
    names.leave()
    destroySocket(client)
  }
  signal?.addEventListener('abort', giveUp, { once: true })
  try {
    const session = new PostgresSession(client, settings, options)
    await session.open()
    return session
  } catch (error) {
    if (!(await settlesWithin(client.end(), END_WITHIN))) destroySocket(client)
    throw signal?.aborted === true ? connectionCancelled() : error
  } finally {
    signal?.removeEventListener('abort', giveUp)
  }
}

export const connectionCancelled = (): QuernError =>
  new QuernError('Database', 'connection_cancelled', 'The run was cancelled before the database was opened')

/** Whether a server does not know the setting that has it look for its client: an older one, or one on a system that cannot tell. */
export const cannotNoticeEnd = (error: unknown): boolean =>
  /client_connection_check_interval/.test((error as { message?: string }).message ?? '')

function clientConfig(
  settings: PostgresSettings,
  { ssl, noticesEnd }: SessionOptions,
  names: NameLookups,
): ClientConfig {
  const options: string[] = []
  if (noticesEnd === 'session') options.push(`-c ${NOTICE_END}`)
  if (settings.searchPath !== null) options.push(`-c search_path=${settings.searchPath.replaceAll(' ', '\\ ')}`)
  const config: ClientConfig & { keepAliveInitialDelayMillis: number } = {
    host: settings.host,
    port: settings.port,
    user: settings.user,
    password: settings.password,
    database: settings.database,
    connectionTimeoutMillis: settings.connectTimeout * 1000,
    keepAlive: true,
    keepAliveInitialDelayMillis: (settings.keepalivesIdle ?? KEEPALIVE_IDLE) * 1000,
    ssl,
    stream: () => names.socket(),
  }
  if (options.length > 0) config.options = options.join(' ')
  if (settings.applicationName !== null) config.application_name = settings.applicationName
  return config
}

type Found = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void

/** The looking up of a host's name, which the system does on a thread that nobody can stop: a silent name server takes its time. */
class NameLookups {
  readonly #running = new Set<Promise<void>>()

  /** A socket that notes what it looks up. */
  socket(): Socket {
    const socket = new Socket()
    const connect = socket.connect.bind(socket) as (...how: unknown[]) => Socket
    // `pg` gives a port and a host, or the path of a socket
    const connectTo = (to: number | string, host?: string): Socket =>
      typeof to === 'string' ? connect(to) : connect({ port: to, host, lookup: this.#lookup })
    socket.connect = connectTo as Socket['connect']
    return socket
  }

  /** Nobody waits for what is still being looked up. */
  leave(): void {
    for (const running of this.#running) leaveBehind(running)
  }

  readonly #lookup = (host: string, options: LookupOptions, found: Found): void => {
    const running = new Promise<void>((resolve) => {
      lookup(host, options, (error, address, family) => {
        this.#running.delete(running)
        resolve()
        found(error, address as string | LookupAddress[], family)
      })
    })
    this.#running.add(running)
  }
}
