import { characters, textLength } from '../runtime/iterate.ts'
import { TemplateFault } from '../runtime/value.ts'

const SPACE = '[\\t\\n\\v\\f\\r ]'
const LETTER = '[\\p{L}_]'
/** A dash of two or more hyphens between words stands alone. */
const DASH = `(?<=[\\p{L}\\p{N}_!"'&.,?])-{2,}(?=[\\p{L}\\p{N}_])`
/** A hyphen after two letters (or a letter, hyphen, letter) and before another letter may end a line. */
const BREAKING_HYPHEN = `-(?:(?<=${LETTER}{2}-)|(?<=${LETTER}-${LETTER}-))(?=${LETTER}-?${LETTER})`
const WORD_END = `(?=${SPACE}|$)|(?<=[\\p{L}\\p{N}_!"'&.,?])(?=-{2,}[\\p{L}\\p{N}_])`
const HYPHENS = new RegExp(`(${SPACE}+|${DASH}|[^\\t\\n\\v\\f\\r ]+?(?:${BREAKING_HYPHEN}|${WORD_END}))`, 'u')
const WORDS = /([\t\n\v\f\r ]+)/

/**
 * Breaks one line into lines of at most `width` characters, as Python's `textwrap.wrap` does: at white space, after hyphens
 * inside words, and inside words that are too long.
 */
export function wrapLine(text: string, width: number, breakLong: boolean, breakHyphens: boolean): string[] {
  if (width <= 0) throw new TemplateFault('ValueError', `invalid width ${width} (must be > 0)`)
  const chunks = text.split(breakHyphens ? HYPHENS : WORDS).filter((chunk) => chunk !== undefined && chunk !== '')
  chunks.reverse()
  const lines: string[] = []
  while (chunks.length > 0) {
    const line: string[] = []
    let used = 0
    if (isBlank(chunks.at(-1)!) && lines.length > 0) chunks.pop()
    while (chunks.length > 0 && used + textLength(chunks.at(-1)!) <= width) {
      const chunk = chunks.pop()!
      used += textLength(chunk)
      line.push(chunk)
    }
    if (chunks.length > 0 && textLength(chunks.at(-1)!) > width)
      splitLong(chunks, line, used, width, breakLong, breakHyphens)
    if (line.length > 0 && isBlank(line.at(-1)!)) line.pop()
    if (line.length > 0) lines.push(line.join(''))
  }
  return lines
}

const isBlank = (text: string): boolean => text.trim() === ''

function splitLong(
  chunks: string[],
  line: string[],
  used: number,
  width: number,
  breakLong: boolean,
  breakHyphens: boolean,
): void {
  const room = width < 1 ? 1 : width - used
  if (breakLong) {
    const chunk = characters(chunks.pop()!)
    let end = room
    if (breakHyphens && chunk.length > room) {
      const hyphen = chunk.slice(0, room).lastIndexOf('-')
      if (hyphen > 0 && chunk.slice(0, hyphen).some((char) => char !== '-')) end = hyphen + 1
    }
    line.push(chunk.slice(0, end).join(''))
    const rest = chunk.slice(end).join('')
    chunks.push(rest)
  } else if (line.length === 0) line.push(chunks.pop()!)
}
