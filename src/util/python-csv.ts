/** A record of a CSV text. */
export interface CsvRecord {
  readonly cells: string[]
  /** Line on which it begins, from 1. */
  readonly line: number
  /** Line of the quote that nothing closes: the last cell is the rest of the text. */
  readonly unclosed?: number
}

const QUOTE = 34
const NEWLINE = 10

/**
 * Reads CSV as Python's `csv.reader` reads a file opened as text: `\r\n` and `\r` count as `\n`, in quotes too; a quote means something only at the
 * start of a field, doubled quotes in it are one, text behind the closing one belongs to the field, and a quote that is never closed takes the
 * rest. An empty line is a record without cells. `delimiter`: one UTF-16 unit.
 */
export function readPythonCsv(source: string, delimiter: string): CsvRecord[] {
  const text = source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source
  const between = delimiter.charCodeAt(0)
  const records: CsvRecord[] = []
  let at = 0
  let line = 1
  while (at < text.length) {
    const cells: string[] = []
    const first = line
    let unclosed: { readonly unclosed: number } | undefined
    if (text.charCodeAt(at) === NEWLINE) {
      records.push({ cells, line })
      at++
      line++
      continue
    }
    for (;;) {
      let cell = ''
      if (text.charCodeAt(at) === QUOTE) {
        const quoted = readQuoted(text, at)
        if (!quoted.isClosed) unclosed = { unclosed: line }
        for (const character of quoted.cell) if (character === '\n') line++
        cell = quoted.cell
        at = quoted.end
      }
      const start = at
      while (at < text.length && text.charCodeAt(at) !== between && text.charCodeAt(at) !== NEWLINE) at++
      if (at > start) cell += text.slice(start, at)
      cells.push(cell)
      const ends = at >= text.length || text.charCodeAt(at) === NEWLINE
      at++
      if (ends) break
    }
    records.push({ cells, line: first, ...unclosed })
    line++
  }
  return records
}

/** The text between the quote at `start` and the one that closes it; `end` is the place behind that. */
function readQuoted(
  text: string,
  start: number,
): { readonly cell: string; readonly end: number; readonly isClosed: boolean } {
  let cell = ''
  let from = start + 1
  for (;;) {
    const quote = text.indexOf('"', from)
    if (quote < 0) return { cell: cell + text.slice(from), end: text.length, isClosed: false }
    cell += text.slice(from, quote)
    if (text.charCodeAt(quote + 1) !== QUOTE) return { cell, end: quote + 1, isClosed: true }
    cell += '"'
    from = quote + 2
  }
}
