import type { Span } from '../errors/source-file.ts'
import type { UniqueId } from '../manifest/unique-id.ts'
import type { RuleName, ShownSeverity } from './rules.ts'

/** Something that a rule says of a node. */
export interface Finding {
  readonly rule: RuleName
  readonly severity: ShownSeverity
  /** One sentence without a full stop at its end. */
  readonly message: string
  /** What to do, where there is something to say. */
  readonly hint: string | undefined
  readonly node: UniqueId
  /** Where it stands in a file of the user's; undefined when nothing but the node is known. */
  readonly at: Span | undefined
}
