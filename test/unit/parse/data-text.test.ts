import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PyDate } from '../../../src/jinja/python/datetime/date.ts'
import { PyDateTime } from '../../../src/jinja/python/datetime/datetime.ts'
import { repr } from '../../../src/jinja/runtime/text.ts'
import { PyDict, PyFloat, PyFunction, PySet, tuple, type Value } from '../../../src/jinja/runtime/value.ts'
import { dataOf, dataText, NotData } from '../../../src/parse/cache/data-text.ts'

const scalar = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.string(),
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.constantFrom(Number.NaN, -0, Number.POSITIVE_INFINITY),
  fc.bigInt({ min: 2n ** 60n, max: 2n ** 90n }),
  fc.integer().map((value) => new PyFloat(value)),
  fc.integer({ min: 1, max: 28 }).map((day) => new PyDate(2026, 2, day)),
  fc.nat({ max: 59 }).map((second) => new PyDateTime(2026, 2, 3, { hour: 1, minute: 2, second, microsecond: 5 })),
)
const { value: data } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    scalar as fc.Arbitrary<Value>,
    fc.array(tie('value')),
    fc.array(tie('value')).map((items) => tuple(...items)),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('$', '__proto__', 'v')), tie('value')),
    fc.array(fc.tuple(fc.oneof(fc.string(), fc.integer()), tie('value'))).map((pairs) => PyDict.from(pairs)),
    fc.array(fc.string()).map((items) => PySet.from(items)),
  ),
}))

test('data comes back as it was, on one line', () => {
  fc.assert(
    fc.property(data, (value) => {
      const text = dataText(value)
      expect(text).not.toMatch(/[\n\t]/)
      expect(repr(dataOf(text) as Value)).toBe(repr(value))
      expect(dataText(dataOf(text))).toBe(text)
    }),
    { seed: 1, numRuns: 500 },
  )
})

test('keys without a value are left out', () => {
  expect(dataOf(dataText({ a: undefined, b: 1 }))).toEqual({ b: 1 })
})

test.each([
  ['a function', new PyFunction('f', () => null)],
  ['an object of a class', { a: new Map() }],
  ['undefined', undefined],
])('%s is no data', (_, value) => {
  expect(() => dataText(value)).toThrow(NotData)
})

test('a list that holds itself is no data', () => {
  const list: unknown[] = []
  list.push(list)
  expect(() => dataText(list)).toThrow(NotData)
})
