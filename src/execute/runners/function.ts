import type { RunServices } from '../../context/run-context.ts'
import type { SqlNode } from '../../manifest/node.ts'
import type { NodeRunner } from '../node-run.ts'
import { materialize } from './materialize.ts'
import { mainResult, shownRelation } from './model.ts'

/** Functions: their materialization is called. dbt-core 1.11: what it returns stays out of the relation cache. */
export const functionRunner = (services: RunServices): NodeRunner => ({
  describe: (node) => `function ${shownRelation(services, node)}`,
  compile: (node, run) => run.compiler.compile(node as SqlNode, run.session),
  execute: async (node, run) => mainResult((await materialize(node, run)).context, 'function'),
})
