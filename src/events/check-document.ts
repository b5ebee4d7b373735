/** A finding of `quern check`. Lines and columns are counted from 1; `path` is that of the template, relative to its package; null = only the node is known. */
export interface CheckFinding {
  readonly rule: string
  readonly severity: 'error' | 'warning' | 'note'
  readonly message: string
  readonly hint: string | null
  readonly unique_id: string
  readonly path: string | null
  readonly line: number | null
  readonly column: number | null
  readonly end_line: number | null
  readonly end_column: number | null
}

/** The JSON form of `quern check`. */
export interface CheckDocument {
  readonly metadata: {
    readonly check_schema_version: 1
    readonly quern_version: string
    readonly generated_at: string
    readonly invocation_id: string
  }
  readonly summary: {
    readonly error: number
    readonly warning: number
    readonly note: number
    /** Models and snapshots that were looked at. */
    readonly models: number
    /** Those of which all columns and names could be followed. */
    readonly analysed: number
  }
  readonly findings: readonly CheckFinding[]
}
