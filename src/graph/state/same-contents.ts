import { makeWarning } from '../../events/warnings.ts'
import type { GraphNode } from '../../manifest/node.ts'
import type { StateNode } from '../../manifest/previous-state.ts'
import type { Comparing } from './comparison.ts'
import { sameContract } from './contract-change.ts'
import { sameConfig } from './same-config.ts'
import { sameValue, sameWritten } from './same-value.ts'

type Dict = Readonly<Record<string, unknown>>

/** Nodes that are built or run: what dbt calls parsed nodes, and functions. */
export const hasBody = (node: { readonly resource_type: string }): boolean => !WITHOUT_BODY.has(node.resource_type)

const WITHOUT_BODY: ReadonlySet<string> = new Set([
  'source', 'exposure', 'metric', 'semantic_model', 'saved_query', 'unit_test',
]) // biome-ignore format: one list

/**
 * Whether a resource is as it was. dbt-core 1.11, by type: of sources, exposures, metrics, semantic models and saved queries those that are new
 * count as the same (they are `state:new` only).
 */
export function sameContents(node: GraphNode, old: StateNode | undefined, comparing: Comparing): boolean {
  const mine = node as unknown as Dict & GraphNode
  if (node.resource_type === 'unit_test') return old !== undefined && mine['checksum'] === old['checksum']
  if (!hasBody(node)) {
    return old === undefined || FIELDS[node.resource_type]!.every((same) => same(mine, old, comparing))
  }
  if (old === undefined) return false
  if (node.resource_type === 'test' && 'test_metadata' in node) return sameConfig(mine, old) && sameFqn(mine, old)
  // Told first: a broken contract is an error, whatever else changed.
  const contract = node.resource_type !== 'model' || sameContract(mine, old, comparing)
  return (
    sameBody(mine, old, comparing) &&
    sameConfig(mine, old) &&
    samePersistedDescription(mine, old) &&
    sameFqn(mine, old) &&
    sameRelation(mine, old, comparing) &&
    contract &&
    (node.resource_type !== 'model' ||
      MODEL_REFERENCE.every((key) => sameValue(mine[key], old[key] ?? DEFAULTS[key]))) &&
    (node.resource_type !== 'function' || ['arguments', 'returns'].every((key) => sameValue(mine[key], old[key])))
  )
}

/** What decides how others may refer to a model. */
const MODEL_REFERENCE = ['latest_version', 'access', 'deprecation_date'] as const
const DEFAULTS: Dict = { access: 'protected' }

/** Text of the node; of a seed the checksum of its file. */
export function sameBody(node: Dict & GraphNode, old: StateNode, comparing: Comparing): boolean {
  return node.resource_type === 'seed' ? sameSeed(node, old, comparing) : node['raw_code'] === old['raw_code']
}

/** Files over 1 MiB have no checksum: then the path is all there is, and that is told. */
function sameSeed(node: Dict, old: StateNode, { emit }: Comparing): boolean {
  const mine = node['checksum'] as { name: string; checksum: string }
  const before = (old['checksum'] ?? {}) as { name?: string; checksum?: string }
  const same = mine.name === before.name && mine.checksum === before.checksum
  if (mine.name !== 'path') return same
  const seed = `Found a seed (${String(node['package_name'])}.${String(node['name'])}) >1MiB in size`
  const data = { package_name: String(node['package_name']), name: String(node['name']) }
  if (before.name !== 'path') {
    emit(
      makeWarning('SeedIncreased', 'I052', `${seed}. The previous file was <=1MiB, so it has changed`, {
        style: 'plain',
        data,
      }),
    )
  } else if (same) {
    const text = `${seed} at the same path, dbt cannot tell if it has changed: assuming they are the same`
    emit(makeWarning('SeedExceedsLimitSamePath', 'I053', text, { style: 'plain', data }))
  } else {
    const text = `${seed}. The previous file was in a different location, assuming it has changed`
    emit(makeWarning('SeedExceedsLimitAndPathChanged', 'I054', text, { style: 'plain', data }))
  }
  return same
}

/** Descriptions that the database gets. That they are persisted at all is config. */
export function samePersistedDescription(node: Dict, old: StateNode): boolean {
  const config = dict(node['config'])
  if (node['resource_type'] === 'test') return true
  const persisted = dict(config['persist_docs'])
  if (persisted['relation'] === true && (node['description'] ?? '') !== (old['description'] ?? '')) return false
  return persisted['columns'] !== true || sameWritten(descriptions(node), descriptions(old))
}

const descriptions = (node: Dict): Dict =>
  Object.fromEntries(
    Object.entries(dict(node['columns'])).map(([key, column]) => [key, dict(column)['description'] ?? '']),
  )

/** Where it is built, as configured: what generate_schema_name and the like make of it does not count. */
export function sameRelation(node: Dict, old: StateNode, comparing: Comparing): boolean {
  if (node['resource_type'] === 'source') return sameSourceRelation(node, old, comparing)
  const mine = dict(node['unrendered_config'])
  const before = dict(old['unrendered_config'])
  return ['database', 'schema', 'alias'].every((key) => sameWritten(mine[key] ?? null, before[key] ?? null))
}

function sameSourceRelation(node: Dict, old: StateNode, { moreUnrendered }: Comparing): boolean {
  const prefix = moreUnrendered ? 'unrendered_' : ''
  return (
    (node[`${prefix}database`] ?? null) === (old[`${prefix}database`] ?? null) &&
    (node[`${prefix}schema`] ?? null) === (old[`${prefix}schema`] ?? null) &&
    node['identifier'] === old['identifier']
  )
}

const sameFqn = (node: Dict, old: StateNode): boolean => sameValue(node['fqn'], old['fqn'])

type Same = (node: Dict & GraphNode, old: StateNode, comparing: Comparing) => boolean

const fields =
  (...names: readonly string[]): Same =>
  (node, old) =>
    names.every((name) => sameValue(node[name], old[name]))

const withoutOrder = (value: unknown): string[] => [...((value ?? []) as readonly string[])].sort()

const sameParents: Same = (node, old) =>
  sameValue(withoutOrder(dict(node['depends_on'])['nodes']), withoutOrder(dict(old['depends_on'])['nodes']))

const sameQuery: Same = (node, old) =>
  ['metrics', 'group_by', 'where'].every((key) =>
    sameValue(dict(node['query_params'])[key], dict(old['query_params'])[key]),
  )

/** Exports by their order, name and what was written of where they go. */
const sameExports: Same = (node, old) => {
  const mine = (node['exports'] ?? []) as readonly Dict[]
  const before = (old['exports'] ?? []) as readonly Dict[]
  return (
    mine.length === before.length &&
    mine.every((one, at) => {
      const other = before[at] as Dict
      const [written, writtenThen] = [dict(one['unrendered_config']), dict(other['unrendered_config'])]
      return (
        one['name'] === other['name'] &&
        ['export_as', 'schema', 'alias'].every((key) => sameWritten(written[key] ?? null, writtenThen[key] ?? null))
      )
    })
  )
}

const FIELDS: Readonly<Record<string, readonly Same[]>> = {
  source: [sameRelation, fields('fqn'), sameConfig, fields('quoting', 'freshness', 'loaded_at_field', 'external')],
  exposure: [fields('fqn', 'type', 'owner', 'maturity', 'url', 'description', 'label'), sameParents, sameConfig],
  // dbt-core 1.11: neither filter nor type_params.
  metric: [fields('type', 'description', 'label'), sameConfig],
  semantic_model: [
    fields('model', 'description', 'defaults', 'entities', 'dimensions', 'measures', 'primary_entity', 'group'),
    sameConfig,
  ],
  saved_query: [sameQuery, fields('description', 'label', 'group', 'tags'), sameConfig, sameExports],
}

const dict = (value: unknown): Dict => (typeof value === 'object' && value !== null ? (value as Dict) : {})
