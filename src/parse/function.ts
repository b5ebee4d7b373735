import type { Project } from '../config/project-config.ts'
import { asPlainDict } from '../config/python-data.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'
import type { ManifestNode, OtherNode } from '../manifest/node.ts'
import { fileStem, type ProjectFile } from '../project/find-files.ts'
import { dicts } from './columns.ts'
import { checkPatchedOnce, type Patch, patchConfig, patchProperties } from './patch.ts'
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

/** Applies an entry of `functions`. */
export function patchFunction(session: ParseSession, node: OtherNode, patch: Patch): void {
  const { data } = patch.entry
  checkPatchedOnce(node as unknown as ManifestNode, patch.entry, 'resource')
  const asNode = node as unknown as ManifestNode
  if (Object.keys(patch.config).length > 0) patchConfig(session, asNode, patch)
  patchProperties(session, asNode, patch)
  const returns = asPlainDict(data['returns'])!
  node['returns'] = {
    data_type: returns['data_type']!,
    description: returns['description'] ?? null,
  } satisfies PlainDict
  node['arguments'] = dicts(data['arguments']).map((argument) => ({
    name: argument['name']!,
    data_type: argument['data_type']!,
    description: argument['description'] ?? null,
    default_value: argument['default_value'] ?? null,
  }))
}
