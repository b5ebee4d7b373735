import { TemplateFault } from './value.ts'

/** Characters of the longest text that one operation may make: well below what fills the memory. */
export const MAX_TEXT = 50_000_000
/** Items of the longest list, or of the longest iterator. */
export const MAX_ITEMS = 10_000_000

/** Throws when a text of this length would be too long. */
export function checkTextLength(length: number): void {
  if (length > MAX_TEXT) throw new TemplateFault('MemoryError', 'the text is too long')
}

/** Throws when there would be too many items. */
export function checkItems(count: number): void {
  if (count > MAX_ITEMS) throw new TemplateFault('MemoryError', 'there are too many items')
}

/** What an operation made, unless it is too large to go on with. */
export function checkSize<T>(value: T): T {
  if (typeof value === 'string') checkTextLength(value.length)
  else if (Array.isArray(value)) checkItems(value.length)
  return value
}

/** Values in one value that is written out, compared or hashed. Lists that share their items (`[x, x]`, and so on) have more of them than fit anywhere. */
const MAX_WALKED = 10_000_000
/** More than any value that is not made to be deep. */
const MAX_DEEP = 2000

/** Walks begin and end within one call of JavaScript, so that there is never more than one of them. */
let depth = 0
let walked = 0

/** Goes into a collection of so many values; unless it throws, `walkOut` has to follow. Throws when the whole is too large, or too deep. */
export function walkInto(count: number): void {
  if (depth === 0) walked = 0
  walked += count + 1
  if (walked > MAX_WALKED) throw new TemplateFault('MemoryError', 'the value is too large')
  if (depth >= MAX_DEEP) throw new TemplateFault('RecursionError', 'maximum recursion depth exceeded')
  depth++
}

export function walkOut(): void {
  depth--
}

/** There is no walk: one that ended where the stack of JavaScript does may not have got out. */
export function outOfWalks(): void {
  depth = 0
}
