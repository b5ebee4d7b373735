import { randomBytes } from 'node:crypto'
import type { Project } from '../../config/project-config.ts'
import { QuernError } from '../../errors/quern-error.ts'
import type { Manifest } from '../../manifest/manifest.ts'
import { indexMacros, type MacroIndex } from '../../manifest/resolve-macro.ts'
import { findProjectFiles, type ProjectFiles } from '../../project/find-files.ts'
import type { ParseContexts } from '../parse-contexts.ts'
import { dispatchRules, type ParseInput, parseProject } from '../parse-project.ts'
import { alone } from './alone.ts'
import { CacheFile, type KeptParse, OtherBuild, type Region, type Replacement, writeCache } from './cache-file.ts'
import { compareFiles, type FileChanges } from './changed-files.ts'
import { NotData } from './data-text.ts'
import { eventOf } from './kept-event.ts'
import { type FactLengths, factRanges, factTexts, StoredFacts } from './kept-facts.ts'
import { attachManifest, manifestTexts, nodeReplacements, noManifest } from './kept-manifest.ts'
import { listingKey, parseKey } from './parse-key.ts'
import { isOfMacros, type ReadKey, ReadValues } from './read-values.ts'
import { eventsDigest, type Fact, Recorder } from './recorder.ts'
import { type Renewed, renew } from './renew.ts'

/** Everything that parsing starts from, and where what it gives is kept. */
export interface CachedParseInput extends Pick<ParseInput, 'config' | 'invocation' | 'adapter' | 'builtins'> {
  /** Where an earlier parse may be; undefined: none is asked for (`--no-partial-parse`). */
  readonly readFrom: string | undefined
  readonly writeTo: string
  /** Of quern: another build's file is not read. */
  readonly build: string
  /** Contexts of templates that tell `recorder` what they read. */
  readonly contexts: (manifest: Manifest, macros: MacroIndex, recorder: Recorder) => ParseContexts
}

/** The earlier parse, with what became of its files. */
interface Earlier {
  readonly file: CacheFile
  readonly changes: FileChanges
}

/** A parsed project. */
export interface Parsed {
  readonly manifest: Manifest
  /** Keeps it for the next time, as it is then. */
  keep(): void
}

/**
 * Parses a project with the help of an earlier parse. The manifest is that of `parseProject` but for `created_at` of what did not change, and the same
 * warnings are told. The earlier manifest is taken as a whole when nothing that it depends on has changed, or nothing but texts of nodes that ask for
 * the same as before; else everything is parsed, with what is known of files and templates that stayed the same.
 * Throws what `parseProject` throws; a file that cannot be read or written is no error.
 */
export function parseCached(input: CachedParseInput): Parsed {
  const { config, invocation, adapter } = input
  const startedAt = invocation.now()
  const projects = [config.project, ...config.packages.values()]
  const files = new Map(projects.map((project) => [project, findProjectFiles(project)] as const))
  const frame = { key: parseKey(config, invocation, adapter) ?? '', listing: listingKey(files), takenAt: startedAt }
  const earlier = readEarlier(input, files, startedAt)
  try {
    const values = new ReadValues(config, invocation, earlier?.file.kept.salt ?? randomBytes(12).toString('base64url'))
    if (earlier !== undefined && frame.key !== '' && earlier.file.kept.key === frame.key) {
      const { file, changes } = earlier
      const renewed = file.kept.listing === frame.listing ? renew(input, files, file, changes, values) : undefined
      tellChanges(input, changes, renewed !== undefined)
      if (renewed !== undefined) {
        for (const event of file.kept.events) invocation.emit(eventOf(event))
        const isNew = renewed.again !== undefined || changes.isWorthKeeping
        return {
          manifest: renewed.manifest,
          keep: () => {
            // the edges that are kept are others until it is kept again
            if (renewed.hasOtherParents) renewed.manifest.published = undefined
            if (isNew) telling(input, () => keepRenewed(input, values, file, frame, renewed))
          },
        }
      }
    } else if (earlier !== undefined) {
      invocation.emit({ kind: 'partial-parse-unavailable', reason: 'a project config has changed' })
    }
    return parseAnew(input, files, frame, values, earlier)
  } catch (error) {
    earlier?.file.close()
    throw error
  }
}

type Frame = Pick<KeptParse, 'key' | 'listing' | 'takenAt'>

function parseAnew(
  input: CachedParseInput,
  files: ReadonlyMap<Project, ProjectFiles>,
  frame: Frame,
  values: ReadValues,
  earlier: Earlier | undefined,
): Parsed {
  const { config, invocation, adapter, builtins } = input
  const facts = earlier === undefined ? undefined : new StoredFacts(earlier.file)
  earlier?.file.close()
  const recorder = new Recorder({ values, earlier: facts, emit: invocation.emit })
  recorder.reads.note('target', 'database')
  recorder.reads.note('target', 'schema')
  recorder.reads.note('flag', 'STATIC_PARSER')
  const rules = dispatchRules(config, adapter, builtins)
  const manifest = parseProject({
    ...input,
    invocation: { ...invocation, emit: recorder.emit },
    files,
    memory: recorder,
    contexts: (parsed, index) => {
      values.macros = { manifest: parsed, index, rules }
      return input.contexts(parsed, index, recorder)
    },
  })
  values.macros ??= {
    manifest,
    index: indexMacros(
      manifest.macros.values(),
      config.project.name,
      builtins.map((builtin) => builtin.package),
    ),
    rules,
  }
  return { manifest, keep: () => telling(input, () => keepAnew(input, values, frame, manifest, recorder)) }
}

/** Writes the cache file of a parse, and lets the manifest know that it stands there. */
function keepAnew(
  input: CachedParseInput,
  values: ReadValues,
  frame: Frame,
  manifest: Manifest,
  recorder: Recorder,
): void {
  const places = new ReadPlaces([])
  const facts = [...recorder.facts.values()]
  const commonReads = [...recorder.commonReads].filter((read) => !isOfMacros(read)).map(places.of)
  const readers = [...readersOf(facts, places.of)]
  const texts = factTexts(facts, places.of)
  const common = {
    ...frame,
    salt: values.salt,
    files: recorder.files.seen,
    bound: [...recorder.shared, ...recorder.unkept],
    reads: places.list.map((read) => [read, values.of(read)] as const),
    commonReads,
    readers,
    events: recorder.events,
    fileEvents: Object.fromEntries(Array.from(recorder.fileEvents, ([file, told]) => [file, eventsDigest(told)])),
  }
  const write = ({ layout, regions }: ReturnType<typeof manifestTexts>): void =>
    writeCache(
      input.writeTo,
      input.build,
      { ...regions, facts: () => texts.values() },
      () => ({
        ...common,
        layout: { ...layout, facts: Array.from(texts, ([file, text]) => [file, Buffer.byteLength(text)]) },
      }),
      input.invocation.secrets,
    )
  let isWhole = recorder.isComplete && frame.key !== ''
  if (isWhole) {
    try {
      write(manifestTexts(manifest))
    } catch (error) {
      // something in the manifest is no data: then only facts are kept
      if (!(error instanceof QuernError && error.cause instanceof NotData)) throw error
      isWhole = false
    }
  }
  if (!isWhole) {
    write(noManifest())
    return
  }
  attach(input, manifest, common)
}

/** Adds to the cache file what is new, or writes it anew. */
function keepRenewed(
  input: CachedParseInput,
  values: ReadValues,
  file: CacheFile,
  frame: Frame,
  renewed: Renewed,
): void {
  const { kept } = file
  const { again } = renewed
  const { secrets } = input.invocation
  const places = new ReadPlaces(kept.reads.map(([read]) => read))
  const known = new Map(kept.reads)
  const facts = again?.facts ?? []
  const texts = factTexts(facts, places.of)
  const readers = new Map(kept.readers)
  for (const path of again?.files ?? []) readers.delete(path)
  for (const [path, reads] of readersOf(facts, places.of)) readers.set(path, reads)
  const more = [...(again?.commonReads ?? [])].filter((read) => !isOfMacros(read)).map(places.of)
  const nodes = nodeReplacements(file, renewed.manifest, renewed.changed, renewed.hasOtherParents)
  const lengths = (kept.layout['facts'] as FactLengths).map(([path, length]): [string, number] => [
    path,
    texts.has(path) ? Buffer.byteLength(texts.get(path)!) : length,
  ])
  const now = (layout: object): KeptParse => ({
    ...kept,
    ...frame,
    files: renewed.files,
    // macros are the same: else nothing would have been renewed
    reads: places.list.map(
      (read) => [read, (isOfMacros(read) ? known.get(read) : undefined) ?? values.of(read)] as const,
    ),
    commonReads: [...new Set([...kept.commonReads, ...more])],
    readers: [...readers],
    layout: { ...layout, facts: lengths },
  })
  const ranges = factRanges(file, new Set(texts.keys()))
  const replacements = [
    ...(nodes?.replacements ?? []),
    ...Array.from(ranges, ([path, range]) => ({ region: 'facts' as const, ...range, text: texts.get(path)! })),
  ]
  if (nodes === undefined || !file.append(input.writeTo, now(nodes.layout), replacements, secrets)) {
    const { layout, regions } = manifestTexts(renewed.manifest)
    const allFacts = { facts: () => patched(file, 'facts', replacements) }
    writeCache(input.writeTo, input.build, { ...regions, ...allFacts }, () => now(layout), secrets)
  }
  if (renewed.changed.size > 0 && attach(input, renewed.manifest, { ...frame, salt: kept.salt })) file.close()
}

/** From now on the manifest is what stands in the file that was just written; unless somebody else has written another one since. */
function attach(
  { writeTo, build }: CachedParseInput,
  manifest: Manifest,
  own: Pick<KeptParse, 'salt' | 'takenAt'>,
): boolean {
  const file = CacheFile.open(writeTo, build, false)
  const isOwn = file !== undefined && file.kept.salt === own.salt && file.kept.takenAt === own.takenAt
  if (isOwn) attachManifest(file, manifest)
  else file?.close()
  return isOwn
}

/** A region with its replacements, piece by piece. */
function* patched(
  file: CacheFile,
  region: Region,
  replacements: readonly Replacement[],
): Generator<string | Uint8Array> {
  let at = 0
  for (const { from, to, text } of replacements
    .filter((one) => one.region === region)
    .sort((a, b) => a.from - b.from)) {
    yield* file.chunks(region, at, from)
    yield text
    at = to
  }
  yield* file.chunks(region, at)
}

/** Numbers of reads, in the order in which they are asked for. */
class ReadPlaces {
  readonly list: ReadKey[]
  readonly #places: Map<ReadKey, number>

  constructor(known: readonly ReadKey[]) {
    this.list = [...known]
    this.#places = new Map(known.map((read, place) => [read, place]))
  }

  readonly of = (read: ReadKey): number => {
    let place = this.#places.get(read)
    if (place === undefined) {
      place = this.list.push(read) - 1
      this.#places.set(read, place)
    }
    return place
  }
}

/** Runs what keeps a parse; a folder that cannot be written costs time, nothing else. */
function telling(input: CachedParseInput, keep: () => void): void {
  const tell = (why: string): void => {
    const text = `The parsed files could not be kept for the next run: ${why}`
    input.invocation.emit({ kind: 'message', level: 'debug', name: 'Note', code: 'Z050', text, data: { msg: text } })
  }
  try {
    if (!alone(input.writeTo, keep)) tell('another process is keeping its own')
  } catch (error) {
    const isOfDisk = error instanceof QuernError || (error as NodeJS.ErrnoException).code !== undefined
    if (!isOfDisk) throw error
    tell((error as Error).message)
  }
}

function readEarlier(
  input: CachedParseInput,
  files: ReadonlyMap<Project, ProjectFiles>,
  now: number,
): Earlier | undefined {
  const { emit } = input.invocation
  if (input.readFrom === undefined) {
    emit({
      kind: 'message',
      level: 'debug',
      name: 'PartialParsingNotEnabled',
      code: 'I028',
      text: 'Partial parsing not enabled',
      data: {},
    })
    return undefined
  }
  let file: CacheFile | undefined
  try {
    file = CacheFile.open(input.readFrom, input.build)
  } catch (error) {
    if (error instanceof OtherBuild) {
      emit({ kind: 'partial-parse-unavailable', reason: 'of a version mismatch' })
      return undefined
    }
    const exc = (error as Error).message
    const text = `Failed to load parsed file from disk at ${input.readFrom}: ${exc}`
    emit({
      kind: 'message',
      level: 'debug',
      name: 'ParsedFileLoadFailed',
      code: 'I029',
      text,
      data: { path: input.readFrom, exc },
    })
    return undefined
  }
  if (file === undefined) {
    emit({ kind: 'partial-parse-unavailable', reason: 'saved manifest not found. Starting full parse.' })
    return undefined
  }
  const present = new Set<string>()
  for (const found of files.values())
    for (const list of Object.values(found)) for (const { absolute } of list) present.add(absolute)
  return { file, changes: compareFiles(file.kept.files, file.kept.takenAt, present, now) }
}

const tellChanges = (input: CachedParseInput, changes: FileChanges, skipped: boolean): void =>
  input.invocation.emit({
    kind: 'partial-parsed',
    deleted: changes.deleted.length,
    added: changes.added.length,
    changed: changes.changed.length,
    skipped: skipped && changes.changed.length === 0,
  })

/** For each file the places of what its templates read besides macros. */
function readersOf(facts: readonly Fact[], placeOf: (read: ReadKey) => number): KeptParse['readers'] {
  const byFile = new Map<string, Set<number>>()
  for (const { file, reads } of facts) {
    for (const read of reads) {
      if (isOfMacros(read)) continue
      const known = byFile.get(file)
      if (known === undefined) byFile.set(file, new Set([placeOf(read)]))
      else known.add(placeOf(read))
    }
  }
  return [...byFile].map(([file, places]) => [file, [...places]])
}
