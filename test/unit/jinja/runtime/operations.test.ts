import { expect, test } from 'vitest'
import { ours, readCases } from '../reference-cases.ts'

const cases = readCases(new URL('operations-cases.json', import.meta.url))

test(`${cases.length} templates: operators, lookups, printing and their errors are Python's`, () => {
  expect(ours(cases)).toEqual(cases)
})
