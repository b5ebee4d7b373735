import fc from 'fast-check'
import type { Problem, ReportedNode, RunReport } from '../../../../src/report/ci/run-report.ts'

/** A result that passed, with what a test says of it. */
export const reported = (own: Partial<ReportedNode> = {}): ReportedNode => ({
  id: 'model.shop.orders',
  resourceType: 'model',
  name: 'orders',
  selector: 'orders',
  suite: own.id ?? 'model.shop.orders',
  outcome: 'pass',
  status: 'success',
  seconds: 0.25,
  startedAt: Date.parse('2026-03-01T12:00:00Z'),
  message: null,
  details: null,
  code: null,
  place: { path: 'models/orders.sql' },
  compiledPath: undefined,
  sample: undefined,
  ...own,
})

/** A test of `orders` that failed. */
export const failedTest = (own: Partial<ReportedNode> = {}): ReportedNode =>
  reported({
    id: 'test.shop.not_null_orders_id',
    resourceType: 'test',
    name: 'not_null_orders_id',
    selector: 'not_null_orders_id',
    suite: 'model.shop.orders',
    outcome: 'fail',
    status: 'fail',
    message: 'Got 2 results, configured to fail if != 0',
    place: { path: 'models/schema.yml', line: 7, column: 11 },
    compiledPath: 'target/compiled/shop/models/schema.yml/not_null_orders_id.sql',
    sample: { columns: ['id', 'note'], rows: [[null, 'a|b'], ['2', 'x\ny']] },
    ...own,
  }) // biome-ignore format: one value

export const problem = (own: Partial<Problem> = {}): Problem => ({
  code: 'ref_not_found',
  message: 'Compilation Error: nothing is called x',
  details: 'Compilation Error\n  nothing is called x',
  place: { path: 'models/a.sql', line: 2, column: 8, endLine: 2, endColumn: 17 },
  ...own,
})

export const runReport = (own: Partial<RunReport> = {}): RunReport => ({
  command: 'quern build',
  ci: false,
  exit: 1,
  startedAt: Date.parse('2026-03-01T12:00:00Z'),
  endedAt: Date.parse('2026-03-01T12:00:02.500Z'),
  target: { name: 'ci', adapter: 'duckdb' },
  interrupted: false,
  nodes: [],
  errors: [],
  warnings: [],
  selected: 0,
  deferred: 0,
  state: undefined,
  projectFile: 'dbt_project.yml',
  ...own,
})

/** Any text: code points of all kinds, halves of surrogate pairs included, and often those that mean something in XML, Markdown or a workflow command. */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...'`|*_<>@#\\[]()~&%:,;="\'\n\r\t !/'),
      fc.integer({ min: 0, max: 0x10ffff }).map((point) => String.fromCodePoint(point)),
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    ),
    { minLength: 1, maxLength: 25 },
  )
  .map((parts) => parts.join(''))
