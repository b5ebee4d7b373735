import { expect, test } from 'vitest'
import { ours, readCases } from '../reference-cases.ts'

const cases = readCases(new URL('filter-cases.json', import.meta.url))

test(`${cases.length} templates: filters and tests are Jinja2's`, () => {
  expect(ours(cases)).toEqual(cases)
})
