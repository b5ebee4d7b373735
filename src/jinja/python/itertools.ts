import { binary } from '../runtime/arithmetic.ts'
import { callNow } from '../runtime/collection-methods.ts'
import { iterate, PyIterator } from '../runtime/iterate.ts'
import { checkItems } from '../runtime/size-limits.ts'
import { intArgument } from '../runtime/str-methods.ts'
import { truthy } from '../runtime/truth.ts'
import {
  bindArguments,
  type Kwargs,
  type Parameter,
  PyFunction,
  PyTuple,
  TemplateFault,
  tuple,
  type Value,
} from '../runtime/value.ts'

type Source = (args: readonly Value[], kwargs: Kwargs) => Iterable<Value>

const define = (name: string, source: Source): [string, Value] => [
  name,
  new PyFunction(name, (args, kwargs) => new PyIterator(`itertools.${name}`, source(args, kwargs))),
]
const named = (
  name: string,
  parameters: readonly Parameter[],
  run: (...values: Value[]) => Iterable<Value>,
): [string, Value] => define(name, (args, kwargs) => run(...bindArguments(name, parameters, args, kwargs)))

function* count(start: Value, step: Value): Generator<Value> {
  for (let value = start; ; value = binary('+', value, step)) yield value
}
function* cycle(items: Value): Generator<Value> {
  const saved = [...iterate(items)]
  while (saved.length > 0) yield* saved
}
function* repeat(value: Value, times: Value): Generator<Value> {
  for (let left = times === null ? Number.POSITIVE_INFINITY : intArgument(times); left > 0; left--) yield value
}
function* accumulate(items: Value, step: Value, initial: Value): Generator<Value> {
  let total: Value | undefined = initial === null ? undefined : initial
  if (total !== undefined) yield total
  for (const item of iterate(items)) {
    const next: Value =
      total === undefined ? item : step === null ? binary('+', total, item) : callNow(step, [total, item])
    total = next
    yield next
  }
}
function* chain(sources: Iterable<Value>): Generator<Value> {
  for (const source of sources) yield* iterate(source)
}
function* compress(data: Value, selectors: Value): Generator<Value> {
  const picks = iterate(selectors)[Symbol.iterator]()
  for (const item of iterate(data)) {
    const pick = picks.next()
    if (pick.done === true) return
    if (truthy(pick.value)) yield item
  }
}
function* islice(items: Value, bounds: readonly Value[]): Generator<Value> {
  const [a, b, c] = bounds
  const index = (value: Value | undefined, fallback: number): number => {
    if (value === undefined || value === null) return fallback
    const number = intArgument(value)
    if (number < 0)
      throw new TemplateFault('ValueError', 'Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.')
    return number
  }
  const start = bounds.length === 1 ? 0 : index(a, 0)
  const stop = index(bounds.length === 1 ? a : b, Number.POSITIVE_INFINITY)
  const step = index(c, 1)
  let at = 0
  if (stop === 0) return
  for (const item of iterate(items)) {
    if (at >= start && (at - start) % step === 0) yield item
    if (++at >= stop) return
  }
}
function* starmap(run: Value, items: Value): Generator<Value> {
  for (const item of iterate(items)) yield callNow(run, [...iterate(item)])
}
function* filtered(test: Value, items: Value, wanted: boolean): Generator<Value> {
  for (const item of iterate(items)) if (truthy(test === null ? item : callNow(test, [item])) === wanted) yield item
}
function* takewhile(test: Value, items: Value): Generator<Value> {
  for (const item of iterate(items)) {
    if (!truthy(callNow(test, [item]))) return
    yield item
  }
}
function* dropwhile(test: Value, items: Value): Generator<Value> {
  let dropping = true
  for (const item of iterate(items)) {
    dropping &&= truthy(callNow(test, [item]))
    if (!dropping) yield item
  }
}
function* zipLongest(sources: readonly Value[], fill: Value): Generator<Value> {
  const iterators = sources.map((source) => iterate(source)[Symbol.iterator]())
  for (;;) {
    const steps = iterators.map((iterator) => iterator.next())
    if (steps.every((step) => step.done === true)) return
    yield PyTuple.fromItems(steps.map((step) => (step.done === true ? fill : step.value)))
  }
}
function* product(pools: readonly (readonly Value[])[]): Generator<Value[]> {
  const [first, ...rest] = pools
  if (first === undefined) {
    yield []
    return
  }
  for (const item of first) for (const tail of product(rest)) yield [item, ...tail]
}
function* choices(
  pool: readonly Value[],
  size: number,
  next: (index: number, used: readonly number[]) => boolean,
  from: (last: number | undefined) => number,
): Generator<Value> {
  function* walk(used: readonly number[]): Generator<Value> {
    if (used.length === size) {
      yield PyTuple.fromItems(used.map((index) => pool[index]!))
      return
    }
    for (let i = from(used.at(-1)); i < pool.length; i++) if (next(i, used)) yield* walk([...used, i])
  }
  yield* walk([])
}
function* pairwise(items: Value): Generator<Value> {
  let previous: Value | undefined
  for (const item of iterate(items)) {
    if (previous !== undefined) yield tuple(previous, item)
    previous = item
  }
}
function tee(items: Value, copies: number): PyTuple {
  checkItems(copies)
  const saved = [...iterate(items)]
  return PyTuple.fromItems(Array.from({ length: copies }, () => new PyIterator('itertools._tee', saved)))
}
const sizeOf = (value: Value, pool: readonly Value[]): number => {
  const size = value === null ? pool.length : intArgument(value)
  if (size < 0) throw new TemplateFault('ValueError', 'r must be non-negative')
  return size
}

/** The module `itertools` as templates see it. */
export function itertoolsModule(): Map<string, Value> {
  const chained = new PyFunction(
    'from_iterable',
    ([items]) => new PyIterator('itertools.chain', chain(iterate(items ?? null))),
  )
  const chainFunction = new ChainFunction('chain', (args) => new PyIterator('itertools.chain', chain(args)), chained)
  return new Map<string, Value>([
    named(
      'count',
      [
        ['start', 0],
        ['step', 1],
      ],
      (start, step) => count(start!, step!),
    ),
    define('cycle', ([items]) => cycle(items ?? null)),
    named('repeat', ['object', ['times', null]], (value, times) => repeat(value!, times!)),
    named('accumulate', ['iterable', ['func', null], ['initial', null]], (items, step, initial) =>
      accumulate(items!, step!, initial!),
    ),
    ['chain', chainFunction],
    named('compress', ['data', 'selectors'], (data, selectors) => compress(data!, selectors!)),
    define('islice', ([items, ...bounds]) => islice(items ?? null, bounds)),
    define('starmap', ([run, items]) => starmap(run ?? null, items ?? null)),
    define('filterfalse', ([test, items]) => filtered(test ?? null, items ?? null, false)),
    define('takewhile', ([test, items]) => takewhile(test ?? null, items ?? null)),
    define('dropwhile', ([test, items]) => dropwhile(test ?? null, items ?? null)),
    define('pairwise', ([items]) => pairwise(items ?? null)),
    [
      'tee',
      new PyFunction('tee', ([items, copies]) => tee(items ?? null, copies === undefined ? 2 : intArgument(copies))),
    ],
    define('zip_longest', (args, kwargs) => zipLongest(args, kwargs.get('fillvalue') ?? null)),
    define('product', (args, kwargs) => {
      const times = intArgument(kwargs.get('repeat') ?? 1)
      const pools = args.map((items) => [...iterate(items)])
      checkItems(times * args.length * 1000)
      const all = Array.from({ length: times }, () => pools).flat()
      return tuples(product(all))
    }),
    named('permutations', ['iterable', ['r', null]], (items, r) => {
      const pool = [...iterate(items!)]
      return choices(
        pool,
        sizeOf(r!, pool),
        (index, used) => !used.includes(index),
        () => 0,
      )
    }),
    named('combinations', ['iterable', 'r'], (items, r) => {
      const pool = [...iterate(items!)]
      return choices(
        pool,
        sizeOf(r!, pool),
        () => true,
        (last) => (last === undefined ? 0 : last + 1),
      )
    }),
    named('combinations_with_replacement', ['iterable', 'r'], (items, r) => {
      const pool = [...iterate(items!)]
      return choices(
        pool,
        sizeOf(r!, pool),
        () => true,
        (last) => last ?? 0,
      )
    }),
  ])
}

function* tuples(lists: Iterable<Value[]>): Generator<Value> {
  for (const list of lists) yield PyTuple.fromItems(list)
}

class ChainFunction extends PyFunction {
  readonly #fromIterable: PyFunction
  constructor(name: string, run: (args: readonly Value[], kwargs: Kwargs) => Value, fromIterable: PyFunction) {
    super(name, run)
    this.#fromIterable = fromIterable
  }
  override getAttr(name: string): Value | undefined {
    return name === 'from_iterable' ? this.#fromIterable : super.getAttr(name)
  }
}
