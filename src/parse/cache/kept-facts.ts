import type { CacheFile } from './cache-file.ts'
import type { ReadKey } from './read-values.ts'
import type { EarlierFacts, Fact } from './recorder.ts'

/** How long the facts of each file are, in the order in which they are kept; bytes. */
export type FactLengths = readonly (readonly [file: string, length: number])[]

/** Facts as text, by file; a line each. `placeOf`: numbers of reads. */
export function factTexts(facts: Iterable<Fact>, placeOf: (read: ReadKey) => number): Map<string, string> {
  const lines = new Map<string, string[]>()
  for (const fact of facts) {
    const ofFile = lines.get(fact.file)
    if (ofFile === undefined) lines.set(fact.file, [factLine(fact, placeOf)])
    else ofFile.push(factLine(fact, placeOf))
  }
  return new Map([...lines].map(([file, texts]) => [file, texts.join('')]))
}

/** Fields of a line: JSON of id and file, digest, places of reads, JSON of events, text of the value. None of them holds a tab or a line break. */
const factLine = (fact: Fact, placeOf: (read: ReadKey) => number): string =>
  `${[
    JSON.stringify([fact.id, fact.file]),
    fact.digest,
    fact.reads.map(placeOf).join(),
    fact.events.length === 0 ? '' : JSON.stringify(fact.events),
    fact.value,
  ].join('\t')}\n`

/** The facts of a cache file, or those of some files of the project; each is read when it is asked for. */
export class StoredFacts implements EarlierFacts {
  readonly #lines = new Map<string, { readonly file: string; readonly rest: string }>()
  readonly #from: CacheFile
  readonly #reads: CacheFile['kept']['reads']
  readonly #values: ReadonlyMap<ReadKey, string>

  constructor(from: CacheFile, files?: ReadonlySet<string>) {
    this.#from = from
    this.#reads = from.kept.reads
    this.#values = new Map(from.kept.reads)
    if (files === undefined) this.#add(from.bytes('facts'))
    else this.include(files)
  }

  /** Reads the facts of more files. */
  include(files: ReadonlySet<string>): void {
    for (const { from, to } of factRanges(this.#from, files).values()) this.#add(this.#from.bytes('facts', from, to))
  }

  #add(bytes: Buffer): void {
    for (const line of bytes.toString('utf8').split('\n')) {
      if (line === '') continue
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

  /** Ids of the facts of some files, by file. */
  idsOf(files: ReadonlySet<string>): Map<string, Set<string>> {
    const found = new Map([...files].map((file) => [file, new Set<string>()]))
    for (const [id, { file }] of this.#lines) found.get(file)?.add(id)
    return found
  }
}

/** Where the facts of some files stand. */
export function factRanges(
  { kept }: CacheFile,
  files: ReadonlySet<string>,
): Map<string, { readonly from: number; readonly to: number }> {
  const ranges = new Map<string, { from: number; to: number }>()
  let at = 0
  for (const [file, length] of kept.layout['facts'] as FactLengths) {
    if (files.has(file)) ranges.set(file, { from: at, to: at + length })
    at += length
  }
  return ranges
}
