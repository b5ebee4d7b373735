import { DICT_METHODS, LIST_METHODS, SET_METHODS, TUPLE_METHODS } from './collection-methods.ts'
import { characters, hasAstral, iterate } from './iterate.ts'
import { Markup } from './markup.ts'
import { markupMethod } from './markup-methods.ts'
import { NamedTuple } from './named-tuple.ts'
import { numberAttribute, numberMethod } from './number-methods.ts'
import { formatTemplate } from './str-format.ts'
import { STR_METHODS } from './str-methods.ts'
import { repr, stringRepr } from './text.ts'
import { objectName, typeName } from './type-name.ts'
import {
  type Awaitable,
  dictGet,
  type HostFunction,
  isDict,
  type Kwargs,
  PyDict,
  PyFloat,
  PyFunction,
  PyObject,
  PySet,
  PyTuple,
  SilentUndefined,
  TemplateFault,
  Undefined,
  UnhashableError,
  type Value,
} from './value.ts'

/** A method of a built-in value, as it prints. */
class BoundMethod extends PyFunction {
  override readonly typeName = 'builtin_function_or_method'
  readonly #owner: string
  constructor(name: string, owner: Value, run: HostFunction) {
    super(name, run)
    this.#owner = typeName(owner)
  }
  override pyRepr(): string {
    return `<built-in method ${this.name} of ${this.#owner} object>`
  }
}

/** Names that every Python object has and that the sandbox refuses. */
const HIDDEN = new Set(
  `__class__ __delattr__ __dir__ __doc__ __eq__ __format__ __ge__ __getattribute__ __gt__ __hash__ __init__ __init_subclass__
   __le__ __lt__ __ne__ __new__ __reduce__ __reduce_ex__ __repr__ __setattr__ __sizeof__ __str__ __subclasshook__`.split(
    /\s+/,
  ),
)
const HIDDEN_OF_CONTAINERS = new Set(
  '__len__ __iter__ __getitem__ __contains__ __add__ __mul__ __setitem__ __delitem__'.split(' '),
)

/** `value.name` where Python's getattr would succeed; undefined where it raises AttributeError. */
function attribute(value: Value, name: string): Value | undefined {
  if (name.startsWith('_')) return hidden(value, name)
  if (typeof value === 'string') {
    const method = STR_METHODS.get(name)
    if (method !== undefined) return new BoundMethod(name, value, (args, kwargs) => method(value, args, kwargs))
    return name === 'format' || name === 'format_map' ? formatMethod(value, name, false) : undefined
  }
  if (value === null) return undefined
  if (typeof value !== 'object' || value instanceof PyFloat) {
    const method = numberMethod(value, name)
    return method === undefined ? numberAttribute(value, name) : new BoundMethod(name, value, method)
  }
  if (Array.isArray(value)) {
    if (value instanceof NamedTuple) {
      const field = value.field(name)
      if (field !== undefined) return field
    }
    const method = (value instanceof PyTuple ? TUPLE_METHODS : LIST_METHODS).get(name)
    return method && new BoundMethod(name, value, (args, kwargs) => method(value, args, kwargs))
  }
  if (isDict(value)) {
    const own = value instanceof PyDict ? value.getAttr(name) : undefined
    if (own !== undefined) return own
    const method = DICT_METHODS.get(name)
    return method && new BoundMethod(name, value, (args, kwargs) => method(value, args, kwargs))
  }
  if (value instanceof PySet) {
    const method = SET_METHODS.get(name)
    return method && new BoundMethod(name, value, (args, kwargs) => method(value, args, kwargs))
  }
  if (value instanceof Markup) {
    if (name === 'format') return formatMethod(value.text, name, true)
    const method = markupMethod(name)
    return method && new BoundMethod(name, value, (args, kwargs) => method(value, args, kwargs))
  }
  return value.getAttr(name)
}

function hidden(value: Value, name: string): Undefined | undefined {
  const exists =
    HIDDEN.has(name) ||
    (typeof value === 'object' && value !== null && HIDDEN_OF_CONTAINERS.has(name)) ||
    (typeof value === 'string' && HIDDEN_OF_CONTAINERS.has(name))
  if (!exists) return undefined
  const message = `access to attribute ${stringRepr(name)} of ${stringRepr(typeName(value))} object is unsafe.`
  return new Undefined(message, 'SecurityError')
}

/** str.format and str.format_map; `markup` for Markup.format, whose arguments are escaped by the caller's rules. */
function formatMethod(text: string, name: 'format' | 'format_map', markup: boolean): PyFunction {
  return new BoundMethod(name, text, (args, kwargs) => {
    const map = name === 'format_map' ? args[0] : undefined
    if (name === 'format_map' && (args.length !== 1 || kwargs.size > 0)) {
      throw new TemplateFault('TypeError', `format_map() takes exactly one argument ${args.length + kwargs.size} given`)
    }
    const out = formatTemplate(text, {
      positional: (index) => {
        const value = map === undefined ? args[index] : undefined
        if (value === undefined) throw new TemplateFault('IndexError', 'tuple index out of range')
        return value
      },
      named: (key) => {
        const value = map === undefined ? kwargs.get(key) : rawItem(map, key)
        if (value === undefined) throw new TemplateFault('KeyError', stringRepr(key))
        return value
      },
      attribute: getAttribute,
      item: getItem,
    })
    return markup ? new Markup(out) : out
  })
}

const missingAttribute = (value: Value, name: string): Undefined =>
  new Undefined(`${stringRepr(objectName(value))} has no attribute ${stringRepr(name)}`)

/**
 * `value.name` as Jinja2's sandbox does it: an attribute or method, else the item under that key, else undefined. Names that
 * the sandbox hides give an undefined that raises SecurityError when used. Throws when `value` itself is undefined.
 */
export function getAttribute(value: Value, name: string): Value {
  if (value instanceof Undefined) return ofUndefined(value, name)
  const found = attribute(value, name)
  if (found !== undefined) return found
  if (typeof value === 'object' && value !== null) {
    const item = Array.isArray(value) ? undefined : rawItem(value, name)
    if (item !== undefined) return item
  }
  return missingAttribute(value, name)
}

function ofUndefined(value: Undefined, name: string): Value {
  if (!(value instanceof SilentUndefined)) throw value.fault()
  return value.getAttr(name) ?? value.getItemSilently()
}

/** `value[key]` where Python's subscription would succeed; undefined where it raises LookupError or TypeError. */
function rawItem(value: Value, key: Value): Value | undefined {
  if (typeof value === 'string') {
    const index = indexOf(key)
    if (index === undefined) return undefined
    if (!hasAstral(value)) return value[index < 0 ? index + value.length : index]
    return characters(value).at(index)
  }
  if (value === null || typeof value !== 'object') return undefined
  if (Array.isArray(value)) {
    const index = indexOf(key)
    return index === undefined ? undefined : value[index < 0 ? index + value.length : index]
  }
  if (isDict(value)) {
    try {
      const own = dictGet(value, key)
      return own === undefined && value instanceof PyDict ? value.getItem?.(key) : own
    } catch (error) {
      if (error instanceof UnhashableError) return undefined
      throw error
    }
  }
  if (value instanceof Markup) {
    const char = rawItem(value.text, key)
    return char === undefined ? undefined : new Markup(char as string)
  }
  return value.getItem?.(key)
}

const indexOf = (key: Value): number | undefined => {
  if (typeof key === 'number') return Number.isInteger(key) ? key : undefined
  return typeof key === 'boolean' ? Number(key) : undefined
}

/** `value[key]` as Jinja2 does it: the item, else for texts the attribute of that name, else undefined. */
export function getItem(value: Value, key: Value): Value {
  if (value instanceof Undefined) {
    if (value instanceof SilentUndefined) return value.getItemSilently()
    throw value.fault()
  }
  const item = rawItem(value, key)
  if (item !== undefined) return item
  if (typeof key === 'string') {
    const found = attribute(value, key)
    return found === undefined ? missingAttribute(value, key) : found
  }
  return new Undefined(`${objectName(value)} has no element ${repr(key)}`)
}

/** `value[start:stop:step]`; null for what is left out. What cannot be sliced gives undefined, as in Jinja2. */
export function slice(value: Value, start: Value, stop: Value, step: Value): Value {
  if (value instanceof SilentUndefined) return value.getItemSilently()
  if (value instanceof Undefined) throw value.fault()
  try {
    const made = sliced(value, start, stop, step)
    if (made !== undefined) return made
  } catch (error) {
    if (!(error instanceof TemplateFault) || error.pythonType !== 'TypeError') throw error
  }
  return new Undefined(`${objectName(value)} has no element slice(${repr(start)}, ${repr(stop)}, ${repr(step)})`)
}

function sliced(value: Value, start: Value, stop: Value, step: Value): Value | undefined {
  if (typeof value === 'string') {
    const chars = characters(value)
    return indices(chars.length, start, stop, step)
      .map((index) => chars[index]!)
      .join('')
  }
  if (value instanceof Markup) return new Markup(sliced(value.text, start, stop, step) as string)
  if (Array.isArray(value)) {
    const items = indices(value.length, start, stop, step).map((index) => value[index]!)
    return value instanceof PyTuple ? PyTuple.fromItems(items) : items
  }
  return value instanceof PyObject ? value.pySlice?.(start, stop, step) : undefined
}

/** The indexes that a slice takes from a sequence of `length` items, in order. */
export function indices(length: number, start: Value, stop: Value, step: Value): number[] {
  const stride = sliceIndex(step) ?? 1
  if (stride === 0) throw new TemplateFault('ValueError', 'slice step cannot be zero')
  const low = stride < 0 ? -1 : 0
  const high = stride < 0 ? length - 1 : length
  const clip = (index: number | undefined, fallback: number): number => {
    if (index === undefined) return fallback
    return index < 0 ? Math.max(low, index + length) : Math.min(high, index)
  }
  const from = clip(sliceIndex(start), stride < 0 ? high : low)
  const to = clip(sliceIndex(stop), stride < 0 ? low : high)
  const out: number[] = []
  for (let i = from; stride < 0 ? i > to : i < to; i += stride) out.push(i)
  return out
}

function sliceIndex(value: Value): number | undefined {
  if (value === null) return undefined
  if (typeof value === 'boolean') return Number(value)
  if (typeof value === 'number' && Number.isInteger(value)) return value
  if (typeof value === 'bigint') return value < 0n ? -Number.MAX_SAFE_INTEGER : Number.MAX_SAFE_INTEGER
  throw new TemplateFault('TypeError', 'slice indices must be integers or None or have an __index__ method')
}

/** `value(...)`. Throws `'x' is undefined` or `'str' object is not callable`. */
export function callValue(value: Value, args: readonly Value[], kwargs: Kwargs): Awaitable<Value> {
  if (value instanceof PyObject) {
    if (value.pyCall !== undefined) return value.pyCall(args, kwargs)
    if (value instanceof Undefined) throw value.fault()
  }
  throw new TemplateFault('TypeError', `'${typeName(value)}' object is not callable`)
}

/**
 * The values of `a, b = value`. Throws Python's `not enough values to unpack (expected 2, got 1)` and its opposite.
 */
export function unpack(value: Value, count: number): Value[] {
  let items: Iterable<Value>
  try {
    items = iterate(value)
  } catch {
    throw new TemplateFault('TypeError', `cannot unpack non-iterable ${typeName(value)} object`)
  }
  const out: Value[] = []
  for (const item of items) {
    if (out.length === count) throw new TemplateFault('ValueError', `too many values to unpack (expected ${count})`)
    out.push(item)
  }
  if (out.length < count) {
    throw new TemplateFault('ValueError', `not enough values to unpack (expected ${count}, got ${out.length})`)
  }
  return out
}
