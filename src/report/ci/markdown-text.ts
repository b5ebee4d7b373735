import { visible } from './plain-text.ts'

/*
 * Texts of a project stand in Markdown only as code: within code spans and fences nothing is markup, mentions nobody and links nowhere.
 */

/** A code span on one line; in a cell of a table a `|` needs a backslash even there. */
export function code(text: string, where: 'text' | 'cell' = 'text'): string {
  const line = visible(text).replace(/\s+/g, ' ').trim()
  if (line === '') return '(empty)'
  const ticks = '`'.repeat(longestRun(line) + 1)
  const gap = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  const span = `${ticks}${gap}${line}${gap}${ticks}`
  return where === 'cell' ? span.replaceAll('|', '\\|') : span
}

/** A block of code. */
export function fence(text: string, language = 'text'): string {
  const shown = visible(text)
  const ticks = '`'.repeat(Math.max(3, longestRun(shown) + 1))
  return `${ticks}${language}\n${shown}\n${ticks}`
}

const longestRun = (text: string): number =>
  (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0)

/** A part of a text that unfolds when it is clicked. */
export const folded = (title: string, body: string): string =>
  `<details><summary>${title}</summary>\n\n${body}\n\n</details>`
