import { connect, createServer, type Socket } from 'node:net'
import type { PostgresAddress } from './postgres-database.ts'
import { authenticated, message, ready, refusal } from './postgres-messages.ts'

/*
 * A pool in front of a Postgres server, as PgBouncer is one with `pool_mode = transaction`: a session has a server process only from the beginning of a
 * transaction to its end. To find what relies on a session more surely than PgBouncer would, each transaction gets the server process that has rested longest.
 * Messages: PostgreSQL's manual, "Frontend/Backend Protocol"; what is refused: PgBouncer 1.18, measured.
 */
export interface TransactionPool extends PostgresAddress {
  /** How many server processes worked for one of the sessions so far, at most. */
  readonly mostProcesses: number
  /** What sessions wanted to begin with and were refused for. */
  readonly refused: ReadonlySet<string>
  close(): Promise<void>
}

/** Parameters that PgBouncer keeps for each of its clients, and what has no meaning for it. */
const KNOWN: ReadonlySet<string> = new Set([
  'user', 'database', 'application_name', 'client_encoding', 'DateStyle', 'TimeZone', 'standard_conforming_strings',
]) // biome-ignore format: one list

const [SSL_REQUEST, CANCEL_REQUEST] = [80_877_103, 80_877_102]

/** Cuts a stream into whole messages; `first`: the start-up packet, which has no type. */
function messagesOf(take: (type: string, whole: Buffer) => void, first = false): (data: Buffer) => void {
  let rest = Buffer.alloc(0)
  let untyped = first
  return (data) => {
    rest = Buffer.concat([rest, data])
    for (;;) {
      const head = untyped ? 0 : 1
      if (rest.length < head + 4) return
      const length = head + rest.readInt32BE(head)
      if (rest.length < length) return
      const whole = rest.subarray(0, length)
      rest = rest.subarray(length)
      const type = untyped ? '' : String.fromCharCode(whole[0]!)
      // what asks whether there is encryption comes before the start-up packet
      untyped = untyped && whole.readInt32BE(4) === SSL_REQUEST
      take(type, whole)
    }
  }
}

interface Process {
  readonly socket: Socket
  readonly parameters: Buffer[]
  key: Buffer
  user: Session | undefined
}

interface Session {
  readonly socket: Socket
  readonly database: string
  readonly waiting: Buffer[]
  readonly used: Set<Process>
  readonly key: Buffer
  process: Process | undefined
  /** Statements that are not answered. */
  open: number
}

/**
 * Starts a pool with at most so many server processes for each database. Asks for no password. `statement`: it wants no transactions at all (`pool_mode =
 * statement`).
 */
export async function startTransactionPool(
  server: PostgresAddress,
  size = 4,
  mode: 'transaction' | 'statement' = 'transaction',
): Promise<TransactionPool> {
  /** Of each database, the one that has rested longest first. */
  const processes = new Map<string, Process[]>()
  const connecting = new Map<string, number>()
  const sessions = new Set<Session>()
  const queue: Session[] = []
  const refused = new Set<string>()
  let mostProcesses = 0

  const all = (database: string): Process[] => {
    const known = processes.get(database) ?? []
    processes.set(database, known)
    return known
  }
  /** One process more for a database, if it may have one. */
  const grow = async (database: string): Promise<boolean> => {
    const under = connecting.get(database) ?? 0
    if (all(database).length + under >= size) return false
    connecting.set(database, under + 1)
    try {
      all(database).unshift(await connectProcess(database))
    } finally {
      connecting.set(database, (connecting.get(database) ?? 1) - 1)
    }
    return true
  }
  const connectProcess = (database: string): Promise<Process> =>
    new Promise((resolve, reject) => {
      const socket = connect({ port: server.port, host: server.host, noDelay: true })
      const made: Process = { socket, parameters: [], key: Buffer.alloc(8), user: undefined }
      let isReady = false
      socket.on('error', reject)
      socket.on('close', () => {
        processes.set(
          database,
          all(database).filter((one) => one !== made),
        )
        made.user?.socket.destroy()
      })
      const words = Object.entries({ user: server.user, database }).flat()
      const body = Buffer.from(`\0\u0003\0\0${words.map((word) => `${word}\0`).join('')}\0`, 'latin1')
      const size = Buffer.alloc(4)
      size.writeInt32BE(body.length + 4)
      socket.write(Buffer.concat([size, body]))
      socket.on(
        'data',
        messagesOf((type, whole) => {
          if (!isReady) {
            if (type === 'E') return reject(new Error(whole.toString('latin1')))
            if (type === 'S') made.parameters.push(Buffer.from(whole))
            if (type === 'K') made.key = Buffer.from(whole.subarray(5))
            if (type !== 'Z') return
            isReady = true
            return resolve(made)
          }
          const session = made.user
          if (mode === 'transaction' || type !== 'Z' || whole[5] === 0x49) session?.socket.write(whole)
          if (type !== 'Z' || session === undefined) return
          session.open--
          if (mode === 'statement' && whole[5] !== 0x49)
            session.socket.end(refusal('08P01', 'transaction blocks not allowed in statement pooling mode'))
          else if (whole[5] === 0x49 && session.open === 0) free(session)
        }),
      )
    })
  /** The transaction is over: the process is behind all others now. */
  const free = (session: Session): void => {
    const { process, database } = session
    if (process === undefined) return
    session.process = undefined
    process.user = undefined
    processes.set(database, [...all(database).filter((one) => one !== process), process])
    serve()
  }
  const serve = (): void => {
    for (const session of [...queue]) {
      const process = all(session.database).find(({ user }) => user === undefined)
      if (process === undefined) {
        grow(session.database).then(
          (grown) => grown && serve(),
          () => session.socket.destroy(),
        )
        continue
      }
      queue.splice(queue.indexOf(session), 1)
      process.user = session
      session.process = process
      session.used.add(process)
      mostProcesses = Math.max(mostProcesses, session.used.size)
      for (const whole of session.waiting.splice(0)) process.socket.write(whole)
    }
  }
  const begin = async (socket: Socket, whole: Buffer): Promise<Session | undefined> => {
    const words = whole.toString('utf8', 8).split('\0')
    const asked = new Map<string, string>()
    for (let at = 0; at + 1 < words.length && words[at] !== ''; at += 2) asked.set(words[at]!, words[at + 1]!)
    const unknown = [...asked.keys()].find((name) => !KNOWN.has(name))
    if (unknown !== undefined) {
      refused.add(unknown)
      socket.end(refusal('08P01', `unsupported startup parameter: ${unknown}`))
      return undefined
    }
    const database = asked.get('database') ?? ''
    const key = Buffer.alloc(8)
    key.writeInt32BE(sessions.size + 1)
    key.writeInt32BE(Math.floor(Math.random() * 2 ** 31), 4)
    const session: Session = { socket, database, waiting: [], used: new Set(), key, process: undefined, open: 0 }
    await Promise.all(Array.from({ length: size }, () => grow(database)))
    while (all(database).length === 0) await new Promise((done) => setTimeout(done, 10))
    sessions.add(session)
    const [one] = all(database)
    socket.write(Buffer.concat([authenticated(), ...(one?.parameters ?? []), message('K', key), ready('I')]))
    return session
  }
  const listener = createServer({ noDelay: true }, (socket) => {
    let session: Session | undefined
    socket.on('error', () => undefined)
    socket.on('close', () => {
      if (session === undefined) return
      sessions.delete(session)
      if (queue.includes(session)) queue.splice(queue.indexOf(session), 1)
      // as PgBouncer does with a server process that was at work for a client that left
      session.process?.socket.destroy()
      if (session.process !== undefined) session.process.user = undefined
    })
    socket.on(
      'data',
      messagesOf((type, whole) => {
        const kind = type === '' ? whole.readInt32BE(4) : 0
        if (kind === SSL_REQUEST) socket.write('N')
        else if (kind === CANCEL_REQUEST) {
          const meant = [...sessions].find(({ key }) => key.equals(whole.subarray(8)))
          const head = Buffer.alloc(8)
          head.writeInt32BE(16)
          head.writeInt32BE(CANCEL_REQUEST, 4)
          const { process } = meant ?? {}
          if (process !== undefined) {
            const cancelling = connect(server.port, server.host)
            cancelling.on('error', () => undefined)
            cancelling.end(Buffer.concat([head, process.key]))
          }
          socket.end()
        } else if (type === '') {
          begin(socket, Buffer.from(whole)).then(
            (begun) => {
              session = begun
            },
            (error: Error) => socket.end(refusal('08P01', error.message)),
          )
        } else if (session === undefined || type === 'X') socket.end()
        else {
          if (type === 'Q' || type === 'S') session.open++
          if (session.process !== undefined) session.process.socket.write(whole)
          else {
            session.waiting.push(Buffer.from(whole))
            if (!queue.includes(session)) queue.push(session)
            serve()
          }
        }
      }, true),
    )
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const { port } = listener.address() as { port: number }
  return {
    ...server,
    host: '127.0.0.1',
    port,
    get mostProcesses() {
      return mostProcesses
    },
    refused,
    close: async () => {
      listener.close()
      for (const { socket } of sessions) socket.destroy()
      for (const { socket } of [...processes.values()].flat()) socket.destroy()
    },
  }
}
