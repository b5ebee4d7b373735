import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { toYaml } from '../../../../src/jinja/python/to-yaml.ts'
import { float, type Value } from '../../../../src/jinja/runtime/value.ts'

// [value, yaml.safe_dump(value, sort_keys=False) of PyYAML 6]; {"float": n} stands for a Python float.
const cases = JSON.parse(readFileSync(new URL('./to-yaml.json', import.meta.url), 'utf8')) as [Value, string][]

test.each(cases.map(([value, text]) => [JSON.stringify(value).slice(0, 60), value, text] as const))(
  '%s',
  (_name, value, text) => {
    expect(toYaml(floats(value), { sortKeys: false })).toBe(text)
  },
)

test('sort_keys', () => {
  expect(toYaml({ b: 1, a: 2 }, { sortKeys: true })).toBe('a: 2\nb: 1\n')
})

const floats = (value: Value): Value =>
  value !== null && typeof value === 'object' && 'float' in value ? float((value as { float: number }).float) : value
