import type { Span } from './source-file.ts'

/**
 * The lines around a span, numbered, the first line of the span underlined:
 * ```
 *     1 | select * from
 *   > 2 | {{ ref('stg_ordrs') }} o
 *       |        ^^^^^^^^^^^
 * ```
 * Long lines are cut around the marked place, so that a minified file does not flood the screen.
 */
export function codeFrame(span: Span, context = 1): string {
  const { line, column } = span.file.position(span.start)
  const last = Math.min(line + context, span.file.position(span.file.text.length).line)
  const width = String(last).length
  const cut = column > 110 ? column - 60 : 0
  const shown = (text: string): string =>
    (cut > 0 ? `...${text.slice(cut, cut + 110)}` : text.slice(0, 120)).replace(/\t/g, ' ')
  const rows: string[] = []
  for (let n = Math.max(1, line - context); n <= last; n++) {
    const text = span.file.line(n) ?? ''
    rows.push(`${n === line ? '> ' : '  '}${String(n).padStart(width)} | ${shown(text)}`.trimEnd())
    if (n === line) {
      const room = Math.max(1, text.length - column + 1)
      const length = Math.max(1, Math.min(span.end - span.start, room, 100))
      rows.push(`  ${' '.repeat(width)} | ${' '.repeat(column - 1 - cut + (cut > 0 ? 3 : 0))}${'^'.repeat(length)}`)
    }
  }
  return rows.join('\n')
}
