import { expect, test } from 'vitest'
import { freshnessStatus, hasFreshness } from '../../../src/manifest/freshness.ts'
import type { FreshnessThreshold, SourceNode } from '../../../src/manifest/node.ts'

const rule = (warn: [number, string] | null, error: [number, string] | null): FreshnessThreshold => ({
  warn_after: warn === null ? null : { count: warn[0], period: warn[1] },
  error_after: error === null ? null : { count: error[0], period: error[1] },
  filter: null,
})
const NOTHING = { count: null, period: null }

test.each([
  [rule([1, 'minute'], [1, 'hour']), 60, 'pass'],
  [rule([1, 'minute'], [1, 'hour']), 60.000001, 'warn'],
  [rule([1, 'minute'], [1, 'hour']), 3600, 'warn'],
  [rule([1, 'minute'], [1, 'hour']), 3601, 'error'],
  [rule([2, 'day'], null), 172_800.5, 'warn'],
  [rule([2, 'day'], [1, 'day']), 86_401, 'error'],
  [rule([0, 'day'], null), 0.001, 'warn'],
  [rule([0, 'day'], null), -5, 'pass'],
  [{ warn_after: NOTHING, error_after: NOTHING, filter: null }, 1e12, 'pass'],
  [null, 1e12, 'pass'],
] as const)('%j at %d seconds: %s', (threshold, age, status) => {
  expect(freshnessStatus(threshold, age)).toBe(status)
})

test.each([
  [rule([1, 'day'], null), true],
  [rule(null, [0, 'day']), true],
  [{ warn_after: NOTHING, error_after: { count: 1, period: null }, filter: 'id > 1' }, false],
  [null, false],
] as const)('%j is a rule: %s', (freshness, expected) => {
  expect(hasFreshness({ freshness } as SourceNode)).toBe(expected)
})
