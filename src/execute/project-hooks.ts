import type { Compiler } from '../compile/compile-node.ts'
import type { RunServices } from '../context/run-context.ts'
import { dbtText } from '../errors/dbt-text.ts'
import { type NodeInfo, nodeInfo } from '../events/node-info.ts'
import type { Value } from '../jinja/runtime/value.ts'
import type { OperationNode } from '../manifest/node.ts'
import type { NodeResult, TimingInfo } from '../manifest/node-result.ts'
import type { Database, OpenSession } from './database.ts'
import { asNodeError } from './run-nodes.ts'

export type HookType = 'on-run-start' | 'on-run-end'

/** The hooks of a type: the root project's, then those of packages by name, each in order of writing (dbt-core 1.11). */
export function projectHooks(services: RunServices, type: HookType): OperationNode[] {
  const root = services.config.project.name
  const { nodes } = services.manifest
  const hooks: OperationNode[] = []
  for (const { resource_type: kind, tags, unique_id: id } of nodes.outlines())
    if (kind === 'operation' && (tags as readonly string[]).includes(type)) hooks.push(nodes.get(id) as OperationNode)
  const rank = (hook: OperationNode): number => (hook.package_name === root ? 0 : 1)
  return hooks.sort(
    (a, b) =>
      rank(a) - rank(b) ||
      (a.package_name < b.package_name ? -1 : a.package_name > b.package_name ? 1 : 0) ||
      (a.index ?? 0) - (b.index ?? 0),
  )
}

/**
 * Runs the hooks of a project one by one, outside of any transaction. After the first that fails the others are skipped. Gives true when all passed;
 * every hook gets a result (dbt-core 1.11: thread `main`, message `<hook> passed`). A hook that cannot be compiled ends the run: its error is thrown.
 */
export async function runProjectHooks(
  type: HookType,
  run: {
    services: RunServices
    database: Database
    compiler: Compiler
    extra: ReadonlyMap<string, Value>
    onResult: (result: NodeResult, node: OperationNode) => void
  },
): Promise<boolean> {
  const { services } = run
  const { emit, now } = services.invocation
  const hooks = projectHooks(services, type)
  if (hooks.length === 0) return true
  if (type === 'on-run-end') emit({ kind: 'blank' })
  let current: NodeInfo | undefined
  const session = run.database.session('master', { info: () => current })
  let failed = false
  try {
    await session.clearTransaction()
    for (const [place, hook] of hooks.entries()) {
      const index = place + 1
      hook.index = index
      const statement = `${hook.package_name}.${type}.${place}`
      const startedAt = now()
      const line = { index, total: hooks.length, statement }
      const timing: TimingInfo[] = []
      let result: Pick<NodeResult, 'status' | 'message' | 'failures'> & { error?: NodeResult['error'] }
      if (failed) result = { status: 'skipped', message: `${statement} skipped`, failures: 1 }
      else {
        current = nodeInfo(hook)
        await compileHook(hook, timing, run, session)
        try {
          await executeHook(hook, line, timing, run, session)
          result = { status: 'success', message: `${statement} passed`, failures: 0 }
        } catch (thrown) {
          const error = asNodeError(thrown, hook)
          failed = true
          result = {
            status: 'error',
            message: `${statement} failed, error:\n ${error.kind === 'Database' || error.kind === 'Runtime' ? error.message : dbtText(error)}`,
            failures: 1,
            error,
          }
        }
      }
      const executionTime = failed && result.status === 'skipped' ? 0 : (now() - startedAt) / 1000
      const info = nodeInfo(hook, {
        status: result.status,
        ...(result.status === 'skipped' ? {} : { startedAt, finishedAt: now() }),
      })
      emit({
        kind: 'hook-result',
        ...line,
        status: result.status as 'success' | 'error' | 'skipped',
        executionTime,
        info,
      })
      const { error, ...rest } = result
      run.onResult(
        {
          ...rest,
          id: hook.unique_id,
          executionTime,
          threadId: 'main',
          timing,
          adapterResponse: {},
          ...(error === undefined ? {} : { error }),
        },
        hook,
      )
    }
  } finally {
    await session.release()
  }
  if (type === 'on-run-start') emit({ kind: 'blank' })
  return !failed
}

async function compileHook(
  hook: OperationNode,
  timing: TimingInfo[],
  run: { services: RunServices; compiler: Compiler; extra: ReadonlyMap<string, Value> },
  session: OpenSession,
): Promise<void> {
  const { now } = run.services.invocation
  const startedAt = now()
  try {
    await run.compiler.compile(hook, session, { extra: run.extra })
  } catch (error) {
    throw asNodeError(error, hook)
  }
  timing.push({ name: 'compile', startedAt, completedAt: now() })
}

async function executeHook(
  hook: OperationNode,
  line: { index: number; total: number; statement: string },
  timing: TimingInfo[],
  run: { services: RunServices },
  session: OpenSession,
): Promise<void> {
  const { emit, now } = run.services.invocation
  const executeStart = now()
  emit({ kind: 'hook-start', ...line, info: nodeInfo(hook, { status: 'started', startedAt: executeStart }) })
  const sql = hookSql(hook.compiled_code ?? '')
  if (sql.trim() !== '') await session.executeSql(sql, { autoBegin: false, fetch: false })
  timing.push({ name: 'execute', startedAt: executeStart, completedAt: now() })
}

/** A hook may be JSON `{"sql": ..., "transaction": ...}` (what `before_begin` and its like give), or plain SQL. */
export function hookSql(text: string): string {
  if (!text.trimStart().startsWith('{')) return text
  try {
    const parsed = JSON.parse(text) as { sql?: unknown }
    return typeof parsed.sql === 'string' ? parsed.sql : text
  } catch {
    return text
  }
}
