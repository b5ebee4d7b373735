import type { Project } from '../config/project-config.ts'
import { SourceFile } from '../errors/source-file.ts'
import { topLevelBlocks } from '../jinja/blocks.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'
import type { ProjectFile } from '../project/find-files.ts'
import { addUnique, type ParseSession } from './session.ts'
import { readStripped } from './source-text.ts'
import { fqnOf, newNode, parseSqlNode } from './sql-node.ts'
import { parseReference } from './reference-text.ts'

/** Files of `snapshot-paths`: one snapshot for each `{% snapshot name %}` block. Its fqn holds the file's name too. */
export function parseSnapshotFile(session: ParseSession, project: Project, file: ProjectFile): void {
  const { text, checksum } = readStripped(session, project, file)
  for (const block of topLevelBlocks(text, ['snapshot'])) {
    const code = text.text.slice(block.bodySpan.start, block.bodySpan.end)
    const stem = file.relative.replace(/\.[^./]*$/, '')
    parseSqlNode(session, {
      type: 'snapshot',
      project,
      file: new BlockFile(text, block.bodySpan.start, code),
      name: block.name,
      path: file.relative,
      original: file.original,
      fqn: [project.name, ...stem.split('/'), block.name],
      code,
      checksum,
    })
  }
}

/** Part of a file, with the positions of the whole. */
class BlockFile extends SourceFile {
  readonly #whole: SourceFile
  readonly #start: number
  constructor(whole: SourceFile, start: number, text: string) {
    super(whole.path, text)
    this.#whole = whole
    this.#start = start
  }
  override position(offset: number): { line: number; column: number } {
    return this.#whole.position(Math.min(offset, this.text.length) + this.#start)
  }
  override offset(line: number, column = 1): number {
    return Math.max(0, Math.min(this.#whole.offset(line, column) - this.#start, this.text.length))
  }
  override line(line: number): string | undefined {
    return this.#whole.line(line)
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
