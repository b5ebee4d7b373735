import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts'

/** A server that gives back what it gets, in upper case, and remembers it. */
let server: Server
let heard = ''
beforeAll(async () => {
  server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (data: Buffer) => {
      heard += data.toString()
      socket.write(data.toString().toUpperCase())
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => void server.close())

async function talk(proxy: TcpProxy): Promise<Socket> {
  const socket = connect(proxy.port, proxy.host)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}
/** What comes next on a connection: a piece of data, or that it is closed. */
const answer = (socket: Socket, text: string): Promise<string> =>
  new Promise((resolve) => {
    socket.once('data', (data: Buffer) => resolve(data.toString()))
    socket.once('close', () => resolve('closed'))
    socket.write(text)
  })

test('passes, refuses, swallows, resets and cuts', async () => {
  const proxy = await startTcpProxy({ host: '127.0.0.1', port: (server.address() as AddressInfo).port })
  const first = await talk(proxy)
  expect(await answer(first, 'hello')).toBe('HELLO')
  await proxy.refuse()
  expect(await answer(first, 'still')).toBe('STILL')
  const refused = connect(proxy.port, proxy.host)
  const [error] = (await once(refused, 'error')) as [NodeJS.ErrnoException]
  expect(error.code).toBe('ECONNREFUSED')
  await proxy.pass()

  const mute = await talk(proxy)
  proxy.blackHole()
  mute.write('x')
  expect(await Promise.race([once(mute, 'data'), new Promise((done) => setTimeout(() => done('silence'), 100))])).toBe(
    'silence',
  )
  await proxy.pass()
  proxy.reset()
  expect(await answer(first, 'gone')).toBe('closed')

  heard = ''
  const asked = await talk(proxy)
  proxy.cutWhen({ text: 'COMMIT', direction: 'to-server', deliver: true })
  expect(await answer(asked, 'begin')).toBe('BEGIN')
  expect(await answer(asked, 'COMMIT')).toBe('closed')
  await new Promise((done) => setTimeout(done, 50))
  expect(heard).toBe('beginCOMMIT')

  const counted = await talk(proxy)
  proxy.cutAfter(3, 'to-client')
  expect(await answer(counted, 'abcdef')).toMatch(/^(ABC|closed)$/)
  expect(proxy.accepted).toBe(4)
  await proxy.close()
})
