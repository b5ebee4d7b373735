import { describe, expect, test } from 'vitest'
import { unicodeCodePoint } from '../../src/cli/unicode-names.ts'
import { useUnicodeNames } from '../../src/jinja/syntax/unicode-names.ts'
import { problemOf } from './child.ts'
import { foundTexts } from './found.ts'
import { inputOf } from './input.ts'
import { minimise } from './minimise.ts'
import { TARGETS, targetNamed } from './targets/all.ts'

useUnicodeNames(unicodeCodePoint)

describe('what was found once', () => {
  for (const { target, text, was } of foundTexts())
    test(`${target}: ${was}`, async () => {
      expect(await problemOf(targetNamed(target), text)).toBeUndefined()
    })
})

/** Some of the inputs of `npm run fuzz`, the same ones each time. */
describe('inputs that are almost right', () => {
  for (const target of TARGETS)
    test(target.name, { timeout: 120_000 }, async () => {
      const count = Math.ceil(target.share * (target.share < 1 ? 10 : 30))
      for (let index = 0; index < count; index++) {
        const text = inputOf(target, 'test', index)
        expect({ text, problem: await problemOf(target, text) }).toEqual({ text, problem: undefined })
      }
    })
})

test('the same seed gives the same inputs, another seed others', () => {
  const some = (seed: string): string[] =>
    Array.from({ length: 50 }, (_, index) => inputOf(targetNamed('yaml'), seed, index))
  expect(some('a')).toEqual(some('a'))
  expect(some('a')).not.toEqual(some('b'))
})

test('a finding is made small', async () => {
  const fails = async (text: string): Promise<boolean> => text.includes('x') && text.includes('y')
  expect(await minimise('aaaaaaaaxbbbbbbbbbbbbbbbbycccc', fails, 1000)).toBe('xy')
})
