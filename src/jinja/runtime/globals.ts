import { pairsOf } from './collection-methods.ts'
import { iterate } from './iterate.ts'
import { lipsum } from './lipsum.ts'
import { Namespace } from './namespace.ts'
import { PyClass } from './py-class.ts'
import { makeRange } from './range.ts'
import { intArgument } from './str-methods.ts'
import { truthy } from './truth.ts'
import { bindArguments, type Kwargs, PyDict, PyFunction, PyObject, TemplateFault, type Value } from './value.ts'

/** `cycler('odd', 'even')`: gives its items in turn. */
class Cycler extends PyObject {
  readonly typeName = 'Cycler'
  override readonly moduleName = 'jinja2.utils'
  readonly #items: readonly Value[]
  #at = 0
  constructor(items: readonly Value[]) {
    super()
    if (items.length === 0) throw new TemplateFault('RuntimeError', 'at least one item has to be provided')
    this.#items = items
  }
  override getAttr(name: string): Value | undefined {
    switch (name) {
      case 'current':
        return this.#items[this.#at]!
      case 'pos':
        return this.#at
      case 'items':
        return [...this.#items]
      case 'next':
        return new PyFunction('next', () => {
          const item = this.#items[this.#at]!
          this.#at = (this.#at + 1) % this.#items.length
          return item
        })
      case 'reset':
        return new PyFunction('reset', () => {
          this.#at = 0
          return null
        })
    }
    return undefined
  }
}

/** `joiner(', ')`: nothing at its first call, the separator from then on. */
class Joiner extends PyObject {
  readonly typeName = 'Joiner'
  override readonly moduleName = 'jinja2.utils'
  readonly #separator: Value
  #used = false
  constructor(separator: Value) {
    super()
    this.#separator = separator
  }
  override getAttr(name: string): Value | undefined {
    return name === 'sep' ? this.#separator : name === 'used' ? this.#used : undefined
  }
  override pyCall(): Value {
    if (this.#used) return this.#separator
    this.#used = true
    return ''
  }
}

/** dict(pairs, key=value) */
export function makeDict(args: readonly Value[], kwargs: Kwargs): PyDict {
  if (args.length > 1) throw new TemplateFault('TypeError', `dict expected at most 1 argument, got ${args.length}`)
  const dict = new PyDict()
  if (args[0] !== undefined) for (const [key, value] of pairsOf(args[0], 'update')) dict.set(key, value)
  for (const [key, value] of kwargs) dict.set(key, value)
  return dict
}

function fromKeys([keys, value]: readonly Value[]): Value {
  const dict = new PyDict()
  for (const key of iterate(keys ?? null)) dict.set(key, value ?? null)
  return dict
}

function lipsumFunction(args: readonly Value[], kwargs: Kwargs): Value {
  const [n, html, min, max] = bindArguments(
    'generate_lorem_ipsum',
    [
      ['n', 5],
      ['html', true],
      ['min', 20],
      ['max', 100],
    ],
    args,
    kwargs,
  )
  return lipsum(intArgument(n!), truthy(html!), intArgument(min!), intArgument(max!))
}

/** The names that Jinja2 puts into every template. */
export function jinjaGlobals(): Map<string, Value> {
  return new Map<string, Value>([
    [
      'range',
      new PyFunction('safe_range', (args, kwargs) => {
        if (kwargs.size > 0)
          throw new TemplateFault(
            'TypeError',
            `safe_range() got an unexpected keyword argument '${[...kwargs.keys()][0]}'`,
          )
        return makeRange(args)
      }),
    ],
    ['dict', new PyClass('dict', makeDict, new Map([['fromkeys', new PyFunction('fromkeys', fromKeys)]]))],
    ['lipsum', new PyFunction('generate_lorem_ipsum', lipsumFunction)],
    ['cycler', new PyClass('jinja2.utils.Cycler', (args) => new Cycler(args))],
    [
      'joiner',
      new PyClass(
        'jinja2.utils.Joiner',
        (args, kwargs) => new Joiner(bindArguments('__init__', [['sep', ', ']], args, kwargs)[0]!),
      ),
    ],
    ['namespace', new PyClass('jinja2.utils.Namespace', (args, kwargs) => new Namespace(args, kwargs))],
  ])
}
