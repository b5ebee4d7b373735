import type { SourceFile } from '../errors/source-file.ts'
import { topLevelBlocks } from '../jinja/blocks.ts'
import { uniqueId } from '../manifest/unique-id.ts'
import { stripBlank } from '../project/read-file.ts'
import { addUnique, type ParseSession } from './session.ts'

/** `{% docs name %}` blocks of a Markdown file. Their text is taken as it stands: it is not rendered again where it is used. */
export function parseDocs(session: Pick<ParseSession, 'manifest'>, packageName: string, file: SourceFile, path: string, original: string): void {
  if (!file.text.includes('{%')) return
  for (const block of topLevelBlocks(file, ['docs'])) {
    addUnique(session.manifest.docs, {
      name: block.name,
      resource_type: 'doc',
      package_name: packageName,
      path,
      original_file_path: original,
      unique_id: uniqueId('doc', packageName, block.name),
      block_contents: stripBlank(file.text.slice(block.bodySpan.start, block.bodySpan.end)),
    })
  }
}
