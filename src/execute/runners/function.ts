import type { RunServices } from '../../context/run-context.ts'
import { AdapterResponse } from '../../context/statement-results.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { toText } from '../../jinja/runtime/text.ts'
import type { SqlNode } from '../../manifest/node.ts'
import type { NodeRunner } from '../node-run.ts'
import { materialize } from './materialize.ts'
import { shownRelation } from './model.ts'

/** Functions: their materialization is called. dbt-core 1.11: what it returns stays out of the relation cache. */
export const functionRunner = (services: RunServices): NodeRunner => ({
  describe: (node) => `function ${shownRelation(services, node)}`,
  compile: (node, run) => run.compiler.compile(node as SqlNode, run.session),
  execute: async (node, run) => {
    const { context } = await materialize(node, run)
    const main = context.results.main
    if (main === undefined)
      throw new QuernError('Runtime', 'no_main_statement', 'main is not being called during running function')
    const { response } = main
    return {
      status: 'success',
      message: toText(response),
      failures: null,
      adapterResponse: response instanceof AdapterResponse ? response.asDict() : {},
    }
  },
})
