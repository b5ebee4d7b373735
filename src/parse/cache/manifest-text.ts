import { SourceFile } from '../../errors/source-file.ts'
import type { MacroDefinition } from '../../jinja/macro-definition.ts'
import { emptyManifest, type Macro, type MacroSource, type Manifest } from '../../manifest/manifest.ts'
import type { GraphNode, MacroNode } from '../../manifest/node.ts'
import type { UniqueId } from '../../manifest/unique-id.ts'
import { readText, withoutMark } from '../../project/read-file.ts'
import { StrippedFile } from '../../project/stripped-file.ts'
import { MACRO_KINDS, TEST_KINDS } from '../macro.ts'
import { macroBlocks } from '../macro-facts.ts'
import { dataOf, dataText } from './data-text.ts'

/** The maps of a manifest whose values are nodes, in the order in which they are kept. */
const MAPS = [
  'nodes', 'sources', 'docs', 'exposures', 'groups', 'metrics', 'semanticModels', 'savedQueries', 'unitTests', 'functions',
] as const // biome-ignore format: one list

/** A macro of the project or a package; of quern's own only what other macros decide. */
type KeptMacro = [node: MacroNode, source: MacroSource] | [id: UniqueId, below: string[], createdAt: number]

/**
 * A manifest as it comes from parsing, as text: a line for each map, then one for the macros, one for what is disabled. In a line each resource
 * stands between `,\n`... no line break is inside of a resource. Throws `NotData` when a config or the like holds something that is no data.
 */
export function manifestText(manifest: Manifest): string {
  const sections = MAPS.map((name) => section((manifest[name] as ReadonlyMap<UniqueId, object>).values()))
  const macros = [...manifest.macros.values()].map(keptMacro)
  return [...sections, section(macros), section(manifest.disabled.entries())].join(BETWEEN)
}

const BETWEEN = '\n\n'

const section = (items: Iterable<unknown>): string => Array.from(items, dataText).join(',\n')

const keptMacro = ({ node, source }: Macro): KeptMacro =>
  source === undefined ? [node.unique_id, node.depends_on.macros, node.created_at] : [node, source]

/** The resources of a section: at once where all of them are plain JSON. */
function items(text: string): unknown[] {
  if (text === '') return []
  if (!text.startsWith('~') && !text.includes(',\n~')) return JSON.parse(`[${text}]`) as unknown[]
  return text.split(',\n').map(dataOf)
}

/** The text with some nodes of the first map in another state; `changed` by id. */
export function withNodes(text: string, manifest: Manifest, changed: ReadonlySet<UniqueId>): string {
  const sections = text.split(BETWEEN)
  const lines = sections[0]!.split(',\n')
  for (const [place, id] of [...manifest.nodes.keys()].entries())
    if (changed.has(id)) lines[place] = dataText(manifest.nodes.get(id))
  return [lines.join(',\n'), ...sections.slice(1)].join(BETWEEN)
}

/** The manifest of a text. `builtins`: the macros that come with quern, just loaded. Throws for what is no such text. */
export function manifestOf(text: string, projectName: string, builtins: ReadonlyMap<UniqueId, Macro>): Manifest {
  const manifest = emptyManifest(projectName)
  const sections = text.split(BETWEEN)
  for (const [place, name] of MAPS.entries()) {
    const map = manifest[name] as Map<UniqueId, { unique_id: UniqueId }>
    for (const node of items(sections[place]!) as { unique_id: UniqueId }[]) map.set(node.unique_id, node)
  }
  const files = new Map<string, () => readonly MacroDefinition[]>()
  for (const kept of items(sections[MAPS.length]!) as KeptMacro[]) {
    if (kept.length === 3) {
      const macro = builtins.get(kept[0])!
      macro.node.depends_on.macros = kept[1]
      macro.node.created_at = kept[2]
      manifest.macros.set(kept[0], macro)
    } else {
      manifest.macros.set(kept[0].unique_id, macroOf(kept[0], kept[1], files))
    }
  }
  for (const [id, nodes] of items(sections[MAPS.length + 1]!) as [UniqueId, GraphNode[]][])
    manifest.disabled.set(id, nodes)
  return manifest
}

/** A macro whose file is read when it is first called. */
function macroOf(node: MacroNode, source: MacroSource, files: Map<string, () => readonly MacroDefinition[]>): Macro {
  const key = `${source.path} ${source.testsOnly}`
  let blocks = files.get(key)
  if (blocks === undefined) {
    blocks = blocksOf(source)
    files.set(key, blocks)
  }
  return {
    node,
    source,
    // what its text calls was followed when the manifest was made
    calls: [],
    definition: () => {
      const block = blocks()[source.index]
      const file = block?.blockSpan.file.text
      if (file?.slice(block!.blockSpan.start, block!.blockSpan.end) === node.macro_sql) return block!
      // the file was changed since this run began: what was parsed counts
      return macroBlocks(new SourceFile(source.shown, node.macro_sql), source.testsOnly ? TEST_KINDS : MACRO_KINDS)[0]!
    },
  }
}

function blocksOf({ path, shown, testsOnly }: MacroSource): () => readonly MacroDefinition[] {
  let blocks: readonly MacroDefinition[] | undefined
  return () => {
    try {
      blocks ??= macroBlocks(
        new StrippedFile(shown, withoutMark(readText(path, shown))),
        testsOnly ? TEST_KINDS : MACRO_KINDS,
      )
    } catch {
      blocks = []
    }
    return blocks
  }
}
