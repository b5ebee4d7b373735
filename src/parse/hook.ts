import type { Project } from '../config/project-config.ts'
import { findText, SourceFile } from '../errors/source-file.ts'
import type { OperationNode } from '../manifest/node.ts'
import { sha256, stripBlank } from '../project/read-file.ts'
import type { ParseSession } from './session.ts'
import { parseSqlNode } from './sql-node.ts'

/** `on-run-start` and `on-run-end` of a project: one operation each. */
export function parseHooks(session: ParseSession, project: Project): void {
  const checksum = { name: 'sha256', checksum: sha256(stripBlank(project.file?.text ?? '')) }
  for (const [type, hooks] of [
    ['on-run-start', project.onRunStart],
    ['on-run-end', project.onRunEnd],
  ] as const) {
    for (const [index, code] of hooks.entries()) {
      const name = `${project.name}-${type}-${index}`
      const node = parseSqlNode(session, {
        type: 'operation',
        project,
        file: new SourceFile('dbt_project.yml', code, () => project.file && findText(project.file, code)),
        name,
        path: `hooks/${name}.sql`,
        original: './dbt_project.yml',
        fqn: [project.name, 'hooks', name],
        code,
        checksum,
        tags: [type],
      }) as OperationNode
      node.index = index
    }
  }
}
