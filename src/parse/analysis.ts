import type { Project } from '../config/project-config.ts'
import { fileStem, type ProjectFile } from '../project/find-files.ts'
import { behavior, type ParseSession } from './session.ts'
import { readStripped } from './source-text.ts'
import { fqnOf, parseSqlNode } from './sql-node.ts'

/** Files of `analysis-paths`. dbt-core 1.11 puts `analysis` before the folders, in path and fqn. */
export function parseAnalysis(session: ParseSession, project: Project, file: ProjectFile): void {
  const { text, checksum } = readStripped(session, project, file)
  const name = fileStem(file.relative)
  const path = `analysis/${file.relative}`
  const fqn = fqnOf(project.name, behavior(session, 'require_corrected_analysis_fqns') ? file.relative : path, name)
  parseSqlNode(session, {
    type: 'analysis',
    project,
    file: text,
    name,
    path,
    original: file.original,
    fqn,
    code: text.text,
    checksum,
  })
}
