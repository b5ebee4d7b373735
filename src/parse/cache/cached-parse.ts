import { randomBytes } from 'node:crypto'
import type { Project } from '../../config/project-config.ts'
import { QuernError } from '../../errors/quern-error.ts'
import type { Manifest } from '../../manifest/manifest.ts'
import { indexMacros, type MacroIndex } from '../../manifest/resolve-macro.ts'
import { findProjectFiles, type ProjectFiles } from '../../project/find-files.ts'
import type { ParseContexts } from '../parse-contexts.ts'
import { dispatchRules, type ParseInput, parseProject } from '../parse-project.ts'
import { type CacheFile, type KeptParse, OtherBuild, readCache, writeCache } from './cache-file.ts'
import { compareFiles, type FileChanges } from './changed-files.ts'
import { NotData } from './data-text.ts'
import { eventOf } from './kept-event.ts'
import { manifestText } from './manifest-text.ts'
import { listingKey, parseKey } from './parse-key.ts'
import { isOfMacros, type ReadKey, ReadValues, sha1 } from './read-values.ts'
import { type Fact, Recorder } from './recorder.ts'
import { renew } from './renew.ts'

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

/**
 * Parses a project with the help of an earlier parse, and keeps this one for the next. The manifest is that of `parseProject` but for `created_at`
 * of what did not change, and the same warnings are told. The earlier manifest is taken as a whole when nothing that it depends on has changed, or
 * nothing but texts of nodes that ask for the same as before; else everything is parsed, with what is known of files and templates that stayed the same.
 * Throws what `parseProject` throws; a file that cannot be read or written is no error.
 */
export function parseCached(input: CachedParseInput): Manifest {
  const { config, invocation, adapter, builtins } = input
  const startedAt = invocation.now()
  const projects = [config.project, ...config.packages.values()]
  const files = new Map(projects.map((project) => [project, findProjectFiles(project)] as const))
  const frame = { key: parseKey(config, invocation, adapter) ?? '', listing: listingKey(files), takenAt: startedAt }
  const earlier = readEarlier(input, files, startedAt)
  const values = new ReadValues(config, invocation, earlier?.file.salt ?? randomBytes(12).toString('base64url'))
  if (earlier !== undefined && frame.key !== '' && earlier.file.key === frame.key) {
    const { file, changes } = earlier
    const renewed = file.listing === frame.listing ? renew(input, files, file, changes, values) : undefined
    tellChanges(input, changes, renewed !== undefined)
    if (renewed !== undefined) {
      for (const event of file.events) invocation.emit(eventOf(event))
      if (renewed.isChanged || changes.isWorthKeeping) {
        const stored = file.facts()
        const parts = { ...file, ...frame, ...renewed, facts: [...renewed.facts()] }
        write(input, values, { ...parts, macroValues: (read) => stored.valueOf(read) }, renewed.text())
      }
      return renewed.manifest
    }
  } else if (earlier !== undefined) {
    invocation.emit({ kind: 'partial-parse-unavailable', reason: 'a project config has changed' })
  }
  const recorder = new Recorder({ values, earlier: earlier?.file.facts(), emit: invocation.emit })
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
  const { facts, events, fileEvents, commonReads, shared, unkept } = recorder
  write(
    input,
    values,
    {
      ...frame,
      facts: [...facts.values()],
      files: Object.fromEntries(recorder.files.seen),
      bound: [...shared, ...unkept],
      commonReads,
      events,
      fileEvents: Object.fromEntries([...fileEvents].map(([file, texts]) => [file, sha1(texts.join('\n'))])),
    },
    recorder.isComplete && frame.key !== '' ? textOf(manifest) : '',
  )
  return manifest
}

/** '' when something in the manifest is no data: then only facts are kept. */
function textOf(manifest: Manifest): string {
  try {
    return manifestText(manifest)
  } catch (error) {
    if (error instanceof NotData) return ''
    throw error
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
    file = readCache(input.readFrom, input.build)
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
  return { file, changes: compareFiles(file.files, file.takenAt, present, now) }
}

const tellChanges = (input: CachedParseInput, changes: FileChanges, skipped: boolean): void =>
  input.invocation.emit({
    kind: 'partial-parsed',
    deleted: changes.deleted.length,
    added: changes.added.length,
    changed: changes.changed.length,
    skipped: skipped && changes.changed.length === 0,
  })

type Parts = Pick<KeptParse, 'key' | 'listing' | 'takenAt' | 'files' | 'bound' | 'events' | 'fileEvents'> & {
  readonly facts: readonly Fact[]
  readonly commonReads: Iterable<ReadKey>
  /** Values of reads of macros, where macros are known to be the same. */
  readonly macroValues?: (read: ReadKey) => string | undefined
}

/** Writes the cache; a folder that cannot be written costs time, nothing else. */
function write(input: CachedParseInput, values: ReadValues, parts: Parts, manifest: string): void {
  const { facts, key, listing, takenAt, files, bound, events, fileEvents } = parts
  const places = new Map<ReadKey, number>()
  const placeOf = (read: ReadKey): number => {
    let place = places.get(read)
    if (place === undefined) places.set(read, (place = places.size))
    return place
  }
  const commonReads = [...parts.commonReads].filter((read) => !isOfMacros(read)).map(placeOf)
  const readers = readersOf(facts, placeOf)
  for (const { reads } of facts) for (const read of reads) placeOf(read)
  const valueNow = (read: ReadKey): string =>
    (isOfMacros(read) ? parts.macroValues?.(read) : undefined) ?? values.of(read)
  const reads = Array.from(places.keys(), (read) => [read, valueNow(read)] as const)
  const kept = {
    key,
    listing,
    takenAt,
    salt: values.salt,
    files,
    bound,
    reads,
    commonReads,
    readers,
    events,
    fileEvents,
  }
  try {
    writeCache(input.writeTo, input.build, kept, manifest, facts)
  } catch (error) {
    if (!(error instanceof QuernError)) throw error
    const text = `The parsed files could not be kept for the next run: ${error.message}`
    input.invocation.emit({ kind: 'message', level: 'debug', name: 'Note', code: 'Z050', text, data: { msg: text } })
  }
}

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
