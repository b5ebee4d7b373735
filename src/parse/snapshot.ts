import type { Project } from '../config/project-config.ts'
import type { SourceFile } from '../errors/source-file.ts'
import { topLevelBlocks } from '../jinja/blocks.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'
import type { ProjectFile } from '../project/find-files.ts'
import { FilePart } from '../project/stripped-file.ts'
import { blockName } from './block-name.ts'
import { parseReference } from './reference-text.ts'
import { addUnique, type ParseSession } from './session.ts'
import { readStripped } from './source-text.ts'
import { fqnOf, newNode, parseSqlNode } from './sql-node.ts'
import { tellUnexpected } from './unexpected-blocks.ts'

/** Files of `snapshot-paths`: one snapshot for each `{% snapshot name %}` block. Its fqn holds the file's name too. */
export function parseSnapshotFile(session: ParseSession, project: Project, file: ProjectFile): void {
  const { text, checksum } = readStripped(session, project, file)
  for (const block of topLevelBlocks(text, ['snapshot'], tellUnexpected(session, file.relative))) {
    const name = blockName(block)
    const code = block.text
    const stem = file.relative.replace(/\.[^./]*$/, '')
    parseSqlNode(session, {
      type: 'snapshot',
      project,
      file: new FilePart(text, block.bodySpan.start, code),
      name,
      path: file.relative,
      original: file.original,
      fqn: [project.name, ...stem.split('/'), name],
      code,
      checksum,
    })
  }
}

/**
 * Snapshots that property files define with `relation:`. Their config comes from the properties, which are applied to them like to others.
 */
export function parseYamlSnapshot(
  session: ParseSession,
  project: Project,
  file: ProjectFile,
  text: SourceFile,
  checksum: string,
  entry: PlainDict & { readonly name: string; readonly relation: string },
): void {
  const node = newNode(session, {
    type: 'snapshot',
    project,
    file: text,
    name: entry.name,
    path: `${file.relative}/${entry.name}.sql`,
    original: file.original,
    fqn: fqnOf(project.name, file.relative, entry.name),
    code: `select * from {{ ${entry.relation} }}`,
    checksum: { name: 'sha256', checksum },
  })
  const reference = parseReference(entry.relation, { file: text, start: 0, end: 0 })
  if ('refs' in node) {
    if (reference.kind === 'ref') node.refs.push(reference.ref)
    else node.sources.push(reference.source)
  }
  session.drafts.set(node, { node, file: text, project, configCalls: [], template: undefined })
  addUnique(session.manifest.nodes, node)
}
