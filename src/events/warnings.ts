import { QuernError } from '../errors/quern-error.ts'
import type { SourceFile, Span } from '../errors/source-file.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'
import type { Deprecation, Emit, RunEvent, Warning } from './run-event.ts'

interface WarningDetails {
  readonly style?: Warning['style']
  readonly wrap?: boolean
  readonly data?: PlainDict
  readonly at?: Span | undefined
  readonly hint?: string | undefined
}

/** A warning under dbt's event name and code. `text` is dbt's message without `[WARNING]: `. */
export const makeWarning = (name: string, code: string, text: string, details: WarningDetails = {}): Warning => ({
  kind: 'warning',
  name,
  code,
  text,
  style: details.style ?? 'tag',
  wrap: details.wrap ?? false,
  data: details.data ?? { msg: text },
  at: details.at,
  hint: details.hint,
})

/** A deprecation under dbt's event name and code. */
export const makeDeprecation = (
  name: string,
  code: string,
  text: string,
  details: { data?: PlainDict; named?: boolean; at?: Span | undefined } = {},
): Deprecation => ({
  kind: 'deprecation',
  name,
  code,
  text,
  data: details.data ?? {},
  named: details.named ?? true,
  at: details.at,
})

/** A key that stands twice in one mapping of a YAML file: the last one counts. `line` and `column` count from 1. */
export function duplicateKey(file: SourceFile, key: string, line: number, column: number): Deprecation {
  const start = file.offset(line, column)
  const description = `Duplicate key '${key}' in "<unicode string>", line ${line}, column ${column}`
  return makeDeprecation('DuplicateYAMLKeysDeprecation', 'D024', `${description} in file \`${file.path}\``, {
    data: { duplicate_description: description, file: file.path },
    at: { file, start, end: start + key.length },
  })
}

/** The warnings that many folders raise; others are made in place by `makeWarning`. */
export const warning = {
  noNodesForSelection: (criterion: string, hint?: string): Warning =>
    makeWarning(
      'NoNodesForSelectionCriteria',
      'M030',
      `The selection criterion '${criterion}' does not match any enabled nodes`,
      {
        style: 'plain',
        data: { spec_raw: criterion },
        hint,
      },
    ),
  nothingToDo: (): Warning =>
    makeWarning('NothingToDo', 'Q035', 'Nothing to do. Try checking your model configs and model specification args', {
      style: 'plain',
      data: {},
    }),
  noNodesSelected: (): Warning =>
    makeWarning('NoNodesSelected', 'Q038', 'No nodes selected!', { style: 'plain', data: {} }),
  unusedConfigPaths: (paths: readonly string[]): Warning =>
    makeWarning(
      'UnusedResourceConfigPath',
      'I051',
      `Configuration paths exist in your dbt_project.yml file which do not apply to any resources.\n` +
        `There are ${paths.length} unused configuration paths:\n${paths.map((path) => `- ${path}`).join('\n')}`,
      { data: { unused_config_paths: [...paths] } },
    ),
  /** `exceptions.warn()` and other free warnings of templates. */
  jinja: (text: string): Warning => makeWarning('JinjaLogWarning', 'I061', text, { style: 'plain' }),
} as const

/** The flags that judge warnings (a part of `Flags`). */
export interface WarnErrorFlags {
  readonly warnError: boolean
  readonly warnErrorOptions: {
    readonly error: readonly string[] | 'all'
    readonly warn: readonly string[]
    readonly silence: readonly string[]
  }
}

/**
 * Whether a warning of this name counts as an error. dbt-core 1.11: a name beats `Deprecations`, which beats `all`;
 * silence beats warn, warn beats error. `--warn-error` promotes everything.
 */
export function isPromoted(flags: WarnErrorFlags, name: string, code = ''): boolean {
  if (flags.warnError) return true
  const { error, warn, silence } = flags.warnErrorOptions
  const named = (list: readonly string[]): boolean => list.includes(name)
  if (named(warn) || named(silence)) return false
  if (error !== 'all' && named(error)) return true
  const deprecation = code.startsWith('D')
  const elsewhere = deprecation && (warn.includes('Deprecations') || silence.includes('Deprecations'))
  if (elsewhere) return false
  return (
    error === 'all' || error.includes('*') || error.includes('all') || (deprecation && error.includes('Deprecations'))
  )
}

/** Whether a warning of this name is dropped. */
export function isSilenced(flags: WarnErrorFlags, name: string, code = ''): boolean {
  const { error, warn, silence } = flags.warnErrorOptions
  if (silence.includes(name)) return true
  if (warn.includes(name) || (error !== 'all' && error.includes(name))) return false
  return code.startsWith('D') && silence.includes('Deprecations')
}

/** Deprecations whose lines hold no name, whatever the flag says. */
const NEVER_NAMED: ReadonlySet<string> = new Set(['D032', 'D034', 'D035', 'D036', 'D040'])

/** A deprecation as `require_event_names_in_deprecations` shows it. */
const withName = (event: Deprecation): Deprecation =>
  event.named || NEVER_NAMED.has(event.code)
    ? event
    : { ...event, named: true, text: event.text.replace(/^Deprecated functionality\n\n/, '') }

export interface WarningPolicy {
  /** The `emit` of the invocation: warnings and deprecations are judged, everything else passes. */
  readonly emit: Emit
  /** Emits the summary of deprecations, if there were any. Call it once, at the end of the command. */
  summarise(): void
}

/**
 * Stands between work and reporters. A promoted warning throws a `QuernError` (`Compilation Error`, exit code 2, as dbt's
 * `EventCompilationError`); a silenced one vanishes; of a deprecation only the first is shown, and all are counted.
 */
export function withWarningPolicy(
  next: Emit,
  flags: WarnErrorFlags & {
    readonly showAllDeprecations: boolean
    readonly behavior?: Readonly<Record<string, boolean>>
  },
): WarningPolicy {
  // Otherwise dbt-core 1.11 takes some warnings for mere lines, which no option promotes or silences.
  const handlesAll = flags.behavior?.['require_all_warnings_handled_by_warn_error'] === true
  const counts = new Map<string, { code: string; occurrences: number }>()
  const judged = (
    event: Warning | Deprecation | Extract<RunEvent, { kind: 'deprecations-summary' | 'message' }>,
    name: string,
    code: string,
    text: string,
  ): void => {
    if (isPromoted(flags, name, code)) {
      const at = 'at' in event ? event.at : undefined
      const hint = 'hint' in event ? event.hint : undefined
      throw new QuernError('Compilation', `warn_error_${name}`, text, { at, hint })
    }
    if (!isSilenced(flags, name, code)) next(event)
  }
  return {
    emit(event) {
      if (event.kind === 'warning') {
        judged(event, event.name, event.code, event.text)
      } else if (event.kind === 'deprecation') {
        const seen = counts.get(event.name)
        if (seen === undefined || flags.showAllDeprecations) {
          const named = flags.behavior?.['require_event_names_in_deprecations'] === true ? withName(event) : event
          judged(named, named.name, named.code, named.text)
        }
        if (seen === undefined) counts.set(event.name, { code: event.code, occurrences: 1 })
        else seen.occurrences++
      } else if (event.kind === 'message' && event.level === 'warn' && handlesAll) {
        judged(event, event.name, event.code, event.text)
      } else {
        next(event)
      }
    },
    summarise() {
      if (counts.size === 0) return
      const summaries = [...counts].map(([name, { code, occurrences }]) => ({ name, code, occurrences }))
      counts.clear()
      const event = { kind: 'deprecations-summary', summaries, showAllHint: !flags.showAllDeprecations } as const
      judged(event, 'DeprecationsSummary', 'D028', 'Summary of encountered deprecations')
    },
  }
}
