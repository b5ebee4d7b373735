import type { SqlNode } from '../../manifest/node.ts'
import type { UniqueId } from '../../manifest/unique-id.ts'
import { noticing, withoutIntrospection } from '../introspection.ts'
import type { NodeRunner } from '../node-run.ts'

/** `compile`: the SQL is the result. Seeds have none. */
export const compileRunner = (options: {
  readonly injectCtes: boolean
  readonly introspect: boolean
  /** Hears of nodes whose templates asked the database: see `noticing`. */
  readonly onAsked?: (id: UniqueId) => void
}): NodeRunner => ({
  describe: (node) => `${node.resource_type} ${node.name}`,
  compile: async (node, run) => {
    if (node.resource_type === 'seed') return
    const { onAsked } = options
    const told = onAsked === undefined ? run.session : noticing(run.session, () => onAsked(node.unique_id))
    const session = options.introspect ? told : withoutIntrospection(run.session)
    await run.compiler.compile(node as SqlNode, session, { injectCtes: options.injectCtes })
  },
  execute: async () => ({ status: 'success', message: null, failures: null, adapterResponse: {} }),
})
