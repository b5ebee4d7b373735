import { type AddressInfo, connect, createServer } from 'node:net'
import { expect, inject, test } from 'vitest'
import { refusal } from '../support/postgres-messages.ts'
import { writtenProject } from '../support/written-project.ts'

/** The same number of bytes. */
const [ASKED, WRONG] = ['client_connection_check_interval=2000', 'client_connection_check_interval=-999']

test.each([
  ['unrecognized configuration parameter "client_connection_check_interval"', false],
  ['unsupported startup parameter in options: client_connection_check_interval', false],
  ['unsupported startup parameter: options', false],
  // and the server behind the pool is one that refuses it too
  ['unsupported startup parameter: options', true],
])('a server or a pool that says %s is used without it', { timeout: 60_000 }, async (message, isOlder) => {
  const real = inject('postgres')
  let refused = 0
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (startup: Buffer) => {
      if (startup.includes('client_connection_check_interval')) {
        refused++
        socket.end(refusal('42704', message))
        return
      }
      const upstream = connect(real.port, real.host)
      upstream.on('error', () => socket.destroy())
      upstream.write(startup)
      upstream.pipe(socket)
      socket.on('data', (data: Buffer) =>
        upstream.write(isOlder ? Buffer.from(data.toString('latin1').replaceAll(ASKED, WRONG), 'latin1') : data),
      )
      socket.on('end', () => upstream.end())
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const name = `older_${message.length}_${isOlder}`
  const project = await writtenProject(name, 'postgres', real, { 'models/a.sql': 'select 1 as n' })
  try {
    const ended = await project.runWith({ GOLDEN_PG_HOST: '127.0.0.1', GOLDEN_PG_PORT: String(port) }, 'run')
    expect(ended.exit, ended.stdout + ended.stderr).toBe(0)
    expect(refused).toBeGreaterThan(0)
  } finally {
    server.close()
    await project.remove()
  }
})
