import type { SourceFile } from '../errors/source-file.ts'
import { type Block, topLevelBlocks } from '../jinja/blocks.ts'
import { newLimits } from '../jinja/names.ts'
import { Template } from '../jinja/template.ts'
import { uniqueId } from '../manifest/unique-id.ts'
import { stripBlank } from '../project/read-file.ts'
import { FilePart } from '../project/stripped-file.ts'
import { blockName } from './block-name.ts'
import { addUnique, type ParseSession } from './session.ts'

/** `{% docs name %}` blocks of a Markdown file. dbt-core 1.11 renders their text where it stands, with no names at all. */
export function parseDocs(
  session: Pick<ParseSession, 'manifest'>,
  packageName: string,
  file: SourceFile,
  path: string,
  original: string,
): void {
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
      block_contents: stripBlank(rendered(block)),
    })
  }
}

function rendered({ text, bodySpan }: Block): string {
  if (!/\{[{%#]/.test(text)) return text
  const template = Template.parse(new FilePart(bodySpan.file, bodySpan.start, text))
  return template.renderSync({
    names: { lookup: () => undefined },
    flavour: 'sync',
    undefinedMode: 'lenient',
    limits: newLimits(),
  })
}
