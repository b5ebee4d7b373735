import { isPlainDict, type PlainDict, type Value } from '../jinja/runtime/value.ts'

/** Dicts join key by key, a list comes before the one that it meets (dbt-core 1.11), other values are replaced. */
export function deepMerge(base: PlainDict, over: PlainDict): PlainDict {
  const merged: PlainDict = { ...base }
  for (const [key, value] of Object.entries(over)) {
    const before = merged[key]
    merged[key] = before === undefined ? value : joined(before, value)
  }
  return merged
}

function joined(before: Value, value: Value): Value {
  if (isPlainDict(before) && isPlainDict(value)) return deepMerge(before, value)
  if (!Array.isArray(value) || before === null) return value
  return [...value, ...(Array.isArray(before) ? before : [before])]
}
