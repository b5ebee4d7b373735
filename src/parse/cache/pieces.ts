import { readSync } from 'node:fs'
import type { TextRange } from '../../manifest/published-text.ts'

/** Bytes of a file: from, and how many. */
export type Piece = readonly [at: number, length: number]

/** A text that stands in a file in one or several pieces. Places in it count from its own beginning. */
export class Pieces {
  readonly list: readonly Piece[]
  readonly length: number

  constructor(list: readonly Piece[]) {
    this.list = list.filter(([, length]) => length > 0)
    this.length = this.list.reduce((sum, [, length]) => sum + length, 0)
  }

  /** The pieces of a part. */
  part({ from, to }: TextRange): Piece[] {
    const found: Piece[] = []
    let start = 0
    for (const [at, length] of this.list) {
      const first = Math.max(from, start)
      const last = Math.min(to, start + length)
      if (first < last) found.push([at + first - start, last - first])
      start += length
    }
    return found
  }

  /** The text with another piece in the place of a part. */
  with(range: TextRange, piece: Piece): Pieces {
    return new Pieces([
      ...this.part({ from: 0, to: range.from }),
      piece,
      ...this.part({ from: range.to, to: this.length }),
    ])
  }
}

const CHUNK = 1 << 20

/** The bytes of some pieces, chunk by chunk; a chunk is only good until the next is asked for. Throws when the file is too short. */
export function* chunksOf(open: number, pieces: Iterable<Piece>): Generator<Buffer> {
  let buffer: Buffer | undefined
  for (const [at, length] of pieces) {
    for (let done = 0; done < length; ) {
      const wanted = Math.min(CHUNK, length - done)
      if (buffer === undefined || buffer.length < wanted) buffer = Buffer.allocUnsafe(wanted)
      const got = readSync(open, buffer, 0, wanted, at + done)
      if (got === 0) throw new Error('it ends too early')
      done += got
      yield buffer.subarray(0, got)
    }
  }
}

/** The bytes of some pieces in one. */
export function bytesOf(open: number, pieces: readonly Piece[]): Buffer {
  const bytes = Buffer.allocUnsafe(pieces.reduce((sum, [, length]) => sum + length, 0))
  let filled = 0
  for (const chunk of chunksOf(open, pieces)) {
    chunk.copy(bytes, filled)
    filled += chunk.length
  }
  return bytes
}
