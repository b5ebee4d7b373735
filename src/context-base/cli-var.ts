import { didYouMean } from '../errors/did-you-mean.ts'
import { QuernError } from '../errors/quern-error.ts'
import { toJson } from '../jinja/python/json.ts'
import { toText } from '../jinja/runtime/text.ts'
import {
  bindArguments,
  hostFunction,
  type Kwargs,
  type PlainDict,
  PyObject,
  PyTuple,
  type Value,
} from '../jinja/runtime/value.ts'

const NOT_GIVEN: Value = new PyTuple()

/** `var(name, default)` and `var.has_var(name)` where no project is known yet: `--vars` only. Text values are templates. */
export class CliVar extends PyObject {
  readonly typeName = 'Var'
  readonly #vars: PlainDict
  readonly #render: (text: string) => Value
  readonly #lenient: boolean

  constructor(vars: PlainDict, render: (text: string) => Value, lenient = false) {
    super()
    this.#vars = vars
    this.#render = render
    this.#lenient = lenient
  }

  override pyCall(args: readonly Value[], kwargs: Kwargs): Value {
    const [given, fallback] = bindArguments('var', ['var_name', ['default', NOT_GIVEN]], args, kwargs)
    const name = toText(given!)
    if (Object.hasOwn(this.#vars, name)) {
      const value = this.#vars[name]!
      return typeof value === 'string' ? this.#render(value) : value
    }
    if (fallback !== NOT_GIVEN) return fallback!
    if (this.#lenient) return null
    const near = didYouMean(name, Object.keys(this.#vars))
    throw new QuernError(
      'Compilation',
      'var_not_found',
      `Required var '${name}' not found in config:\nVars supplied to <Configuration> = ${toJson(this.#vars, { sortKeys: true, indent: 4 })}`,
      { hint: near === undefined ? `here only --vars counts: --vars '{${name}: value}'` : `did you mean '${near}'?` },
    )
  }

  override getAttr(name: string): Value | undefined {
    if (name !== 'has_var') return undefined
    return hostFunction('has_var', ['var_name'], (wanted) => Object.hasOwn(this.#vars, toText(wanted!)))
  }
}
