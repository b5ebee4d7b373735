import { PyDate } from '../../jinja/python/datetime/date.ts'
import { PyDateTime } from '../../jinja/python/datetime/datetime.ts'
import {
  PyDict,
  PyFloat,
  PyObject,
  PySet,
  PyTuple,
  SilentUndefined,
  Undefined,
  type Value,
} from '../../jinja/runtime/value.ts'

/** A value that is no data (a relation, a macro): what holds it cannot be kept. */
export class NotData extends Error {}

/** Before the JSON of data that holds more than JSON knows. */
const MARK = '~'

/**
 * Data as one line of text: JSON, and for what JSON does not know (Python's floats, tuples, dates, dicts with other keys ...) dicts with the key `$`.
 * Keys whose value is undefined are left out. Throws `NotData`.
 */
export function dataText(value: unknown): string {
  try {
    return isJson(value) ? (JSON.stringify(value) ?? throwNotData()) : MARK + JSON.stringify(tagged(value))
  } catch (error) {
    // a list that holds itself
    if (error instanceof RangeError || error instanceof TypeError) throw new NotData()
    throw error
  }
}

/** The data of a text; new objects each time. Throws a SyntaxError for what is no such text. */
export const dataOf = (text: string): unknown =>
  text.startsWith(MARK) ? untagged(JSON.parse(text.slice(1))) : JSON.parse(text)

const throwNotData = (): never => {
  throw new NotData()
}

function isJson(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
    case 'object': {
      if (value === null) return true
      const prototype = Object.getPrototypeOf(value)
      if (prototype === Array.prototype) return (value as unknown[]).every(isJson)
      if (prototype !== Object.prototype && prototype !== null) return false
      for (const key in value) {
        const item = (value as Record<string, unknown>)[key]
        if (item !== undefined && !isJson(item)) return false
      }
      return true
    }
    default:
      return false
  }
}

/** What JSON does not know, by the name under `$`. */
type Tagged = { readonly $: string; readonly v?: unknown }

function tagged(value: unknown): unknown {
  if (typeof value === 'bigint') return { $: 'int', v: String(value) }
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)))
    return { $: 'number', v: Object.is(value, -0) ? '-0' : String(value) }
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number')
    return value
  if (Array.isArray(value)) {
    if (value instanceof PyTuple && Object.getPrototypeOf(value) === PyTuple.prototype)
      return { $: 'tuple', v: Array.from(value, tagged) }
    if (Object.getPrototypeOf(value) !== Array.prototype) throw new NotData()
    return value.map(tagged)
  }
  if (typeof value !== 'object') throw new NotData()
  if (value instanceof PyObject) return taggedObject(value)
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw new NotData()
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  if (Object.hasOwn(value, '$')) return { $: 'plain', v: entries.map(([key, item]) => [key, tagged(item)]) }
  return Object.fromEntries(entries.map(([key, item]) => [key, tagged(item)]))
}

function taggedObject(value: PyObject): Tagged {
  const pairs = (dict: PyDict): unknown[] => [...dict.entries()].map(([key, item]) => [tagged(key), tagged(item)])
  switch (value.constructor) {
    case PyFloat:
      return { $: 'float', v: tagged((value as PyFloat).value) }
    case PyDict:
      return { $: 'dict', v: pairs(value as PyDict) }
    case PySet:
      return { $: 'set', v: [...(value as PySet).values()].map(tagged) }
    case PyDate: {
      const { year, month, day } = value as PyDate
      return { $: 'date', v: [year, month, day] }
    }
    case PyDateTime: {
      const at = value as PyDateTime
      if (at.zone !== null) throw new NotData()
      return {
        $: 'datetime',
        v: [at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond, at.fold],
      }
    }
    case Undefined:
    case SilentUndefined: {
      const { message, faultType } = value as Undefined
      return { $: value instanceof SilentUndefined ? 'silent' : 'undefined', v: [message, faultType] }
    }
    default:
      throw new NotData()
  }
}

function untagged(value: unknown): Value {
  if (Array.isArray(value)) return value.map(untagged)
  if (typeof value !== 'object' || value === null) return value as Value
  if (!Object.hasOwn(value, '$')) {
    for (const [key, item] of Object.entries(value)) (value as Record<string, unknown>)[key] = untagged(item)
    return value as Value
  }
  const { $: tag, v } = value as Tagged
  const list = (): Value[] => (v as unknown[]).map(untagged)
  const pairs = (): [Value, Value][] => list() as unknown as [Value, Value][]
  switch (tag) {
    case 'int':
      return BigInt(v as string)
    case 'number':
      return Number(v)
    case 'float':
      return new PyFloat(untagged(v) as number)
    case 'tuple':
      return PyTuple.fromItems(list())
    case 'plain':
      return Object.fromEntries(pairs() as unknown as [string, Value][])
    case 'dict':
      return PyDict.from(pairs())
    case 'set':
      return PySet.from(list())
    case 'date':
      return new PyDate(...(v as [number, number, number]))
    case 'datetime': {
      const [year, month, day, hour, minute, second, microsecond, fold] = v as number[]
      const time = { hour: hour!, minute: minute!, second: second!, microsecond: microsecond! }
      return new PyDateTime(year!, month!, day!, time, null, fold)
    }
    case 'undefined':
      return new Undefined(...(v as [string, string]))
    case 'silent':
      return new SilentUndefined(...(v as [string, string]))
    default:
      throw new SyntaxError(`unknown tag ${tag}`)
  }
}
