import { QuernError } from '../../errors/quern-error.ts'
import type { NodeRunner } from '../node-run.ts'

/** Resources that this version parses and selects but cannot run yet: an error that says so, never a silent success. */
export const unsupportedRunner = (): NodeRunner => ({
  describe: (node) => `${node.resource_type} ${node.name}`,
  compile: async () => undefined,
  execute: async (node) => {
    throw new QuernError('Runtime', 'resource_not_supported', `quern cannot run a ${node.resource_type} yet`, {
      hint: `leave it out: --exclude resource_type:${node.resource_type}`,
    })
  },
})
