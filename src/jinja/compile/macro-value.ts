import {
  type Awaitable,
  type Kwargs,
  PyDict,
  PyObject,
  PyTuple,
  SilentUndefined,
  TemplateFault,
  tuple,
  Undefined,
  type Value,
} from '../runtime/value.ts'

export interface MacroFacts {
  /** null: the body of a `call` block. */
  readonly name: string | null
  readonly arguments: readonly string[]
  readonly kwargs: boolean
  readonly varargs: boolean
  readonly caller: boolean
}

/** A macro as a value, called by Jinja2's rules: defaults for what is missing, `varargs`, `kwargs` and `caller` when the body uses them. */
export class MacroValue extends PyObject {
  override readonly typeName = 'Macro'
  readonly #facts: MacroFacts
  readonly #run: (args: (Value | undefined)[]) => Awaitable<string>
  readonly #silent: boolean

  constructor(facts: MacroFacts, run: (args: (Value | undefined)[]) => Awaitable<string>, silent: boolean) {
    super()
    this.#facts = facts
    this.#run = run
    this.#silent = silent
  }

  override pyCall(args: readonly Value[], kwargs: Kwargs): Awaitable<Value> {
    const { name, arguments: names } = this.#facts
    const count = names.length
    const bound: (Value | undefined)[] = args.slice(0, count)
    const explicitCaller = names.includes('caller')
    let rest = kwargs
    let foundCaller = explicitCaller
    if (bound.length < count) {
      const others = new Map(kwargs)
      foundCaller = false
      for (const parameter of names.slice(bound.length)) {
        if (parameter === 'caller') foundCaller = true
        bound.push(others.get(parameter))
        others.delete(parameter)
      }
      rest = others
    }
    if (this.#facts.caller && !foundCaller) {
      const caller = rest.get('caller')
      if (caller !== undefined) {
        const others = new Map(rest)
        others.delete('caller')
        rest = others
      }
      bound.push(caller ?? this.#noCaller())
    }
    if (this.#facts.kwargs) bound.push(PyDict.from(rest))
    else if (rest.size > 0) {
      if (rest.has('caller')) {
        throw new TemplateFault(
          'TypeError',
          `macro ${quoted(name)} was invoked with two values for the special caller argument. This is most likely a bug.`,
        )
      }
      const [first] = rest.keys()
      throw new TemplateFault('TypeError', `macro ${quoted(name)} takes no keyword argument '${first}'`)
    }
    if (this.#facts.varargs) bound.push(PyTuple.fromItems(args.slice(count)))
    else if (args.length > count) {
      throw new TemplateFault('TypeError', `macro ${quoted(name)} takes not more than ${count} argument(s)`)
    }
    return this.#run(bound)
  }

  #noCaller(): Undefined {
    const message = 'No caller defined'
    return this.#silent ? new SilentUndefined(message) : new Undefined(message)
  }

  override getAttr(name: string): Value | undefined {
    const facts = this.#facts
    switch (name) {
      case 'name':
        return facts.name
      case 'arguments':
        return tuple(...facts.arguments)
      case 'catch_kwargs':
        return facts.kwargs
      case 'catch_varargs':
        return facts.varargs
      case 'caller':
        return facts.caller
      case 'explicit_caller':
        return facts.arguments.includes('caller')
      default:
        return undefined
    }
  }

  override pyRepr(): string {
    const { name } = this.#facts
    return `<Macro ${name === null ? 'anonymous' : quoted(name)}>`
  }
}

const quoted = (name: string | null): string => (name === null ? 'None' : `'${name}'`)
