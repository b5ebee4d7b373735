import { asPlainDict } from '../config/python-data.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import type { ManifestNode, OtherNode } from '../manifest/node.ts'
import { uniqueId } from '../manifest/unique-id.ts'
import { dicts } from './columns.ts'
import { byCodePoint } from './generic-test-names.ts'
import { whereFilter } from './metric.ts'
import { computeConfig } from './node-config.ts'
import type { Entry } from './property-file.ts'
import { semanticTerm } from './semantic-term.ts'
import { addResource, type ParseSession } from './session.ts'
import { fqnOf } from './sql-node.ts'
import { type Place, under } from './yaml-place.ts'

/** Makes a saved query; its exports get their names like models. */
export function parseSavedQuery(session: ParseSession, entry: Entry): void {
  const { data, project } = entry
  const { file, text } = entry.properties
  const fqn = fqnOf(project.name, file.relative, data.name)
  const { config, unrenderedConfig } = computeConfig(session, 'saved_query', project, fqn, {
    patch: asPlainDict(data['config']) ?? {},
    file: text,
  })
  const params = asPlainDict(data['query_params'])!
  const asList = (value: Value | undefined): string[] =>
    typeof value === 'string' ? [value] : Array.isArray(value) ? (value as string[]) : []
  const node: OtherNode = {
    name: data.name,
    resource_type: 'saved_query',
    package_name: project.name,
    path: file.relative,
    original_file_path: file.original,
    unique_id: uniqueId('saved_query', project.name, data.name),
    fqn,
    query_params: {
      metrics: params['metrics'] ?? [],
      group_by: params['group_by'] ?? [],
      where: whereFilter(params['where']),
      order_by: params['order_by'] ?? [],
      limit: params['limit'] ?? null,
    },
    exports: dicts(data['exports']).map((one, index) =>
      exportOf(session, entry, config as unknown as PlainDict, one, under(entry.place, 'exports', index)),
    ),
    description: data['description'] ?? null,
    label: data['label'] ?? null,
    metadata: null,
    config: config as unknown as PlainDict,
    unrendered_config: unrenderedConfig,
    group: config.group ?? null,
    depends_on: { macros: [], nodes: [] },
    created_at: session.startedAt,
    refs: [],
    tags: [...new Set([...asList(data['tags']), ...asList((config as { tags?: Value }).tags)])].sort(byCodePoint),
  }
  addResource(session, session.manifest.savedQueries, node)
}

function exportOf(session: ParseSession, entry: Entry, config: PlainDict, given: PlainDict, place: Place): PlainDict {
  const own = asPlainDict(given['config']) ?? {}
  const combined = { ...config, ...own }
  const schema = (combined['schema_name'] ?? combined['schema'] ?? null) as string | null
  const stand = {
    ...given,
    resource_type: 'export',
    package_name: entry.project.name,
    config: {},
  } as unknown as ManifestNode
  const custom = (key: string): string | null => (combined[key] ?? null) as string | null
  const database = session.contexts.generateName('database', custom('database'), stand)
  const alias = session.contexts.generateName('alias', custom('alias'), stand)
  return {
    name: given['name']!,
    config: {
      export_as: semanticTerm(
        'ExportDestinationType',
        combined['export_as'] ?? null,
        under(place, 'config', 'export_as'),
      ),
      schema_name: schema ?? session.contexts.generateName('schema', null, stand),
      alias: custom('alias') ?? alias,
      database: database ?? custom('database'),
    },
    unrendered_config: own,
  }
}
