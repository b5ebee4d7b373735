/**
 * Where a text is from that is no file of the user's: `builtin`, a macro that comes with quern; `generated`, made by quern; or a value
 * inside of another file, and then where it stands there, looked up only when an error shows it.
 */
export type Origin = 'builtin' | 'generated' | (() => Span | undefined)

/** A text with a name: the only place where offsets become lines and columns. */
export class SourceFile {
  /** How a person would name the file: relative to the project where possible. */
  readonly path: string
  readonly text: string
  /** Undefined: the text is a file of the user's. */
  readonly origin: Origin | undefined
  #lineStarts: number[] | undefined

  constructor(path: string, text: string, origin?: Origin) {
    this.path = path
    this.text = text
    this.origin = origin
  }

  /** Line and column (both from 1) of an offset; offsets past the end mean the end. */
  position(offset: number): Position {
    const starts = this.lineStarts()
    const at = Math.max(0, Math.min(offset, this.text.length))
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle]! <= at) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: at - starts[low]! + 1 }
  }

  /** Offset of a line (from 1) and column (from 1), clamped to the text. */
  offset(line: number, column = 1): number {
    const starts = this.lineStarts()
    const start = starts[Math.max(0, Math.min(line - 1, starts.length - 1))]!
    return Math.min(start + Math.max(0, column - 1), this.text.length)
  }

  /** The text of a line (from 1) without its line end, or undefined beyond the last. */
  line(line: number): string | undefined {
    const starts = this.lineStarts()
    const start = starts[line - 1]
    if (start === undefined) return undefined
    const end = starts[line] ?? this.text.length + 1
    return this.text.slice(start, end - 1).replace(/\r$/, '')
  }

  private lineStarts(): number[] {
    if (this.#lineStarts === undefined) {
      const starts = [0]
      for (let i = this.text.indexOf('\n'); i !== -1; i = this.text.indexOf('\n', i + 1)) starts.push(i + 1)
      this.#lineStarts = starts
    }
    return this.#lineStarts
  }
}

export interface Position {
  readonly line: number
  readonly column: number
}

/** A range of a file: `start` inclusive, `end` exclusive, in UTF-16 units. */
export interface Span {
  readonly file: SourceFile
  readonly start: number
  readonly end: number
}

/**
 * The same place in a file that the user wrote: for a value inside of a file the place in that file, as far as the value stands there word
 * for word, else the whole value; undefined for what no user wrote.
 */
export function userSpan(span: Span): Span | undefined {
  const { origin, text } = span.file
  if (origin === undefined) return span
  if (typeof origin === 'string') return undefined
  const host = origin()
  if (host === undefined) return undefined
  const start = host.file.text.indexOf(text, host.start)
  const isInside = start !== -1 && start + text.length <= Math.max(host.end, host.start + text.length + 4)
  return userSpan(isInside ? { file: host.file, start: start + span.start, end: start + span.end } : host)
}

/** A word or sign in a statement as it was sent to a database: no file of a user's, until somebody knows what the SQL was made from. */
export function statementSpan(sql: string, start: number): Span {
  const word = /^(?:"[^"]*"|[\p{L}\p{N}_$]+|.)/u.exec(sql.slice(start, start + 200))?.[0] ?? ''
  return { file: new SourceFile('', sql, 'generated'), start, end: start + word.length }
}

/** Where a text stands in a file, word for word. */
export function findText(file: SourceFile, text: string): Span | undefined {
  const start = text === '' ? -1 : file.text.indexOf(text)
  return start === -1 ? undefined : { file, start, end: start + text.length }
}

/** The span that covers a whole line, for sources that only know line numbers. */
export const lineSpan = (file: SourceFile, line: number): Span => {
  const start = file.offset(line)
  return { file, start, end: start + (file.line(line)?.length ?? 0) }
}
