import type { Compiler } from '../compile/compile-node.ts'
import type { RunServices } from '../context/run-context.ts'
import type { QuernError } from '../errors/quern-error.ts'
import type { NodeInfo } from '../events/node-info.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'
import type { ManifestNode, UnitTestDefinition, UnitTestNode } from '../manifest/node.ts'
import type { ResultStatus } from '../manifest/node-result.ts'
import type { OpenSession } from './database.ts'

/** What a runner works with. */
export interface NodeRun {
  readonly services: RunServices
  readonly session: OpenSession
  readonly compiler: Compiler
  /** Name of the worker: `Thread-1 (worker)`. */
  readonly thread: string
  /** Aborted when the run is cancelled or fails fast. */
  readonly signal: AbortSignal
  /** Another session in this node's name, to be released by the caller; `node` is what query comments show. */
  openSession(node: ManifestNode, thread: string, info: () => NodeInfo): OpenSession
  /** Runs pieces of this node's work on its own worker and on idle ones; `next` gives undefined when none is left. Pieces never reject. */
  share(next: () => ((thread: string) => Promise<void>) | undefined): Promise<void>
}

/** What became of a node that ran without an error. */
export interface Executed {
  readonly status: ResultStatus
  readonly message: string | null
  readonly failures: number | null
  readonly adapterResponse: PlainDict
  readonly unitTest?: UnitTestNode
  /** Of microbatch models. */
  readonly batchResults?: PlainDict
  /** What went wrong, of a result that is not a success. */
  readonly error?: QuernError
}

/** What has a runner: nodes, and unit tests as they are defined. */
export type RunnableNode = ManifestNode | UnitTestDefinition

/** How one kind of node is run. `compile` gives it its SQL, `execute` does the work; both throw `QuernError`s. */
export interface NodeRunner<N extends RunnableNode = ManifestNode> {
  /** The work is done in pieces which have sessions, a timeout and attempts of their own. */
  readonly inPieces?: boolean
  /** `sql table model main.orders`, without START or OK. */
  describe(node: N): string
  compile(node: N, run: NodeRun): Promise<void>
  execute(node: N, run: NodeRun): Promise<Executed>
  /** What reports want to know besides; after `execute`, and not counted in its time. Never rejects. */
  report?(node: N, run: NodeRun, executed: Executed): Promise<void>
}
