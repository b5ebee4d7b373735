import { expect, test } from 'vitest'
import { dictSet } from '../../../../src/jinja/runtime/collection-methods.ts'
import { getAttribute, getItem, repr } from '../../../../src/jinja/runtime/operations.ts'
import { type PlainDict, PyDict, TemplateFault, Undefined, type Value } from '../../../../src/jinja/runtime/value.ts'
import { render } from '../rendering.ts'

const HIDDEN = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', 'prototype', 'length', 'then']

test('no name of a JavaScript prototype can be reached', () => {
  const values: Value[] = ['x', 1, 1.5, true, null, [1], {}, new PyDict()]
  for (const value of values) {
    for (const name of HIDDEN) {
      expect(getAttribute(value, name)).toBeInstanceOf(Undefined)
      expect(getItem(value, name)).toBeInstanceOf(Undefined)
    }
  }
})

test('such names are ordinary keys of dicts', () => {
  const dict: PlainDict = {}
  dictSet(dict, '__proto__', 1)
  dictSet(dict, 'constructor', 2)
  expect(repr(dict)).toBe("{'__proto__': 1, 'constructor': 2}")
  expect(getItem(dict, '__proto__')).toBe(1)
  expect(Object.getPrototypeOf(dict)).toBe(Object.prototype)
})

test('results that would fill the memory are refused', () => {
  expect(() => render("{{ 'x' * 1000000000 }}")).toThrow()
  expect(() => render('{{ 10 ** (10 ** 10) }}')).toThrow()
  expect(() => render('{{ range(1000000) }}')).toThrow(
    'Range too big. The sandbox blocks ranges larger than MAX_RANGE (100000).',
  )
})

test('a dict that grows while it is walked raises, as in Python', () => {
  const dict = PyDict.from([['a', 1]])
  expect(() => render('{% for k in d %}{% do d.update({k ~ "x": 1}) %}{% endfor %}', { d: dict })).toThrow(
    'dictionary changed size during iteration',
  )
})

test('a list that holds itself prints', () => {
  const list: Value[] = [1]
  list.push(list)
  expect(repr(list)).toBe('[1, [...]]')
})

test('faults carry the name of the Python error', () => {
  const fault = (() => {
    try {
      getAttribute(new Undefined("'x' is undefined"), 'y')
    } catch (error) {
      return error
    }
    return undefined
  })()
  expect(fault).toBeInstanceOf(TemplateFault)
  expect(fault).toMatchObject({ pythonType: 'UndefinedError', message: "'x' is undefined" })
})
