import { applyPatch } from 'diff'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lineDiff } from '../../../../src/graph/state/line-diff.ts'

test('shows what differs with three lines around', () => {
  const before = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].join('\n')
  expect(lineDiff(before, before.replace('e', 'E\ne2'))).toBe('@@ -2,7 +2,8 @@\n b\n c\n d\n-e\n+E\n+e2\n f\n g\n h')
})

test('line ends make no difference', () => {
  expect(lineDiff('select 1\r\nas id', 'select 1\nas id\n')).toBe('')
  expect(lineDiff('', '')).toBe('')
})

test('texts that have nothing in common are told as rewritten', () => {
  const lines = (word: string): string => Array.from({ length: 6000 }, (_, at) => `${word} ${at}`).join('\n')
  const diff = lineDiff(lines('old'), lines('new')).split('\n')
  expect([diff[0], diff[1], diff.at(-1), diff.length]).toEqual(['@@ -1,6000 +1,6000 @@', '-old 0', '+new 5999', 12_001])
})

test('property: what is shown turns one text into the other', () => {
  const text = fc.array(fc.constantFrom('select', 'from', ' x', '', '-- é'), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(text, text, (one, other) => {
      const [before, after] = [`${one.join('\n')}\n`, `${other.join('\n')}\n`]
      const diff = lineDiff(before, after)
      if (before === after) expect(diff).toBe('')
      else expect(applyPatch(before, `--- a\n+++ b\n${diff}\n`)).toBe(after)
    }),
  )
})
