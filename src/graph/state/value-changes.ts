import type { JsonValue, ValueChange } from '../../events/diff-document.ts'
import { published, sameValue } from './same-value.ts'

/**
 * Where a value of this run and one of an earlier artifact differ: dictionaries key by key (`meta.owner`), anything else as a whole. A value that is
 * missing on one side equals an empty one.
 */
export function valueChanges(key: string, before: unknown, after: unknown): ValueChange[] {
  return changes(key, before, published(after))
}

function changes(key: string, before: unknown, after: unknown): ValueChange[] {
  if (sameValue(after, before)) return []
  if (!isPlainDict(before) || !isPlainDict(after))
    return [{ key, before: (before ?? null) as JsonValue, after: (after ?? null) as JsonValue }]
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return keys.flatMap((name) => changes(`${key}.${name}`, before[name], after[name]))
}

const isPlainDict = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
