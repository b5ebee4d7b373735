/** Exit codes as dbt: 0 success, 1 the command ran and something in it failed, 2 it could not run, or not to its end. */
export const ExitCode = { success: 0, failure: 1, unusable: 2 } as const
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]
