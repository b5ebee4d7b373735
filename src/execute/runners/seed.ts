import type { RunServices } from '../../context/run-context.ts'
import type { NodeRunner } from '../node-run.ts'
import { materializeAndReport, shownRelation } from './model.ts'

/** Seeds: like models, without SQL of their own. */
export const seedRunner = (services: RunServices): NodeRunner => ({
  describe: (node) => `seed file ${shownRelation(services, node)}`,
  compile: async () => undefined,
  execute: (node, run) => materializeAndReport(node, run),
})
