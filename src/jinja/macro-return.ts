import { QuernError } from '../errors/quern-error.ts'
import type { Span } from '../errors/source-file.ts'
import { toText } from './runtime/text.ts'
import type { Value } from './runtime/value.ts'

/**
 * Thrown by a host's `return(value)` to leave a macro at once. The engine lets it pass untouched; whoever calls the macro catches it.
 */
export class MacroReturn {
  readonly value: Value
  /** The call of `return`, once it has left the template function that made it. */
  at: Span | undefined
  constructor(value: Value) {
    this.value = value
  }
}

/**
 * What a template that is no macro ends with when `return` was called in it: an error whose message is the value, as in dbt-core 1.11.
 * Other things thrown are given back as they are.
 */
export function uncaughtReturn(thrown: unknown): unknown {
  if (!(thrown instanceof MacroReturn)) return thrown
  return new QuernError('Compilation', 'return_outside_macro', toText(thrown.value), {
    at: thrown.at,
    hint: 'return() ends a macro; here, print the value: {{ value }}',
  })
}
