import { ColumnClass } from '../../adapter/column.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { toText } from '../../jinja/runtime/text.ts'
import { typeName } from '../../jinja/runtime/type-name.ts'
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
  readonly #makeMethods: () => ReadonlyMap<string, PyFunction>
  readonly #values: ReadonlyMap<string, () => Value>
  #methods: ReadonlyMap<string, PyFunction> | undefined
  #dispatch: PyFunction | undefined

  /** `methods` are made when one is asked for: most templates ask for `dispatch` alone, which every adapter has. */
  constructor(
    typeName: string,
    options: AdapterOptions,
    methods: () => ReadonlyMap<string, PyFunction>,
    values: ReadonlyMap<string, () => Value>,
  ) {
    super()
    this.typeName = typeName
    this.#options = options
    this.#makeMethods = methods
    this.#values = values
  }
  override getAttr(name: string): Value | undefined {
    switch (name) {
      case 'Relation':
        return new RelationClass(this.#options.relations)
      case 'Column':
        return new ColumnClass(this.#options.adapter.columnDialect)
      case 'dispatch':
        this.#dispatch ??= dispatchMethod(this.#options)
        return this.#dispatch
    }
    this.#methods ??= this.#makeMethods()
    return this.#methods.get(name) ?? this.#values.get(name)?.()
  }
  override pyRepr(): string {
    return `<${this.moduleName}.${this.typeName} object>`
  }
}

/** `adapter.dispatch(macro_name, macro_namespace)`. */
const dispatchMethod = ({ dispatch }: AdapterOptions): PyFunction =>
  hostFunction(
    'dispatch',
    ['macro_name', ['macro_namespace', null], ['packages', null]],
    (name, namespace, packages) => {
      if (packages !== null) {
        throw new QuernError(
          'Compilation',
          'dispatch_packages',
          'The "packages" argument of adapter.dispatch() has been deprecated.\nUse the "macro_namespace" argument instead.',
        )
      }
      if (namespace !== null && typeof namespace !== 'string') {
        throw new QuernError(
          'Compilation',
          'dispatch_namespace',
          `In adapter.dispatch, got a ${typeName(namespace!)} macro_namespace argument ("${toText(namespace!)}"), but macro_namespace should be None or a string.`,
        )
      }
      return dispatch(toText(name!), namespace)
    },
  )

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
