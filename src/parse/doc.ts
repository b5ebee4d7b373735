import type { SourceFile } from '../errors/source-file.ts'
import { topLevelBlocks } from '../jinja/blocks.ts'
import { uniqueId } from '../manifest/unique-id.ts'
import { stripBlank } from '../project/read-file.ts'
import { blockName } from './block-name.ts'
import { addUnique, type ParseSession } from './session.ts'

/** `{% docs name %}` blocks of a Markdown file. Their text is taken as it stands: it is not rendered again where it is used. */
export function parseDocs(session: Pick<ParseSession, 'manifest'>, packageName: string, file: SourceFile, path: string, original: string): void {
  if (!file.text.includes('{%')) return
  for (const block of topLevelBlocks(file, ['docs'])) {
    const name = blockName(block)
    addUnique(session.manifest.docs, {
      name,
      resource_type: 'doc',
      package_name: packageName,
      path,
      original_file_path: original,
      unique_id: uniqueId('doc', packageName, name),
      block_contents: stripBlank(block.text),
    })
  }
}
