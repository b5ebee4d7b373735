import { describe, expect, test } from 'vitest'
import type { Flags } from '../../../src/config/flags.ts'
import { QuernError } from '../../../src/errors/quern-error.ts'
import type { RunEvent } from '../../../src/events/run-event.ts'
import {
  isPromoted,
  isSilenced,
  makeDeprecation,
  makeWarning,
  warning,
  withWarningPolicy,
} from '../../../src/events/warnings.ts'

type Options = Partial<Flags['warnErrorOptions']>
const flags = (options: Options = {}, warnError = false, showAllDeprecations = false) => ({
  warnError,
  showAllDeprecations,
  warnErrorOptions: { error: [], warn: [], silence: [], ...options } as Flags['warnErrorOptions'],
})

/* Rules of dbt-core 1.11 (WarnErrorOptionsV2): named > Deprecations > all, and silence > warn > error. */
describe('which warnings are errors', () => {
  const cases: [string, Options, 'error' | 'warn' | 'silent', 'error' | 'warn' | 'silent'][] = [
    // options -> a warning, a deprecation
    ['nothing', {}, 'warn', 'warn'],
    ['all', { error: 'all' }, 'error', 'error'],
    ['all but the named', { error: 'all', warn: ['W', 'D'] }, 'warn', 'warn'],
    ['all, silence named', { error: 'all', silence: ['W', 'D'] }, 'silent', 'silent'],
    ['named', { error: ['W', 'D'] }, 'error', 'error'],
    ['named twice: silence wins', { error: ['W', 'D'], silence: ['W', 'D'] }, 'silent', 'silent'],
    ['Deprecations', { error: ['Deprecations'] }, 'warn', 'error'],
    ['all but Deprecations', { error: 'all', warn: ['Deprecations'] }, 'error', 'warn'],
    ['silent Deprecations', { silence: ['Deprecations'] }, 'warn', 'silent'],
    ['a named deprecation beats the group', { error: ['D'], silence: ['Deprecations'] }, 'warn', 'error'],
    ['a named one is kept out of the group', { error: ['Deprecations'], warn: ['D'] }, 'warn', 'warn'],
  ]
  for (const [name, options, ofWarning, ofDeprecation] of cases) {
    test(name, () => {
      const verdict = (event: string, code: string): string =>
        isPromoted(flags(options), event, code) ? 'error' : isSilenced(flags(options), event, code) ? 'silent' : 'warn'
      expect([verdict('W', 'I060'), verdict('D', 'D039')]).toEqual([ofWarning, ofDeprecation])
    })
  }
  test('--warn-error takes them all', () => expect(isPromoted(flags({}, true), 'W')).toBe(true))
})

describe('the policy', () => {
  const run = (given: ReturnType<typeof flags>, events: RunEvent[]) => {
    const passed: RunEvent[] = []
    const policy = withWarningPolicy((event) => passed.push(event), given)
    for (const event of events) policy.emit(event)
    policy.summarise()
    policy.summarise()
    return passed
  }
  const old = (text: string) => makeDeprecation('OldThing', 'D001', text)

  test('everything else passes untouched', () => {
    const events: RunEvent[] = [{ kind: 'blank' }, { kind: 'print', text: 'x' }]
    expect(run(flags({ error: 'all' }), events)).toEqual(events)
  })
  test('a promoted warning ends the command', () => {
    try {
      run(flags({ error: ['NoNodesForSelectionCriteria'] }), [warning.noNodesForSelection('x')])
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(QuernError)
      expect(error).toMatchObject({ kind: 'Compilation', exitCode: 2 })
      expect((error as QuernError).render()).toBe(
        "Compilation Error\n  The selection criterion 'x' does not match any enabled nodes",
      )
    }
  })
  test('a silenced warning is gone', () => {
    expect(run(flags({ silence: ['W'] }), [makeWarning('W', 'I000', 'x'), makeWarning('V', 'I000', 'y')])).toHaveLength(
      1,
    )
  })
  test('a mere line is judged under require_all_warnings_handled_by_warn_error only', () => {
    const line: RunEvent = { kind: 'message', level: 'warn', name: 'FreshnessConfigProblem', code: 'I073', text: 'x' }
    const all = { behavior: { require_all_warnings_handled_by_warn_error: true } }
    expect(run(flags({ error: 'all' }), [line])).toEqual([line])
    expect(() => run({ ...flags({ error: 'all' }), ...all }, [line])).toThrow('x')
    expect(run({ ...flags({ silence: ['FreshnessConfigProblem'] }), ...all }, [line])).toEqual([])
  })
  test('of a deprecation the first is shown and all are counted, once', () => {
    const passed = run(flags(), [old('a'), old('b'), makeDeprecation('Other', 'D002', 'c')])
    expect(passed.map((event) => event.kind)).toEqual(['deprecation', 'deprecation', 'deprecations-summary'])
    expect(passed[2]).toMatchObject({
      summaries: [
        { name: 'OldThing', code: 'D001', occurrences: 2 },
        { name: 'Other', code: 'D002', occurrences: 1 },
      ],
      showAllHint: true,
    })
  })
  test('--show-all-deprecations shows each', () => {
    const passed = run(flags({}, false, true), [old('a'), old('b')])
    expect(passed.map((event) => event.kind)).toEqual(['deprecation', 'deprecation', 'deprecations-summary'])
    expect(passed[2]).toMatchObject({ showAllHint: false })
  })
})
