import type { SourceFile } from '../errors/source-file.ts'
import type { RuleName } from './rules.ts'

/** `-- quern-ignore`, `{# quern-ignore: unused-cte, unknown-column #}`: in any kind of comment, to the end of the line or of the comment. */
const COMMENT = /quern-ignore(?<file>-file)?(?:\s*:\s*(?<rules>[a-z-]+(?:\s*,\s*[a-z-]+)*))?/g

/** What comments in a file ask to be silent about. */
export interface Suppressions {
  /** Whether a finding of a rule on a line (from 1) is silenced: by a comment on the line itself or on the one above, or by one for the file. */
  silences(rule: RuleName, line: number): boolean
}

interface Suppression {
  /** Undefined: the whole file. */
  readonly line: number | undefined
  /** Undefined: all rules. */
  readonly rules: ReadonlySet<string> | undefined
}

/** Reads the comments of a file. */
export function suppressionsIn(file: SourceFile): Suppressions {
  const found = [...file.text.matchAll(COMMENT)].map(({ index, groups }): Suppression => {
    const { rules, file: wholeFile } = groups ?? {}
    return {
      line: wholeFile === undefined ? file.position(index).line : undefined,
      rules: rules === undefined ? undefined : new Set(rules.split(',').map((rule) => rule.trim())),
    }
  })
  return {
    silences: (rule, line) =>
      found.some(
        (one) =>
          (one.line === undefined || one.line === line || one.line === line - 1) &&
          (one.rules === undefined || one.rules.has(rule)),
      ),
  }
}
