import type { Random } from './random.ts'

/** Characters that parsers stumble over. */
const ODD = [
  '\0', '\t', '\r', '\n', '\r\n', '\v', '\f', '\x1b', '\x7f', '\x85', '\xa0', '\u2028', '\u2029', '\ufeff', '\u200b', '\u202e', '\ud83d', '\ude00', '😀', 'é', 'e\u0301', 'ß', 'İ', '中',
  '"', "'", '`', '\\', '{', '}', '[', ']', '(', ')', '<', '>', '{{', '}}', '{%', '%}', '{#', '#}', '-', '+', '*', '&', '!', '|', '>', ':', ',', '.', ';', '#', '$', '%', '@', '~', '^', '=', '/', '?', ' ', '  ', '_',
  '0', '1', '-1', '999999999999999999999', '1e999', '0x', '1_0', 'NaN', 'null', 'None', 'true', '__proto__', 'constructor', 'toString', '__class__', 'length', 'hasOwnProperty',
] // biome-ignore format: one list

/** Longer inputs find nothing that shorter ones do not, and take their time. */
const LONGEST = 20_000

/** A text like the given one: some places of it cut out, doubled, moved, or filled with words of the language and of other texts. */
export function mutate(random: Random, text: string, words: readonly string[], others: readonly string[]): string {
  let mutated = text
  for (let left = 1 + random.few(8); left > 0; left--) mutated = once(random, mutated, words, others)
  return mutated.length > LONGEST ? mutated.slice(0, LONGEST) : mutated
}

function once(random: Random, text: string, words: readonly string[], others: readonly string[]): string {
  const from = random.below(text.length + 1)
  const to = Math.min(text.length, from + random.few(random.chance(0.2) ? 200 : 12) + 1)
  const [before, part, after] = [text.slice(0, from), text.slice(from, to), text.slice(to)]
  switch (random.below(11)) {
    case 0:
      return before + after
    case 1:
      return before + part.repeat(2 + random.few(6)) + after
    case 2:
      return before + random.pick(ODD) + after
    case 3:
      return before + random.pick(ODD) + part + after
    case 4:
      return before + random.pick(words) + part + after
    case 5:
      return before + random.pick(words) + after
    case 6: {
      const other = random.pick(others)
      const at = random.below(other.length + 1)
      return before + other.slice(at, at + random.below(80)) + after
    }
    case 7: {
      const at = random.below(after.length + 1)
      return before + after.slice(0, at) + part + after.slice(at)
    }
    case 8:
      return random.chance(0.5) ? before : part + after
    case 9:
      // Once in a while: deep, or long.
      return before + random.pick(words.length > 0 ? words : ODD).repeat(random.chance(0.03) ? 1000 : 3) + after
    default: {
      const code = part.charCodeAt(0)
      return Number.isNaN(code)
        ? text
        : before + String.fromCharCode(code ^ (1 << random.below(7))) + text.slice(from + 1)
    }
  }
}
