import { expect, test } from 'vitest'
import { ours, readCases } from '../reference-cases.ts'

const cases = readCases(new URL('methods-cases.json', import.meta.url))

test(`${cases.length} templates: methods of texts, collections and numbers are Python's`, () => {
  expect(ours(cases)).toEqual(cases)
})
