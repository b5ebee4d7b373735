import { createHash } from 'node:crypto'
import { repr, toText } from '../jinja/runtime/text.ts'
import { dictEntries, isDict, type PlainDict, PyDict, type Value } from '../jinja/runtime/value.ts'

const md5 = (text: string): string => createHash('md5').update(text).digest('hex')

/** Python's order of strings: by code point. */
export function byCodePoint(a: string, b: string): number {
  if (a === b) return 0
  const left = [...a]
  const right = [...b]
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

/**
 * The names that a generic test gets from its type, target and arguments: the full one (name, id, fqn) and the one of at most 63 characters
 * (file and alias). dbt-core 1.11: arguments sorted by name, without `model`; values of dicts and items of lists one by one; what is no letter,
 * digit or `_` becomes `_`; from 64 characters on, the short one is the first 30 of `type_target` and the md5 of the full one.
 */
export function testNames(
  type: string,
  target: string,
  args: PlainDict,
): { readonly short: string; readonly full: string } {
  const parts: string[] = []
  for (const key of Object.keys(args).sort(byCodePoint)) {
    if (key === 'model') continue
    const value = args[key]!
    if (isDict(value)) for (const [, item] of dictEntries(value)) parts.push(toText(item))
    else if (Array.isArray(value)) for (const item of value) parts.push(toText(item))
    else parts.push(toText(value))
  }
  const identifier = `${type}_${target}`
  const full = `${identifier}_${parts.map((part) => part.replace(/[^0-9a-zA-Z_]+/g, '_')).join('__')}`
  return { full, short: [...full].length >= 64 ? `${[...identifier].slice(0, 30).join('')}_${md5(full)}` : full }
}

/** The last part of a generic test's id: the end of the md5 of its name and its metadata, sorted and with every scalar as text. */
export function testHash(
  name: string,
  metadata: { readonly namespace: string | null; readonly name: string; readonly kwargs: PlainDict },
): string {
  return md5(name + repr(hashable(metadata as unknown as PlainDict))).slice(-10)
}

function hashable(value: Value): Value {
  if (isDict(value)) {
    const entries = [...dictEntries(value)].sort(([a], [b]) => byCodePoint(String(a), String(b)))
    return PyDict.from(entries.map(([key, item]) => [key, hashable(item)] as const))
  }
  if (Array.isArray(value)) return value.map(hashable)
  return toText(value)
}
