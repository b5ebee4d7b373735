import fc from 'fast-check'
import { expect, test } from 'vitest'
import { backoff } from '../../../src/util/backoff.ts'
import { isLeftBehind, leaveBehind, untilNothingIsLeftBehind } from '../../../src/util/left-behind.ts'
import { settlesWithin, unlessAborted } from '../../../src/util/within.ts'

test('backoff doubles up to its limit, with jitter over its upper half', () => {
  const times = { first: 250, most: 5000 }
  expect([0, 1, 2, 3, 4, 5, 50].map((attempt) => backoff(attempt, times, () => 1))).toEqual([
    250, 500, 1000, 2000, 4000, 5000, 5000,
  ])
  expect(backoff(1, times, () => 0)).toBe(250)
  fc.assert(
    fc.property(fc.nat(2000), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const wait = backoff(attempt, times, () => random)
      expect(wait >= 125 && wait <= 5000).toBe(true)
    }),
  )
})

test('work settles within a time, or not', async () => {
  const never = new Promise(() => undefined)
  expect(await settlesWithin(Promise.resolve(1), 1000)).toBe(true)
  expect(await settlesWithin(Promise.reject(new Error('x')), 1000)).toBe(true)
  expect(await settlesWithin(never, 5)).toBe(false)
})

test('work is not waited for any more when the signal is aborted', async () => {
  const controller = new AbortController()
  const never = new Promise<number>(() => undefined)
  const { signal } = controller
  expect(await unlessAborted(Promise.resolve(1), signal, () => new Error('late'))).toBe(1)
  await expect(unlessAborted(Promise.reject(new Error('own')), signal, () => new Error('late'))).rejects.toThrow('own')
  const waiting = unlessAborted(never, signal, () => new Error('late'))
  controller.abort()
  await expect(waiting).rejects.toThrow('late')
  await expect(unlessAborted(never, signal, () => new Error('late'))).rejects.toThrow('late')
})

test('what is left behind counts until it ends', async () => {
  let end: () => void = () => undefined
  leaveBehind(new Promise<void>((resolve) => (end = resolve)))
  leaveBehind(Promise.reject(new Error('nobody hears this')))
  expect(isLeftBehind()).toBe(true)
  await untilNothingIsLeftBehind(5)
  expect(isLeftBehind()).toBe(true)
  setTimeout(end, 5)
  await untilNothingIsLeftBehind(60_000)
  expect(isLeftBehind()).toBe(false)
})
