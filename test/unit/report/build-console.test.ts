import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { RunEvent, SummaryEntry } from '../../../src/events/run-event.ts'
import { makeReporters } from '../../../src/report/make-reporters.ts'
import { finishedLine } from '../../../src/report/stat-lines.ts'
import { infoOf } from './node-stub.ts'

/*
 * `fixtures/build.txt` is what dbt-core 1.11.16 printed for `build --no-use-colors` on a small project with hooks, failing models, tests and
 * unit tests, skips, an exposure and a snapshot. The same facts as events must give the same text.
 */

const total = 18
const started = (index: number, type: string, name: string, description: string): RunEvent => ({
  kind: 'start-line',
  index,
  total,
  description,
  info: infoOf(type, name),
})
const model = (index: number, name: string, materialized: string, seconds: number, failed = false): RunEvent[] => {
  const description = `sql ${materialized} model main.${name}`
  return [
    started(index, 'model', name, description),
    {
      kind: 'model-result',
      index,
      total,
      description,
      outcome: failed ? 'error' : 'success',
      status: failed ? 'error' : 'OK',
      executionTime: seconds,
      info: infoOf('model', name),
    },
  ]
}
const check = (
  index: number,
  name: string,
  status: 'pass' | 'fail' | 'warn',
  seconds: number,
  type = 'test',
): RunEvent[] => [
  started(index, type, name, `${type} ${name}`),
  {
    kind: 'test-result',
    index,
    total,
    name,
    status,
    failures: status === 'pass' ? 0 : 1,
    executionTime: seconds,
    info: infoOf(type, name),
  },
]
const skipped = (index: number, resourceType: string, name: string): RunEvent => ({
  kind: 'node-skipped',
  index,
  total,
  resourceType,
  schema: 'main',
  name,
  info: infoOf(resourceType, name),
})
const hook = (index: number, of: number, statement: string, seconds: number, between: RunEvent[] = []): RunEvent[] => [
  ...between,
  { kind: 'hook-start', index, total: of, statement, info: infoOf('operation', statement) },
  {
    kind: 'hook-result',
    index,
    total: of,
    statement,
    status: 'success',
    executionTime: seconds,
    info: infoOf('operation', statement),
  },
]
const log: RunEvent = { kind: 'jinja-log', level: 'info', text: 'hello info' }

const entry = (
  status: SummaryEntry['status'],
  resourceType: string,
  name: string,
  more: Partial<SummaryEntry> = {},
): SummaryEntry => ({
  status,
  message: null,
  resourceType,
  name,
  path: `models/${name}.sql`,
  compiledPath: null,
  failuresRelation: null,
  info: null,
  ...more,
})
const compiled = 'target/compiled/rep/models'
const failing = (name: string, status: 'fail' | 'warn', more: Partial<SummaryEntry> = {}): SummaryEntry =>
  entry(status, 'test', name, {
    message: `Got 1 result, configured to ${status} if != 0`,
    path: 'models/schema.yml',
    compiledPath: `${compiled}/schema.yml/${name}.sql`,
    ...more,
  })
const results: SummaryEntry[] = [
  entry('success', 'operation', 'rep-on-run-start-0', { message: 'rep.on-run-start.0 passed' }),
  entry('success', 'operation', 'rep-on-run-start-1', { message: 'rep.on-run-start.1 passed' }),
  entry('success', 'model', 'a_table', { message: 'OK' }),
  entry('error', 'model', 'bad', {
    message:
      'Runtime Error in model bad (models/bad.sql)\n  Catalog Error: Table with name nowhere_1 does not exist!\n' +
      '  Did you mean "pg_indexes"?\n  \n  LINE 5:     select * from nowhere_1\n                            ^',
    compiledPath: `${compiled}/bad.sql`,
  }),
  entry('error', 'model', 'comp_bad', {
    message: 'Compilation Error in model comp_bad (models/comp_bad.sql)\n  told you so',
  }),
  entry('fail', 'unit_test', 'ut_inc', {
    message: '\n\nactual differs from expected:\n\n@@ ,id\r\n+++,1\r\n---,2\r\n\n',
    path: 'models/schema.yml',
    compiledPath: `${compiled}/schema.yml/models/ut_inc.sql`,
  }),
  entry('skipped', 'model', 'inc'),
  entry('success', 'seed', 's', { message: 'INSERT 2' }),
  failing('sing', 'fail', { path: 'tests/sing.sql', compiledPath: 'target/compiled/rep/tests/sing.sql' }),
  entry('no-op', 'exposure', 'board', { message: 'NO-OP' }),
  entry('pass', 'test', 'not_null_a_table_id'),
  failing('stored', 'fail', { failuresRelation: '"x"."main_dbt_test__audit"."stored"' }),
  failing('unique_a_table_id', 'fail'),
  failing('warny', 'warn'),
  entry('skipped', 'exposure', 'board2'),
  entry('skipped', 'model', 'after_bad'),
  entry('success', 'snapshot', 'sn', { message: 'OK' }),
  entry('skipped', 'test', 'unique_after_bad_id'),
  entry('skipped', 'model', 'from_eph', { message: 'Compilation Error in model.rep.from_eph, caused by ...' }),
  entry('skipped', 'test', 'not_null_from_eph_id'),
  entry('success', 'operation', 'rep-on-run-end-0', { message: 'rep.on-run-end.0 passed' }),
]
const materialized: Record<string, string> = { a_table: 'table', inc: 'incremental' }

const events: RunEvent[] = [
  { kind: 'invocation-started', version: '1.11.16', args: {} },
  { kind: 'adapter-registered', name: 'duckdb', version: '1.11.1' },
  { kind: 'partial-parse-unavailable', reason: 'saved manifest not found. Starting full parse.' },
  log,
  {
    kind: 'found-stats',
    statLine: '7 models, 1 snapshot, 7 data tests, 1 seed, 3 operations, 2 exposures, 511 macros, 1 unit test',
  },
  { kind: 'concurrency', threads: 1, targetName: 'dev', nodeCount: 17 },
  ...hook(1, 2, 'rep.on-run-start.0', 0.01),
  ...hook(2, 2, 'rep.on-run-start.1', 0, [log]),
  { kind: 'blank' },
  ...model(1, 'a_table', 'table', 0.1),
  ...model(2, 'bad', 'view', 0.03, true),
  ...model(3, 'comp_bad', 'view', 0.01, true),
  ...check(13, 'inc::ut_inc', 'fail', 0.08, 'unit_test'),
  skipped(14, 'model', 'inc'),
  started(4, 'seed', 's', 'seed file main.s'),
  {
    kind: 'seed-result',
    index: 4,
    total,
    outcome: 'success',
    message: 'INSERT 2',
    schema: 'main',
    relation: 's',
    executionTime: 0.05,
    info: infoOf('seed', 's'),
  },
  ...check(5, 'sing', 'fail', 0.03),
  {
    kind: 'node-no-op',
    index: 6,
    total,
    description: 'exposure board',
    executionTime: 0,
    info: infoOf('exposure', 'board'),
  },
  ...check(7, 'not_null_a_table_id', 'pass', 0.02),
  ...check(8, 'stored', 'fail', 0.02),
  ...check(9, 'unique_a_table_id', 'fail', 0.02),
  ...check(10, 'warny', 'warn', 0.01),
  skipped(11, 'exposure', 'board2'),
  skipped(12, 'model', 'after_bad'),
  started(15, 'snapshot', 'sn', 'snapshot main.sn'),
  {
    kind: 'snapshot-result',
    index: 15,
    total,
    outcome: 'success',
    message: 'OK',
    description: 'main.sn',
    config: {},
    executionTime: 0.07,
    info: infoOf('snapshot', 'sn'),
  },
  skipped(16, 'test', 'unique_after_bad_id'),
  { kind: 'skipped-because-error', index: 17, total, schema: 'main', relation: 'from_eph', status: 'skipped' },
  skipped(18, 'test', 'not_null_from_eph_id'),
  { kind: 'blank' },
  ...hook(1, 1, 'rep.on-run-end.0', 0),
  {
    kind: 'run-finished',
    statLine: finishedLine(
      results.map(({ resourceType, name }) => ({
        resource_type: resourceType as 'model',
        config: { materialized: materialized[name] ?? 'view' },
      })),
    ),
    elapsed: 0.61,
  },
  { kind: 'run-summary', results, interrupted: false },
]

const print = (quiet = false): string => {
  let text = ''
  const reporter = makeReporters(
    {
      debug: false,
      logFileMaxBytes: 0,
      logFormat: 'default',
      logFormatFile: 'debug',
      logLevel: 'info',
      logLevelFile: 'none',
      printerWidth: 80,
      quiet,
      useColors: true,
      useColorsFile: true,
    },
    {
      stdout: { write: (part) => (text += part) },
      env: {},
      invocationId: 'id',
      pid: 1,
      logFolder: undefined,
      now: () => Date.UTC(2026, 0, 2, 3, 4, 5),
    },
    (line) => line,
  )
  for (const event of events) reporter.on(event)
  return text.replaceAll('03:04:05', 'HH:MM:SS')
}

const expected = readFileSync(new URL('fixtures/build.txt', import.meta.url), 'utf8')

test('a whole build reads as the reference prints it', () => {
  expect(print().replaceAll('\r\n', '\n').split('\n')).toEqual(expected.replaceAll('\r\n', '\n').split('\n'))
})

test('--quiet leaves errors only', () => {
  const lines = print(true).split('\n')
  expect(lines[0]).toBe(
    'HH:MM:SS  2 of 18 ERROR creating sql view model main.bad ................................. [ERROR in 0.03s]',
  )
  expect(lines.join('\n')).not.toMatch(/START|PASS|Done\.|Warning|compiled code/)
  expect(lines).toContain('HH:MM:SS  Failure in model bad (models/bad.sql)')
})
