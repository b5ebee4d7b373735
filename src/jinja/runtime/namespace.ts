import { pairsOf } from './collection-methods.ts'
import { entriesRepr } from './text.ts'
import { type Kwargs, PyDict, PyObject, TemplateFault, type Value } from './value.ts'

/** `namespace(a=1)`: attributes that a template may set, also from inside loops. */
export class Namespace extends PyObject {
  readonly typeName = 'Namespace'
  override readonly moduleName = 'jinja2.utils'
  readonly #attributes = new PyDict()
  constructor(args: readonly Value[], kwargs: Kwargs) {
    super()
    if (args.length > 1) throw new TemplateFault('TypeError', `dict expected at most 1 argument, got ${args.length}`)
    if (args[0] !== undefined) for (const [key, value] of pairsOf(args[0], 'update')) this.#attributes.set(key, value)
    for (const [key, value] of kwargs) this.#attributes.set(key, value)
  }
  override getAttr(name: string): Value | undefined {
    return this.#attributes.get(name)
  }
  override setAttr(name: string, value: Value): void {
    this.#attributes.set(name, value)
  }
  override setItem(key: Value, value: Value): void {
    this.#attributes.set(key, value)
  }
  override pyRepr(): string {
    return `<Namespace ${entriesRepr(this.#attributes.entries())}>`
  }
}
