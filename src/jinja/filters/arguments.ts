import { getItem } from '../runtime/access.ts'
import type { Filter, FilterContext } from '../runtime/filter.ts'
import { asText, Markup } from '../runtime/markup.ts'
import { bindArguments, type Parameter, TemplateFault, Undefined, type Value } from '../runtime/value.ts'

/**
 * A filter with named parameters after the value. `pythonName` and `first` are what Jinja2 calls the function and its first
 * parameter: they stand in the messages about wrong arguments.
 */
export const filter =
  (
    pythonName: string,
    parameters: readonly Parameter[],
    run: (value: Value, ...args: Value[]) => Value,
    first = 'value',
  ): Filter =>
  (_context, value, args, kwargs) => {
    const [, ...bound] = bindArguments(pythonName, [first, ...parameters], [value, ...args], kwargs)
    return run(value, ...bound)
  }

/** The same for filters that call other filters or tests. */
export const contextFilter =
  (
    pythonName: string,
    parameters: readonly Parameter[],
    run: (context: FilterContext, value: Value, ...args: Value[]) => Value,
  ): Filter =>
  (context, value, args, kwargs) => {
    const [, ...bound] = bindArguments(pythonName, ['value', ...parameters], [value, ...args], kwargs)
    return run(context, value, ...bound)
  }

export const filterFault = (message: string): TemplateFault => new TemplateFault('FilterArgumentError', message)

/** Gives a text back as the kind it came in: Markup stays Markup. */
export const likeText = (original: Value, text: string): Value => (original instanceof Markup ? new Markup(text) : text)

/** Texts in lower case, other values as they are: how Jinja2 compares without case. */
export const ignoreCase = (value: Value): Value => asText(value)?.toLowerCase() ?? value

const parts = (attribute: Value): Value[] => {
  if (attribute === null) return []
  const text = asText(attribute)
  return text === undefined
    ? [attribute]
    : text.split('.').map((part) => (/^\p{Nd}+$/u.test(part) ? Number(part) : part))
}

/** Looks up `a.b.0` in an item; `fallback` stands for what is missing. */
export function attributeGetter(
  attribute: Value,
  postprocess?: (value: Value) => Value,
  fallback: Value = null,
): (item: Value) => Value {
  const steps = parts(attribute)
  return (item) => {
    let found = item
    for (const step of steps) {
      found = getItem(found, step)
      if (fallback !== null && found instanceof Undefined) found = fallback
    }
    return postprocess === undefined ? found : postprocess(found)
  }
}

/** Looks up several attributes, given as `a,b.c`; the result is a list, so that it can be compared. */
export function multiAttributeGetter(attribute: Value, postprocess?: (value: Value) => Value): (item: Value) => Value {
  const text = asText(attribute)
  const getters = (text === undefined ? [attribute] : text.split(',')).map((one) => attributeGetter(one, postprocess))
  return (item) => getters.map((get) => get(item))
}
