import { storesFailures } from '../compile/store-failures.ts'
import { showsRows } from '../config/report-request.ts'
import { executeMacro } from '../context/run-context.ts'
import { toText } from '../jinja/runtime/text.ts'
import type { ManifestNode } from '../manifest/node.ts'
import type { Executed, NodeRun } from './node-run.ts'

/**
 * Tells reports of some rows that a data test found (`--report-rows`), asked for on the test's own session: from the relation that keeps them, else
 * by its query. Asks nothing when no report shows them. Never rejects: a sample that cannot be had is left out.
 */
export async function tellFailingRows(node: ManifestNode, run: NodeRun, executed: Executed): Promise<void> {
  const { flags, emit } = run.services.invocation
  const limit = flags.reportRows
  const isFound = executed.status === 'fail' || executed.status === 'warn'
  if (!isFound || limit < 1 || !flags.reports.some(showsRows) || run.signal.aborted) return
  const code = storesFailures(node, flags)
    ? `select * from ${node.relation_name}`
    : 'compiled_code' in node
      ? node.compiled_code
      : undefined
  if (code === undefined) return
  try {
    const sql = await executeMacro(run.services, run.session, 'get_failing_rows_sql', { compiled_code: code, limit })
    const { table } = await run.session.executeSql(toText(sql), { autoBegin: false, fetch: true })
    emit({
      kind: 'failing-rows',
      id: node.unique_id,
      columns: table.columnNames,
      rows: [...table.rowTuples()].map((row) => row.map((value) => (value === null ? null : toText(value)))),
      thread: run.thread,
    })
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    emit({
      kind: 'message',
      level: 'debug',
      name: 'Note',
      code: 'Z050',
      text: `no rows of ${node.unique_id} for reports: ${reason}`,
    })
  }
}
