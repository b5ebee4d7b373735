export const CHECK_FORMATS = ['text', 'json', 'sarif'] as const
export const CHECK_FAIL_ON = ['error', 'warning', 'note', 'never'] as const

/** The options that only `quern check` has. */
export interface CheckFlags {
  readonly format: (typeof CHECK_FORMATS)[number]
  /** `--rule`, as given: `NAME=SEVERITY`. */
  readonly rules: readonly string[]
  /** The least severity that makes the command fail. */
  readonly failOn: (typeof CHECK_FAIL_ON)[number]
}
