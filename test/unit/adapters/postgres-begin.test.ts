import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { adapter } from '../../../adapters/postgres/adapter.ts'
import type { Connection, Driver } from '../../../src/adapter/driver.ts'
import { authenticated, message, ready, refusal, text } from '../../support/postgres-messages.ts'

/*
 * The BEGIN and the first statement travel together. What a server makes of them is played here, message by message (PostgreSQL's manual, "Frontend/Backend Protocol"),
 * since a real one does not refuse a BEGIN, and does not end between two answers when a test wants it to.
 */
const complete = (tag: string): Buffer => message('C', text(tag))
const refused = (code: string, says: string): Buffer => refusal(code, says, 'ERROR')

let server: Server | undefined
let driver: Driver | undefined
afterEach(async () => {
  await driver?.close()
  server?.close()
})

/** A session of a server that answers statements as `answer` does; `arrived`: which came in which packet. */
async function sessionOf(
  answer: (statement: string, socket: Socket) => void,
): Promise<{ readonly session: Connection; readonly arrived: string[][] }> {
  const arrived: string[][] = []
  server = createServer((socket) => {
    let hasBegun = false
    socket.on('error', () => undefined)
    socket.on('data', (data) => {
      if (!hasBegun) {
        hasBegun = true
        socket.write(Buffer.concat([authenticated(), message('K', Buffer.alloc(8)), ready('I')]))
        return
      }
      const statements: string[] = []
      for (let at = 0; at < data.length; at += 1 + data.readInt32BE(at + 1))
        if (data[at] === 0x51) statements.push(data.toString('utf8', at + 5, at + data.readInt32BE(at + 1)))
      arrived.push(statements)
      for (const statement of statements) answer(statement, socket)
    })
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const fields = { type: 'postgres', host: '127.0.0.1', port, user: 'u', password: 'p', dbname: 'd', schema: 's' }
  driver = adapter.open({ ...fields, sslmode: 'disable', retries: 0 }, { baseDir: '/', threads: 1 })
  return { session: await driver.connect('test'), arrived }
}

test('both are one packet, and each statement has its own answer', async () => {
  const { session, arrived } = await sessionOf((statement, socket) => {
    if (statement === 'BEGIN') socket.write(Buffer.concat([complete('BEGIN'), ready('T')]))
    else socket.write(Buffer.concat([complete(`INSERT 0 ${statement.length}`), ready('T')]))
  })
  const first = await session.query('insert one')
  const second = await session.query('insert another')
  expect([first, second].map(({ response }) => response['rows_affected'])).toEqual([10, 14])
  expect(arrived).toEqual([['BEGIN', 'insert one'], ['insert another']])
  expect(session.lasting).toBe('nothing')
})

test('a statement without any words is an error, not the answer to the BEGIN', async () => {
  const { session } = await sessionOf((statement, socket) => {
    if (statement === 'BEGIN') socket.write(Buffer.concat([complete('BEGIN'), ready('T')]))
    else socket.write(Buffer.concat([message('I'), ready('T')]))
  })
  await expect(session.query('-- nothing')).rejects.toMatchObject({ code: 'postgres_empty_query' })
})

test('a refused BEGIN is the error; what was done without it has lasted', async () => {
  const { session } = await sessionOf((statement, socket) => {
    if (statement === 'BEGIN') socket.write(Buffer.concat([refused('08P01', 'no transactions here'), ready('I')]))
    else socket.write(Buffer.concat([complete('INSERT 0 1'), ready('I')]))
  })
  await expect(session.query('insert one')).rejects.toMatchObject({ message: 'no transactions here' })
  expect(session.lasting).toBe('committed')
})

test('a refused statement behind a BEGIN has done nothing, and the transaction is ended', async () => {
  const { session, arrived } = await sessionOf((statement, socket) => {
    if (statement === 'BEGIN') socket.write(Buffer.concat([complete('BEGIN'), ready('T')]))
    else if (statement === 'ROLLBACK') socket.write(Buffer.concat([complete('ROLLBACK'), ready('I')]))
    else {
      // what makes the server ready again comes later than the error
      socket.write(refused('42601', 'syntax error'))
      setTimeout(() => socket.write(ready('E')), 20)
    }
  })
  await expect(session.query('insert')).rejects.toMatchObject({ message: 'syntax error' })
  expect(session.lasting).toBe('nothing')
  await session.rollback()
  expect(arrived).toEqual([['BEGIN', 'insert'], ['ROLLBACK']])
  expect(session.inTransaction).toBe(false)
})

test.each([
  ['has done nothing', 'insert one', 'nothing'],
  ['may have lasted, where the text ends the transaction itself', 'insert one; commit', 'unknown'],
])('what loses its connection between the two answers %s', async (_, statement, lasting) => {
  const { session } = await sessionOf((sent, socket) => {
    if (sent === 'BEGIN') socket.write(Buffer.concat([complete('BEGIN'), ready('T')]))
    else socket.destroy()
  })
  await expect(session.query(statement)).rejects.toMatchObject({ code: 'postgres_connection_lost' })
  expect(session.lasting).toBe(lasting)
})
