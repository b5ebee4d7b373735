import type { Kwargs, Value } from './value.ts'

/** What filters and tests may look up: `map('upper')` and `select('odd')` name others. */
export interface FilterContext {
  readonly filters: ReadonlyMap<string, Filter>
  readonly tests: ReadonlyMap<string, Test>
}
/** `value | name(args)` */
export type Filter = (context: FilterContext, value: Value, args: readonly Value[], kwargs: Kwargs) => Value
/** `value is name(args)` */
export type Test = (context: FilterContext, value: Value, args: readonly Value[], kwargs: Kwargs) => boolean
