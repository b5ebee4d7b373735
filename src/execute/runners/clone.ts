import { AdapterResponse } from '../../context/statement-results.ts'
import { toText } from '../../jinja/runtime/text.ts'
import type { NodeRunner } from '../node-run.ts'
import { materialize, returnedRelations } from './materialize.ts'

/** `clone`: the materialization of that name, whatever the node's own. dbt-core 1.11: without a statement nothing was done. */
export const cloneRunner = (): NodeRunner => ({
  describe: (node) => `${node.resource_type} ${node.name}`,
  compile: async () => undefined,
  execute: async (node, run) => {
    const { returned, context } = await materialize(node, run, undefined, 'clone')
    for (const relation of returnedRelations(returned, node))
      run.session.cache.added(relation.with({ dbtCreated: true }))
    const response = context.results.main?.response
    return {
      status: 'success',
      message: response === undefined ? 'No-op' : toText(response),
      failures: null,
      adapterResponse: response instanceof AdapterResponse ? response.asDict() : {},
    }
  },
})
