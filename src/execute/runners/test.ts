import { AdapterResponse } from '../../context/statement-results.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { isPromoted } from '../../events/warnings.ts'
import { toText } from '../../jinja/runtime/text.ts'
import { truthy } from '../../jinja/runtime/truth.ts'
import { PyObject, type Value } from '../../jinja/runtime/value.ts'
import type { ManifestNode, SqlNode } from '../../manifest/node.ts'
import { tellFailingRows } from '../failing-rows.ts'
import type { Executed, NodeRun, NodeRunner } from '../node-run.ts'
import { shownShare, withoutShares } from '../tested-rows.ts'
import { materialize } from './materialize.ts'

/** Data tests: the `test` materialization gives one row of failures, should_warn, should_error. */
export const testRunner = (): NodeRunner => ({
  describe: (node) => `test ${node.name}`,
  compile: (node, run) => run.compiler.compile(node as SqlNode, run.session),
  execute: runTest,
  report: tellFailingRows,
})

async function runTest(node: ManifestNode, run: NodeRun): Promise<Executed> {
  const { node: counted, rows: tested } = await withoutShares(node as SqlNode, run)
  const { context } = await materialize(counted, run)
  node.build_path = counted.build_path
  node.depends_on = counted.depends_on
  const main = context.results.main
  if (main === undefined)
    throw new QuernError('Runtime', 'no_main_statement', 'main is not being called during running model')
  const rows = [...main.table.rowTuples()]
  const names = main.table.columnNames.map((name) => name.toLowerCase())
  if (rows.length !== 1) throw internal(node, `Returned ${rows.length} rows, but expected 1 row`)
  if (names.length !== 3) throw internal(node, `Returned ${names.length} columns, but expected 3 columns`)
  const cell = (name: string): Value => rows[0]?.[names.indexOf(name)] ?? null
  const outcome = {
    failures: asCount(cell('failures'), node),
    shouldWarn: asFlag(cell('should_warn'), 'should_warn'),
    shouldError: asFlag(cell('should_error'), 'should_error'),
  }
  const response = main.response instanceof AdapterResponse ? main.response.asDict() : {}
  return {
    ...verdict(node, outcome, tested, isPromoted(run.services.invocation.flags, 'LogTestResult')),
    adapterResponse: response,
  }
}

/** dbt-core 1.11: severity error and should_error fail; should_warn warns, and fails with --warn-error. */
function verdict(
  node: ManifestNode,
  outcome: { failures: number; shouldWarn: boolean; shouldError: boolean },
  tested: bigint | undefined,
  warnError: boolean,
): { status: Executed['status']; message: string | null; failures: number } {
  const { failures } = outcome
  const severity = String(node.config['severity'] ?? 'ERROR').toUpperCase()
  const share = tested === undefined ? '' : shownShare(failures, tested)
  const results = `${failures} ${failures === 1 ? 'result' : 'results'}${share}`
  if (severity === 'ERROR' && outcome.shouldError) {
    return {
      status: 'fail',
      failures,
      message: `Got ${results}, configured to fail if ${String(node.config['error_if'])}`,
    }
  }
  if (outcome.shouldWarn) {
    const message = `Got ${results}, configured to ${warnError ? 'fail' : 'warn'} if ${String(node.config['warn_if'])}`
    return { status: warnError ? 'fail' : 'warn', failures, message }
  }
  return { status: 'pass', failures: 0, message: null }
}

const internal = (node: ManifestNode, what: string): QuernError =>
  new QuernError('Internal', 'test_result_shape', `dbt internally failed to execute ${node.unique_id}: ${what}`, {
    hint: 'get_test_sql has to give one row with the columns failures, should_warn and should_error',
  })

function asCount(value: Value, node: ManifestNode): number {
  const number = Number(value instanceof PyObject ? toText(value) : value)
  if (value === null || !Number.isFinite(number)) {
    throw new QuernError(
      'Runtime',
      'test_failures_not_a_number',
      `None is not of type 'integer': the test's fail_calc gave ${toText(value)} instead of a number`,
      {
        hint: `check fail_calc: ${String(node.config['fail_calc'])} (wrap sums in coalesce(..., 0))`,
      },
    )
  }
  return Math.trunc(number)
}

const TRUE = new Set(['y', 'yes', 't', 'true', 'on', '1'])
const FALSE = new Set(['n', 'no', 'f', 'false', 'off', '0'])

function asFlag(value: Value, name: string): boolean {
  if (typeof value !== 'string') return truthy(value)
  const word = value.toLowerCase()
  if (TRUE.has(word)) return true
  if (FALSE.has(word)) return false
  throw new QuernError(
    'Runtime',
    'test_flag_not_boolean',
    `get_test_sql returns '${value}' for '${name}'. It does not resolve to True or False`,
  )
}
