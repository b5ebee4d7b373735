import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  highestWithin,
  InvalidVersion,
  intersect,
  parseBound,
  parseVersionSpec,
  rangeText,
  satisfiable,
  satisfies,
  sortedVersions,
} from '../../../src/project/version-spec.ts'

test.each([
  ['>=1.0.0', true],
  ['>=1.0.0,<2.0.0', true],
  ['1.11.16', true],
  ['>1.11.16', false],
  ['<1.12.0-rc1', true],
  [['>=1.0.0', '<1.11.0'], false],
])('1.11.16 against %j', (spec, expected) => {
  expect(satisfies('1.11.16', parseVersionSpec(spec as string))).toBe(expected)
})

test('texts as dbt prints them', () => {
  expect(parseVersionSpec('>=1.0.0, <2.0.0').map((bound) => bound.text)).toEqual(['>=1.0.0', '<2.0.0'])
  expect(parseVersionSpec('1.0.0').map((bound) => bound.text)).toEqual(['=1.0.0'])
})

test('only full versions count', () => {
  expect(() => parseVersionSpec('abc')).toThrow(InvalidVersion)
  expect(() => parseVersionSpec('>=1.0')).toThrow('">=1.0" is not a valid semantic version.')
})

test.each([
  [['>2.0.0', '<1.0.0'], false],
  [['>=1.0.0', '<1.0.0'], false],
  [['>=1.0.0', '<=1.0.0'], true],
  [['=1.0.0', '>1.0.0'], false],
])('%j can be met: %s', (spec, expected) => {
  expect(satisfiable(parseVersionSpec(spec))).toBe(expected)
})

// Made by dbt-common's semver module: bounds, versions, what the bounds leave, the version picked, the stable ones in order.
const cases = JSON.parse(readFileSync(new URL('./version-spec.json', import.meta.url), 'utf8')) as [
  string[],
  string[],
  string | null,
  string | null,
  string[],
][]
test.each(cases)('%j of %j', (texts, versions, range, picked, stable) => {
  const left = intersect(texts.map(parseBound))
  expect(left === undefined ? null : rangeText(left)).toBe(range)
  if (left !== undefined) expect(highestWithin(left, versions) ?? null).toBe(picked)
  expect(sortedVersions(versions, false)).toEqual(stable)
})
