import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FileTurns, type Turn } from '../../../adapters/duckdb/file-turns.ts'

const turn = (instance: string, writes = true, path = 'x', readOnly = false): Turn => ({
  instance,
  writes,
  files: [{ path, readOnly }],
})

/** Takes turns in order; `began` gets their places when they begin. */
function started(turns: FileTurns, list: readonly Turn[]) {
  const began: number[] = []
  const ends = list.map((one, index) =>
    turns.take(one).then((end) => {
      began.push(index)
      return end
    }),
  )
  return { began, ends }
}
const settled = (): Promise<void> => new Promise((done) => setImmediate(done))

test('two that write into one file, and two instances of one file, wait for each other', async () => {
  const turns = new FileTurns()
  const { began, ends } = started(turns, [turn('a'), turn('a'), turn('b', false), turn('c', true, 'y')])
  await settled()
  expect(began).toEqual([0, 3])
  for (const [index, expected] of [
    [0, [0, 3, 1]],
    [1, [0, 3, 1, 2]],
  ] as const) {
    ;(await ends[index]!)()
    await settled()
    expect(began).toEqual(expected)
  }
})

test('who only reads through the same instance waits for nobody; read-only files are for all', async () => {
  const turns = new FileTurns()
  const { began } = started(turns, [
    turn('a'),
    turn('a', false),
    turn('a'),
    turn('a', false),
    turn('p', true, 'r', true),
    turn('q', true, 'r', true),
  ])
  await settled()
  expect(began).toEqual([0, 1, 3, 4, 5])
})

test('nobody overtakes one whom that would keep waiting', async () => {
  const turns = new FileTurns()
  const { began, ends } = started(turns, [turn('a', false), turn('b', false), turn('a', false)])
  await settled()
  expect(began).toEqual([0])
  ;(await ends[0]!)()
  await settled()
  expect(began).toEqual([0, 1])
})

test('an aborted one leaves the queue, and those behind it move up', async () => {
  const turns = new FileTurns()
  const controller = new AbortController()
  const waitedFor: string[] = []
  const first = await turns.take(turn('a', false))
  const second = turns.take(turn('b'), { signal: controller.signal, onWait: (path) => waitedFor.push(path) })
  const third = turns.take(turn('a', false))
  controller.abort(new Error('enough'))
  await expect(second).rejects.toThrow('enough')
  ;(await third)()
  first()
  expect(waitedFor).toEqual(['x'])
  await expect(turns.take(turn('a'), { signal: controller.signal })).rejects.toThrow('enough')
  const last = await turns.take(turn('a'))
  const later = new AbortController()
  const told = turns.take(turn('b'), { signal: later.signal, onWait: () => later.abort(new Error('when told')) })
  await expect(told).rejects.toThrow('when told')
  last()
})

test('whatever comes, excluded turns never run together, and all get their turn', async () => {
  const anyTurn = fc.record({
    instance: fc.constantFrom('a', 'b', 'c'),
    writes: fc.boolean(),
    files: fc.uniqueArray(fc.record({ path: fc.constantFrom('x', 'y', 'z'), readOnly: fc.boolean() }), {
      selector: ({ path }) => path,
      minLength: 1,
    }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(anyTurn, { maxLength: 12 }), async (list) => {
      const turns = new FileTurns()
      const running = new Set<Turn>()
      let done = 0
      await Promise.all(
        list.map(async (one) => {
          const end = await turns.take(one)
          for (const other of running) {
            const shared = one.files.filter(
              (file) => !(file.readOnly && other.files.every((f) => f.path !== file.path || f.readOnly)),
            )
            const touches = shared.some((file) => other.files.some(({ path }) => path === file.path))
            if (touches) expect(one.instance === other.instance && !(one.writes && other.writes)).toBe(true)
          }
          running.add(one)
          await settled()
          running.delete(one)
          done++
          end()
        }),
      )
      expect(done).toBe(list.length)
    }),
    { numRuns: 60 },
  )
})
