import type { SqlNode } from '../../manifest/node.ts'
import type { NodeRunner } from '../node-run.ts'

/** `compile`: the SQL is the result. Seeds have none. */
export const compileRunner = (options: { injectCtes: boolean }): NodeRunner => ({
  describe: (node) => `${node.resource_type} ${node.name}`,
  compile: async (node, run) => {
    if (node.resource_type !== 'seed') await run.compiler.compile(node as SqlNode, run.session, options)
  },
  execute: async () => ({ status: 'success', message: null, failures: null, adapterResponse: {} }),
})
