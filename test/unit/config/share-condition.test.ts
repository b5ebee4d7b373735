import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readShare, type ShareCondition, shareAsSql } from '../../../src/config/share-condition.ts'

const share = (text: string): ShareCondition => {
  const read = readShare(text)
  if (typeof read !== 'object') throw new Error(`${text}: ${read}`)
  return read
}

test.each([
  ['> 1%', 200n, '> 2.00'],
  ['>= 0.5 %', 1n, '>= 0.005'],
  ['<12.25%', 3n, '< 0.3675'],
  ['!= 0%', 10n, '!= 0.00'],
  ['> 0%', 0n, 'is null'],
  ['>= 0%', 0n, 'is not null'],
  ['< 0.1%', 0n, 'is not null'],
  ['= 1%', 0n, 'is null'],
] as const)('%s of %i rows', (condition, rows, sql) => {
  expect(shareAsSql(share(condition), rows)).toBe(sql)
})

test.each(['!= 0', '> 10', '% 2 = 1', '', null, 5])('%j is no share', (condition) => {
  expect(readShare(condition)).toBeUndefined()
})

test('the number is the exact share of the rows', () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.integer({ min: 0, max: 6 }), fc.bigInt(1n, 10n ** 12n), (units, scale, rows) => {
      const text = units.toString().padStart(scale + 1, '0')
      const percent = scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`
      const [whole, fraction] = shareAsSql(share(`> ${percent}%`), rows)
        .slice(2)
        .split('.') as [string, string]
      expect(BigInt(whole + fraction) * 100n * 10n ** BigInt(scale)).toBe(
        BigInt(units) * rows * 10n ** BigInt(fraction.length),
      )
    }),
  )
})
