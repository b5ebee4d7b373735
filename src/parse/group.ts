import { asPlainDict } from '../config/python-data.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'
import { uniqueId } from '../manifest/unique-id.ts'
import { ownerOf } from './exposure.ts'
import { computeConfig } from './node-config.ts'
import type { Entry } from './property-file.ts'
import { addUnique, type ParseSession } from './session.ts'
import { fqnOf } from './sql-node.ts'

/** Makes a group. dbt-core 1.11 configures groups from the `models` tree, and keeps all that it says. */
export function parseGroup(session: ParseSession, entry: Entry): void {
  const { data, project } = entry
  const { file, text } = entry.properties
  const fqn = fqnOf(project.name, file.relative, data.name)
  const { config } = computeConfig(session, 'group', project, fqn, {
    patch: asPlainDict(data['config']) ?? {},
    file: text,
  })
  addUnique(session.manifest.groups, {
    name: data.name,
    resource_type: 'group',
    package_name: project.name,
    path: file.relative,
    original_file_path: file.original,
    unique_id: uniqueId('group', project.name, data.name),
    owner: ownerOf(entry, 'Group'),
    description: (data['description'] ?? null) as string | null,
    config: config as unknown as PlainDict,
  })
}
