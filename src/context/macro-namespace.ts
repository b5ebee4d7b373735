import { hostFunction, PyObject, tuple, type Value } from '../jinja/runtime/value.ts'
import type { Macro } from '../manifest/manifest.ts'
import { BoundMacro } from './bound-macro.ts'
import type { DbtContext } from './dbt-context.ts'

/** A package as templates see it: `dbt_utils.star(...)`, also a mapping of its macros. */
export class MacroNamespace extends PyObject {
  readonly typeName = 'dict'
  readonly #macros: ReadonlyMap<string, Macro>
  readonly #context: DbtContext
  readonly #bound = new Map<string, Value>()
  readonly #note: ((macro: string | undefined) => void) | undefined

  /** `note` hears of each macro that is asked for; of undefined when all are looked at. */
  constructor(macros: ReadonlyMap<string, Macro>, context: DbtContext, note?: (macro: string | undefined) => void) {
    super()
    this.#note = note
    this.#macros = macros
    this.#context = context
  }

  override getAttr(name: string): Value | undefined {
    const macro = this.getItem(name)
    if (macro !== undefined) return macro
    if (name === 'get') {
      return hostFunction(
        'get',
        ['key', ['default', null]],
        (key, fallback) => this.getItem(key as Value) ?? (fallback as Value),
      )
    }
    if (name === 'keys') return hostFunction('keys', [], () => [...this.pyIter()])
    if (name === 'values') return hostFunction('values', [], () => [...this.pyItems()].map(([, value]) => value))
    if (name === 'items')
      return hostFunction('items', [], () => [...this.pyItems()].map(([key, value]) => tuple(key, value)))
    return undefined
  }

  /** Gives `value` under a macro's name from now on, to `adapter.dispatch` of this context too. */
  replace(name: string, value: Value): void {
    const macro = this.#macros.get(name)
    if (macro === undefined) return
    this.#bound.set(name, value)
    this.#context.replaceDispatched(macro, value)
  }

  override getItem(key: Value): Value | undefined {
    if (typeof key !== 'string') return undefined
    this.#note?.(key)
    let bound = this.#bound.get(key)
    if (bound === undefined) {
      const macro = this.#macros.get(key)
      if (macro === undefined) return undefined
      bound = new BoundMacro(macro, this.#context)
      this.#bound.set(key, bound)
    }
    return bound
  }

  override pyLen(): number {
    this.#note?.(undefined)
    return this.#macros.size
  }

  override pyIter(): Iterable<Value> {
    this.#note?.(undefined)
    return this.#macros.keys()
  }

  override pyContains(value: Value): boolean {
    if (typeof value === 'string') this.#note?.(value)
    return typeof value === 'string' && this.#macros.has(value)
  }

  override *pyItems(): Iterable<readonly [Value, Value]> {
    this.#note?.(undefined)
    for (const name of this.#macros.keys()) yield [name, this.getItem(name) as Value]
  }
}
