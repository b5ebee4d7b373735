import { expect, test } from 'vitest'
import { emptyManifest } from '../../../src/manifest/manifest.ts'
import { counted, doneLine, durationText, finishedLine, foundLine, runStats } from '../../../src/report/stat-lines.ts'

/* The expected lines were printed by dbt-core 1.11.16 for projects of these shapes. */

const many = (type: string, count: number, config: object = {}) =>
  Array.from({ length: count }, () => ({ resource_type: type as 'model', config }))

test('Found ...', () => {
  const manifest = emptyManifest('p')
  let id = 0
  const add = (map: Map<never, never>, nodes: { resource_type: string }[]): void => {
    for (const node of nodes) map.set(`n${id++}` as never, node as never)
  }
  add(manifest.nodes as never, many('model', 7))
  add(manifest.nodes as never, many('snapshot', 1))
  add(manifest.nodes as never, many('test', 7))
  add(manifest.nodes as never, many('seed', 1))
  add(manifest.nodes as never, many('operation', 3))
  add(manifest.exposures as never, many('exposure', 2))
  add(manifest.macros as never, many('macro', 511))
  add(manifest.unitTests as never, many('unit_test', 1))
  expect(foundLine(manifest)).toBe(
    '7 models, 1 snapshot, 7 data tests, 1 seed, 3 operations, 2 exposures, 511 macros, 1 unit test',
  )
  add(manifest.nodes as never, many('sql_operation', 1))
  expect(foundLine(manifest)).toContain('3 operations, 1 sql operation, 2 exposures')
})

test('Finished running ...', () => {
  expect(
    finishedLine([
      ...many('seed', 3),
      ...many('model', 1, { materialized: 'table' }),
      ...many('test', 11),
      ...many('model', 3, { materialized: 'view' }),
    ]),
  ).toBe('3 seeds, 1 table model, 11 data tests, 3 view models')
  expect(
    finishedLine([
      ...many('exposure', 2),
      ...many('model', 1, { materialized: 'incremental' }),
      ...many('operation', 3),
      ...many('seed', 1),
      ...many('snapshot', 1),
      ...many('model', 1, { materialized: 'table' }),
      ...many('test', 7),
      ...many('unit_test', 1),
      ...many('model', 4, { materialized: 'view' }),
    ]),
  ).toBe(
    '2 exposures, 1 incremental model, 3 project hooks, 1 seed, 1 snapshot, 1 table model, 7 data tests, 1 unit test, 4 view models',
  )
})

test('words', () => {
  expect([
    counted(1, 'test'),
    counted(2, 'test'),
    counted(0, 'error'),
    counted(2, 'analysis'),
    counted(2, 'saved_query'),
  ]).toEqual(['1 test', '2 data tests', '0 errors', '2 analyses', '2 saved queries'])
})

test('durations', () => {
  expect(durationText(0.611)).toBe(' in 0 hours 0 minutes and 0.61 seconds')
  expect(durationText(3600 + 2 * 60 + 5.5)).toBe(' in 1 hours 2 minutes and 5.50 seconds')
})

test('Done. ...', () => {
  const stats = runStats([
    'success',
    'pass',
    'fail',
    'error',
    'partial success',
    'runtime error',
    'skipped',
    'warn',
    'no-op',
  ])
  expect(doneLine(stats)).toBe('Done. PASS=2 WARN=1 ERROR=4 SKIP=1 NO-OP=1 TOTAL=9')
})
