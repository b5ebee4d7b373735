import { iterate, PyIterator } from '../jinja/runtime/iterate.ts'
import { hostFunction, PyFunction, PySet, PyTuple, TemplateFault, type Value } from '../jinja/runtime/value.ts'

/** Gives `fallback` when `run` raises one of the Python errors. */
export function orDefault(run: () => Value, fallback: Value, errors: readonly string[]): Value {
  try {
    return run()
  } catch (error) {
    if (error instanceof TemplateFault && errors.includes(error.pythonType)) return fallback
    throw error
  }
}

/** `set(value, default=None)`: the default when the value cannot be a set. */
export const setFunction = hostFunction('set', ['value', ['default', null]], (value, fallback) =>
  orDefault(() => PySet.from(iterate(value!)), fallback!, ['TypeError']),
)

/** `set_strict(value)`: an error when the value cannot be a set. */
export const setStrict = hostFunction('set_strict', ['value'], (value) => PySet.from(iterate(value!)))

/** `zip(*lists, default=None)`: the default when one of them is no list. */
export const zipFunction = new PyFunction('zip', (args, kwargs) => {
  const unknown = [...kwargs.keys()].find((key) => key !== 'default')
  if (unknown !== undefined)
    throw new TemplateFault('TypeError', `zip() got an unexpected keyword argument '${unknown}'`)
  return orDefault(() => zipped(args), kwargs.get('default') ?? null, ['TypeError'])
})

/** `zip_strict(*lists)` */
export const zipStrict = new PyFunction('zip_strict', (args) => zipped(args))

function zipped(lists: readonly Value[]): Value {
  const iterators = lists.map((list) => iterate(list)[Symbol.iterator]())
  return new PyIterator('zip', rows(iterators))
}

function* rows(iterators: readonly Iterator<Value>[]): Generator<Value> {
  if (iterators.length === 0) return
  for (;;) {
    const row: Value[] = []
    for (const iterator of iterators) {
      const next = iterator.next()
      if (next.done === true) return
      row.push(next.value)
    }
    yield PyTuple.fromItems(row)
  }
}
