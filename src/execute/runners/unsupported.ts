import { QuernError } from '../../errors/quern-error.ts'
import type { NodeRunner } from '../node-run.ts'

/** What this version parses and selects but cannot run yet (`a function`): an error that says so, never a silent success. */
export const unsupportedRunner = (what: string, hint: string): NodeRunner => ({
  describe: (node) => `${node.resource_type} ${node.name}`,
  compile: async () => undefined,
  execute: async () => {
    throw new QuernError('Runtime', 'not_supported_yet', `quern cannot run ${what} yet`, { hint })
  },
})
