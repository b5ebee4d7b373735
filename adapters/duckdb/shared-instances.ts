import type { DuckDBInstance } from '@duckdb/node-api'
import { QuernError } from '../../src/errors/quern-error.ts'
import { type FileClaim, FileTurns } from './file-turns.ts'

export type Module = typeof import('@duckdb/node-api')

export interface OpenInstance {
  readonly module: Module
  readonly instance: DuckDBInstance
}

export interface InstanceRequest {
  /** Whatever decides what the instance is: path, options, attached databases. Undefined: nobody else may have this instance. */
  readonly sharedAs: string | undefined
  readonly files: readonly FileClaim[]
  /** See `Turn`. */
  readonly writes: boolean
  readonly signal?: AbortSignal | undefined
  readonly onWait?: ((path: string) => void) | undefined
  /** Opens the instance; called when there is none to share. */
  readonly open: () => Promise<OpenInstance>
}

export interface Lease extends OpenInstance {
  /** Gives the instance back; the last one closes it. */
  readonly release: () => void
  /**
   * Keeps the instance open until something has settled, also when all have given it back: a connection that is in use must not lose its
   * instance, and DuckDB has who opens the file again wait until it is closed. Who opens it in this way meanwhile shares it.
   */
  readonly keepOpen: (until: Promise<unknown>) => void
}

/*
 * A file belongs to the process, not to an invocation: DuckDB does not see it when one process opens a file through two instances, and
 * what one of them has written is lost. So this is the one state that invocations share.
 */
const turns = new FileTurns()
const instances = new Map<string, { readonly opening: Promise<OpenInstance>; users: number }>()
let lastPrivate = 0

/** An instance for a request, once nobody stands in its way; see `FileTurns`. Rejects with what `open` rejects with, and when the signal is aborted. */
export async function leaseInstance(request: InstanceRequest): Promise<Lease> {
  const key = request.sharedAs ?? `private ${++lastPrivate}`
  const { files, writes, signal, onWait } = request
  const endTurn = await turns
    .take({ instance: key, files, writes }, { ...(signal && { signal }), ...(onWait && { onWait }) })
    .catch(() => {
      throw new QuernError('Runtime', 'connection_cancelled', 'The run was cancelled before the database was opened')
    })
  const shared = instances.get(key) ?? { opening: request.open(), users: 0 }
  instances.set(key, shared)
  shared.users++
  const leave = (): void => {
    if (--shared.users === 0 && instances.get(key) === shared) instances.delete(key)
  }
  const leaveOpen = ({ instance }: OpenInstance): void => {
    leave()
    if (shared.users === 0) instance.closeSync()
  }
  try {
    const opened = await shared.opening
    let given = false
    return {
      ...opened,
      release: () => {
        if (given) return
        given = true
        leaveOpen(opened)
        endTurn()
      },
      keepOpen: (until) => {
        shared.users++
        const ended = (): void => leaveOpen(opened)
        until.then(ended, ended)
      },
    }
  } catch (error) {
    leave()
    endTurn()
    throw error
  }
}
