import type { SourceFile } from '../errors/source-file.ts'
import type { Place } from './syntax/ast.ts'

/** A piece of rendered text: from offset `at` of the output on, until the next piece begins. */
interface Piece {
  readonly at: number
  readonly place: Place
  /** The template's own words: place and output go on side by side. Otherwise all of the piece is what the expression at `place` gave. */
  readonly verbatim: boolean
}

/** Which place of a template each character of a rendered text comes from. Filled while the template is rendered, front to back. */
export class RenderTrace {
  readonly #file: SourceFile
  readonly #pieces: Piece[] = []

  constructor(file: SourceFile) {
    this.#file = file
  }

  /** Notes that what is written from offset `at` on comes from `place`. */
  mark(at: number, start: number, end: number, verbatim: boolean): void {
    this.#pieces.push({ at, place: { start, end }, verbatim })
  }

  /**
   * The place in the template of a range of the output (`end` exclusive, both UTF-16 offsets). A range that begins in what an expression
   * gave is the whole expression; one that begins in the template's text ends there with the piece of text at the latest.
   */
  placeOf(start: number, end: number): Place {
    const index = this.#indexAt(start)
    const piece = this.#pieces[index]
    if (piece === undefined) return { start: 0, end: 0 }
    if (!piece.verbatim) return piece.place
    const next = this.#pieces[index + 1]?.at ?? Number.POSITIVE_INFINITY
    const from = this.#forward(piece.place.start, start - piece.at)
    return { start: from, end: Math.max(from, this.#forward(from, Math.min(end, next) - start)) }
  }

  /** The last piece that begins at or before an offset; of several that begin there the last, since those before it are empty. */
  #indexAt(offset: number): number {
    let low = 0
    let high = this.#pieces.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#pieces[middle]!.at <= offset) low = middle
      else high = middle - 1
    }
    return low
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
