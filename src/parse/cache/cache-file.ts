import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { writeFileAtomically } from '../../artifacts/write-file.ts'
import type { SeenFile } from '../../project/file-reader.ts'
import type { ReadKey } from './read-values.ts'
import type { EarlierFacts, Fact } from './recorder.ts'

/** A parse as it is kept. Reads are numbers: places in `reads`. */
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
  readonly files: Readonly<Record<string, SeenFile>>
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
}

/** A cache file that was read. */
export interface CacheFile extends KeptParse {
  /** Text of the manifest (see `manifest-text.ts`); '' when only facts were kept. */
  manifest(): string
  facts(): StoredFacts
}

/*
 * One line: MAGIC, the build that wrote it, the SHA-256 of the rest. One line: JSON of a `KeptParse` and the lengths of what follows in bytes:
 * the manifest's text and the facts, a line each.
 */
const MAGIC = 'quern-parse-cache-1'

/**
 * Reads a cache file. Undefined when there is none. Throws an Error that says why it is of no use: not ours (dbt writes its own under the
 * same name), from another build, damaged.
 */
export function readCache(path: string, build: string): CacheFile | undefined {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const end = bytes.indexOf(10)
  const [magic, writer, checksum] = bytes.toString('latin1', 0, Math.min(Math.max(end, 0), 300)).split(' ')
  if (magic !== MAGIC) throw new Error('it was not written by quern')
  if (writer !== build) throw new OtherBuild('it was written by another version of quern')
  const body = bytes.subarray(end + 1)
  if (createHash('sha256').update(body).digest('hex') !== checksum) throw new Error('it is damaged')
  const headEnd = body.indexOf(10)
  const { lengths, ...kept } = JSON.parse(body.toString('utf8', 0, headEnd)) as KeptParse & {
    lengths: [number, number]
  }
  const start = headEnd + 1
  let facts: StoredFacts | undefined
  return {
    ...kept,
    manifest: () => body.toString('utf8', start, start + lengths[0]),
    facts: () => {
      facts ??= new StoredFacts(body.toString('utf8', start + lengths[0], start + lengths[0] + lengths[1]), kept.reads)
      return facts
    },
  }
}

/** The file is whole, but another build of quern wrote it. */
export class OtherBuild extends Error {}

/** Writes a cache file in one step. Throws a `QuernError` when it cannot be written. */
export function writeCache(
  path: string,
  build: string,
  kept: KeptParse,
  manifest: string,
  facts: Iterable<Fact>,
): void {
  const places = new Map(kept.reads.map(([key], place) => [key, place]))
  const lines: string[] = []
  for (const fact of facts) lines.push(factLine(fact, places))
  const parts = [manifest, lines.join('\n')].map((text) => Buffer.from(text))
  const head = Buffer.from(`${JSON.stringify({ ...kept, lengths: parts.map((part) => part.length) })}\n`)
  const hash = createHash('sha256')
  for (const part of [head, ...parts]) hash.update(part)
  const first = Buffer.from(`${MAGIC} ${build} ${hash.digest('hex')}\n`)
  writeFileAtomically(path, [first, head, ...parts], { durable: false })
}

/** Fields of a line: JSON of id and file, digest, places of reads, JSON of events, text of the value. None of them holds a tab or a line break. */
const factLine = (fact: Fact, places: ReadonlyMap<ReadKey, number>): string =>
  [
    JSON.stringify([fact.id, fact.file]),
    fact.digest,
    fact.reads.map((key) => places.get(key)).join(),
    fact.events.length === 0 ? '' : JSON.stringify(fact.events),
    fact.value,
  ].join('\t')

/** The facts of a cache file, read one by one when they are asked for. */
export class StoredFacts implements EarlierFacts {
  readonly #lines = new Map<string, { readonly file: string; readonly rest: string }>()
  readonly #reads: KeptParse['reads']
  readonly #values: ReadonlyMap<ReadKey, string>

  constructor(text: string, reads: KeptParse['reads']) {
    this.#reads = reads
    this.#values = new Map(reads)
    if (text === '') return
    for (const line of text.split('\n')) {
      const tab = line.indexOf('\t')
      const [id, file] = JSON.parse(line.slice(0, tab)) as [string, string]
      this.#lines.set(id, { file, rest: line.slice(tab + 1) })
    }
  }

  get(id: string): Fact | undefined {
    const line = this.#lines.get(id)
    if (line === undefined) return undefined
    const [digest = '', reads = '', events = '', value = ''] = line.rest.split('\t')
    return {
      id,
      file: line.file,
      digest,
      reads: reads === '' ? [] : reads.split(',').map((place) => this.#reads[Number(place)]![0]),
      events: events === '' ? [] : (JSON.parse(events) as string[]),
      value,
    }
  }

  valueOf(key: ReadKey): string | undefined {
    return this.#values.get(key)
  }

  *all(): Generator<Fact> {
    for (const id of this.#lines.keys()) yield this.get(id)!
  }

  /** Ids of the facts of some files, by file. */
  idsOf(files: ReadonlySet<string>): Map<string, Set<string>> {
    const found = new Map([...files].map((file) => [file, new Set<string>()]))
    for (const [id, { file }] of this.#lines) found.get(file)?.add(id)
    return found
  }
}
