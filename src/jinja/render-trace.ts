import type { SourceFile } from '../errors/source-file.ts'
import type { Place } from './syntax/ast.ts'

/** Numbers per piece of output: its offset, start and end of what it is from, and whether it stands there word for word. */
const PIECE = 4

/** Which place of a template each character of a rendered text comes from. Filled while the template is rendered, front to back. */
export class RenderTrace {
  readonly #file: SourceFile
  /** Of each piece `PIECE` numbers; a piece goes on until the next begins. */
  readonly #pieces: number[] = []

  constructor(file: SourceFile) {
    this.#file = file
  }

  /** Notes that what is written from offset `at` on is from `start` to `end` of the template: its words themselves, or what an expression there gave. */
  mark(at: number, start: number, end: number, verbatim: boolean): void {
    this.#pieces.push(at, start, end, verbatim ? 1 : 0)
  }

  /**
   * The place in the template of a range of the output (`end` exclusive, both UTF-16 offsets). A range that begins in what an expression
   * gave is the whole expression; one that begins in the template's text ends there with the piece of text at the latest.
   */
  placeOf(start: number, end: number): Place {
    const index = this.#indexAt(start)
    const [at, from, until, verbatim] = this.#pieces.slice(index, index + PIECE)
    if (at === undefined || from === undefined || until === undefined) return { start: 0, end: 0 }
    if (verbatim === 0) return { start: from, end: until }
    const next = this.#pieces[index + PIECE] ?? Number.POSITIVE_INFINITY
    const first = this.#forward(from, start - at)
    return { start: first, end: Math.max(first, this.#forward(first, Math.min(end, next) - start)) }
  }

  /** Where the numbers begin of the last piece that begins at or before an offset; of several that begin there the last, since those before it are empty. */
  #indexAt(offset: number): number {
    let low = 0
    let high = this.#pieces.length / PIECE - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#pieces[middle * PIECE]! <= offset) low = middle
      else high = middle - 1
    }
    return low * PIECE
  }

  /** The offset of the template that is `count` characters of output after `from`: templates' line ends of two characters are one there. */
  #forward(from: number, count: number): number {
    const { text } = this.#file
    const until = Math.min(from + count, text.length)
    if (!text.slice(from, until).includes('\r')) return until
    let at = from
    for (let left = count; left > 0 && at < text.length; left--) at += text.startsWith('\r\n', at) ? 2 : 1
    return at
  }
}
