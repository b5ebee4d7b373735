import { repr, toText } from '../jinja/runtime/text.ts'
import { dictEntries, isDict, type PlainDict, type Value } from '../jinja/runtime/value.ts'
import { digest } from '../util/digest.ts'

const md5 = (text: string): string => digest('md5', text, 'hex')

/** Python's order of strings: by code point. */
export function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)]
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}

/** Surrogates are halves of the code points above all others. */
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit)

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
  return {
    full,
    short: full.length >= 64 && [...full].length >= 64 ? `${[...identifier].slice(0, 30).join('')}_${md5(full)}` : full,
  }
}

/** The last part of a generic test's id: the end of the md5 of its name and its metadata, sorted and with every scalar as text. */
export function testHash(
  name: string,
  metadata: { readonly namespace: string | null; readonly name: string; readonly kwargs: PlainDict },
): string {
  return md5(name + sortedRepr(metadata as unknown as PlainDict)).slice(-10)
}

/** `repr` of data with dicts sorted by key, and every scalar as text. */
function sortedRepr(value: Value): string {
  if (isDict(value)) {
    const entries = [...dictEntries(value)].sort(([a], [b]) => byCodePoint(String(a), String(b)))
    return `{${entries.map(([key, item]) => `${repr(key)}: ${sortedRepr(item)}`).join(', ')}}`
  }
  return Array.isArray(value) ? `[${value.map(sortedRepr).join(', ')}]` : repr(toText(value))
}
