import { type Position, SourceFile, type Span, userSpan } from '../../errors/source-file.ts'
import type { RunEvent } from '../../events/run-event.ts'
import { dataOf, dataText } from './data-text.ts'

/** Lines around a place that are kept with it. */
const AROUND = 3

interface KeptPlace {
  readonly path: string
  readonly start: Position
  readonly end: Position
  readonly last: number
  /** From `first` on. */
  readonly first: number
  readonly lines: readonly string[]
}

/** Whether an event tells of something in the project's files that a user should hear of each time. What templates log and print is not. */
export const isKept = (event: RunEvent): boolean =>
  event.kind === 'warning' || event.kind === 'deprecation' || (event.kind === 'message' && event.level === 'warn')

/** An event as text; the place that it points at with the lines around it. Throws `NotData`. */
export function eventText(event: RunEvent): string {
  const { at, ...rest } = event as RunEvent & { at?: Span | undefined }
  const shown = at === undefined ? undefined : userSpan(at)
  return dataText([rest, shown === undefined ? null : placeOf(shown)])
}

/** The event of a text. */
export function eventOf(text: string): RunEvent {
  const [event, place] = dataOf(text) as [RunEvent, KeptPlace | null]
  return place === null ? ({ ...event, at: undefined } as RunEvent) : ({ ...event, at: spanOf(place) } as RunEvent)
}

function placeOf({ file, start, end }: Span): KeptPlace {
  const from = file.position(start)
  const to = file.position(end)
  const first = Math.max(1, from.line - AROUND)
  const lines: string[] = []
  for (let line = first; line <= to.line + AROUND; line++) {
    const text = file.line(line)
    if (text === undefined) break
    lines.push(text)
  }
  return { path: file.path, start: from, end: to, last: file.position(file.text.length).line, first, lines }
}

/** A part of a file whose other lines are not known. Its only offsets are those of the kept place. */
class Excerpt extends SourceFile {
  readonly #place: KeptPlace
  constructor(place: KeptPlace) {
    super(place.path, '')
    this.#place = place
  }
  override position(offset: number): Position {
    if (offset === START) return this.#place.start
    return offset > START ? this.#place.end : { line: this.#place.last, column: 1 }
  }
  override line(line: number): string | undefined {
    return this.#place.lines[line - this.#place.first]
  }
}

const START = 1

function spanOf(place: KeptPlace): Span {
  const { start, end, lines, first } = place
  let length = 0
  for (let line = start.line; line < end.line; line++) length += (lines[line - first]?.length ?? 0) + 1
  return { file: new Excerpt(place), start: START, end: START + Math.max(0, length + end.column - start.column) }
}
