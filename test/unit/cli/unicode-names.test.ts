import { expect, test } from 'vitest'
import { unicodeCodePoint } from '../../../src/cli/unicode-names.ts'

/** As Python's `unicodedata.lookup`. The table is made by the build, which `npm test` runs first. */
test.each([
  ['BULLET', 0x2022],
  ['LATIN SMALL LETTER E WITH ACUTE', 0xe9],
  ['AERIAL TRAMWAY', 0x1f6a1],
  ['CJK UNIFIED IDEOGRAPH-4E01', 0x4e01],
  ['HANGUL SYLLABLE HAN', 0xd55c],
  ['NO SUCH CHARACTER', undefined],
  ['NO SUCH PREFIX-4E01', undefined],
])('%s', (name, code) => {
  expect(unicodeCodePoint(name)).toBe(code)
})
