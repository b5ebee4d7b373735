import { iterate } from './iterate.ts'
import { walkInto, walkOut } from './size-limits.ts'
import { typeName } from './type-name.ts'
import {
  type BinaryOperator,
  derivedText,
  dictEntries,
  dictGet,
  hashKey,
  isDict,
  isPlainDict,
  type PlainDict,
  PyDict,
  PyFloat,
  PyObject,
  PySet,
  PyTuple,
  TemplateFault,
  Undefined,
  type Value,
} from './value.ts'

export type CompareOperator = '<' | '<=' | '>' | '>='
export type { BinaryOperator }

/** The JavaScript number or bigint of a Python number; undefined for other values. */
export function numeric(value: Value): number | bigint | undefined {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return value
    case 'boolean':
      return value ? 1 : 0
  }
  return value instanceof PyFloat ? value.value : undefined
}

/** a == b */
export function equals(a: Value, b: Value): boolean {
  if (a === b) return true
  if (typeof a === 'string') return b instanceof PyObject ? b.pyEquals(a) : false
  const left = numeric(a)
  if (left !== undefined) {
    const right = numeric(b)
    // biome-ignore lint/suspicious/noDoubleEquals: a number equals a bigint of the same value
    if (right !== undefined) return left == right
    return b instanceof PyObject ? b.pyEquals(a) : false
  }
  if (a === null || b === null) return false
  if (Array.isArray(a)) {
    if (!Array.isArray(b)) return b instanceof PyObject ? b.pyEquals(a) : false
    if (a instanceof PyTuple !== b instanceof PyTuple || a.length !== b.length) return false
    return listsEqual(a, b)
  }
  if (isDict(a)) {
    if (isDict(b)) return dictsEqual(a, b)
    return b instanceof PyObject ? b.pyEquals(a) : false
  }
  if (a instanceof PySet && b instanceof PySet) return a.size === b.size && isSubset(a, b)
  if (a instanceof PyObject && a.pyEquals(b)) return true
  return b instanceof PyObject && !(b instanceof Undefined) ? b.pyEquals(a) : false
}

function listsEqual(a: readonly Value[], b: readonly Value[]): boolean {
  walkInto(a.length)
  try {
    return a.every((item, index) => equals(item, b[index]!))
  } finally {
    walkOut()
  }
}

const dictSize = (dict: PyDict | PlainDict): number => (dict instanceof PyDict ? dict.size : Object.keys(dict).length)

function dictsEqual(a: PyDict | PlainDict, b: PyDict | PlainDict): boolean {
  if (dictSize(a) !== dictSize(b)) return false
  walkInto(dictSize(a))
  try {
    for (const [key, value] of dictEntries(a)) {
      const other = dictGet(b, key)
      if (other === undefined || !equals(value, other)) return false
    }
    return true
  } finally {
    walkOut()
  }
}

function isSubset(a: PySet, b: PySet): boolean {
  for (const item of a.values()) if (!b.has(item)) return false
  return true
}

/** Order of two texts by code points, as Python has it (UTF-16 order differs beyond the BMP). */
export function compareText(a: string, b: string): number {
  if (a === b) return 0
  const end = Math.min(a.length, b.length)
  for (let i = 0; i < end; i++) {
    let x = a.charCodeAt(i)
    let y = b.charCodeAt(i)
    if (x === y) continue
    if (x >= 0xd800 && y >= 0xd800) {
      if (x >= 0xe000) x -= 0x800
      else x += 0x2000
      if (y >= 0xe000) y -= 0x800
      else y += 0x2000
    }
    return x < y ? -1 : 1
  }
  return a.length < b.length ? -1 : 1
}

const holds = (op: CompareOperator, order: number): boolean => {
  switch (op) {
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
  }
}

/** a < b and its relatives. Throws Python's TypeError for values without an order. */
export function compareOp(op: CompareOperator, a: Value, b: Value): boolean {
  const left = numeric(a)
  if (left !== undefined) {
    const right = numeric(b)
    if (right !== undefined) {
      switch (op) {
        case '<':
          return left < right
        case '<=':
          return left <= right
        case '>':
          return left > right
        case '>=':
          return left >= right
      }
    }
  } else if (typeof a === 'string' && typeof b === 'string') {
    return holds(op, compareText(a, b))
  }
  if (Array.isArray(a) && Array.isArray(b) && a instanceof PyTuple === b instanceof PyTuple) {
    const end = Math.min(a.length, b.length)
    for (let i = 0; i < end; i++) if (!equals(a[i]!, b[i]!)) return compareOp(op, a[i]!, b[i]!)
    return holds(op, a.length - b.length)
  }
  if (a instanceof PySet && b instanceof PySet) {
    if (op === '<=') return isSubset(a, b)
    if (op === '>=') return isSubset(b, a)
    return op === '<' ? a.size < b.size && isSubset(a, b) : b.size < a.size && isSubset(b, a)
  }
  if (a instanceof Undefined) throw a.fault()
  if (b instanceof Undefined) throw b.fault()
  if (a instanceof PyObject) {
    const order = a.pyCompare?.(b)
    if (order !== undefined) return holds(op, order)
  }
  if (b instanceof PyObject) {
    const order = b.pyCompare?.(a)
    if (order !== undefined) return holds(op, -order)
  }
  throw new TemplateFault(
    'TypeError',
    `'${op}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`,
  )
}

/** -1, 0 or 1, as sorting needs it: only `<` is asked, like Python's sort. */
export function order(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  if (compareOp('<', a, b)) return -1
  return compareOp('<', b, a) ? 1 : 0
}

/** needle in haystack */
export function contains(needle: Value, haystack: Value): boolean {
  if (typeof haystack === 'string') {
    if (typeof needle === 'string') return haystack.includes(needle)
    const text = needle instanceof PyObject ? derivedText(needle) : undefined
    if (text !== undefined) return haystack.includes(text)
    throw new TemplateFault('TypeError', `'in <string>' requires string as left operand, not ${typeName(needle)}`)
  }
  if (Array.isArray(haystack)) return haystack.some((item) => item === needle || equals(item, needle))
  if (haystack instanceof PyDict || haystack instanceof PySet) return haystack.has(needle)
  if (isPlainDict(haystack) && haystack !== null) {
    hashKey(needle)
    const name = needle instanceof PyObject ? derivedText(needle) : needle
    return typeof name === 'string' && Object.hasOwn(haystack, name)
  }
  if (haystack instanceof PyObject) {
    if (haystack.pyContains !== undefined) return haystack.pyContains(needle)
    if (haystack.pyIter !== undefined) {
      for (const item of iterate(haystack)) if (item === needle || equals(item, needle)) return true
      return false
    }
  }
  throw new TemplateFault('TypeError', `argument of type '${typeName(haystack)}' is not iterable`)
}
