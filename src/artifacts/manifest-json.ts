import { createHash } from 'node:crypto'
import type { Adapter } from '../adapter/adapter.ts'
import type { Invocation } from '../config/invocation.ts'
import type { ProjectConfig } from '../config/project-config.ts'
import { DBT_VERSION } from '../config/version.ts'
import { childMap, parentMap } from '../manifest/edges.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { ManifestNode } from '../manifest/node.ts'
import type { NodeMap, NodeOutline } from '../manifest/node-map.ts'
import { PUBLISHED, type PublishedMember, type PublishedText, type TextRange } from '../manifest/published-text.ts'
import { typeOfId } from '../manifest/unique-id.ts'
import type { Secrets } from '../util/secrets.ts'
import { JsonWriter, toJson } from './json-text.ts'
import { copyFileAtomically, writeFileAtomically } from './write-file.ts'

export const MANIFEST_SCHEMA = 'https://schemas.getdbt.com/dbt/manifest/v12.json'

export interface ManifestJsonInput {
  readonly invocation: Invocation
  readonly config: ProjectConfig
  readonly adapter: Pick<Adapter, 'type' | 'defaultQuoting'>
}

/** The text of manifest.json (schema version 12), with all keys in dbt's order, nulls written, floats as Python writes them. */
export function manifestJson(manifest: Manifest, input: ManifestJsonInput): string {
  const text = [opening(input)]
  for (const piece of manifestPieces(manifest))
    text.push(
      typeof piece === 'string' ? piece : Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString('latin1'),
    )
  return text.join('')
}

/**
 * Writes manifest.json in one step. Where all of it but the metadata is kept as a file, that file is copied; what is kept otherwise is not made again,
 * and neither is held in memory as a whole. Throws as `writeFileAtomically`.
 */
export function writeManifestJson(path: string, manifest: Manifest, input: ManifestJsonInput): void {
  const start = opening(input)
  const { published } = manifest
  const changes = changesOf(manifest)
  if (published !== undefined && changes?.length === 0) {
    const file = published.file(start.length)
    // blanks are nothing in JSON
    if (
      file !== undefined &&
      !hasSecrets(start, published, input.invocation.secrets) &&
      copyFileAtomically(path, file, start.padEnd(file.at), file.at + published.length)
    )
      return
  }
  const { secrets } = input.invocation
  writeFileAtomically(path, withStart(start, manifestPieces(manifest, changes)), { secrets, durable: false })
}

/** Whether there is something in a manifest that must not be seen: seldom, and then it is not copied as it stands. */
function hasSecrets(start: string, published: PublishedText, secrets: Secrets): boolean {
  if (secrets.isEmpty) return false
  return secrets.isIn([start]) || secrets.isIn(published.read({ from: 0, to: published.length }), { again: true })
}

function* withStart(start: string, pieces: Iterable<string | Uint8Array>): Generator<string | Uint8Array> {
  yield start
  yield* pieces
}

const opening = (input: ManifestJsonInput): string => `{"metadata": ${toJson(metadata(input))}, `

/** The text behind the metadata, piece by piece; pieces of bytes are only good until the next is asked for. All of it is ASCII. */
function* manifestPieces(manifest: Manifest, changes = changesOf(manifest)): Generator<string | Uint8Array> {
  const { published } = manifest
  if (published === undefined || changes === undefined) {
    yield* publishedText(manifest, () => undefined)
    return
  }
  let at = 0
  for (const { from, to, text } of changes) {
    yield* published.read({ from: at, to: from })
    yield text
    at = to
  }
  yield* published.read({ from: at, to: published.length })
}

interface Change extends TextRange {
  readonly text: string
}

/** What has to be written in the place of kept texts, in order; undefined when that is not all that changed, or nothing is kept. */
function changesOf(manifest: Manifest): Change[] | undefined {
  const { published } = manifest
  if (published === undefined) return undefined
  const changes: Change[] = []
  for (const [member, map] of nodeMaps(manifest)) {
    if (map.given === undefined) return undefined
    for (const id of map.added) if (typeOfId(id) !== INLINE) return undefined
    for (const id of map.given) {
      const range = published.resource(member, id)
      if (range === undefined) return undefined
      changes.push({ ...range, text: toJson(withoutState(map.get(id)!)) })
    }
  }
  const selectors = { ...published.member('selectors'), text: toJson(manifest.selectors) }
  if (textOf(published, selectors) !== selectors.text) changes.push(selectors)
  return changes.sort((a, b) => a.from - b.from)
}

function textOf(published: PublishedText, range: TextRange): string {
  let text = ''
  for (const piece of published.read(range)) text += Buffer.from(piece).toString('latin1')
  return text
}

/** Queries of `--inline` are no part of the project. */
const INLINE = 'sql_operation'

const nodeMaps = (manifest: Manifest): readonly (readonly [PublishedMember, NodeMap<NodeOutline>])[] => [
  ['nodes', manifest.nodes],
  ['sources', manifest.sources],
  ['exposures', manifest.exposures],
  ['metrics', manifest.metrics],
  ['saved_queries', manifest.savedQueries],
  ['semantic_models', manifest.semanticModels],
  ['unit_tests', manifest.unitTests],
  ['functions', manifest.functions],
]

/** Told of each resource and member as its text is made: how long the text is, and whether reading it gives the same. */
export type TextNote = (
  what: { readonly member: PublishedMember; readonly id?: string },
  length: number,
  isExact: boolean,
) => void

/** The text of a manifest behind the metadata, piece by piece: `"nodes": {...}, ... }`. */
export function* publishedText(manifest: Manifest, note: TextNote): Generator<string> {
  for (const [at, member] of PUBLISHED.entries()) {
    yield at === 0 ? `"${member}": ` : `, "${member}": `
    const resources = resourcesOf(manifest, member)
    if (resources === undefined) {
      const text = toJson(otherMember(manifest, member))
      note({ member }, text.length, true)
      yield text
      continue
    }
    let length = 2
    let first = true
    yield '{'
    for (const [id, resource] of resources) {
      const writer = new JsonWriter()
      const key = `${first ? '' : ', '}${writer.text(id)}: `
      const text = writer.text(resource)
      note({ member, id }, text.length, writer.isExact)
      length += key.length + text.length
      first = false
      yield key
      yield text
    }
    yield '}'
    note({ member }, length, true)
  }
  yield '}'
}

/** The resources of a member with their ids; undefined for members that hold none. */
function resourcesOf(manifest: Manifest, member: PublishedMember): Iterable<readonly [string, unknown]> | undefined {
  switch (member) {
    case 'nodes':
      return ofProject(manifest.nodes)
    case 'functions':
      return ofProject(manifest.functions)
    case 'sources':
      return manifest.sources
    case 'macros':
      return Array.from(manifest.macros, ([id, macro]) => [id, macro.node] as const)
    case 'docs':
      return manifest.docs
    case 'exposures':
      return manifest.exposures
    case 'metrics':
      return manifest.metrics
    case 'groups':
      return manifest.groups
    case 'disabled':
      return manifest.disabled
    case 'saved_queries':
      return manifest.savedQueries
    case 'semantic_models':
      return manifest.semanticModels
    case 'unit_tests':
      return manifest.unitTests
    default:
      return undefined
  }
}

function otherMember(manifest: Manifest, member: PublishedMember): unknown {
  switch (member) {
    case 'selectors':
      return manifest.selectors
    case 'parent_map':
      return parentMap(manifest)
    case 'child_map':
      return childMap(manifest)
    default:
      return groupMap(manifest)
  }
}

function* ofProject(nodes: ReadonlyMap<string, ManifestNode>): Generator<readonly [string, object]> {
  for (const [id, node] of nodes) if (node.resource_type !== INLINE) yield [id, withoutState(node)]
}

/** What a node is elsewhere (`--defer`) is not published. */
function withoutState(node: object): object {
  if (!('defer_relation' in node)) return node
  const { defer_relation, ...rest } = node as Record<string, unknown>
  return rest
}

function metadata({ invocation, config, adapter }: ManifestJsonInput): Record<string, unknown> {
  const { project } = config
  const quoting = { ...adapter.defaultQuoting, ...project.quoting }
  const started = microseconds(invocation.startedAt)
  return {
    dbt_schema_version: MANIFEST_SCHEMA,
    dbt_version: DBT_VERSION,
    generated_at: `${microseconds(new Date(invocation.now()))}Z`,
    invocation_id: invocation.id,
    invocation_started_at: `${started}Z`,
    env: customEnv(invocation),
    project_name: project.name,
    project_id: createHash('md5').update(project.name).digest('hex'),
    user_id: null,
    send_anonymous_usage_stats: invocation.flags.sendAnonymousUsageStats,
    adapter_type: adapter.type,
    quoting: {
      database: quoting.database ?? null,
      schema: quoting.schema ?? null,
      identifier: quoting.identifier ?? null,
      column: null,
    },
    run_started_at: `${started}+00:00`,
  }
}

const microseconds = (date: Date): string => date.toISOString().replace('Z', '000')

const PREFIX = 'DBT_ENV_CUSTOM_ENV_'
/** Environment variables that users want in artifacts. */
function customEnv({ env }: Invocation): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [key, value] of Object.entries(env))
    if (key.startsWith(PREFIX) && value !== undefined) found[key.slice(PREFIX.length)] = value
  return found
}

/** Ids of the members of each group. */
function groupMap(manifest: Manifest): Record<string, string[]> {
  const map: Record<string, string[]> = {}
  for (const group of manifest.groups.values()) map[group.name] = []
  for (const nodes of [manifest.nodes, manifest.savedQueries, manifest.semanticModels, manifest.metrics])
    for (const { group, resource_type: type, unique_id: id } of nodes.outlines())
      if (typeof group === 'string' && type !== INLINE) map[group]?.push(id)
  return map
}
