import type { DataTypeName } from '../../src/adapter/agate-data-types.ts'
import {
  booleanKind,
  dateKind,
  datetimeKind,
  isoDatetimeKind,
  isWord,
  MomentKind,
  NumberKind,
  numberKind,
  trimmedEnd,
  trimmedStart,
} from '../../src/adapter/csv-cells.ts'
import type { CsvRows } from '../../src/adapter/csv-rows.ts'
import { CellForm, type CsvBlock } from '../../src/util/csv-blocks.ts'
import { copyWriter, type Write } from './copy-text.ts'

const PIECE_BYTES = 64 * 1024
/** What a value may take besides twice its bytes in the file, with what stands between values. */
const SPARE_BYTES = 32

const TAB = 9
const NEWLINE = 10
const SPACE = 32
const POINT = 46
const ZERO = 48
const MINUS = 45
const BACKSLASH = 92
const LETTER_N = 110
const LETTER_T = 116
const UTC = Buffer.from('+00:00')
const NULL = Buffer.from('\\N')

/** Bytes for the server. */
class Piece {
  #bytes = Buffer.allocUnsafe(PIECE_BYTES + SPARE_BYTES)
  #length = 0

  get isFull(): boolean {
    return this.#length >= PIECE_BYTES
  }
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }
  /** Makes room for so many bytes. */
  reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(2 * this.#bytes.length + count)
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
  put(byte: number): void {
    this.#bytes[this.#length++] = byte
  }
  copy(bytes: Uint8Array, start: number, end: number): void {
    const to = this.#bytes
    let length = this.#length
    for (let at = start; at < end; at++) to[length++] = bytes[at] as number
    this.#length = length
  }
  text(text: string): void {
    this.reserve(3 * text.length + SPARE_BYTES)
    this.#length += this.#bytes.write(text, this.#length)
  }
}

/** Writes a cell as `copyText` would write its value, without making the value; false: nothing was written, the value is needed. */
type QuickWrite = (piece: Piece, bytes: Uint8Array, start: number, end: number) => boolean

/**
 * The rows of a CSV file as lines of COPY's text format, for columns of the given types: the lines that `copyText` makes of the table's values, made while the
 * file is read. Undefined where `copyText` gives undefined.
 */
export function csvLines(rows: CsvRows, types: readonly string[]): CsvLines | undefined {
  const writes = types.map(copyWriter)
  const areWritten = rows.columns.every(({ examples }, column) =>
    examples.every((value) => writes[column]?.(value) !== undefined),
  )
  return areWritten ? new CsvLines(rows, types, writes) : undefined
}

export class CsvLines {
  readonly #rows: CsvRows
  readonly #writes: readonly Write[]
  readonly #quick: readonly (QuickWrite | undefined)[]
  readonly #blocks: AsyncGenerator<CsvBlock>
  #block: CsvBlock | undefined
  /** The next row of the block. */
  #row = 0

  constructor(rows: CsvRows, types: readonly string[], writes: readonly Write[]) {
    this.#rows = rows
    this.#writes = writes
    this.#quick = rows.columns.map(({ type }, column) => quickWrite(type.typeName, types[column] as string))
    this.#blocks = rows.blocks()
  }

  /** The next lines, `count` of them or all that are left, in pieces. */
  async *take(count: number): AsyncGenerator<Uint8Array> {
    for (let left = count; left > 0; ) {
      if (this.#block === undefined || this.#row === this.#block.rows) {
        const next = await this.#blocks.next()
        if (next.done === true) return
        this.#block = next.value
        this.#row = 0
      }
      const first = this.#row
      yield this.#piece(this.#block, Math.min(this.#block.rows, first + left))
      left -= this.#row - first
    }
  }

  /** To be called when all lines were taken. Throws when they are not those of the file that was looked through. */
  async end(): Promise<void> {
    const next = await this.#blocks.next()
    if (next.done !== true) throw this.#rows.changed()
  }

  /** Ends reading, whatever is left. */
  async close(): Promise<void> {
    await this.#blocks.return(undefined)
  }

  /** Rows of a block up to `end`, as many as one piece takes. */
  #piece(block: CsvBlock, end: number): Uint8Array {
    const piece = new Piece()
    const columns = this.#writes.length
    while (this.#row < end && !piece.isFull) {
      const first = this.#row++ * columns
      for (let column = 0; column < columns; column++) {
        if (column > 0) piece.put(TAB)
        this.#cell(piece, block, first + column, column)
      }
      piece.put(NEWLINE)
    }
    return piece.bytes
  }

  #cell(piece: Piece, block: CsvBlock, cell: number, column: number): void {
    const form = block.forms[cell]
    const start = block.starts[cell] as number
    const end = block.ends[cell] as number
    if (form === CellForm.missing || start === end) {
      piece.reserve(SPARE_BYTES)
      piece.copy(NULL, 0, NULL.length)
      return
    }
    piece.reserve(2 * (end - start) + SPARE_BYTES)
    const quick = this.#quick[column]
    if (form === CellForm.plain && quick?.(piece, block.bytes, start, end)) return
    const value = this.#rows.columns[column]?.type.cast(block.text(cell))
    const text = value === null ? '\\N' : value === undefined ? undefined : this.#writes[column]?.(value)
    if (text === undefined) throw this.#rows.changed()
    piece.text(text)
  }
}

/** For a column of the table, and the type of its column in the database (as in `copyText`). */
function quickWrite(kind: DataTypeName, type: string): QuickWrite | undefined {
  switch (kind) {
    case 'Text':
      return writeText
    case 'Number':
      return type === 'FLOAT' || type === 'DECIMAL' ? writeNumber : writeWhole
    case 'Date':
      return writeDate
    case 'DateTime':
      return writeDatetime
    case 'ISODateTime':
      return writeIsoDatetime
    case 'Boolean':
      return writeBoolean
    case 'Integer':
      return undefined
  }
}

const writeText: QuickWrite = (piece, bytes, start, end) => {
  if (maybeNone(bytes, start, end)) return false
  let from = start
  for (let at = start; at < end; at++) {
    const byte = bytes[at]
    if (byte !== BACKSLASH && byte !== TAB && byte !== NEWLINE) continue
    piece.copy(bytes, from, at)
    piece.put(BACKSLASH)
    piece.put(byte === BACKSLASH ? BACKSLASH : byte === TAB ? LETTER_T : LETTER_N)
    from = at + 1
  }
  piece.copy(bytes, from, end)
  return true
}

/** The first bytes of the white space that `stripSpace` takes away, outside of ASCII. */
const WHITE_LEADS: ReadonlySet<number> = new Set([0xc2, 0xe1, 0xe2, 0xe3])

/** Whether a text may be nothing, or `null`, with white space around it. */
function maybeNone(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start] as number
  if (first <= SPACE || WHITE_LEADS.has(first)) return true
  if ((first | 32) !== LETTER_N) return false
  const last = bytes[end - 1] as number
  return last <= SPACE || last > 126 || (end - start === 4 && isWord(bytes, start, 'null'))
}

const writeNumber: QuickWrite = (piece, bytes, start, end) =>
  numberKind(bytes, start, end) !== 0 && copyNumber(piece, bytes, start, end)

/** Whole numbers without a point, for integers. */
const writeWhole: QuickWrite = (piece, bytes, start, end) => {
  const kind = numberKind(bytes, start, end)
  if (kind !== NumberKind.whole32 && kind !== NumberKind.whole64) return false
  for (let at = start; at < end; at++) if (bytes[at] === POINT) return false
  return copyNumber(piece, bytes, start, end)
}

/** Without zeros in front that say nothing. */
function copyNumber(piece: Piece, bytes: Uint8Array, from: number, to: number): true {
  let start = trimmedStart(bytes, from, to)
  const end = trimmedEnd(bytes, start, to)
  if (bytes[start] === MINUS) {
    piece.put(MINUS)
    start++
  }
  while (bytes[start] === ZERO && start + 1 < end && bytes[start + 1] !== POINT) start++
  piece.copy(bytes, start, end)
  return true
}

const writeDate: QuickWrite = (piece, bytes, start, end) =>
  dateKind(bytes, start, end) !== 0 && copyTrimmed(piece, bytes, start, end)

const writeDatetime: QuickWrite = (piece, bytes, start, end) =>
  datetimeKind(bytes, start, end) !== 0 && copyTrimmed(piece, bytes, start, end)

function copyTrimmed(piece: Piece, bytes: Uint8Array, start: number, end: number): true {
  piece.copy(bytes, trimmedStart(bytes, start, end), trimmedEnd(bytes, start, end))
  return true
}

/** A space in place of the T, six digits of a fraction that is not 0, and `+00:00` for Z. */
const writeIsoDatetime: QuickWrite = (piece, bytes, from, to) => {
  const kind = isoDatetimeKind(bytes, from, to)
  if (kind === 0) return false
  const start = trimmedStart(bytes, from, to)
  const end = trimmedEnd(bytes, start, to) - (kind === MomentKind.zoned ? 1 : 0)
  piece.copy(bytes, start, start + 10)
  piece.put(SPACE)
  piece.copy(bytes, start + 11, start + 19)
  let last = end
  while (last > start + 20 && bytes[last - 1] === ZERO) last--
  if (last > start + 20) {
    piece.copy(bytes, start + 19, last)
    for (let digits = last - (start + 20); digits < 6; digits++) piece.put(ZERO)
  }
  if (kind === MomentKind.zoned) piece.copy(UTC, 0, UTC.length)
  return true
}

const writeBoolean: QuickWrite = (piece, bytes, start, end) => {
  if (booleanKind(bytes, start, end) === 0) return false
  piece.put((bytes[start] as number) | 32)
  return true
}
