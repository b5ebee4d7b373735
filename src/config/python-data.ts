import {
  dictEntries,
  isDict,
  isPlainDict,
  type PlainDict,
  PyDict,
  PyObject,
  PyTuple,
  type Value,
} from '../jinja/runtime/value.ts'

/** A dict from YAML as a plain object: keys that are not strings get Python's text of them, as dbt's JSON has them. */
export function asPlainDict(value: Value | undefined): PlainDict | undefined {
  if (value === undefined || !isDict(value)) return undefined
  if (isPlainDict(value)) return value
  const plain: PlainDict = {}
  for (const [key, item] of value.entries()) plain[keyText(key)] = item
  return plain
}

const keyText = (key: Value): string => {
  if (typeof key === 'string') return key
  if (key === null) return 'null'
  if (typeof key === 'boolean') return key ? 'true' : 'false'
  return key instanceof PyObject ? key.pyStr() : String(key)
}

/** A deep copy of data: lists, tuples and dicts are new, everything else is shared. */
export function copyData(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof PyTuple) return PyTuple.fromItems(value.map(copyData))
  if (Array.isArray(value)) return value.map(copyData)
  if (value instanceof PyDict)
    return PyDict.from([...value.entries()].map(([key, item]) => [key, copyData(item)] as const))
  if (isPlainDict(value)) return copyDict(value)
  return value
}

/** A deep copy of a plain dict. */
export function copyDict(dict: PlainDict): PlainDict {
  const copy = { ...dict }
  for (const key in copy) {
    const item = copy[key]!
    if (typeof item === 'object' && item !== null) copy[key] = copyData(item)
  }
  return copy
}

/** Python's list wrapping of config values: a list as a new list, anything else as a list of one. */
export const listify = (value: Value): Value[] => (Array.isArray(value) ? [...value] : [value])

/** The items of any dict with its keys as text. */
export function* textEntries(dict: PlainDict | PyDict): Generator<readonly [string, Value]> {
  for (const [key, item] of dictEntries(dict)) yield [keyText(key), item]
}

export type KeyPath = readonly (string | number)[]

/**
 * Rebuilds data with `leaf` applied to everything that is neither list nor dict; keys stay as they are.
 * Dates become their ISO text first, as dbt's renderer does.
 */
export function mapLeaves(value: Value, leaf: (value: Value, path: KeyPath) => Value, path: KeyPath = []): Value {
  if (Array.isArray(value)) return value.map((item, index) => mapLeaves(item, leaf, [...path, index]))
  if (value instanceof PyDict) {
    return PyDict.from(
      [...value.entries()].map(([key, item]) => [key, mapLeaves(item, leaf, [...path, keyText(key)])] as const),
    )
  }
  if (isPlainDict(value)) {
    const mapped: PlainDict = {}
    for (const [key, item] of Object.entries(value)) mapped[key] = mapLeaves(item, leaf, [...path, key])
    return mapped
  }
  return leaf(isoText(value), path)
}

/** A date or datetime as its ISO text; other values as they are. */
export function isoText(value: Value): Value {
  if (!(value instanceof PyObject)) return value
  if (value.typeName === 'datetime.date') return value.pyStr()
  return value.typeName === 'datetime.datetime' ? value.pyStr().replace(' ', 'T') : value
}
