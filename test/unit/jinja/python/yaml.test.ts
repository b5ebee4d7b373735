import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseYaml, YamlError } from '../../../../src/jinja/python/yaml.ts'
import { repr } from '../../../../src/jinja/runtime/text.ts'
import { isPlainDict, PyDict } from '../../../../src/jinja/runtime/value.ts'

/** What PyYAML 6's CSafeLoader made of a text, as its repr(). */
interface Case {
  readonly yaml: string
  readonly value?: string
  readonly fails?: true
}
const cases = JSON.parse(readFileSync(new URL('yaml-cases.json', import.meta.url), 'utf8')) as Case[]

test(`${cases.length} texts mean what PyYAML reads`, () => {
  const got = cases.map(({ yaml }): Case => {
    try {
      return { yaml, value: repr(parseYaml(yaml)) }
    } catch (error) {
      if (error instanceof YamlError) return { yaml, fails: true }
      throw error
    }
  })
  expect(got).toEqual(cases)
})

test('a duplicate key is reported with its line; merged keys are none where they come first', () => {
  const found: [string, number][] = []
  const text = 'base: &b {x: 1}\nfirst: {<<: *b, x: 2, y: 1, y: 2}\nmodel:\n  name: a\n  x: 2\n  name: b\n  <<: *b\n'
  const value = parseYaml(text, { onDuplicateKey: (key, line) => found.push([key, line]) })
  expect(repr(value)).toBe("{'base': {'x': 1}, 'first': {'x': 2, 'y': 2}, 'model': {'x': 2, 'name': 'b'}}")
  expect(found).toEqual([
    ['name', 6],
    ['x', 5],
  ])
})

test('dicts are plain objects unless a key would lose its place or meaning there', () => {
  const value = parseYaml('a: {b: 1}\nb: {1: x}\nc: {"2": x, "1": y}\nd: {__proto__: 1}')
  expect(isPlainDict(value)).toBe(true)
  const kinds = Object.values(value as Record<string, unknown>).map((item) => item instanceof PyDict)
  expect(kinds).toEqual([false, true, true, true])
  expect(repr(value)).toBe("{'a': {'b': 1}, 'b': {1: 'x'}, 'c': {'2': 'x', '1': 'y'}, 'd': {'__proto__': 1}}")
})

test('an error knows its place', () => {
  const error = caught(() => parseYaml('a: 1\nb: [1,\nc: 2'))
  expect(error).toBeInstanceOf(YamlError)
  expect((error as YamlError).mark.line).toBe(2)
})

function caught(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}

test('places count in the text as it was given, whatever was indented to read it', () => {
  const bad = 'k:\n  v: [1,\n2\n]\n  w: bad\n   x: 1\n'
  const error = (() => {
    try {
      return parseYaml(bad)
    } catch (thrown) {
      return thrown
    }
  })() as YamlError
  expect(error).toBeInstanceOf(YamlError)
  expect(error.mark.line).toBe(5)
  expect(bad[error.mark.position]).toBe(':')
})
