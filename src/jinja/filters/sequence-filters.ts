import { getAttribute } from '../runtime/access.ts'
import { absolute, binary } from '../runtime/arithmetic.ts'
import { sorted } from '../runtime/collection-methods.ts'
import { compareOp, equals } from '../runtime/compare.ts'
import type { Filter, FilterContext } from '../runtime/filter.ts'
import { characters, generator, iterate, length, PyIterator } from '../runtime/iterate.ts'
import { asText, Markup } from '../runtime/markup.ts'
import { NamedTuple, type TupleShape } from '../runtime/named-tuple.ts'
import { checkItems } from '../runtime/size-limits.ts'
import { intArgument } from '../runtime/str-methods.ts'
import { toText } from '../runtime/text.ts'
import { truthy } from '../runtime/truth.ts'
import { typeName } from '../runtime/type-name.ts'
import {
  dictEntries,
  hashKey,
  isDict,
  PyObject,
  PyTuple,
  TemplateFault,
  tuple,
  Undefined,
  type Value,
} from '../runtime/value.ts'
import { attributeGetter, filter, filterFault, ignoreCase, multiAttributeGetter } from './arguments.ts'

function dictsort(value: Value, caseSensitive: Value, by: Value, reverse: Value): Value {
  const position = by === 'key' ? 0 : by === 'value' ? 1 : undefined
  if (position === undefined) throw filterFault('You can only sort by either "key" or "value"')
  if (value instanceof Undefined) throw value.fault()
  if (!isDict(value)) throw new TemplateFault('AttributeError', `'${typeName(value)}' object has no attribute 'items'`)
  const entries = Array.from(dictEntries(value), ([key, item]) => tuple(key, item))
  const key = (pair: Value): Value => {
    const part = (pair as PyTuple)[position]!
    return truthy(caseSensitive) ? part : ignoreCase(part)
  }
  return sorted(entries, key, truthy(reverse))
}

const orderKey = (caseSensitive: Value): ((value: Value) => Value) | undefined =>
  truthy(caseSensitive) ? undefined : ignoreCase

function* unique(value: Value, caseSensitive: Value, attribute: Value): Generator<Value> {
  const get = attributeGetter(attribute, orderKey(caseSensitive))
  const seen = new Set<string>()
  for (const item of iterate(value)) {
    const key = hashKey(get(item))
    if (seen.has(key)) continue
    seen.add(key)
    yield item
  }
}

function extreme(op: '<' | '>', value: Value, caseSensitive: Value, attribute: Value): Value {
  const get = attributeGetter(attribute, orderKey(caseSensitive))
  let best: Value | undefined
  let bestKey: Value = null
  for (const item of iterate(value)) {
    const key = get(item)
    if (best === undefined || compareOp(op, key, bestKey)) {
      best = item
      bestKey = key
    }
  }
  return best === undefined ? new Undefined('No aggregated item, sequence was empty.') : best
}

const GROUP: TupleShape = { typeName: '_GroupTuple', fields: ['grouper', 'list'] }

function groupby(value: Value, attribute: Value, fallback: Value, caseSensitive: Value): Value {
  const get = attributeGetter(attribute, orderKey(caseSensitive), fallback)
  const real = attributeGetter(attribute, undefined, fallback)
  const groups: { key: Value; items: Value[] }[] = []
  for (const item of sorted(iterate(value), get, false)) {
    const key = get(item)
    const last = groups.at(-1)
    if (last !== undefined && equals(last.key, key)) last.items.push(item)
    else groups.push({ key, items: [item] })
  }
  return groups.map(({ key, items }) => NamedTuple.make(GROUP, [truthy(caseSensitive) ? key : real(items[0]!), items]))
}

function join(value: Value, separator: Value, attribute: Value): Value {
  const get = attribute === null ? undefined : attributeGetter(attribute)
  return Array.from(iterate(value), (item) => toText(get === undefined ? item : get(item))).join(toText(separator))
}

function sum(value: Value, attribute: Value, start: Value): Value {
  const get = attribute === null ? undefined : attributeGetter(attribute)
  if (asText(start) !== undefined)
    throw new TemplateFault('TypeError', "sum() can't sum strings [use ''.join(seq) instead]")
  let total = start
  for (const item of iterate(value)) total = binary('+', total, get === undefined ? item : get(item))
  return total
}

function first(value: Value): Value {
  for (const item of iterate(value)) return item
  return new Undefined('No first item, sequence was empty.')
}

function last(value: Value): Value {
  if (Array.isArray(value)) return value.length === 0 ? noLast() : value.at(-1)!
  const items = reversed(value)
  const item = typeof items === 'string' ? characters(items)[0] : items[0]
  return item === undefined ? noLast() : item
}
const noLast = (): Undefined => new Undefined('No last item, sequence was empty.')

/** reversed(value): needs a sequence or a dict. */
function reversed(value: Value): Value[] {
  if (Array.isArray(value)) return [...value].reverse()
  const text = asText(value)
  if (text !== undefined) return characters(text).reverse()
  if (value instanceof Undefined) return []
  const reversible =
    isDict(value) ||
    (value instanceof PyObject &&
      !(value instanceof PyIterator) &&
      value.typeName !== 'set' &&
      value.pyLen !== undefined)
  if (!reversible) throw new TemplateFault('TypeError', `'${typeName(value)}' object is not reversible`)
  return [...iterate(value)].reverse()
}

function reverse(value: Value): Value {
  if (typeof value === 'string') return reversed(value).join('')
  if (value instanceof Markup) return new Markup(reversed(value).join(''))
  const isOneShot = value instanceof PyIterator || (value instanceof PyObject && value.typeName === 'set')
  if (isOneShot) return [...iterate(value)].reverse()
  try {
    return new PyIterator(
      Array.isArray(value) && !(value instanceof PyTuple) ? 'list_reverseiterator' : 'reversed',
      reversed(value),
    )
  } catch {
    throw filterFault('argument must be iterable')
  }
}

function* batch(value: Value, size: Value, fill: Value): Generator<Value> {
  const count = intArgument(size)
  if (fill !== null) checkItems(count)
  let row: Value[] = []
  for (const item of iterate(value)) {
    if (row.length === count) {
      yield row
      row = []
    }
    row.push(item)
  }
  if (row.length === 0) return
  if (fill !== null) while (row.length < count) row.push(fill)
  yield row
}

function* slices(value: Value, count: Value, fill: Value): Generator<Value> {
  const items = [...iterate(value)]
  const columns = intArgument(count)
  checkItems(columns)
  if (columns === 0) throw new TemplateFault('ZeroDivisionError', 'integer division or modulo by zero')
  const size = Math.floor(items.length / columns)
  const longer = items.length % columns
  let from = 0
  for (let column = 0; column < columns; column++) {
    const to = from + size + (column < longer ? 1 : 0)
    const part = items.slice(from, to)
    if (fill !== null && column >= longer) part.push(fill)
    yield part
    from = to
  }
}

function* items(value: Value): Generator<Value> {
  if (value instanceof Undefined) return
  const entries = isDict(value) ? dictEntries(value) : value instanceof PyObject ? value.pyItems?.() : undefined
  if (entries === undefined) throw new TemplateFault('TypeError', 'Can only get item pairs from a mapping.')
  for (const [key, item] of entries) yield tuple(key, item)
}

/** The call of another filter by name; Jinja2's message when there is none. */
function callFilter(context: FilterContext, name: Value): Filter {
  const found = context.filters.get(toText(name))
  if (found === undefined) throw new TemplateFault('TemplateRuntimeError', `No filter named '${toText(name)}'.`)
  return found
}

const map: Filter = (context, value, args, kwargs) => {
  if (!truthy(value)) return generator([])
  return generator(mapped())
  function* mapped(): Generator<Value> {
    let run: (item: Value) => Value
    const attribute = args.length === 0 ? kwargs.get('attribute') : undefined
    if (attribute !== undefined) {
      const extra = [...kwargs.keys()].find((key) => key !== 'attribute' && key !== 'default')
      if (extra !== undefined) throw filterFault(`Unexpected keyword argument '${extra}'`)
      run = attributeGetter(attribute, undefined, kwargs.get('default') ?? null)
    } else {
      const [name, ...rest] = args
      if (name === undefined) throw filterFault('map requires a filter argument')
      const called = callFilter(context, name)
      run = (item) => called(context, item, rest, kwargs)
    }
    for (const item of iterate(value)) yield run(item)
  }
}

const selection =
  (keep: boolean, byAttribute: boolean): Filter =>
  (context, value, args, kwargs) => {
    return generator(selected())
    function* selected(): Generator<Value> {
      if (!truthy(value)) return
      if (byAttribute && args.length === 0) throw filterFault('Missing parameter for attribute name')
      const get = byAttribute ? attributeGetter(args[0]!) : (item: Value) => item
      const [name, ...rest] = byAttribute ? args.slice(1) : args
      let check = truthy
      if (name !== undefined) {
        const test = context.tests.get(toText(name))
        if (test === undefined) throw new TemplateFault('TemplateRuntimeError', `No test named '${toText(name)}'.`)
        check = (item) => test(context, item, rest, kwargs)
      }
      for (const item of iterate(value)) if (check(get(item)) === keep) yield item
    }
  }

const randomItem = (value: Value): Value => {
  const size = length(value)
  if (size === 0) return new Undefined('No random item, sequence was empty.')
  const at = Math.floor(Math.random() * size)
  return [...iterate(value)][at]!
}

/** The filters that work on sequences and dicts. */
export const SEQUENCE_FILTERS: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['abs', filter('abs', [], absolute, 'x')],
  ['attr', filter('do_attr', ['name'], (value, name) => attributeOnly(value, toText(name!)), 'obj')],
  [
    'batch',
    filter('do_batch', ['linecount', ['fill_with', null]], (value, size, fill) =>
      generator(batch(value, size!, fill!)),
    ),
  ],
  ['count', filter('len', [], length, 'obj')],
  ['length', filter('len', [], length, 'obj')],
  [
    'dictsort',
    filter(
      'do_dictsort',
      [
        ['case_sensitive', false],
        ['by', 'key'],
        ['reverse', false],
      ],
      (value, ...args) => dictsort(value, args[0]!, args[1]!, args[2]!),
    ),
  ],
  ['first', filter('do_first', [], first, 'seq')],
  ['last', filter('do_last', [], last, 'seq')],
  [
    'groupby',
    filter('do_groupby', ['attribute', ['default', null], ['case_sensitive', false]], (value, ...args) =>
      groupby(value, args[0]!, args[1]!, args[2]!),
    ),
  ],
  ['items', filter('do_items', [], (value) => generator(items(value)))],
  [
    'join',
    filter(
      'do_join',
      [
        ['d', ''],
        ['attribute', null],
      ],
      (value, separator, attribute) => join(value, separator!, attribute!),
    ),
  ],
  ['list', filter('do_list', [], (value) => [...iterate(value)])],
  ['map', map],
  [
    'max',
    filter(
      'do_max',
      [
        ['case_sensitive', false],
        ['attribute', null],
      ],
      (value, sensitive, attribute) => extreme('>', value, sensitive!, attribute!),
    ),
  ],
  [
    'min',
    filter(
      'do_min',
      [
        ['case_sensitive', false],
        ['attribute', null],
      ],
      (value, sensitive, attribute) => extreme('<', value, sensitive!, attribute!),
    ),
  ],
  ['random', filter('do_random', [], randomItem, 'seq')],
  ['reject', selection(false, false)],
  ['rejectattr', selection(false, true)],
  ['reverse', filter('do_reverse', [], reverse)],
  ['select', selection(true, false)],
  ['selectattr', selection(true, true)],
  [
    'slice',
    filter('do_slice', ['slices', ['fill_with', null]], (value, count, fill) =>
      generator(slices(value, count!, fill!)),
    ),
  ],
  [
    'sort',
    filter(
      'do_sort',
      [
        ['reverse', false],
        ['case_sensitive', false],
        ['attribute', null],
      ],
      (value, back, sensitive, attribute) =>
        sorted(iterate(value), multiAttributeGetter(attribute!, orderKey(sensitive!)), truthy(back!)),
    ),
  ],
  [
    'sum',
    filter(
      'do_sum',
      [
        ['attribute', null],
        ['start', 0],
      ],
      (value, attribute, start) => sum(value, attribute!, start!),
      'iterable',
    ),
  ],
  [
    'unique',
    filter(
      'do_unique',
      [
        ['case_sensitive', false],
        ['attribute', null],
      ],
      (value, sensitive, attribute) => generator(unique(value, sensitive!, attribute!)),
    ),
  ],
])

/** An attribute but never an item. */
function attributeOnly(value: Value, name: string): Value {
  if (value instanceof Undefined) throw value.fault()
  const found = getAttribute(isDict(value) ? {} : value, name)
  return found
}
