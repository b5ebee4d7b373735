import { Table } from '../../adapter/table.ts'
import { noteCall } from '../../compile/compile-node.ts'
import { executeMacro, nodeContext } from '../../context/run-context.ts'
import { toText } from '../../jinja/runtime/text.ts'
import type { Macro } from '../../manifest/manifest.ts'
import type { ManifestNode, SqlNode } from '../../manifest/node.ts'
import type { UniqueId } from '../../manifest/unique-id.ts'
import { withoutIntrospection } from '../introspection.ts'
import type { NodeRunner } from '../node-run.ts'

/**
 * `show`: a node's SQL is run with a limit and the rows are kept. `limit` null = all rows. Of seeds, all rows of their
 * files are shown (dbt-core 1.11, which also loads them into the database: `show` writes nothing here).
 * `introspect` false: templates may not ask the database while they are compiled.
 */
export const showRunner = (
  options: { readonly limit: number | null; readonly introspect: boolean },
  tables: Map<UniqueId, Table>,
): NodeRunner => ({
  describe: (node) => `${node.resource_type} ${node.name}`,
  compile: async (node, run) => {
    if (node.resource_type === 'seed') return
    await run.compiler.compile(node as SqlNode, options.introspect ? run.session : withoutIntrospection(run.session))
  },
  execute: async (node, run) => {
    if (node.resource_type === 'seed') {
      const table = await run.services.loadSeed(node)
      if (table instanceof Table) tables.set(node.unique_id, table)
      return { status: 'success', message: null, failures: null, adapterResponse: {} }
    }
    const code = compiledCode(node) ?? ''
    const header = node.config['sql_header']
    const onDirectCall = (called: Macro): void => noteCall(node, called)
    const { context } = nodeContext(run.services, run.session, node, { onDirectCall })
    const macro = context.macro('get_show_sql')
    const kwargs = { compiled_code: code, sql_header: typeof header === 'string' ? header : null, limit: options.limit }
    const sql =
      macro === undefined
        ? await executeMacro(run.services, run.session, 'get_show_sql', kwargs)
        : await macro.callOffStack([], new Map(Object.entries(kwargs)))
    const outcome = await run.session.executeSql(toText(sql), { autoBegin: false, fetch: true })
    tables.set(node.unique_id, outcome.table)
    return { status: 'success', message: null, failures: null, adapterResponse: outcome.response }
  },
})

const compiledCode = (node: ManifestNode): string | undefined =>
  'compiled_code' in node ? node.compiled_code : undefined
