import type { RunEvent } from '../events/run-event.ts'
import type { Output } from '../report/reporter.ts'

/** The process around an invocation, as values: the only way to environment, clock and streams. Tests and library callers give their own. */
export interface Io {
  /** Arguments without node and script. */
  readonly argv: readonly string[]
  /** The environment; what commands get has `.env` and the QUERN_* mirrors in it. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Absolute. */
  readonly cwd: string
  /** Home folder of the user. */
  readonly home: string
  readonly stdout: Output
  readonly stderr: Output
  /** A person may be asked: stdin and stdout are terminals. */
  readonly interactive: boolean
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal
  /** Milliseconds since the epoch. */
  now(): number
  /** What was noticed before anyone could be told (deprecated variables): to be emitted first. */
  readonly earlyEvents: readonly RunEvent[]
  /** Threads of libuv's pool, where the process cannot be trusted to have made it large enough. */
  readonly threadPool?: number | undefined
  /** Asks for a pool of libuv's that runs so many statements at a time. Without effect once the pool has been used. */
  readonly sizeThreadPool?: ((statements: number) => void) | undefined
  /** Does work that waits for nothing so that signals end it all the same; absent where signals are another's. */
  readonly interruptible?: (<T>(work: () => T) => Promise<T>) | undefined
  /** Has something done when the process ends without waiting for the command (a second ctrl-C, a bug); gives what takes it back. */
  readonly atExit?: ((work: () => void) => () => void) | undefined
  /** Hears what went wrong before a command could begin: a `UsageError`, a `QuernError`, or a bug. */
  readonly onFailure?: ((error: unknown) => void) | undefined
}
