import { resolveVar, varsOf } from '../config/vars.ts'
import { didYouMean } from '../errors/did-you-mean.ts'
import { toJson } from '../jinja/python/json.ts'
import {
  ArgumentError,
  type Awaitable,
  hostFunction,
  type Kwargs,
  PyObject,
  type Value,
} from '../jinja/runtime/value.ts'
import { compilationError } from './compilation-error.ts'
import type { ContextServices } from './services.ts'

export interface VarOptions {
  readonly services: ContextServices
  readonly packageName: string
  /** Shown in the message of a missing variable. */
  readonly nodeName: string
  /** Text values are templates themselves (`vars: {x: "{{ 1 + 1 }}"}`). */
  readonly render: (text: string) => Awaitable<Value>
  /** While parsing, a missing variable is None: a later pass may have it. */
  readonly missingIsNone: boolean
}

/** `var(name, default)` and `var.has_var(name)`. Order of sources: see `resolveVar`. */
export class Var extends PyObject {
  readonly typeName = 'Var'
  readonly #options: VarOptions

  constructor(options: VarOptions) {
    super()
    this.#options = options
  }

  override pyCall(args: readonly Value[], kwargs: Kwargs): Awaitable<Value> {
    const name = args[0] ?? kwargs.get('var_name')
    const fallback = args.length > 1 ? args[1] : kwargs.get('default')
    if (typeof name !== 'string') throw new ArgumentError("var() missing 1 required positional argument: 'var_name'")
    const { services, packageName } = this.#options
    services.reads?.note('var', packageName, name)
    const value = resolveVar(services.config, packageName, name)
    if (value !== undefined) return typeof value === 'string' ? this.#options.render(value) : value
    if (fallback !== undefined) return fallback
    if (this.#options.missingIsNone) return null
    return this.#missing(name)
  }

  override getAttr(name: string): Value | undefined {
    if (name === 'has_var') {
      return hostFunction('has_var', ['var_name'], (wanted) => {
        const { services, packageName } = this.#options
        if (typeof wanted !== 'string') return false
        services.reads?.note('var', packageName, wanted)
        return resolveVar(services.config, packageName, wanted) !== undefined
      })
    }
    return undefined
  }

  #missing(name: string): never {
    const { services, packageName, nodeName } = this.#options
    const visible = varsOf(services.config, packageName)
    const near = didYouMean(name, Object.keys(visible))
    throw compilationError(
      'var_not_found',
      `Required var '${name}' not found in config:\nVars supplied to ${nodeName} = ${toJson(visible, { sortKeys: true, indent: 4 })}`,
      near === undefined
        ? `give it with --vars '{${name}: ...}', under vars: in dbt_project.yml, or a default: var('${name}', ...)`
        : `did you mean '${near}'?`,
    )
  }
}
