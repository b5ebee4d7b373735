import { ColumnClass } from '../../adapter/column.ts'
import { hostFunction, type Parameter, type PyFunction, PyObject, type Value } from '../../jinja/runtime/value.ts'
import { RelationClass } from '../../manifest/relation-class.ts'
import type { AdapterOptions } from './adapter-runtime.ts'

/** What a method of `adapter` does, for the template whose `adapter` it is. */
export type Run<O> = (options: O, ...values: Value[]) => Value | Promise<Value>

interface Method<O> {
  readonly name: string
  readonly parameters: readonly Parameter[]
  readonly run: Run<O>
}

/** Methods by name, for the `adapter` of any template: a table is made once. */
export class MethodTable<O> {
  readonly #methods = new Map<string, Method<O>>()

  add(name: string, parameters: readonly Parameter[], run: Run<O>): void {
    this.#methods.set(name, { name, parameters, run })
  }
  /** Another name for a method, which goes on calling itself by its own. */
  alias(name: string, method: string): void {
    this.#methods.set(name, this.#methods.get(method)!)
  }
  /** The method for the `adapter` of one template. */
  bind(name: string, options: O): PyFunction | undefined {
    const method = this.#methods.get(name)
    return method && hostFunction(method.name, method.parameters, (...values) => method.run(options, ...values))
  }
}

/**
 * The object `adapter` of a template. Methods are made when they are asked for; unknown names are undefined attributes, which raise
 * when used. dbt-core 1.11: ParseDatabaseWrapper and RuntimeDatabaseWrapper.
 */
export class AdapterObject extends PyObject {
  readonly typeName: string
  override readonly moduleName = 'dbt.context.providers'
  readonly #options: AdapterOptions
  readonly #find: (name: string) => PyFunction | undefined
  readonly #values: (name: string) => Value | undefined
  readonly #found = new Map<string, PyFunction | undefined>()

  /** `find` gives methods, and is asked once for each name; `values` gives other attributes. */
  constructor(
    typeName: string,
    options: AdapterOptions,
    find: (name: string) => PyFunction | undefined,
    values: (name: string) => Value | undefined,
  ) {
    super()
    this.typeName = typeName
    this.#options = options
    this.#find = find
    this.#values = values
  }
  override getAttr(name: string): Value | undefined {
    switch (name) {
      case 'Relation':
        return new RelationClass(this.#options.relations)
      case 'Column':
        return new ColumnClass(this.#options.adapter.columnDialect)
    }
    return this.#method(name) ?? this.#values(name)
  }
  #method(name: string): PyFunction | undefined {
    if (this.#found.has(name)) return this.#found.get(name)
    const method = this.#find(name)
    this.#found.set(name, method)
    return method
  }
  override pyRepr(): string {
    return `<${this.moduleName}.${this.typeName} object>`
  }
}
