import type { Project } from '../../config/project-config.ts'
import { asPlainDict } from '../../config/python-data.ts'
import type { PlainDict, Value } from '../../jinja/runtime/value.ts'
import { emptyManifest, type Manifest } from '../../manifest/manifest.ts'
import type { ManifestNode, ModelNode } from '../../manifest/node.ts'
import { NodeMap, type NodeOutline } from '../../manifest/node-map.ts'
import { findId, indexManifest } from '../../manifest/resolve-ref.ts'
import type { UniqueId } from '../../manifest/unique-id.ts'
import type { ProjectFile, ProjectFiles } from '../../project/find-files.ts'
import { finishNodes } from '../finish-manifest.ts'
import { type LoneKind, parseLoneFile } from '../node-files.ts'
import { parseEntries, readProperties } from '../properties.ts'
import type { PropertyFile } from '../property-file.ts'
import type { ParseSession } from '../session.ts'
import type { CacheFile } from './cache-file.ts'
import { dataOf, dataText } from './data-text.ts'
import type { StoredFacts } from './kept-facts.ts'
import { GRAPH } from './read-values.ts'
import { Differs, type Fact, type Recorder } from './recorder.ts'

/** Models and seeds, with the entries and tests that property files give them, are what can be made again among others. */
const SECTIONS = { models: 'model', seeds: 'seed' } as const
type Section = keyof typeof SECTIONS

/** What is needed to make nodes again. */
export interface Remaking {
  readonly earlier: CacheFile
  readonly manifest: Manifest
  readonly files: ReadonlyMap<Project, ProjectFiles>
  readonly stored: StoredFacts
  readonly recorder: Recorder
  /** Of a session whose manifest holds nothing but macros, docs and groups. */
  readonly session: ParseSession
}

/** The manifest of a session that nodes are made again in. */
export const scratchManifest = ({ projectName, macros, docs, groups }: Manifest): Manifest => ({
  ...emptyManifest(projectName),
  macros,
  docs,
  groups,
})

interface Place {
  readonly project: Project
  readonly section: Section
  readonly file: ProjectFile
}

/**
 * Makes the models and seeds of some files again, with their tests, and those that have another entry in one of the property files, and puts them in
 * the place of the old ones. Gives what was made, with all facts of the files. Throws `Differs` when more than these nodes would be another: other resources come
 * or go, or something that others see of these nodes changes; and when anything is to be told. Throws the `QuernError` of what is wrong.
 */
export function remake(work: Remaking, changed: ReadonlySet<string>): Remade {
  const { session, manifest, recorder } = work
  const places = filesOf(work)
  const targets = new Map<UniqueId, Place>()
  const add = (node: NodeOutline | undefined, section: Section): void => {
    if (node?.resource_type !== SECTIONS[section]) throw new Differs()
    const place = places.get(`${node.package_name}://${node.original_file_path}`)
    if (place === undefined || (node.version ?? null) !== null || node.time_spine) throw new Differs()
    targets.set(node.unique_id, place as Place)
  }
  for (const path of changed) {
    const place = places.get(path)
    if (place === undefined) throw new Differs()
    if ('section' in place) add(onlyNodeOf(manifest, place), place.section)
    else
      for (const [section, name] of changedEntries(work, place.project, place.file)) {
        const id = findId(session.index.refables, name, place.project.name)
        add(id === undefined ? undefined : manifest.nodes.outline(id), section)
      }
  }
  checkUses(manifest, targets)
  const touched = new Set([...changed].map((path) => places.get(path)!.file.absolute))
  for (const [id, { file }] of targets) {
    touched.add(file.absolute)
    const patch = places.get(manifest.nodes.outline(id)?.patch_path ?? '')
    if (patch !== undefined) touched.add(patch.file.absolute)
  }
  // what was told of them says where in the file
  for (const path of touched) if (Object.hasOwn(work.earlier.kept.fileEvents, path)) throw new Differs()
  work.stored.include(touched)
  for (const { project, section, file } of targets.values()) parseLoneFile(session, project, section as LoneKind, file)
  const read = new Map<string, PropertyFile>()
  for (const [id, { section }] of targets) {
    const { patch_path: patch, name } = manifest.nodes.outline(id)!
    const place = patch === null || patch === undefined ? undefined : places.get(patch)
    if (place === undefined) continue
    recorder.within(place.file.absolute, () => {
      const properties = read.get(patch!) ?? readProperties(session, place.project, place.file)
      if (properties === undefined) throw new Differs()
      read.set(patch!, properties)
      session.propertyTexts.set(patch!, properties.text)
      parseEntries(session, properties, section, new Set([name]))
    })
  }
  finishNodes(session)
  const made = session.manifest
  if (recorder.events.length > 0 || recorder.unkept.size > 0 || !recorder.isComplete) throw new Differs()
  if (made.disabled.size > 0 || made.functions.size > 0) throw new Differs()
  if (recorder.hasRead(GRAPH)) throw new Differs()
  const hasOtherParents = checkSame(manifest, made, targets)
  if (hasOtherParents && Object.hasOwn(work.earlier.kept.fileEvents, '')) throw new Differs()
  for (const [id, node] of made.nodes) manifest.nodes.set(id, node)
  const ids = new Set(made.nodes.keys())
  return { ids, hasOtherParents, files: touched, facts: factsNow(work, touched, ids) }
}

/** What `remake` came to. */
export interface Remade {
  readonly ids: ReadonlySet<UniqueId>
  /** Some read other nodes than before. */
  readonly hasOtherParents: boolean
  /** Absolute; those that were read. */
  readonly files: ReadonlySet<string>
  /** Of these files. */
  readonly facts: readonly Fact[]
}

/** The facts that were made now, and the old ones of what is no node that was made again. */
function factsNow({ stored, recorder }: Remaking, files: ReadonlySet<string>, ids: ReadonlySet<string>): Fact[] {
  const facts = [...recorder.facts.values()]
  for (const known of stored.idsOf(files).values())
    for (const id of known)
      if (!recorder.facts.has(id) && !ids.has(id.slice(0, id.indexOf(' ')))) facts.push(stored.get(id)!)
  return facts
}

/** A manifest whose nodes are those that were made again where they are, else the others. */
export function overlaid(manifest: Manifest, made: Manifest): Manifest {
  return { ...manifest, nodes: new Overlay(made.nodes, manifest.nodes) }
}

class Overlay extends NodeMap<ManifestNode> {
  readonly #over: NodeMap<ManifestNode>
  readonly #under: NodeMap<ManifestNode>
  constructor(over: NodeMap<ManifestNode>, under: NodeMap<ManifestNode>) {
    super()
    this.#over = over
    this.#under = under
  }
  override get(id: UniqueId): ManifestNode | undefined {
    return this.#over.get(id) ?? this.#under.get(id)
  }
}

/** The look-ups by name that serve while nodes are made again. */
export const overlaidIndex = (manifest: Manifest, made: Manifest): ParseSession['index'] => ({
  ...indexManifest(manifest),
  manifest: overlaid(manifest, made),
})

type FilePlace = Place | { readonly project: Project; readonly file: ProjectFile }

/** The files of models, seeds and properties, by absolute path and by `package://path`. */
function filesOf({ files }: Remaking): Map<string, FilePlace> {
  const found = new Map<string, FilePlace>()
  for (const [project, lists] of files) {
    const add = (file: ProjectFile, place: FilePlace): void => {
      found.set(file.absolute, place)
      found.set(`${project.name}://${file.original}`, place)
    }
    for (const section of ['models', 'seeds'] as const)
      for (const file of lists[section]) add(file, { project, section, file })
    for (const file of lists.properties) add(file, { project, file })
  }
  return found
}

function onlyNodeOf(manifest: Manifest, { project, file, section }: Place): NodeOutline | undefined {
  let found: NodeOutline | undefined
  for (const node of manifest.nodes.outlines()) {
    if (node.original_file_path !== file.original || node.package_name !== project.name) continue
    if (node.resource_type !== SECTIONS[section]) continue
    if (found !== undefined) throw new Differs()
    found = node
  }
  return found
}

/** Section and name of the entries of a property file that are not as they were. Throws `Differs` when anything else in it is not. */
function changedEntries(
  { stored, session, recorder }: Remaking,
  project: Project,
  file: ProjectFile,
): [Section, string][] {
  const fact = stored.get(`properties ${project.name}://${file.original}`)
  const before = fact === undefined ? undefined : asPlainDict(dataOf(fact.value) as Value)
  const now = recorder.within(file.absolute, () => readProperties(session, project, file))?.data
  if (before === undefined || now === undefined || !sameKeys(before, now)) throw new Differs()
  // snapshots that it defines have its checksum
  if (Array.isArray(now['snapshots']) && now['snapshots'].some((one) => asPlainDict(one)?.['relation'] !== undefined))
    throw new Differs()
  const changed: [Section, string][] = []
  for (const key of Object.keys(now)) {
    if (key !== 'models' && key !== 'seeds') {
      if (dataText(before[key]) !== dataText(now[key])) throw new Differs()
      continue
    }
    const [old, list] = [before[key], now[key]]
    if (!Array.isArray(old) || !Array.isArray(list) || old.length !== list.length) throw new Differs()
    const names = list.map((entry) => asPlainDict(entry)?.['name'])
    if (new Set(names).size !== names.length) throw new Differs()
    for (const [at, entry] of list.entries()) {
      if (dataText(entry) === dataText(old[at])) continue
      const [was, is] = [asPlainDict(old[at]!), asPlainDict(entry)]
      if (typeof is?.['name'] !== 'string' || is['name'] !== was?.['name']) throw new Differs()
      for (const one of [was, is]) if ('versions' in one || 'time_spine' in one) throw new Differs()
      changed.push([key, is['name']])
    }
  }
  return changed
}

const sameKeys = (a: PlainDict, b: PlainDict): boolean => Object.keys(a).join('\n') === Object.keys(b).join('\n')

/** Unit tests look at more of a model than others do, and the semantic layer at all of them. */
function checkUses(manifest: Manifest, targets: ReadonlyMap<UniqueId, unknown>): void {
  for (const test of manifest.unitTests.outlines())
    if (test.depends_on?.nodes?.some((id) => targets.has(id as UniqueId))) throw new Differs()
  for (const nodes of manifest.disabled.values())
    for (const node of nodes as readonly NodeOutline[])
      if (targets.has(node.attached_node as UniqueId)) throw new Differs()
}

/** What others see of a node. */
const SEEN = [
  'name', 'resource_type', 'database', 'schema', 'alias', 'relation_name', 'access', 'group', 'version', 'latest_version', 'deprecation_date',
  'time_spine', 'fqn', 'package_name', 'original_file_path', 'language',
] as const // biome-ignore format: one list
const SEEN_CONFIG = ['enabled', 'event_time', 'concurrent_batches', 'incremental_strategy'] as const

/** Throws `Differs` unless the same nodes were made, and others see the same of them. Gives whether one has other parents. */
function checkSame(manifest: Manifest, made: Manifest, targets: ReadonlyMap<UniqueId, unknown>): boolean {
  const before: UniqueId[] = []
  for (const node of manifest.nodes.outlines())
    if (targets.has(node.unique_id) || targets.has(node.attached_node as UniqueId)) before.push(node.unique_id)
  if (before.length !== made.nodes.size || !before.every((id) => made.nodes.has(id))) throw new Differs()
  let hasOtherParents = false
  for (const id of before) {
    const [old, now] = [manifest.nodes.get(id) as ModelNode, made.nodes.get(id) as ModelNode]
    for (const key of SEEN) if (text(old[key]) !== text(now[key])) throw new Differs()
    for (const key of SEEN_CONFIG) if (text(old.config[key]) !== text(now.config[key])) throw new Differs()
    if (now.config['incremental_strategy'] === 'microbatch') throw new Differs()
    if (now.resource_type === 'model' && (now.deprecation_date !== null || now.time_spine)) throw new Differs()
    if (hasOther(manifest, old, now)) hasOtherParents = true
  }
  return hasOtherParents
}

/** Whether a node reads others than before. Who reads a deprecated model is told so, and not here: throws `Differs`. */
function hasOther(manifest: Manifest, old: ModelNode, now: ModelNode): boolean {
  const [before, after] = [old.depends_on.nodes ?? [], now.depends_on.nodes ?? []]
  let isOther = before.join() !== after.join()
  for (const id of new Set([...before, ...after])) {
    if (before.includes(id) && after.includes(id)) continue
    isOther = true
    const parent = manifest.nodes.get(id as UniqueId) as ModelNode | undefined
    if ((parent?.deprecation_date ?? null) !== null) throw new Differs()
  }
  return isOther
}

const text = (value: unknown): string => JSON.stringify(value ?? null)
