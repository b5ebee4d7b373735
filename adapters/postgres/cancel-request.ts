import { connect, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import type { SslOptions } from './ssl.ts'

/** The numbers of two messages of the protocol that come instead of a start-up packet. */
const CANCEL_REQUEST = 80_877_102
const SSL_REQUEST = 80_877_103

/** What a backend told its client when the session began. */
export interface BackendKey {
  readonly pid: number
  readonly secret: number
}

/**
 * Asks a server to cancel what one of its backends is running, as libpq's PQcancel does: a connection of its own, which needs no free slot and no
 * login, so that it works on a server that is full. Resolves when the server has heard it, or after so many milliseconds: nothing is certain
 * then. Never rejects.
 */
export function sendCancelRequest(
  server: { readonly host: string; readonly port: number },
  key: BackendKey,
  ssl: SslOptions,
  milliseconds: number,
): Promise<void> {
  return new Promise((resolve) => {
    const { host, port } = server
    const plain = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host)
    let encrypted: TLSSocket | undefined
    const done = (): void => {
      clearTimeout(timer)
      plain.destroy()
      encrypted?.destroy()
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    plain.on('error', done)
    plain.on('close', done)
    plain.once('connect', () => {
      if (ssl === false) return ask(plain, key)
      plain.write(int32s(8, SSL_REQUEST))
      plain.once('data', (answer: Buffer) => {
        if (answer.toString('latin1') !== 'S') return done()
        encrypted = connectTls({ ...ssl, host, socket: plain })
        encrypted.on('error', done)
        encrypted.once('secureConnect', () => ask(encrypted as TLSSocket, key))
      })
    })
  })
}

/** The server closes the connection when it has read this. */
function ask(socket: Socket, { pid, secret }: BackendKey): void {
  socket.write(int32s(16, CANCEL_REQUEST, pid, secret))
  socket.resume()
}

function int32s(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * numbers.length)
  for (const [index, number] of numbers.entries()) bytes.writeInt32BE(number, 4 * index)
  return bytes
}
