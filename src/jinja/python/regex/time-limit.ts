import { TemplateFault } from '../../runtime/value.ts'

/** Does work; undefined when that takes longer than so many milliseconds. */
export type WithinTime = <T>(work: () => T, milliseconds: number) => { readonly done: T } | undefined

let withinTime: WithinTime | undefined

/**
 * Gives the language the means to break off a regular expression, which takes what this folder does not use: the machine's own. It is the same for all
 * templates, so it is set once for the process.
 */
export function useTimeLimit(limit: WithinTime): void {
  withinTime = limit
}

const MAX_SECONDS = 10
/** Steps that are over in no time. */
const FEW_STEPS = 1e8
/** Two to the power of this are few steps, too. */
const SHORT = 16

/** How many steps a pattern may take at worst: with the length of the text to the power of `power`, or growing twofold with each character. */
export interface Cost {
  readonly power: number
  readonly isExponential: boolean
}

/** Of a pattern in JavaScript's form, by its looks: repetitions in repeated groups, and choices in them, may double the work with each character. */
export function costOf(source: string): Cost {
  const text = source.replace(/\\[pP]\{[^}]*\}|\\[\s\S]/g, '_').replace(/\[(?:[^[\]]|\[[^\]]*\])*\]/g, '_')
  const repeats = text.match(/[*+]|\{\d+,\d*\}/g)?.length ?? 0
  const groups: boolean[] = []
  let isExponential = /\\k</.test(source) && repeats > 0
  for (let at = 0; at < text.length && !isExponential; at++) {
    const char = text[at]
    if (char === '(') groups.push(false)
    else if (char === ')') {
      const inner = groups.pop() ?? false
      const repeated = /^(?:[*+]|\{\d+,\d*\})/.test(text.slice(at + 1, at + 12))
      if (repeated && inner) isExponential = true
      if (groups.length > 0 && (inner || repeated)) groups[groups.length - 1] = true
    } else if ((char === '*' || char === '+' || char === '|' || char === '{') && groups.length > 0) {
      groups[groups.length - 1] = true
    }
  }
  return { power: 1 + repeats, isExponential }
}

/** Looks for a match; what may go on for ever is broken off, and ends as an error. */
export function limited<T>(search: () => T, length: number, cost: Cost, pattern: string): T {
  const few = cost.isExponential ? length <= SHORT : length ** cost.power <= FEW_STEPS
  if (few || withinTime === undefined) return search()
  const found = withinTime(search, MAX_SECONDS * 1000)
  if (found !== undefined) return found.done
  const shown = pattern.length > 80 ? `${pattern.slice(0, 80)}...` : pattern
  throw new TemplateFault(
    'RuntimeError',
    `the regular expression '${shown}' does not come to an end (${MAX_SECONDS} seconds)`,
  )
}
