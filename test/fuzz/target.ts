import { isQuernError } from '../../src/errors/quern-error.ts'
import type { Random } from './random.ts'

/** A parser, what to feed it with, and what it may answer. */
export interface FuzzTarget {
  readonly name: string
  /** How much of `npm run fuzz` is this parser's: the quick ones have more. */
  readonly share: number
  /** Texts to make others of. */
  readonly seeds: readonly string[]
  /** Words of the language. */
  readonly words: readonly string[]
  /** A text of the language's grammar, where there is one. */
  readonly grammar?: (random: Random) => string
  /**
   * Gives the text to the parser. What it throws is a finding: an error that is no message for a person, or an answer that cannot be
   * right. Refusals are no findings (`refusal`).
   */
  readonly run: (text: string) => void | Promise<void>
}

/** What parsers made of a text: an answer, or a refusal that a person can read. Anything else is thrown again. */
export function answerOf<T>(
  parse: () => T,
  refusals: readonly (new (...args: never[]) => Error)[] = [],
): T | undefined {
  try {
    return parse()
  } catch (error) {
    refusal(error, refusals)
    return undefined
  }
}

/** `answerOf` for what has to be waited for. */
export async function laterAnswerOf<T>(
  parse: () => Promise<T>,
  refusals: readonly (new (...args: never[]) => Error)[] = [],
): Promise<T | undefined> {
  try {
    return await parse()
  } catch (error) {
    refusal(error, refusals)
    return undefined
  }
}

/** Throws what is no refusal: an error that is not for people, or one whose text shows the language that it was written in. */
function refusal(error: unknown, refusals: readonly (new (...args: never[]) => Error)[]): void {
  if (refusals.some((known) => error instanceof known)) return
  if (!isQuernError(error)) throw error
  const text = error.render()
  const sign =
    /\[object \w+\]|\bis not a function\b|Cannot read propert|Cannot convert|Maximum call stack|Invalid (array|string) length|^\s+at \S+ \(/m.exec(
      error.message.includes('[object') ? '' : text.replace(/^.* \| .*$/gm, ''),
    )
  if (sign !== null) throw new Error(`the message shows JavaScript: ${sign[0]}`, { cause: error })
  if (typeof error.code !== 'string' || error.code === '') throw new Error('an error without a code', { cause: error })
}

/** Two answers that have to be the same. */
export function same(what: string, one: unknown, other: unknown): void {
  if (one !== other) throw new Error(`${what}: ${short(one)} against ${short(other)}`)
}

const short = (value: unknown): string => {
  const text = String(value)
  return text.length > 300 ? `${text.slice(0, 300)}...` : text
}
