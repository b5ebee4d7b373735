import { findText, SourceFile, type Span } from '../errors/source-file.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'
import type { Macro } from '../manifest/manifest.ts'
import type { OtherNode } from '../manifest/node.ts'
import type { UniqueId } from '../manifest/unique-id.ts'
import { inNode, type ParseSession } from './session.ts'

interface Described {
  readonly name: string
  readonly resource_type: string
  readonly package_name: string
  readonly original_file_path: string
  readonly patch_path?: string | null
  readonly unique_id?: string
}

/** Renders every description, with `doc()`, and notes the doc blocks of nodes, sources and columns. `macros`: those whose descriptions are to be rendered. */
export function renderDescriptions(session: ParseSession, macros: Iterable<Macro>): void {
  const { manifest, contexts } = session
  const render = (owner: Described, text: string): { text: string; docBlocks: UniqueId[] } => {
    if (!/\{[{%#]/.test(text)) return { text, docBlocks: [] }
    return inNode(owner, () =>
      contexts.renderDescription(text, owner.package_name, {
        file: new SourceFile(owner.original_file_path, text, () => placeOf(session, owner, text)),
        owner: owner.unique_id ?? owner.name,
      }),
    )
  }
  const withBlocks = (owner: Described, holder: { description: string; doc_blocks: string[] }): void => {
    const { text, docBlocks } = render(owner, holder.description)
    holder.description = text
    holder.doc_blocks = docBlocks
  }
  const plain = (owner: Described, holder: object): void => {
    const described = holder as { description?: string | null }
    if (described.description) described.description = render(owner, described.description).text
  }
  for (const node of manifest.nodes.values()) {
    withBlocks(node, node)
    for (const column of Object.values(node.columns)) withBlocks(node, column)
  }
  for (const source of manifest.sources.values()) {
    withBlocks(source, source)
    source.source_description = render(source, source.source_description).text
    for (const column of Object.values(source.columns)) withBlocks(source, column)
  }
  for (const { node } of macros) {
    plain(node, node)
    for (const argument of node.arguments) plain(node, argument)
  }
  for (const map of [manifest.exposures, manifest.metrics, manifest.savedQueries])
    for (const node of map.values()) plain(node, node)
  for (const semantic of manifest.semanticModels.values()) {
    plain(semantic, semantic)
    for (const part of ['dimensions', 'measures', 'entities'])
      for (const element of semanticParts(semantic, part)) plain(semantic, element)
  }
}

/** Where a description stands in its property file; of a folded one, where its first expression stands. */
function placeOf(session: ParseSession, owner: Described, text: string): Span | undefined {
  const path = owner.patch_path ?? `${owner.package_name}://${owner.original_file_path}`
  const file = session.propertyTexts.get(path)
  const expression = /\{[{%].*?[%}]\}/.exec(text)?.[0]
  if (file === undefined) return undefined
  return findText(file, text) ?? (expression === undefined ? undefined : findText(file, expression))
}

const semanticParts = (semantic: OtherNode, part: string): PlainDict[] => (semantic[part] ?? []) as PlainDict[]
