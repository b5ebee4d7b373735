import { JsonWriter, toJson } from '../../artifacts/json-text.ts'
import { publishedText } from '../../artifacts/manifest-json.ts'
import { childMap, parentMap } from '../../manifest/edges.ts'
import { emptyManifest, type Macro, type MacroSource, type Manifest } from '../../manifest/manifest.ts'
import type { DocNode, GraphNode, GroupNode, MacroNode } from '../../manifest/node.ts'
import { type NodeMap, type NodeOutline, Outline, type OutlineFields, outlineFields } from '../../manifest/node-map.ts'
import { PUBLISHED, type PublishedMember, type PublishedText, type TextRange } from '../../manifest/published-text.ts'
import type { UniqueId } from '../../manifest/unique-id.ts'
import type { CacheFile, Region, Replacement } from './cache-file.ts'
import { dataOf, dataText } from './data-text.ts'
import { type MacroFiles, storedMacro } from './stored-macro.ts'

/** The members of manifest.json whose resources may stay unread, and the maps that hold them; in the order in which they are kept. */
const NODES = [
  ['nodes', 'nodes'],
  ['sources', 'sources'],
  ['exposures', 'exposures'],
  ['metrics', 'metrics'],
  ['saved_queries', 'savedQueries'],
  ['semantic_models', 'semanticModels'],
  ['unit_tests', 'unitTests'],
  ['functions', 'functions'],
] as const
type NodeMember = (typeof NODES)[number][0]

const mapOf = (manifest: Manifest, at: number): NodeMap<NodeOutline> =>
  manifest[NODES[at]![1]] as unknown as NodeMap<NodeOutline>

/** How the texts of a manifest are divided; lengths in bytes. */
export interface ManifestLayout {
  /** Of the value of each member of `PUBLISHED`. */
  members: number[]
  /** Resources of each member of `NODES`. */
  counts: number[]
  /** Of the texts of these resources. */
  lengths: number[]
  /** What `JSON.parse` would not give back as it was, with the length of its text in the region `inexact`: member and id, or a member as a whole. */
  inexact: [what: string, length: number][]
}

const emptyLayout = (): ManifestLayout => ({ members: [], counts: NODES.map(() => 0), lengths: [], inexact: [] })

/** A macro of the project or a package; of quern's own only what other macros decide. */
type KeptMacro = [node: MacroNode, source: MacroSource] | [id: UniqueId, below: string[], createdAt: number]

/**
 * The texts of a manifest as it comes from parsing, to be taken in the order of the regions; the layout is complete when all were taken.
 * Taking them throws `NotData` when a config or the like holds something that is no data.
 */
export function manifestTexts(manifest: Manifest): {
  readonly layout: ManifestLayout
  readonly regions: Readonly<Record<Exclude<Region, 'facts'>, () => Iterable<string>>>
} {
  const layout = emptyLayout()
  const places = new Map<string, number>(NODES.map(([member], at) => [member, at]))
  const inexact = new Map<string, () => string>()
  const body = (): Iterable<string> =>
    publishedText(manifest, ({ member, id }, length, isExact) => {
      if (id === undefined) {
        layout.members.push(length)
        return
      }
      const place = places.get(member)
      if (place === undefined) {
        if (!isExact && member !== 'macros') inexact.set(member, () => dataText([...smallMember(manifest, member)]))
        return
      }
      layout.counts[place]! += 1
      layout.lengths.push(length)
      if (!isExact)
        inexact.set(`${member} ${id}`, () => dataText(mapOf(manifest, place).get(id as UniqueId) as unknown))
    })
  function* inexactTexts(): Generator<string> {
    for (const [what, text] of inexact) {
      const made = text()
      layout.inexact.push([what, Buffer.byteLength(made)])
      yield made
    }
  }
  return {
    layout,
    regions: {
      body,
      outlines: () => lines(NODES.flatMap((_, at) => [...mapOf(manifest, at).outlines()].map(outlineFields))),
      inexact: inexactTexts,
      macros: () => lines([...manifest.macros.values()].map(keptMacro)),
    },
  }
}

/** Nothing is kept but facts. */
export const noManifest = (): ReturnType<typeof manifestTexts> => ({
  layout: emptyLayout(),
  regions: { body: () => [], outlines: () => [], inexact: () => [], macros: () => [] },
})

/** Data, an item a line: `,` and a line break stand between items only. */
const lines = (items: readonly unknown[]): string[] =>
  items.map((item, at) => (at === 0 ? dataText(item) : `,\n${dataText(item)}`))

function itemsOf(bytes: Buffer): unknown[] {
  const text = bytes.toString('utf8')
  if (text === '') return []
  // at once where all of them are plain JSON
  if (!text.startsWith('~') && !text.includes(',\n~')) return JSON.parse(`[${text}]`) as unknown[]
  return text.split(',\n').map(dataOf)
}

const keptMacro = ({ node, source }: Macro): KeptMacro =>
  source === undefined ? [node.unique_id, node.depends_on.macros, node.created_at] : [node, source]

/** Members whose resources are read at once. */
const smallMember = (manifest: Manifest, member: PublishedMember): ReadonlyMap<UniqueId, unknown> =>
  member === 'docs' ? manifest.docs : member === 'groups' ? manifest.groups : manifest.disabled

/** The manifest of a cache file; its nodes are read when somebody asks for them. `builtins`: the macros that come with quern, just loaded. */
export function openManifest(file: CacheFile, projectName: string, builtins: ReadonlyMap<UniqueId, Macro>): Manifest {
  const manifest = emptyManifest(projectName)
  const outlines = itemsOf(file.bytes('outlines')) as OutlineFields[]
  const { counts } = file.kept.layout as unknown as ManifestLayout
  let at = 0
  for (const [place, count] of counts.entries()) {
    const map = mapOf(manifest, place)
    for (const end = at + count; at < end; at++) map.put(new Outline(outlines[at]!))
  }
  const text = new KeptManifest(file, manifest)
  for (const [id, doc] of text.whole('docs')) manifest.docs.set(id, doc as DocNode)
  for (const [id, group] of text.whole('groups')) manifest.groups.set(id, group as GroupNode)
  for (const [id, nodes] of text.whole('disabled')) manifest.disabled.set(id, nodes as GraphNode[])
  const files: MacroFiles = new Map()
  for (const kept of itemsOf(file.bytes('macros')) as KeptMacro[]) {
    if (kept.length === 3) {
      const macro = builtins.get(kept[0])!
      macro.node.depends_on.macros = kept[1]
      macro.node.created_at = kept[2]
      manifest.macros.set(kept[0], macro)
    } else manifest.macros.set(kept[0].unique_id, storedMacro(kept[0], kept[1], files))
  }
  text.attach(manifest)
  return manifest
}

/** From now on the manifest knows that it is kept in the file as it is at this moment. */
export function attachManifest(file: CacheFile, manifest: Manifest): void {
  new KeptManifest(file, manifest).attach(manifest)
}

/** What a cache file says of a manifest. */
class KeptManifest implements PublishedText {
  readonly length: number
  readonly #file: CacheFile
  readonly #layout: ManifestLayout
  readonly #members: ReadonlyMap<PublishedMember, TextRange>
  readonly #ids: readonly (readonly UniqueId[])[]
  readonly #ranges = new Map<PublishedMember, ReadonlyMap<string, TextRange>>()
  #inexact: ReadonlyMap<string, TextRange> | undefined

  constructor(file: CacheFile, manifest: Manifest) {
    this.#file = file
    this.#layout = file.kept.layout as unknown as ManifestLayout
    this.length = file.length('body')
    this.#members = memberRanges(this.#layout.members)
    this.#ids = NODES.map((_, at) => [...mapOf(manifest, at).keys()])
  }

  attach(manifest: Manifest): void {
    manifest.published = this
    for (const [at, [member]] of NODES.entries())
      mapOf(manifest, at).keep({ read: (id) => this.#node(member, id) as NodeOutline })
  }

  member(name: PublishedMember): TextRange {
    return this.#members.get(name)!
  }

  resource(member: PublishedMember, id: UniqueId): TextRange | undefined {
    let ranges = this.#ranges.get(member)
    if (ranges === undefined) this.#ranges.set(member, (ranges = this.#rangesOf(member)))
    return ranges.get(id)
  }

  read({ from, to }: TextRange): Iterable<Uint8Array> {
    return this.#file.chunks('body', from, to)
  }

  file(room: number): ReturnType<PublishedText['file']> {
    const at = this.#file.bodyAt
    if (at === undefined || room > at) return undefined
    return { path: this.#file.path, at, isSame: () => this.#file.isInPlace() }
  }

  close(): void {
    this.#file.close()
  }

  /** The resources of a small member. */
  whole(member: PublishedMember): [UniqueId, unknown][] {
    const inexact = this.#inexactText(member)
    if (inexact !== undefined) return dataOf(inexact) as [UniqueId, unknown][]
    return Object.entries(JSON.parse(this.#text(this.member(member))) as Record<UniqueId, unknown>) as never
  }

  #node(member: NodeMember, id: UniqueId): unknown {
    const inexact = this.#inexactText(`${member} ${id}`)
    return inexact === undefined ? JSON.parse(this.#text(this.resource(member, id)!)) : dataOf(inexact)
  }

  #text({ from, to }: TextRange): string {
    return this.#file.bytes('body', from, to).toString('latin1')
  }

  #inexactText(what: string): string | undefined {
    if (this.#layout.inexact.length === 0) return undefined
    this.#inexact ??= successive(this.#layout.inexact)
    const range = this.#inexact.get(what)
    return range === undefined ? undefined : this.#file.bytes('inexact', range.from, range.to).toString('utf8')
  }

  #rangesOf(member: PublishedMember): ReadonlyMap<string, TextRange> {
    const place = NODES.findIndex(([name]) => name === member)
    const before = this.#layout.counts.slice(0, place).reduce((sum, count) => sum + count, 0)
    const ranges = new Map<string, TextRange>()
    let at = this.member(member).from + 1
    for (const [index, id] of this.#ids[place]!.entries()) {
      const from = at + (index === 0 ? 0 : 2) + toJson(id).length + 2
      at = from + this.#layout.lengths[before + index]!
      ranges.set(id, { from, to: at })
    }
    return ranges
  }
}

function memberRanges(lengths: readonly number[]): Map<PublishedMember, TextRange> {
  const ranges = new Map<PublishedMember, TextRange>()
  let at = 0
  for (const [index, member] of PUBLISHED.entries()) {
    const from = at + (index === 0 ? 0 : 2) + member.length + 4
    at = from + lengths[index]!
    ranges.set(member, { from, to: at })
  }
  return ranges
}

function successive(lengths: readonly (readonly [string, number])[]): Map<string, TextRange> {
  const ranges = new Map<string, TextRange>()
  let at = 0
  for (const [what, length] of lengths) {
    ranges.set(what, { from: at, to: at + length })
    at += length
  }
  return ranges
}

/**
 * What has to be replaced in a file for some nodes of `nodes` that are others now, with the layout after that. `otherParents`: nodes read others than
 * before. Undefined when there are values that JSON does not know.
 */
export function nodeReplacements(
  file: CacheFile,
  manifest: Manifest,
  changed: ReadonlySet<UniqueId>,
  otherParents: boolean,
): { readonly replacements: readonly Replacement[]; readonly layout: ManifestLayout } | undefined {
  const layout = file.kept.layout as unknown as ManifestLayout
  if (changed.size === 0) return { replacements: [], layout }
  const text = new KeptManifest(file, manifest)
  const outlines = lineRanges(file.bytes('outlines'))
  const lengths = [...layout.lengths]
  const members = [...layout.members]
  const replacements: Replacement[] = []
  for (const [place, id] of [...manifest.nodes.keys()].entries()) {
    if (!changed.has(id)) continue
    const node = manifest.nodes.get(id)!
    const writer = new JsonWriter()
    const made = writer.text(node)
    if (!writer.isExact || layout.inexact.some(([what]) => what === `nodes ${id}`)) return undefined
    replacements.push({ region: 'body', ...text.resource('nodes', id)!, text: made })
    members[0]! += made.length - lengths[place]!
    lengths[place] = made.length
    const outline = outlines[place]!
    replacements.push({ region: 'outlines', ...outline, text: dataText(outlineFields(node)) })
  }
  if (otherParents)
    for (const [member, map] of [
      ['parent_map', parentMap(manifest)],
      ['child_map', childMap(manifest)],
    ] as const) {
      const made = toJson(map)
      replacements.push({ region: 'body', ...text.member(member), text: made })
      members[PUBLISHED.indexOf(member)] = made.length
    }
  return { replacements, layout: { ...layout, lengths, members } }
}

/** Where items stand that were written by `lines`. */
function lineRanges(bytes: Buffer): TextRange[] {
  const ranges: TextRange[] = []
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(10, from)
    ranges.push({ from, to: end === -1 ? bytes.length : end - 1 })
    from = end === -1 ? bytes.length : end + 1
  }
  return ranges
}
