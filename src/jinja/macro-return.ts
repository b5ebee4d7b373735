import type { Value } from './runtime/value.ts'

/**
 * Thrown by a host's `return(value)` to leave a macro at once. The engine lets it pass untouched; whoever calls the macro catches it.
 */
export class MacroReturn {
  readonly value: Value
  constructor(value: Value) {
    this.value = value
  }
}
