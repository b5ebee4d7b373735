import type { Project } from '../../config/project-config.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { emptyManifest, type Macro, type Manifest } from '../../manifest/manifest.ts'
import type { GraphNode, ManifestNode } from '../../manifest/node.ts'
import type { NodeOutline } from '../../manifest/node-map.ts'
import { indexMacros } from '../../manifest/resolve-macro.ts'
import type { UniqueId } from '../../manifest/unique-id.ts'
import type { ProjectFile, ProjectFiles } from '../../project/find-files.ts'
import { hooksPath, LONE_KINDS, type LoneKind, parseLoneFile, parseProjectHooks } from '../node-files.ts'
import { dispatchRules, loadBuiltins, newSession } from '../parse-project.ts'
import type { ParseSession } from '../session.ts'
import { settleNames } from '../sql-node.ts'
import type { CacheFile, KeptParse } from './cache-file.ts'
import type { CachedParseInput } from './cached-parse.ts'
import type { FileChanges } from './changed-files.ts'
import { NotData } from './data-text.ts'
import { StoredFacts } from './kept-facts.ts'
import { openManifest } from './kept-manifest.ts'
import { GRAPH, NEVER, type ReadKey, type ReadValues } from './read-values.ts'
import { Differs, eventsDigest, type Fact, Recorder } from './recorder.ts'
import { overlaidIndex, remake, scratchManifest } from './remake.ts'

/** An earlier manifest that is as good as a new one. */
export interface Renewed {
  readonly manifest: Manifest
  readonly files: KeptParse['files']
  /** Nodes whose texts are others. */
  readonly changed: ReadonlySet<UniqueId>
  /** Files that were read again, and what was made of them; undefined when there was no need. */
  readonly again: ReadAgain | undefined
  /** Nodes read others than before. */
  readonly hasOtherParents: boolean
}

export interface ReadAgain {
  readonly files: ReadonlySet<string>
  /** All facts of these files. */
  readonly facts: readonly Fact[]
  /** What was read outside of all facts. */
  readonly commonReads: Iterable<ReadKey>
}

/** A file that makes nodes on its own, or the hooks of a project. */
type Lone =
  | { readonly project: Project; readonly kind: LoneKind; readonly file: ProjectFile }
  | { readonly project: Project; readonly kind: 'hooks' }

/**
 * The manifest of an earlier parse of the same files, when it still holds. Files that changed, and files whose templates read something that did,
 * are read anew, alone: when they ask for the same as before, then only the text and checksum of their nodes are new. Undefined when more than
 * that has changed, or when one of them is wrong: then everything has to be parsed.
 */
export function renew(
  input: CachedParseInput,
  files: ReadonlyMap<Project, ProjectFiles>,
  earlier: CacheFile,
  changes: FileChanges,
  values: ReadValues,
): Renewed | undefined {
  const again = filesToRead(earlier, changes, values)
  if (again === undefined || earlier.length('body') === 0) return undefined
  const known = (): Manifest => openManifest(earlier, input.config.project.name, builtinMacros(input))
  if (again.size === 0)
    return { manifest: known(), files: changes.seen, changed: new Set(), again: undefined, hasOtherParents: false }
  const work = { input, files, earlier, changes, values, lone: loneFiles(files) }
  const changed = new Set(changes.changed)
  for (const way of [
    () => readAgain(work, known(), again),
    () => (changed.size <= MOST_FILES ? makeAgain(work, known(), changed, again) : undefined),
  ]) {
    try {
      return way()
    } catch (error) {
      // what is wrong is told by the whole parse, at its turn; what is no data cannot be compared
      if (!(error instanceof Differs || error instanceof QuernError || error instanceof NotData)) throw error
    }
  }
  return undefined
}

/** When more files than these changed, and are not what they were but for texts, everything is parsed. */
const MOST_FILES = 100

/** Files that have to be read again; undefined when more than files has to be. */
function filesToRead(earlier: CacheFile, changes: FileChanges, values: ReadValues): Set<string> | undefined {
  if (changes.added.length > 0 || changes.deleted.length > 0) return undefined
  const holds = earlier.kept.reads.map(() => undefined as boolean | undefined)
  const isSame = (place: number): boolean => {
    const [key, value] = earlier.kept.reads[place]!
    return (holds[place] ??= values.of(key) === value && value !== NEVER)
  }
  if (!earlier.kept.commonReads.every(isSame)) return undefined
  const again = new Set(changes.changed)
  for (const [file, reads] of earlier.kept.readers) if (!reads.every(isSame)) again.add(file)
  if (again.size === 0) return again
  for (const path of earlier.kept.bound) if (again.has(path)) return undefined
  return earlier.kept.reads.some(([key]) => key === GRAPH) ? undefined : again
}

function loneFiles(files: ReadonlyMap<Project, ProjectFiles>): Map<string, Lone> {
  const found = new Map<string, Lone>()
  const several = new Set<string>()
  const add = (path: string, lone: Lone | undefined): void => {
    if (found.has(path)) several.add(path)
    if (lone !== undefined) found.set(path, lone)
  }
  for (const [project, lists] of files) {
    for (const kind of LONE_KINDS) for (const file of lists[kind]) add(file.absolute, { project, kind, file })
    for (const [kind, list] of Object.entries(lists) as [keyof ProjectFiles, ProjectFile[]][])
      if (!(LONE_KINDS as readonly string[]).includes(kind)) for (const { absolute } of list) add(absolute, undefined)
    add(hooksPath(project), { project, kind: 'hooks' })
  }
  for (const path of several) found.delete(path)
  return found
}

/** The macros that come with quern, by id. */
function builtinMacros({ builtins, invocation }: CachedParseInput): ReadonlyMap<UniqueId, Macro> {
  const manifest = emptyManifest('')
  loadBuiltins(manifest, builtins, invocation, 0)
  return manifest.macros
}

interface Work {
  readonly input: CachedParseInput
  readonly files: ReadonlyMap<Project, ProjectFiles>
  readonly earlier: CacheFile
  readonly changes: FileChanges
  readonly values: ReadValues
  readonly lone: ReadonlyMap<string, Lone>
}

/** A session for a few files of a project that is known. */
function sessionOf(
  { input, files, values }: Work,
  manifest: Manifest,
  scratch: Manifest,
  recorder: Recorder,
): ParseSession {
  const { config, adapter, builtins, invocation } = input
  const index = indexMacros(
    manifest.macros.values(),
    config.project.name,
    builtins.map((builtin) => builtin.package),
  )
  values.macros = { manifest, index, rules: dispatchRules(config, adapter, builtins) }
  return newSession(
    { config, adapter, files, memory: recorder, invocation: { ...invocation, emit: recorder.emit } },
    scratch,
    index,
    input.contexts(manifest, index, recorder),
    invocation.now() / 1000,
  )
}

/** Reads files into a manifest of their own and takes over the texts of their nodes. Throws `Differs` when more than texts is new. */
function readAgain(work: Work, manifest: Manifest, again: ReadonlySet<string>): Renewed {
  const { input, earlier, changes, values, lone } = work
  for (const path of again) if (!lone.has(path)) throw new Differs()
  const stored = new StoredFacts(earlier, again)
  const recorder = new Recorder({ values, earlier: stored, emit: input.invocation.emit, strict: true })
  const session = sessionOf(work, manifest, emptyManifest(input.config.project.name), recorder)
  for (const path of again) {
    const { project, ...what } = lone.get(path)!
    if (what.kind === 'hooks') parseProjectHooks(session, project)
    else parseLoneFile(session, project, what.kind, what.file)
  }
  checkFacts(earlier, stored.idsOf(again), recorder)
  return {
    manifest,
    files: new Map([...changes.seen, ...recorder.files.seen]),
    changed: takeTexts(session, manifest),
    again: { files: again, commonReads: recorder.commonReads, facts: [...recorder.facts.values()] },
    hasOtherParents: false,
  }
}

/** Makes the nodes of changed files again (see `remake`); the other files of `again` must be the same but for texts. */
function makeAgain(work: Work, manifest: Manifest, changed: ReadonlySet<string>, again: ReadonlySet<string>): Renewed {
  const { input, earlier, values, files } = work
  const stored = new StoredFacts(earlier, changed)
  const recorder = new Recorder({ values, earlier: stored, emit: input.invocation.emit, silent: true })
  const scratch = scratchManifest(manifest)
  const session = sessionOf(work, manifest, scratch, recorder)
  session.index = overlaidIndex(manifest, scratch)
  const remade = remake({ earlier, manifest, files, stored, recorder, session }, changed)
  const others = new Set([...again].filter((path) => !remade.files.has(path)))
  const same = readAgain(work, manifest, others)
  return {
    manifest,
    files: new Map([...same.files, ...recorder.files.seen]),
    changed: new Set([...same.changed, ...remade.ids]),
    again: {
      files: new Set([...others, ...remade.files]),
      commonReads: [...(same.again?.commonReads ?? []), ...recorder.commonReads],
      facts: [...(same.again?.facts ?? []), ...remade.facts],
    },
    hasOtherParents: remade.hasOtherParents,
  }
}

/** The files must give as many facts, and tell as many warnings, as before. */
function checkFacts({ kept }: CacheFile, again: ReadonlyMap<string, ReadonlySet<string>>, recorder: Recorder): void {
  for (const [file, ids] of again) {
    const now = [...recorder.facts.values()].filter((fact) => fact.file === file)
    if (now.length !== ids.size || !now.every((fact) => ids.has(fact.id))) throw new Differs()
    const events = recorder.fileEvents.get(file)
    const digest = events === undefined ? undefined : eventsDigest(events)
    if (digest !== (Object.hasOwn(kept.fileEvents, file) ? kept.fileEvents[file] : undefined)) throw new Differs()
  }
  if (recorder.unkept.size > 0 || !recorder.isComplete || recorder.hasRead(GRAPH)) throw new Differs()
}

/** Gives the nodes of the manifest the texts and checksums of those that were just made. Gives the ids of those that differ. */
function takeTexts(session: ParseSession, manifest: Manifest): Set<UniqueId> {
  const made = [...session.manifest.nodes.values()]
  if (session.manifest.functions.size > 0) throw new Differs()
  for (const [id, nodes] of session.manifest.disabled) checkDisabled(nodes, manifest.disabled.get(id) ?? [])
  const places = new Set(made.map(placeOf))
  const known = new Map<string, ManifestNode>()
  for (const node of manifest.nodes.outlines()) {
    const place = placeOf(node)
    if (!places.has(place)) continue
    if (known.has(place)) throw new Differs()
    known.set(place, manifest.nodes.get(node.unique_id)!)
  }
  if (known.size !== made.length) throw new Differs()
  const changed = new Set<UniqueId>()
  for (const node of made) {
    const old = known.get(placeOf(node))!
    if (old.raw_code === node.raw_code && old.checksum.checksum === node.checksum.checksum) continue
    old.raw_code = node.raw_code
    old.checksum = node.checksum
    const named = { ...old }
    settleNames(session, named)
    if (
      named.database !== old.database ||
      named.schema !== old.schema ||
      named.alias !== old.alias ||
      named.relation_name !== old.relation_name
    )
      throw new Differs()
    changed.add(old.unique_id)
  }
  return changed
}

/** What is disabled must be as it was, its text too. */
function checkDisabled(made: readonly GraphNode[], known: readonly GraphNode[]): void {
  for (const node of made as readonly ManifestNode[]) {
    const isSame = (known as readonly ManifestNode[]).some(
      (one) =>
        one.original_file_path === node.original_file_path &&
        one.raw_code === node.raw_code &&
        one.checksum?.checksum === node.checksum.checksum,
    )
    if (!isSame) throw new Differs()
  }
}

/** A model is the only one of its file, whatever its id became (versions); others keep their ids. */
const placeOf = (node: NodeOutline): string =>
  node.resource_type === 'model' ? `model ${node.package_name}://${node.original_file_path}` : node.unique_id
