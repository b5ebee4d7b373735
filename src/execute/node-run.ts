import type { Compiler } from '../compile/compile-node.ts'
import type { RunServices } from '../context/run-context.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'
import type { ManifestNode, UnitTestDefinition, UnitTestNode } from '../manifest/node.ts'
import type { ResultStatus } from '../manifest/node-result.ts'
import type { OpenSession } from './database.ts'

/** What a runner works with. */
export interface NodeRun {
  readonly services: RunServices
  readonly session: OpenSession
  readonly compiler: Compiler
}

/** What became of a node that ran without an error. */
export interface Executed {
  readonly status: ResultStatus
  readonly message: string | null
  readonly failures: number | null
  readonly adapterResponse: PlainDict
  readonly unitTest?: UnitTestNode
}

/** What has a runner: nodes, and unit tests as they are defined. */
export type RunnableNode = ManifestNode | UnitTestDefinition

/** How one kind of node is run. `compile` gives it its SQL, `execute` does the work; both throw `QuernError`s. */
export interface NodeRunner<N extends RunnableNode = ManifestNode> {
  /** `sql table model main.orders`, without START or OK. */
  describe(node: N): string
  compile(node: N, run: NodeRun): Promise<void>
  execute(node: N, run: NodeRun): Promise<Executed>
}
