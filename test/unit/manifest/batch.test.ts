import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dateTimeFromIso } from '../../../src/jinja/python/datetime/datetime-module.ts'
import {
  BATCH_SIZES,
  type Batch,
  type BatchPlan,
  batchContext,
  batchesBetween,
  batchResultsDict,
  batchResultsOf,
  ceilingOfBatch,
  formatBatchStart,
  offsetBatch,
  planBatches,
  truncateToBatch,
} from '../../../src/manifest/batch.ts'

const at = (text: string) => dateTimeFromIso(`${text}+00:00`)
const shown = (batches: readonly Batch[]): string[] =>
  batches.map(({ start, end }) => `${start.isoText(' ').slice(0, 16)} - ${end.isoText(' ').slice(0, 16)}`)

describe('the batch of a moment', () => {
  const moment = at('2024-09-17 16:06:30')
  test.each([
    ['hour', '2024-09-17T16', '2024-09-17 16:00:00', '2024-09-17 17:00:00', '20240917T16'],
    ['day', '2024-09-17', '2024-09-17 00:00:00', '2024-09-18 00:00:00', '20240917'],
    ['month', '2024-09', '2024-09-01 00:00:00', '2024-10-01 00:00:00', '202409'],
    ['year', '2024', '2024-01-01 00:00:00', '2025-01-01 00:00:00', '2024'],
  ] as const)('by %s', (size, name, start, end, id) => {
    expect(truncateToBatch(moment, size).pyStr()).toBe(`${start}+00:00`)
    expect(ceilingOfBatch(moment, size).pyStr()).toBe(`${end}+00:00`)
    expect(ceilingOfBatch(at(start), size).pyStr()).toBe(`${start}+00:00`)
    expect(formatBatchStart(moment, size)).toBe(name)
    expect(batchContext({ start: moment, end: moment }, size).id).toBe(id)
  })

  test('months and years have no fixed length', () => {
    expect(offsetBatch(at('2024-01-31 05:00:00'), 'month', 1).isoDate()).toBe('2024-02-01')
    expect(offsetBatch(at('2024-01-31 05:00:00'), 'month', -1).isoDate()).toBe('2023-12-01')
    expect(offsetBatch(at('2024-02-29 05:00:00'), 'year', 1).isoDate()).toBe('2025-01-01')
    expect(offsetBatch(at('2024-03-01 05:00:00'), 'day', -1).isoDate()).toBe('2024-02-29')
  })

  test('a zone does not count: the wall time is taken as UTC', () => {
    expect(truncateToBatch(dateTimeFromIso('2024-01-01T23:30:00-05:00'), 'day').pyStr()).toBe(
      '2024-01-01 00:00:00+00:00',
    )
  })
})

describe('which batches are built', () => {
  const plan = (changes: Partial<BatchPlan>): string[] =>
    shown(
      planBatches({
        size: 'day',
        begin: at('2024-01-01 12:00:00'),
        lookback: 1,
        incremental: true,
        window: null,
        now: at('2024-01-04 10:00:00'),
        ...changes,
      }),
    )

  test('a first run starts with the batch of begin and ends with that of now', () => {
    expect(plan({ incremental: false })).toEqual([
      '2024-01-01 00:00 - 2024-01-02 00:00',
      '2024-01-02 00:00 - 2024-01-03 00:00',
      '2024-01-03 00:00 - 2024-01-04 00:00',
      '2024-01-04 00:00 - 2024-01-05 00:00',
    ])
  })

  test('a later run builds the latest batch and `lookback` before it', () => {
    expect(plan({})).toEqual(['2024-01-03 00:00 - 2024-01-04 00:00', '2024-01-04 00:00 - 2024-01-05 00:00'])
    expect(plan({ lookback: 0 })).toEqual(['2024-01-04 00:00 - 2024-01-05 00:00'])
    expect(plan({ lookback: 0, now: at('2024-01-04 00:00:00') })).toEqual(['2024-01-03 00:00 - 2024-01-04 00:00'])
    expect(plan({ size: 'month', lookback: 2 })).toEqual([
      '2023-11-01 00:00 - 2023-12-01 00:00',
      '2023-12-01 00:00 - 2024-01-01 00:00',
      '2024-01-01 00:00 - 2024-02-01 00:00',
    ])
  })

  test('a window is widened to whole batches', () => {
    const window = { start: at('2020-02-28 13:00:00'), end: at('2020-02-29 01:00:00') }
    expect(plan({ window })).toEqual(['2020-02-28 00:00 - 2020-02-29 00:00', '2020-02-29 00:00 - 2020-03-01 00:00'])
    expect(plan({ window, size: 'year', incremental: false })).toEqual(['2020-01-01 00:00 - 2021-01-01 00:00'])
  })

  test('batches follow each other without a gap, whatever the size', () => {
    const minutes = fc.integer({ min: 0, max: 60 * 24 * 365 * 5 })
    fc.assert(
      fc.property(
        fc.constantFrom(...BATCH_SIZES),
        minutes,
        fc.integer({ min: 1, max: 60 * 24 * 40 }),
        (size, from, span) => {
          const moment = (minute: number) =>
            dateTimeFromIso(new Date(Date.UTC(2019, 0, 1) + minute * 60_000).toISOString())
          const start = truncateToBatch(moment(from), size)
          const end = ceilingOfBatch(moment(from + span), size)
          const batches = batchesBetween(start, end, size)
          expect(batches[0]!.start.wallMicros).toBe(start.wallMicros)
          expect(batches.at(-1)!.end.wallMicros).toBe(end.wallMicros)
          for (const [place, batch] of batches.entries()) {
            expect(truncateToBatch(batch.start, size).wallMicros).toBe(batch.start.wallMicros)
            expect(ceilingOfBatch(batch.end, size).wallMicros).toBe(batch.end.wallMicros)
            expect(batch.end.wallMicros).toBe(offsetBatch(batch.start, size, 1).wallMicros)
            if (place > 0) expect(batch.start.wallMicros).toBe(batches[place - 1]!.end.wallMicros)
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})

test('results are written as pairs of ISO texts, and read again', () => {
  const batch = { start: at('2024-01-01 00:00:00'), end: at('2024-01-02 00:00:00') }
  const written = batchResultsDict({ successful: [batch], failed: [] })
  expect(written).toEqual({ successful: [['2024-01-01T00:00:00+00:00', '2024-01-02T00:00:00+00:00']], failed: [] })
  expect(shown(batchResultsOf(JSON.parse(JSON.stringify(written)))!.successful)).toEqual(shown([batch]))
  for (const wrong of [
    null,
    {},
    { successful: [], failed: [['x', 'y']] },
    { successful: [['2024-01-01']], failed: [] },
  ])
    expect(batchResultsOf(wrong)).toBeUndefined()
})
