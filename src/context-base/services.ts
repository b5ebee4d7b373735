import type { Flags } from '../config/flags.ts'
import type { Emit } from '../events/run-event.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'
import type { ReadLog } from './reads.ts'

/** What the base names of templates are made from. */
export interface BaseServices {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly flags: Flags
  /** `--vars` */
  readonly cliVars: PlainDict
  readonly invocationId: string
  readonly startedAt: Date
  /** Milliseconds since the epoch: `modules.datetime.datetime.now()`. */
  readonly now: () => number
  readonly emit: Emit
  /** Hears of what templates read, while parsing. */
  readonly reads?: ReadLog | undefined
  /** Missing vars are None instead of an error (`deps`, which needs no vars). */
  readonly lenientVars?: boolean | undefined
}
