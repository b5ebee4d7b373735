/**
 * A command line (or environment variable) that cannot be understood. Printed on stderr, with exit code 2:
 * ```
 * Usage: quern run [OPTIONS]
 * Try 'quern run --help' for help.
 *
 * Error: No such option '--x'.
 * ```
 */
export class UsageError extends Error {
  /** The command, or undefined when none was understood. */
  readonly command: string | undefined
  readonly hint: string | undefined
  constructor(message: string, command?: string | undefined, hint?: string | undefined) {
    super(message)
    this.name = 'UsageError'
    this.command = command
    this.hint = hint
  }

  /** The full text, with a line break at the end. */
  render(): string {
    const program = this.command === undefined ? 'quern' : `quern ${this.command}`
    const tail =
      this.command === undefined ? '[OPTIONS] COMMAND [ARGS]...' : `[OPTIONS]${ARGUMENTS[this.command] ?? ''}`
    const hint = this.hint === undefined ? '' : ` ${this.hint}`
    return `Usage: ${program} ${tail}\nTry '${program} --help' for help.\n\nError: ${this.message}${hint}\n`
  }
}

/** Arguments of commands and of groups of commands, as help shows them. */
export const ARGUMENTS: Readonly<Record<string, string>> = {
  'run-operation': ' [MACRO]',
  init: ' [PROJECT_NAME]',
  lineage: ' [MODEL[.COLUMN]]',
  completion: ' SHELL',
  docs: ' COMMAND [ARGS]...',
  source: ' COMMAND [ARGS]...',
}
