import type { Project } from '../config/project-config.ts'
import { fileStem, type ProjectFile } from '../project/find-files.ts'
import { readPythonModel } from './python-model.ts'
import type { ParseSession } from './session.ts'
import { readStripped } from './source-text.ts'
import { fqnOf, parseSqlNode } from './sql-node.ts'

/** Files of `model-paths`: one model each, named after the file. */
export function parseModel(session: ParseSession, project: Project, file: ProjectFile): void {
  const { text, checksum } = readStripped(session, project, file)
  const name = fileStem(file.relative)
  const from = {
    type: 'model',
    project,
    file: text,
    name,
    path: file.relative,
    original: file.original,
    fqn: fqnOf(project.name, file.relative, name),
    code: text.text,
    checksum,
  } as const
  if (file.relative.toLowerCase().endsWith('.py')) readPythonModel(session, { ...from, language: 'python' })
  else parseSqlNode(session, from)
}
