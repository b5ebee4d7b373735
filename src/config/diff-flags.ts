import type { DiffFormat, FailOn } from '../events/diff-document.ts'

/** The options that only `quern diff` has. */
export interface DiffFlags {
  /** Another target of the profile, whose relations are compared with. */
  readonly againstTarget: string | null
  /** The schema that the target would have for those relations. */
  readonly againstSchema: string | null
  /** Ask the database for columns. */
  readonly columns: boolean
  /** Compare rows. */
  readonly data: boolean
  /** Columns of `--key`; empty = as the project says. */
  readonly key: readonly string[]
  /** Rows of each kind that are shown. */
  readonly examples: number
  /** By which floating point numbers may differ; null = not at all. */
  readonly floatTolerance: number | null
  readonly format: DiffFormat
  readonly failOn: readonly FailOn[]
}
