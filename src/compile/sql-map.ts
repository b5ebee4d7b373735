import type { SourceFile, Span } from '../errors/source-file.ts'
import type { RenderTrace } from '../jinja/render-trace.ts'

/** A stretch of compiled SQL that one template gave: a node's own code, or that of an ephemeral model put in front of it. */
export interface MappedPart {
  /** Offset in the compiled SQL, and how many characters. */
  readonly at: number
  readonly length: number
  /** Offset of its first character in what the template gave: an ephemeral CTE put into the middle of a text splits it. */
  readonly from: number
  readonly file: SourceFile
  readonly trace: RenderTrace
}

/** Where in the templates a node's compiled SQL is from. */
export class SqlMap {
  readonly #parts: readonly MappedPart[]

  constructor(parts: readonly MappedPart[]) {
    this.#parts = parts
  }

  /**
   * The place in a template of a range of the compiled SQL (`end` exclusive, UTF-16 offsets): the words themselves where the template has
   * them, else the expression that gave them (a macro's call, for example). Undefined for what quern wrote itself: names of ephemeral CTEs.
   */
  spanOf(start: number, end: number): Span | undefined {
    const part = this.#parts.find(({ at, length }) => start >= at && start < at + length)
    if (part === undefined) return undefined
    const shift = part.from - part.at
    const place = part.trace.placeOf(start + shift, Math.min(end, part.at + part.length) + shift)
    return { file: part.file, ...place }
  }
}
