import { connect, createServer, type Server, type Socket } from 'node:net'

/** Which way bytes go: to the server that stands behind the proxy, or back to the client. */
export type Direction = 'to-server' | 'to-client'

export interface CutWhen {
  readonly text: string
  readonly direction: Direction
  /** Whether the piece with the text still arrives before the connection is cut. */
  readonly deliver: boolean
  /** How many connections are cut; default: one. */
  readonly times?: number
}

/**
 * A port in front of a server, whose connections can be made to fail in the ways in which networks do. Every change but `refuse` holds for
 * connections that are open as well as for later ones.
 */
export interface TcpProxy {
  readonly host: string
  readonly port: number
  /** How many connections were accepted so far. */
  readonly accepted: number
  /** How many are open now. */
  readonly open: number
  /** Everything goes through (again). What was swallowed by a black hole is lost: those connections stay mute. */
  pass(): Promise<void>
  /** New connections are refused (nobody listens); open ones go on. */
  refuse(): Promise<void>
  /** Connections are accepted and nothing is ever answered, nor closed. */
  blackHole(): void
  /** Open connections end with a reset. */
  reset(): void
  /** Connections end after so many bytes in one direction, counted from now, over all of them together. */
  cutAfter(bytes: number, direction: Direction): void
  /** The connection on which a text passes is cut. The text is looked for within one piece of data. */
  cutWhen(when: CutWhen): void
  close(): Promise<void>
}

interface Pair {
  readonly client: Socket
  readonly server: Socket
  /** Nothing passes any more, for good. */
  mute: boolean
}

/** Starts a proxy on a free port of this machine. */
export async function startTcpProxy(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  const pairs = new Set<Pair>()
  let accepted = 0
  let mode: 'pass' | 'black-hole' = 'pass'
  let budget: { bytes: number; readonly direction: Direction } | undefined
  let cuts: { when: CutWhen; left: number }[] = []
  let listener: Server | undefined
  let port = 0

  const cut = ({ client, server }: Pair): void => {
    client.resetAndDestroy()
    // the server gets what was passed on, and then learns that the client has left
    server.end()
    setTimeout(() => server.destroy(), 200).unref()
  }
  /** What of a piece is passed on, and whether the connection ends after it. */
  const judge = (data: Buffer, direction: Direction): { pass: Buffer; end: boolean } => {
    const hit = cuts.find(({ when, left }) => left > 0 && when.direction === direction && data.includes(when.text))
    if (hit !== undefined) {
      hit.left--
      return { pass: hit.when.deliver ? data : Buffer.alloc(0), end: true }
    }
    if (budget === undefined || budget.direction !== direction) return { pass: data, end: false }
    const pass = data.subarray(0, budget.bytes)
    budget.bytes -= pass.length
    return { pass, end: pass.length < data.length }
  }
  const accept = (client: Socket): void => {
    accepted++
    const server = connect(target.port, target.host)
    const pair: Pair = { client, server, mute: mode === 'black-hole' }
    pairs.add(pair)
    const link = (from: Socket, to: Socket, direction: Direction): void => {
      from.on('error', () => undefined)
      from.on('data', (data: Buffer) => {
        if (mode === 'black-hole') pair.mute = true
        if (pair.mute) return
        const { pass, end } = judge(data, direction)
        if (pass.length > 0) to.write(pass)
        if (end) cut(pair)
      })
      from.on('close', () => {
        pairs.delete(pair)
        if (mode === 'black-hole' && from === server && !client.destroyed) pair.mute = true
        if (pair.mute && from === server) pairs.add(pair)
        else to.destroy()
      })
    }
    link(client, server, 'to-server')
    link(server, client, 'to-client')
  }
  const listen = (): Promise<void> =>
    new Promise((resolve, reject) => {
      if (listener !== undefined) return resolve()
      listener = createServer(accept)
      listener.once('error', reject)
      listener.listen(port, '127.0.0.1', () => {
        const address = listener?.address()
        if (typeof address === 'object' && address !== null) port = address.port
        resolve()
      })
    })
  // Not waited for: a listener counts as open while connections are, but accepts nothing any more.
  const refuse = (): void => {
    listener?.close()
    listener = undefined
  }
  await listen()
  return {
    host: '127.0.0.1',
    port,
    get accepted() {
      return accepted
    },
    get open() {
      return pairs.size
    },
    pass: async () => {
      mode = 'pass'
      budget = undefined
      cuts = []
      await listen()
    },
    refuse: async () => refuse(),
    blackHole: () => {
      mode = 'black-hole'
      for (const pair of pairs) pair.mute = true
    },
    reset: () => {
      for (const { client, server } of pairs) {
        client.resetAndDestroy()
        server.destroy()
      }
    },
    cutAfter: (bytes, direction) => {
      budget = { bytes, direction }
    },
    cutWhen: (when) => {
      cuts.push({ when, left: when.times ?? 1 })
    },
    close: async () => {
      refuse()
      for (const { client, server } of pairs) {
        client.destroy()
        server.destroy()
      }
    },
  }
}
