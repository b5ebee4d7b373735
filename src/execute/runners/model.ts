import type { NodeContext, RunServices } from '../../context/run-context.ts'
import { AdapterResponse } from '../../context/statement-results.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { toText } from '../../jinja/runtime/text.ts'
import type { Value } from '../../jinja/runtime/value.ts'
import type { ManifestNode, SqlNode } from '../../manifest/node.ts'
import { relationOfNode } from '../../manifest/relation-class.ts'
import type { Executed, NodeRun, NodeRunner } from '../node-run.ts'
import { materialize, returnedRelations } from './materialize.ts'

/** `main.orders`, or `"db"."main"."orders"` in parts that this run's target does not imply: how dbt names relations in its lines. */
export function shownRelation(services: RunServices, node: ManifestNode): string {
  const parts = relationOfNode(node, services.relations)
  const other = node.database !== null && node.database !== services.config.target.database
  return parts.include({ database: other }).quote({ database: false, schema: false, identifier: false }).render()
}

/** Models: the materialization macro is called, its relations go into the cache. */
export const modelRunner = (services: RunServices): NodeRunner => ({
  describe: (node) =>
    `${'language' in node ? node.language : 'sql'} ${node.config.materialized} model ${shownRelation(services, node)}`,
  compile: (node, run) => run.compiler.compile(node as SqlNode, run.session),
  execute: (node, run) => materializeAndReport(node, run),
})

/** Runs the materialization and reads the outcome of its main statement. `names`: see `materialize`. */
export async function materializeAndReport(
  node: ManifestNode,
  run: NodeRun,
  names?: ReadonlyMap<string, Value>,
): Promise<Executed> {
  const { returned, context } = await materialize(node, run, names)
  for (const relation of returnedRelations(returned, node)) run.session.cache.added(relation.with({ dbtCreated: true }))
  return mainResult(context, 'model')
}

/** The outcome of a materialization's main statement. Throws dbt's error when there was none. */
export function mainResult({ results }: NodeContext, type: string): Executed {
  const { main } = results
  if (main === undefined)
    throw new QuernError('Runtime', 'no_main_statement', `main is not being called during running ${type}`)
  const { response } = main
  return {
    status: 'success',
    message: toText(response),
    failures: null,
    adapterResponse: response instanceof AdapterResponse ? response.asDict() : {},
  }
}
