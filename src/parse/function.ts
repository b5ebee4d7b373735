import type { Project } from '../config/project-config.ts'
import { asPlainDict } from '../config/python-data.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'
import type { FunctionNode } from '../manifest/node.ts'
import { fileStem, type ProjectFile } from '../project/find-files.ts'
import { dicts } from './columns.ts'
import type { Patch } from './patch.ts'
import type { ParseSession } from './session.ts'
import { readStripped } from './source-text.ts'
import { fqnOf, parseSqlNode } from './sql-node.ts'

/** Files of `function-paths`: one function each. What it takes and gives back stands in a property file. */
export function parseFunction(session: ParseSession, project: Project, file: ProjectFile): void {
  const { text, checksum } = readStripped(session, project, file)
  const name = fileStem(file.relative)
  parseSqlNode(session, {
    type: 'function',
    project,
    file: text,
    name,
    path: file.relative,
    original: file.original,
    fqn: fqnOf(project.name, file.relative, name),
    code: text.text,
    checksum,
    ...(file.relative.endsWith('.py') ? { language: 'python' } : {}),
  })
}

/** Copies what only functions have from an entry of `functions`. */
export function patchFunction(node: FunctionNode, patch: Patch): void {
  const { data } = patch.entry
  const returns = asPlainDict(data['returns'])!
  const description = (of: PlainDict): string | null => (of['description'] ?? null) as string | null
  node.returns = { data_type: returns['data_type'] as string, description: description(returns) }
  node.arguments = dicts(data['arguments']).map((argument) => ({
    name: argument['name'] as string,
    data_type: argument['data_type'] as string,
    description: description(argument),
    default_value: argument['default_value'] ?? null,
  }))
}
