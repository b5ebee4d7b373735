import { ColumnClass } from '../../adapter/column.ts'
import { hostFunction, type Parameter, PyFunction, PyObject, type Value } from '../../jinja/runtime/value.ts'
import { RelationClass } from '../../manifest/relation-class.ts'
import type { AdapterOptions } from './adapter-runtime.ts'

export type Run = (...values: Value[]) => Value | Promise<Value>

/** A method of `adapter`: what it does while running, and what while parsing (absent = the same). */
export interface AdapterMethod {
  readonly name: string
  readonly parameters: readonly Parameter[]
  readonly run: Run
}

/**
 * The object `adapter` of a template. Methods are made when they are asked for; unknown names are undefined attributes, which raise
 * when used. dbt-core 1.11: ParseDatabaseWrapper and RuntimeDatabaseWrapper.
 */
export class AdapterObject extends PyObject {
  readonly typeName: string
  override readonly moduleName = 'dbt.context.providers'
  readonly #options: AdapterOptions
  readonly #methods: ReadonlyMap<string, PyFunction>
  readonly #values: ReadonlyMap<string, () => Value>

  constructor(
    typeName: string,
    options: AdapterOptions,
    methods: ReadonlyMap<string, PyFunction>,
    values: ReadonlyMap<string, () => Value>,
  ) {
    super()
    this.typeName = typeName
    this.#options = options
    this.#methods = methods
    this.#values = values
  }
  override getAttr(name: string): Value | undefined {
    switch (name) {
      case 'Relation':
        return new RelationClass(this.#options.relations)
      case 'Column':
        return new ColumnClass(this.#options.adapter.columnDialect)
    }
    return this.#methods.get(name) ?? this.#values.get(name)?.()
  }
  override pyRepr(): string {
    return `<${this.moduleName}.${this.typeName} object>`
  }
}

/** A map of methods by name. */
export class MethodTable {
  readonly methods = new Map<string, PyFunction>()
  add(name: string, parameters: readonly Parameter[], run: Run): void {
    this.methods.set(name, hostFunction(name, parameters, run))
  }
  /** A method that takes whatever it is given. */
  addLoose(name: string, run: () => Value): void {
    this.methods.set(name, new PyFunction(name, run))
  }
}
