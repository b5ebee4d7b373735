import type { Project } from '../config/project-config.ts'
import { fileStem, type ProjectFile } from '../project/find-files.ts'
import type { ParseSession } from './session.ts'
import { readStripped } from './source-text.ts'
import { fqnOf, parseSqlNode } from './sql-node.ts'

/** Files of `test-paths` outside `generic/` and `fixtures/`: one test each, named after the file. */
export function parseSingularTest(session: ParseSession, project: Project, file: ProjectFile): void {
  const { text, checksum } = readStripped(session, project, file)
  const name = fileStem(file.relative)
  parseSqlNode(session, {
    type: 'test',
    project,
    file: text,
    name,
    path: file.relative,
    original: file.original,
    fqn: fqnOf(project.name, file.relative, name),
    code: text.text,
    checksum,
  })
}
