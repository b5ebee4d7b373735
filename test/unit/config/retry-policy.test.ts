import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkRetries, readRetries, readTimeout } from '../../../src/config/retry-policy.ts'
import { PyDict, type Value } from '../../../src/jinja/runtime/value.ts'

test.each<[Value, object]>([
  [3, { count: 3, delay: 1, backoff: 2, on: [] }],
  [0, { count: 0, delay: 1, backoff: 2, on: [] }],
  [{ count: 2 }, { count: 2, delay: 1, backoff: 2, on: [] }],
  [
    { count: 2, delay: 0.5, backoff: 1, on: 'x' },
    { count: 2, delay: 0.5, backoff: 1, on: [/x/i] },
  ],
  [
    { count: 2, on: ['a.*b', 40001] },
    { count: 2, delay: 1, backoff: 2, on: [/a.*b/i, /40001/i] },
  ],
])('retries: %j', (value, expected) => {
  expect(readRetries(value)).toEqual(expected)
})

test.each<[Value, string]>([
  [true, "True is neither a number of further attempts (0 to 100) nor a dict with 'count'"],
  [1.5, "1.5 is neither a number of further attempts (0 to 100) nor a dict with 'count'"],
  [101, "101 is neither a number of further attempts (0 to 100) nor a dict with 'count'"],
  [[], "[] is neither a number of further attempts (0 to 100) nor a dict with 'count'"],
  [{ count: 1, delay: -1 }, 'delay has to be seconds from 0 to 86400, not -1'],
  [{ count: 1, delay: 'soon' }, "delay has to be seconds from 0 to 86400, not 'soon'"],
  [{ count: 1, backoff: 0.5 }, 'backoff has to be a factor from 1 to 100, not 0.5'],
  [{ count: 1, on: { a: 1 } }, "on has to be a list of regular expressions or codes, not {'a': 1}"],
  [{ count: 1, on: ['[a'] }, 'on: Invalid regular expression: /[a/i: Unterminated character class'],
])('retries: %j is wrong', (value, problem) => {
  expect(readRetries(value)).toBe(problem)
})

test('nothing set is nothing', () => {
  expect([readRetries(undefined), readRetries(null), readTimeout(undefined), readTimeout(null)]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ])
  expect(checkRetries({})).toBeUndefined()
})

test('YAML reads a bare `on` as true: it is the key all the same, and the config shows it so', () => {
  const written = new PyDict()
  written.set('count', 2)
  written.set(true, ['x'])
  const config = { retries: written as Value, timeout: 5 }
  expect(checkRetries(config)).toBeUndefined()
  expect(config.retries).toEqual({ count: 2, on: ['x'] })
})

test('timeout', () => {
  expect([readTimeout(1), readTimeout(0.25), readTimeout(86_400)]).toEqual([1, 0.25, 86_400])
  for (const wrong of [0, -1, 86_401, '5', true, [1]] as Value[])
    expect(readTimeout(wrong)).toMatch(/is no time: it has to be seconds/)
})

test('whatever is written, it is a policy or a sentence', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const read = readRetries(value as Value)
      expect(read === undefined || typeof read === 'string' || Number.isInteger(read.count)).toBe(true)
    }),
  )
})
