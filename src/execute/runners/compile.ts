import type { SqlNode } from '../../manifest/node.ts'
import { withoutIntrospection } from '../no-introspection.ts'
import type { NodeRunner } from '../node-run.ts'

/** `compile`: the SQL is the result. Seeds have none. */
export const compileRunner = (options: { injectCtes: boolean; introspect: boolean }): NodeRunner => ({
  describe: (node) => `${node.resource_type} ${node.name}`,
  compile: async (node, run) => {
    if (node.resource_type === 'seed') return
    const session = options.introspect ? run.session : withoutIntrospection(run.session)
    await run.compiler.compile(node as SqlNode, session, { injectCtes: options.injectCtes })
  },
  execute: async () => ({ status: 'success', message: null, failures: null, adapterResponse: {} }),
})
