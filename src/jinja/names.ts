import type { Filter, Test } from './runtime/filter.ts'
import type { Value } from './runtime/value.ts'

/** What a template may name: asked for every name that the template itself does not define; the language's own globals come after it. */
export interface Names {
  lookup(name: string): Value | undefined
}

/** `sync`: nothing may be awaited (parsing). `async`: any call may give a promise (executing). */
export type Flavour = 'sync' | 'async'

/** Counters of one rendering, shared by all templates and macros in it, so that no template can run for ever. */
export interface Limits {
  /** Templates, macros and recursive loops that are open now. */
  depth: number
  /** Loop iterations and macro calls so far. */
  iterations: number
  /** Since when nothing else had a turn, in milliseconds since the epoch; undefined when that is not known yet. */
  busySince?: number | undefined
}

export const newLimits = (): Limits => ({ depth: 0, iterations: 0 })

/** One rendering (or execution of a node): what templates and macros share while it lasts. */
export interface RenderContext {
  readonly names: Names
  readonly flavour: Flavour
  /**
   * `lenient`: a missing name prints nothing, using it otherwise fails. `silent`: attributes, items and calls of what is missing are
   * missing too, without an error (dbt's parse time).
   */
  readonly undefinedMode: 'lenient' | 'silent'
  /** Filters and tests besides the built-in ones. */
  readonly filters?: ReadonlyMap<string, Filter>
  readonly tests?: ReadonlyMap<string, Test>
  readonly limits: Limits
  /** Aborted: a template that runs for long ends with an error. */
  readonly signal?: AbortSignal | undefined
}
