import type { RunServices } from '../../context/run-context.ts'
import type { SqlNode } from '../../manifest/node.ts'
import type { NodeRunner } from '../node-run.ts'
import { materializeAndReport, shownRelation } from './model.ts'

/** Snapshots: the `snapshot` materialization compares what is there with what is new. */
export const snapshotRunner = (services: RunServices): NodeRunner => ({
  describe: (node) => `snapshot ${shownRelation(services, node)}`,
  compile: (node, run) => run.compiler.compile(node as SqlNode, run.session),
  execute: (node, run) => materializeAndReport(node, run),
})
