import type { ConstraintSupport, ConstraintType } from '../../adapter/adapter.ts'
import type { Emit } from '../../events/run-event.ts'
import type { Manifest } from '../../manifest/manifest.ts'
import type { PreviousState } from '../../manifest/previous-state.ts'

/** What comparing with an earlier run needs besides the two manifests. */
export interface Comparison {
  readonly state: PreviousState
  /** What the database enforces of a contract: only losing that breaks somebody. */
  readonly constraintSupport: Readonly<Partial<Record<ConstraintType, ConstraintSupport>>>
  /** The flag `state_modified_compare_more_unrendered_values`: sources are compared before their templates were rendered. */
  readonly moreUnrendered: boolean
  /** Packages that come with the program: another version's macros are no edit of the project. */
  readonly builtinPackages: ReadonlySet<string>
  /** Milliseconds since the epoch: a removed model whose deprecation date has passed was meant to go. */
  readonly now: number
}

/** The same with the manifest of this run and whom to tell of warnings. */
export interface Comparing extends Comparison {
  readonly manifest: Manifest
  readonly emit: Emit
}
