import type { Compiler } from '../compile/compile-node.ts'
import type { RunServices } from '../context/run-context.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'
import type { ManifestNode } from '../manifest/node.ts'
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
}

/** How one kind of node is run. `compile` gives it its SQL, `execute` does the work; both throw `QuernError`s. */
export interface NodeRunner {
  /** `sql table model main.orders`, without START or OK. */
  describe(node: ManifestNode): string
  compile(node: ManifestNode, run: NodeRun): Promise<void>
  execute(node: ManifestNode, run: NodeRun): Promise<Executed>
}
