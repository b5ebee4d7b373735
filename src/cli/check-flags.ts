import { CHECK_FAIL_ON, CHECK_FORMATS, type CheckFlags } from '../config/check-flags.ts'
import type { Value } from '../jinja/runtime/value.ts'

/** The options of `quern check`, from what the command line gave by key. */
export const checkFlags = (value: (key: string) => Value | undefined): CheckFlags => ({
  format: CHECK_FORMATS.find((format) => format === value('format')) ?? 'text',
  rules: (value('rule') as readonly string[] | undefined) ?? [],
  failOn: CHECK_FAIL_ON.find((severity) => severity === value('fail_on')) ?? 'error',
})
