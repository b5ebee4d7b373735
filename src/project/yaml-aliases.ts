import { dictEntries, isDict, type Value } from '../jinja/runtime/value.ts'

/** Deeper than anything that people write; what is deeper comes near the end of the stack of JavaScript. */
export const MAX_DEPTH = 500

/** More values than any project writes; a few nested aliases can stand for billions. */
export const MAX_VALUES = 2_000_000

export interface AliasProblem {
  readonly kind: 'cycle' | 'too_many' | 'too_deep'
  /** Keys and indexes that lead to the place. */
  readonly path: readonly (string | number)[]
}

/**
 * What aliases made of a YAML value that nothing can work with: a value that holds itself, or one that stands for more than
 * `MAX_VALUES` values when written out. Shared values are counted once and multiplied, so this is fast for any input.
 */
export function aliasProblem(value: Value): AliasProblem | undefined {
  const sizes = new Map<object, number>()
  const open = new Set<object>()
  const visit = (item: Value, path: (string | number)[]): number | AliasProblem => {
    if (!(Array.isArray(item) || isDict(item))) return 1
    if (open.has(item)) return { kind: 'cycle', path }
    if (open.size >= MAX_DEPTH) return { kind: 'too_deep', path }
    const known = sizes.get(item)
    if (known !== undefined) return known
    open.add(item)
    let size = 1
    const entries: Iterable<readonly [Value, Value]> = Array.isArray(item) ? item.entries() : dictEntries(item)
    for (const [key, child] of entries) {
      const step = typeof key === 'number' ? key : String(key)
      const inner = visit(child, [...path, step])
      if (typeof inner !== 'number') return inner
      size += inner
      if (size > MAX_VALUES) return { kind: 'too_many', path: [...path, step] }
    }
    open.delete(item)
    sizes.set(item, size)
    return size
  }
  const result = visit(value, [])
  return typeof result === 'number' ? undefined : result
}
