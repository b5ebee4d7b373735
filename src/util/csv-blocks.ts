import { isUtf8 } from 'node:buffer'
import { readPythonCsv } from './python-csv.ts'

/** Fills a part of a buffer with what comes next; gives back how many bytes that were, 0 at the end. */
export type ReadBytes = (buffer: Uint8Array, offset: number, length: number) => Promise<number>

/** What the bytes of a cell are. */
export const CellForm = {
  /** Its value. */
  plain: 0,
  /** As it stands in the file: with quotes to be taken away. */
  written: 1,
  /** Nothing: the row is shorter than the header. */
  missing: 2,
} as const

/** Some rows of a CSV file, all of the width of the header. Holds until the next block is asked for. */
export interface CsvBlock {
  readonly bytes: Uint8Array
  readonly rows: number
  /** Where the cell `row * columns + column` begins and ends in `bytes`. */
  readonly starts: Int32Array
  readonly ends: Int32Array
  /** A `CellForm` for each cell. */
  readonly forms: Uint8Array
  /** The value of a cell that is not missing. */
  text(cell: number): string
}

/**
 * What only `readPythonCsv` reads, or says what is wrong with: text that is not UTF-8, characters without a meaning (NUL), rows that are longer than the header,
 * a quote that is never closed, no header, a delimiter of another kind.
 */
export class UnusualCsv extends Error {}

const QUOTE = 34
const NEWLINE = 10
const RETURN = 13
const MARK = [0xef, 0xbb, 0xbf]

/** How much a block holds at most (4 bytes at least); a row that is longer has a block of its own. */
export interface BlockSize {
  readonly bytes: number
  readonly cells: number
}
const BLOCK_SIZE: BlockSize = { bytes: 256 * 1024, cells: 64 * 1024 }

/**
 * The rows of a CSV file in blocks of bounded size, read as `readPythonCsv` reads the text: the same cells, found in the bytes. Throws `UnusualCsv` for
 * everything that is left to that function.
 */
export class CsvBlocks {
  readonly #read: ReadBytes
  readonly #delimiter: string
  readonly #between: number
  #bytes: Buffer
  /** The part of the bytes that is in no block yet. */
  #start = 0
  #end = 0
  #isLast = false
  #columns: number
  readonly #starts: Int32Array
  readonly #ends: Int32Array
  readonly #forms: Uint8Array

  constructor(read: ReadBytes, delimiter: string, size = BLOCK_SIZE) {
    this.#read = read
    this.#bytes = Buffer.allocUnsafe(size.bytes)
    this.#columns = size.cells
    this.#starts = new Int32Array(size.cells)
    this.#ends = new Int32Array(size.cells)
    this.#forms = new Uint8Array(size.cells)
    this.#delimiter = delimiter
    this.#between = delimiter.charCodeAt(0)
    if (delimiter.length !== 1 || this.#between > 127 || ['"', '\n', '\r'].includes(delimiter)) throw new UnusualCsv()
  }

  /** Reads the names of the columns: to be called first, and once. */
  async header(): Promise<string[]> {
    await this.#fill()
    if (MARK.every((byte, index) => index < this.#end && this.#bytes[index] === byte)) this.#start = MARK.length
    const cells = await this.#nextRows(1)
    const names = Array.from({ length: cells }, (_, cell) => this.#text(cell))
    if (cells === 0) throw new UnusualCsv()
    this.#columns = cells
    return names
  }

  /** The next rows, or undefined after the last. */
  async next(): Promise<CsvBlock | undefined> {
    const cells = await this.#nextRows(Number.POSITIVE_INFINITY)
    if (cells === 0) return undefined
    return {
      bytes: this.#bytes,
      rows: cells / this.#columns,
      starts: this.#starts,
      ends: this.#ends,
      forms: this.#forms,
      text: (cell) => this.#text(cell),
    }
  }

  #text(cell: number): string {
    const text = this.#bytes.toString('utf8', this.#starts[cell], this.#ends[cell])
    if (this.#forms[cell] === CellForm.plain) return text
    return readPythonCsv(text, this.#delimiter)[0]?.cells[0] ?? ''
  }

  /** Finds the cells of at least one row, unless there is none left; gives back their number. */
  async #nextRows(limit: number): Promise<number> {
    for (;;) {
      const { cells, end } = this.#findCells(limit)
      if (end > this.#start) {
        const taken = this.#bytes.subarray(this.#start, end)
        if (taken.includes(0) || !isUtf8(taken)) throw new UnusualCsv()
        this.#start = end
        return cells
      }
      if (this.#isLast) return 0
      await this.#fill()
    }
  }

  /** Reads on behind what is left; a row that fills the whole buffer gets a larger one. */
  async #fill(): Promise<void> {
    const left = this.#end - this.#start
    const bytes = left > this.#bytes.length / 2 ? Buffer.allocUnsafe(this.#bytes.length * 2) : this.#bytes
    this.#bytes.copy(bytes, 0, this.#start, this.#end)
    this.#bytes = bytes
    this.#start = 0
    this.#end = left
    while (this.#end < bytes.length) {
      const count = await this.#read(bytes, this.#end, bytes.length - this.#end)
      this.#end += count
      this.#isLast = count === 0
      if (this.#isLast) return
    }
  }

  /** Cells of the whole rows that the buffer holds, as many as there is room for, and where the last of those rows ends. */
  #findCells(limit: number): { readonly cells: number; readonly end: number } {
    const bytes = this.#bytes
    const starts = this.#starts
    const ends = this.#ends
    const forms = this.#forms
    const between = this.#between
    const columns = this.#columns
    const end = this.#end
    const isLast = this.#isLast
    let cell = 0
    let at = this.#start
    /** Behind the last row that is whole. */
    let done = at
    let cells = 0
    for (let row = 0; at < end && row < limit && (row === 0 || cell + columns <= starts.length); row++) {
      let width = 0
      let byte = bytes[at]
      if (byte !== NEWLINE && byte !== RETURN) {
        for (;;) {
          if (width === columns) throw new UnusualCsv()
          const start = at
          let form: number = CellForm.plain
          byte = at < end ? bytes[at] : NEWLINE
          if (byte === QUOTE) {
            let isAsIs = true
            at++
            for (;;) {
              while (at < end && bytes[at] !== QUOTE) {
                if (bytes[at] === RETURN) isAsIs = false
                at++
              }
              if (at + 1 >= end || bytes[at + 1] !== QUOTE) break
              isAsIs = false
              at += 2
            }
            // whether the quote is closed, and what comes behind it, is known when the next byte is
            if (at + 1 >= end && !isLast) return { cells, end: done }
            if (at >= end) throw new UnusualCsv()
            const close = at
            at = Math.min(at + 1, end)
            byte = at < end ? bytes[at] : NEWLINE
            if (isAsIs && (byte === between || byte === NEWLINE || byte === RETURN)) {
              starts[cell] = start + 1
              ends[cell] = close
              forms[cell] = CellForm.plain
              cell++
              width++
              if (byte !== between) break
              at++
              continue
            }
            form = CellForm.written
          }
          while (byte !== between && byte !== NEWLINE && byte !== RETURN) {
            at++
            byte = at < end ? bytes[at] : NEWLINE
          }
          starts[cell] = start
          ends[cell] = at
          forms[cell] = form
          cell++
          width++
          if (byte !== between) break
          at++
        }
      }
      if (at >= end && !isLast) return { cells, end: done }
      if (byte === RETURN) {
        if (at + 1 >= end && !isLast) return { cells, end: done }
        if (at + 1 < end && bytes[at + 1] === NEWLINE) at++
      }
      at = Math.min(at + 1, end)
      if (limit !== 1) {
        for (; width < columns; width++) forms[cell++] = CellForm.missing
      }
      done = at
      cells = cell
    }
    return { cells, end: done }
  }
}
