import { equals, order } from './compare.ts'
import { DictView } from './dict-views.ts'
import { iterate, length } from './iterate.ts'
import { checkItems } from './size-limits.ts'
import { bounds, checkCount, intArgument, type Method } from './str-methods.ts'
import { repr } from './text.ts'
import { truthy } from './truth.ts'
import { typeName } from './type-name.ts'
import {
  type Awaitable,
  bindArguments,
  dictEntries,
  dictGet,
  hashKey,
  isDict,
  type Kwargs,
  NO_KWARGS,
  type PlainDict,
  PyDict,
  PyObject,
  PySet,
  TemplateFault,
  tuple,
  type Value,
} from './value.ts'

const fault = (type: string, message: string): TemplateFault => new TemplateFault(type, message)

const counted =
  <T>(
    owner: string,
    name: string,
    least: number,
    most: number,
    run: (self: T, args: readonly Value[]) => Value,
  ): Method<T> =>
  (self, args, kwargs) => {
    if (kwargs.size > 0) throw fault('TypeError', `${owner}.${name}() takes no keyword arguments`)
    checkCount(name, least, most, args.length, `${owner}.`)
    return run(self, args)
  }

const methods = <T>(
  owner: string,
  table: Record<string, readonly [number, number, (self: T, args: readonly Value[]) => Value]>,
): Map<string, Method<T>> =>
  new Map(Object.entries(table).map(([name, [least, most, run]]) => [name, counted(owner, name, least, most, run)]))

function indexOf(self: readonly Value[], args: readonly Value[], kind: 'list' | 'tuple'): number {
  const [start, end] = bounds(self.length, args[1], args[2])
  for (let i = start; i < Math.min(end, self.length); i++) if (equals(self[i]!, args[0]!)) return i
  throw fault('ValueError', kind === 'list' ? `${repr(args[0]!)} is not in list` : 'tuple.index(x): x not in tuple')
}

const countOf = (self: readonly Value[], value: Value): number => self.filter((item) => equals(item, value)).length

/** sorted(items, key=, reverse=): stable, also when reversed. */
export function sorted(items: Iterable<Value>, key: ((item: Value) => Value) | undefined, reverse: boolean): Value[] {
  const keyed = Array.from(items, (item) => ({ item, key: key === undefined ? item : key(item) }))
  keyed.sort(reverse ? (a, b) => order(b.key, a.key) : (a, b) => order(a.key, b.key))
  return keyed.map(({ item }) => item)
}

/** The result of calling a template function where only a plain value will do (sort keys, re.sub's functions). */
export function callNow(callable: Value, args: readonly Value[]): Value {
  if (!(callable instanceof PyObject) || callable.pyCall === undefined) {
    throw fault('TypeError', `'${typeName(callable)}' object is not callable`)
  }
  const result: Awaitable<Value> = callable.pyCall(args, NO_KWARGS)
  if (result instanceof Promise) throw fault('TypeError', 'a function that waits for the database cannot be used here')
  return result
}

const TUPLE_METHODS = methods<Value[]>('tuple', {
  count: [1, 1, (self, [value]) => countOf(self, value!)],
  index: [1, 3, (self, args) => indexOf(self, args, 'tuple')],
})

const LIST_METHODS: Map<string, Method<Value[]>> = methods<Value[]>('list', {
  append: [
    1,
    1,
    (self, [item]) => {
      self.push(item!)
      return null
    },
  ],
  clear: [
    0,
    0,
    (self) => {
      self.length = 0
      return null
    },
  ],
  copy: [0, 0, (self) => [...self]],
  count: [1, 1, (self, [value]) => countOf(self, value!)],
  extend: [
    1,
    1,
    (self, [items]) => {
      const more = [...iterate(items!)]
      checkItems(self.length + more.length)
      for (const item of more) self.push(item)
      return null
    },
  ],
  index: [1, 3, (self, args) => indexOf(self, args, 'list')],
  insert: [
    2,
    2,
    (self, [index, item]) => {
      self.splice(intArgument(index!), 0, item!)
      return null
    },
  ],
  pop: [
    0,
    1,
    (self, [index]) => {
      if (self.length === 0) throw fault('IndexError', 'pop from empty list')
      let at = index === undefined ? self.length - 1 : intArgument(index)
      if (at < 0) at += self.length
      if (at < 0 || at >= self.length) throw fault('IndexError', 'pop index out of range')
      return self.splice(at, 1)[0]!
    },
  ],
  remove: [
    1,
    1,
    (self, [value]) => {
      const at = self.findIndex((item) => equals(item, value!))
      if (at < 0) throw fault('ValueError', 'list.remove(x): x not in list')
      self.splice(at, 1)
      return null
    },
  ],
  reverse: [
    0,
    0,
    (self) => {
      self.reverse()
      return null
    },
  ],
})
LIST_METHODS.set('sort', (self, args, kwargs) => {
  if (args.length > 0) throw fault('TypeError', 'sort() takes no positional arguments')
  const [key, reverse] = bindArguments(
    'sort',
    [
      ['key', null],
      ['reverse', false],
    ],
    [],
    kwargs,
  )
  const by = key === null ? undefined : (item: Value) => callNow(key!, [item])
  for (const [index, item] of sorted(self, by, truthy(reverse!)).entries()) self[index] = item
  return null
})

type Dict = PyDict | PlainDict

/** d[key] = value. A plain object takes only texts for keys. */
export function dictSet(dict: Dict, key: Value, value: Value): void {
  if (dict instanceof PyDict) dict.set(key, value)
  else if (typeof key !== 'string') {
    hashKey(key)
    throw fault('TypeError', `this dict takes only keys of type str, not ${typeName(key)}`)
  } else if (key === '__proto__') {
    Object.defineProperty(dict, key, { value, writable: true, enumerable: true, configurable: true })
  } else dict[key] = value
}

function dictDelete(dict: Dict, key: Value): void {
  if (dict instanceof PyDict) dict.delete(key)
  else if (typeof key === 'string') delete dict[key]
}

/** The entries that dict(...) and update(...) take from their argument: a dict, or pairs. */
export function pairsOf(value: Value, name = 'update'): Iterable<readonly [Value, Value]> {
  if (isDict(value)) return [...dictEntries(value)]
  if (value instanceof PyObject && value.pyItems !== undefined) return [...value.pyItems()]
  const pairs: [Value, Value][] = []
  let index = 0
  for (const item of iterate(value)) {
    let size: number
    try {
      size = length(item)
    } catch {
      throw fault('TypeError', `cannot convert dictionary ${name} sequence element #${index} to a sequence`)
    }
    if (size !== 2) {
      throw fault('ValueError', `dictionary update sequence element #${index} has length ${size}; 2 is required`)
    }
    const [key, entry] = iterate(item)
    pairs.push([key!, entry!])
    index++
  }
  return pairs
}

function update(self: Dict, args: readonly Value[], kwargs: Kwargs): Value {
  if (args.length > 1) throw fault('TypeError', `update expected at most 1 argument, got ${args.length}`)
  if (args.length === 1) for (const [key, value] of pairsOf(args[0]!)) dictSet(self, key, value)
  for (const [key, value] of kwargs) dictSet(self, key, value)
  return null
}

const checkedGet = (self: Dict, key: Value): Value | undefined => {
  if (!(self instanceof PyDict)) hashKey(key)
  return dictGet(self, key)
}

const DICT_METHODS: Map<string, Method<Dict>> = methods<Dict>('dict', {
  clear: [
    0,
    0,
    (self) => {
      if (self instanceof PyDict) self.clear()
      else for (const key of Object.keys(self)) delete self[key]
      return null
    },
  ],
  copy: [0, 0, (self) => (self instanceof PyDict ? PyDict.from(self.entries()) : copyPlain(self))],
  fromkeys: [
    1,
    2,
    (_self, [keys, value]) => PyDict.from(Array.from(iterate(keys!), (key) => [key, value ?? null] as const)),
  ],
  get: [
    1,
    2,
    (self, [key, fallback = null]) => {
      const item = checkedGet(self, key!)
      return item === undefined ? fallback : item
    },
  ],
  items: [0, 0, (self) => new DictView('dict_items', self)],
  keys: [0, 0, (self) => new DictView('dict_keys', self)],
  pop: [
    1,
    2,
    (self, [key, fallback]) => {
      const found = checkedGet(self, key!)
      if (found === undefined) {
        if (fallback === undefined) throw fault('KeyError', repr(key!))
        return fallback
      }
      dictDelete(self, key!)
      return found
    },
  ],
  popitem: [
    0,
    0,
    (self) => {
      const last = [...dictEntries(self)].at(-1)
      if (last === undefined) throw fault('KeyError', "'popitem(): dictionary is empty'")
      dictDelete(self, last[0])
      return tuple(last[0], last[1])
    },
  ],
  setdefault: [
    1,
    2,
    (self, [key, fallback]) => {
      const found = checkedGet(self, key!)
      if (found !== undefined) return found
      dictSet(self, key!, fallback ?? null)
      return fallback ?? null
    },
  ],
  values: [0, 0, (self) => new DictView('dict_values', self)],
})
DICT_METHODS.set('update', update)

function copyPlain(dict: PlainDict): PlainDict {
  const copy: PlainDict = {}
  for (const [key, value] of Object.entries(dict)) dictSet(copy, key, value)
  return copy
}

const toSet = (value: Value): PySet => (value instanceof PySet ? value : PySet.from(iterate(value)))

const replaceAll = (self: PySet, items: Iterable<Value>): null => {
  const kept = [...items]
  self.clear()
  for (const item of kept) self.add(item)
  return null
}

const meet = (self: PySet, others: readonly Value[]): Value[] => {
  const sets = others.map(toSet)
  return [...self.values()].filter((item) => sets.every((set) => set.has(item)))
}
const without = (self: PySet, others: readonly Value[]): Value[] => {
  const sets = others.map(toSet)
  return [...self.values()].filter((item) => !sets.some((set) => set.has(item)))
}
const eitherNotBoth = (self: PySet, other: Value): Value[] => {
  const set = toSet(other)
  return [...without(self, [set]), ...[...set.values()].filter((item) => !self.has(item))]
}
const ANY = Number.POSITIVE_INFINITY

const SET_METHODS: Map<string, Method<PySet>> = methods<PySet>('set', {
  add: [
    1,
    1,
    (self, [item]) => {
      self.add(item!)
      return null
    },
  ],
  clear: [
    0,
    0,
    (self) => {
      self.clear()
      return null
    },
  ],
  copy: [0, 0, (self) => PySet.from(self.values())],
  difference: [0, ANY, (self, others) => PySet.from(without(self, others))],
  difference_update: [0, ANY, (self, others) => replaceAll(self, without(self, others))],
  discard: [
    1,
    1,
    (self, [item]) => {
      self.delete(item!)
      return null
    },
  ],
  intersection: [0, ANY, (self, others) => PySet.from(meet(self, others))],
  intersection_update: [0, ANY, (self, others) => replaceAll(self, meet(self, others))],
  isdisjoint: [1, 1, (self, [other]) => ![...iterate(other!)].some((item) => self.has(item))],
  issubset: [1, 1, (self, [other]) => without(self, [other!]).length === 0],
  issuperset: [1, 1, (self, [other]) => [...iterate(other!)].every((item) => self.has(item))],
  pop: [
    0,
    0,
    (self) => {
      if (self.size === 0) throw fault('KeyError', "'pop from an empty set'")
      const [first] = self.values()
      self.delete(first!)
      return first!
    },
  ],
  remove: [
    1,
    1,
    (self, [item]) => {
      if (!self.delete(item!)) throw fault('KeyError', repr(item!))
      return null
    },
  ],
  symmetric_difference: [1, 1, (self, [other]) => PySet.from(eitherNotBoth(self, other!))],
  symmetric_difference_update: [1, 1, (self, [other]) => replaceAll(self, eitherNotBoth(self, other!))],
  union: [0, ANY, (self, others) => PySet.from([...self.values(), ...others.flatMap((other) => [...iterate(other)])])],
  update: [
    0,
    ANY,
    (self, others) => {
      for (const other of others) for (const item of [...iterate(other)]) self.add(item)
      return null
    },
  ],
})

export { DICT_METHODS, LIST_METHODS, SET_METHODS, TUPLE_METHODS }
