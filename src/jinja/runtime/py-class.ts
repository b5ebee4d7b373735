import { type HostFunction, PyFunction, type Value } from './value.ts'

/** A class of Python that templates can call to make an object; it prints `<class 'name'>`. */
export class PyClass extends PyFunction {
  override readonly typeName = 'type'
  readonly #attributes: ReadonlyMap<string, Value>
  constructor(name: string, make: HostFunction, attributes: ReadonlyMap<string, Value> = new Map()) {
    super(name, make)
    this.#attributes = attributes
  }
  override getAttr(name: string): Value | undefined {
    return this.#attributes.get(name)
  }
  override pyRepr(): string {
    return `<class '${this.name}'>`
  }
}
