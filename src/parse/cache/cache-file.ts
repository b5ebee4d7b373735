import { closeSync, constants, fstatSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { gathered, type Pieces as Texts, writeFileAtomically } from '../../artifacts/write-file.ts'
import type { SeenFile } from '../../project/file-reader.ts'
import { NO_SECRETS, type Secrets } from '../../util/secrets.ts'
import { checksumOf, newChecksum } from './checksum.ts'
import { bytesOf, chunksOf, type Piece, Pieces } from './pieces.ts'
import type { ReadKey } from './read-values.ts'

/** A parse as it is kept, but for the texts of resources and facts. Reads are numbers: places in `reads`. */
export interface KeptParse {
  /** Of the values in `reads`. */
  readonly salt: string
  /** Of everything but files and reads that decides what parsing gives. */
  readonly key: string
  /** Of the lists of files. */
  readonly listing: string
  /** When the parse began, in milliseconds since the epoch: what the file system says of files that changed about then is not trusted. */
  readonly takenAt: number
  /** By absolute path. */
  readonly files: ReadonlyMap<string, SeenFile>
  /** Files that cannot be looked at alone: see `Recorder`. */
  readonly bound: readonly string[]
  readonly reads: readonly (readonly [key: ReadKey, value: string])[]
  /** Places of the reads that belong to no fact. */
  readonly commonReads: readonly number[]
  /** Facts that read something besides macros: file and places of those reads. */
  readonly readers: readonly (readonly [file: string, reads: readonly number[]])[]
  /** Texts of all warnings, in order. */
  readonly events: readonly string[]
  /** Digests of the warnings of the files that have some. */
  readonly fileEvents: Readonly<Record<string, string>>
  /** How the texts are divided: numbers and names that only those who write and read them understand. */
  readonly layout: Readonly<Record<string, unknown>>
}

/** The texts of a cache file. `body` is what manifest.json says behind its metadata, ASCII; '' where only facts are kept. */
export const REGIONS = ['body', 'outlines', 'inexact', 'macros', 'facts'] as const
export type Region = (typeof REGIONS)[number]

/** A part of a region that is another now. */
export interface Replacement {
  readonly region: Region
  readonly from: number
  readonly to: number
  readonly text: string
}

/*
 * The file: `MAGIC build`, blanks up to ROOM; the regions; the head, which is the JSON of a `KeptParse` and tells where the regions stand; the trailer,
 * of a fixed length, which tells where the head stands. What changes is appended: new texts, a new head, a new trailer; the head then puts regions
 * together from several pieces. All bytes before the head are under checksums in the head, the head itself is under one in the trailer.
 * The body stands first and behind ROOM bytes so that a copy of the file becomes manifest.json when metadata is written over its beginning.
 */
const MAGIC = 'quern-parse-cache-2'
/** As much as the metadata of manifest.json takes, environment variables of users apart. */
const ROOM = 1024
const TRAILER = 80
/** A file is written anew when this share of it is no longer used (and it is worth the trouble). */
const MOST_UNUSED = 0.3
const UNUSED_BYTES = 8 << 20

interface Head extends Omit<KeptParse, 'files'> {
  readonly files: readonly [paths: string[], sizes: number[], mtimes: number[], ctimes: number[], contents: string[]]
  readonly regions: Readonly<Record<Region, readonly Piece[]>>
  /** Lengths and checksums of what stands before the head, from the first byte on. */
  readonly checked: readonly (readonly [length: number, checksum: string])[]
}

/** The file is whole, but another build of quern wrote it. */
export class OtherBuild extends Error {}

/** A cache file that is open. */
export class CacheFile {
  readonly path: string
  readonly kept: KeptParse
  readonly #open: number
  readonly #regions: Readonly<Record<Region, Pieces>>
  readonly #checked: Head['checked']
  /** Of head and trailer. */
  readonly #end: Buffer
  #isOpen = true

  private constructor(path: string, open: number, head: Head, end: Buffer) {
    const { files, regions, checked, ...kept } = head
    this.path = path
    this.kept = { ...kept, files: filesOf(files) }
    this.#open = open
    this.#regions = Object.fromEntries(REGIONS.map((name) => [name, new Pieces(regions[name])])) as never
    this.#checked = checked
    this.#end = end
  }

  /**
   * Opens a cache file; all of it is checked. Undefined when there is none. Throws an Error that says why it is of no use: not ours (dbt writes its
   * own under the same name), from another build, damaged.
   */
  static open(path: string, build: string, check = true): CacheFile | undefined {
    let open: number
    try {
      // A pipe of this name would keep us waiting for somebody who writes into it.
      open = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
    try {
      return CacheFile.#read(path, open, build, check)
    } catch (error) {
      closeSync(open)
      throw error
    }
  }

  static #read(path: string, open: number, build: string, check: boolean): CacheFile {
    const { size } = fstatSync(open)
    const first = Buffer.alloc(Math.min(size, ROOM))
    readSync(open, first, 0, first.length, 0)
    const [magic, writer] = first.toString('latin1').trimEnd().split(' ')
    if (magic !== MAGIC) throw new Error('it was not written by quern')
    if (writer !== build) throw new OtherBuild('it was written by another version of quern')
    if (size < ROOM + TRAILER) throw new Error(DAMAGED)
    const trailer = bytesOf(open, [[size - TRAILER, TRAILER]]).toString('latin1')
    const [at, length, checksum] = trailer.trimEnd().split(' ')
    const headAt = Number(at)
    const headLength = Number(length)
    if (trailer !== trailerText(headAt, headLength, String(checksum)) || headAt + headLength + TRAILER !== size)
      throw new Error(DAMAGED)
    const end = bytesOf(open, [[headAt, headLength + TRAILER]])
    const text = end.subarray(0, headLength)
    if (checksumOf(text) !== checksum) throw new Error(DAMAGED)
    const head = JSON.parse(text.toString('utf8')) as Head
    if (check) checkAll(open, head.checked, headAt)
    return new CacheFile(path, open, head, end)
  }

  length(region: Region): number {
    return this.#regions[region].length
  }

  bytes(region: Region, from = 0, to = this.#regions[region].length): Buffer {
    return bytesOf(this.#open, this.#regions[region].part({ from, to }))
  }

  /** Chunk by chunk; each is only good until the next is asked for. */
  chunks(region: Region, from = 0, to = this.#regions[region].length): Generator<Buffer> {
    return chunksOf(this.#open, this.#regions[region].part({ from, to }))
  }

  /** Where the body begins, when all of it stands at the beginning of the file. */
  get bodyAt(): number | undefined {
    const [only, ...others] = this.#regions.body.list
    return only !== undefined && others.length === 0 && only[0] === ROOM ? ROOM : undefined
  }

  /** Whether there is still this file at its path. */
  isInPlace(): boolean {
    const there = statSync(this.path, { throwIfNoEntry: false })
    const own = fstatSync(this.#open)
    return there !== undefined && there.ino === own.ino && there.dev === own.dev
  }

  /** Nothing can be read any more. */
  close(): void {
    if (this.#isOpen) closeSync(this.#open)
    this.#isOpen = false
  }

  /**
   * Adds what is another now to the file; false when it should be written anew: too much of it would be of no use, or it is not to be written to
   * (`path`), or somebody else did. The replacements of a region do not overlap. Throws when the disk does, and when one of the `secrets` would stand in it.
   */
  append(path: string, kept: KeptParse, replacements: readonly Replacement[], secrets: Secrets): boolean {
    if (path !== this.path || !this.isInPlace()) return false
    const size = fstatSync(this.#open).size
    const before = this.#checked.reduce((sum, [length]) => sum + length, 0)
    if (size !== before + this.#end.length) return false
    const texts = replacements.map(({ text }) => Buffer.from(text))
    if (secrets.isIn(texts)) throw new Error(SECRET)
    const regions = { ...this.#regions }
    let at = size
    const placed = replacements.map((replacement, place): [Replacement, Piece] => {
      const piece: Piece = [at, texts[place]!.length]
      at += texts[place]!.length
      return [replacement, piece]
    })
    // from the end, so that places before it stay what they are
    for (const [{ region, from, to }, piece] of placed.sort(([a], [b]) => b.from - a.from))
      regions[region] = regions[region].with({ from, to }, piece)
    const used = REGIONS.reduce((sum, name) => sum + regions[name].length, 0)
    if (at - used > Math.max(UNUSED_BYTES, MOST_UNUSED * used)) return false
    const added = Buffer.concat([this.#end, ...texts])
    const checked = [...this.#checked, [added.length, checksumOf(added)] as const]
    const end = endOf(at, kept, regions, checked)
    const appended = Buffer.concat([...texts, end])
    const open = openSync(path, 'a')
    try {
      for (let done = 0; done < appended.length; ) done += writeSync(open, appended, done)
    } finally {
      closeSync(open)
    }
    return true
  }
}

const DAMAGED = 'it is damaged'
const SECRET = 'a secret stands in it'

/**
 * Writes a cache file in one step. `regions` gives their texts, one after the other. Throws a `QuernError` when it cannot be written, which it is not
 * either when one of the `secrets` stands in it.
 */
export function writeCache(
  path: string,
  build: string,
  regions: Readonly<Record<Region, () => Texts>>,
  kept: () => KeptParse,
  secrets: Secrets,
): void {
  function* all(): Generator<Uint8Array> {
    const checksum = newChecksum()
    let at = 0
    const counted = (bytes: Uint8Array): Uint8Array => {
      checksum.update(bytes)
      at += bytes.length
      return bytes
    }
    yield counted(Buffer.from(`${MAGIC} ${build}`.padEnd(ROOM)))
    const places: Partial<Record<Region, Pieces>> = {}
    for (const name of REGIONS) {
      const start = at
      for (const bytes of gathered(regions[name]())) yield counted(bytes)
      places[name] = new Pieces([[start, at - start]])
    }
    yield endOf(at, kept(), places as Record<Region, Pieces>, [[at, checksum.text()]])
  }
  // stars in the place of a secret would make another project of it
  writeFileAtomically(
    path,
    secrets.refusing(all(), () => new Error(SECRET)),
    { secrets: NO_SECRETS, durable: false },
  )
}

/** Head and trailer. */
function endOf(
  at: number,
  kept: KeptParse,
  regions: Readonly<Record<Region, Pieces>>,
  checked: Head['checked'],
): Buffer {
  const head: Head = {
    ...kept,
    files: columnsOf(kept.files),
    regions: Object.fromEntries(REGIONS.map((name) => [name, regions[name].list])) as never,
    checked,
  }
  const text = Buffer.from(JSON.stringify(head))
  return Buffer.concat([text, Buffer.from(trailerText(at, text.length, checksumOf(text)))])
}

const trailerText = (at: number, length: number, checksum: string): string =>
  `${`${at} ${length} ${checksum}`.padEnd(TRAILER - 1)}\n`

function checkAll(open: number, checked: Head['checked'], size: number): void {
  let at = 0
  for (const [length, expected] of checked) {
    const checksum = newChecksum()
    for (const chunk of chunksOf(open, [[at, length]])) checksum.update(chunk)
    if (checksum.text() !== expected) throw new Error(DAMAGED)
    at += length
  }
  if (at !== size) throw new Error(DAMAGED)
}

function columnsOf(files: KeptParse['files']): Head['files'] {
  const seen = [...files.values()]
  return [
    [...files.keys()],
    seen.map((file) => file.size),
    seen.map((file) => file.mtime),
    seen.map((file) => file.ctime),
    seen.map((file) => file.content),
  ]
}

function filesOf([paths, sizes, mtimes, ctimes, contents]: Head['files']): Map<string, SeenFile> {
  const files = new Map<string, SeenFile>()
  for (const [at, path] of paths.entries())
    files.set(path, { size: sizes[at]!, mtime: mtimes[at]!, ctime: ctimes[at]!, content: contents[at]! })
  return files
}
