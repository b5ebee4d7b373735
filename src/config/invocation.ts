import type { Emit } from '../events/run-event.ts'
import type { Secrets } from '../util/secrets.ts'
import type { Answer } from './answer.ts'
import type { Flags } from './flags.ts'

/** One run of a command: what was asked, when, where, and whom to tell. Made in `cli`, passed along; nothing else reads the clock or the environment. */
export interface Invocation {
  /** uuid4 */
  readonly id: string
  readonly startedAt: Date
  readonly flags: Flags
  /** The environment of the process, after `.env` handling; QUERN_* already mirrored to DBT_*. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Absolute working directory of the process. */
  readonly cwd: string
  readonly emit: Emit
  /** What must not be seen: what is printed or written passes through it. */
  readonly secrets: Secrets
  /** Set by library callers: gets what the command found out. */
  readonly answer?: ((answer: Answer) => void) | undefined
  /** Aborted by Ctrl-C and by library callers. */
  readonly signal: AbortSignal
  /** Milliseconds since the epoch. */
  now(): number
}
