import { createHash } from 'node:crypto'
import type { Adapter } from '../adapter/adapter.ts'
import type { Invocation } from '../config/invocation.ts'
import type { ProjectConfig } from '../config/project-config.ts'
import { DBT_VERSION } from '../config/version.ts'
import { childMap, parentMap } from '../manifest/edges.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { toJson } from './json-text.ts'

export const MANIFEST_SCHEMA = 'https://schemas.getdbt.com/dbt/manifest/v12.json'

export interface ManifestJsonInput {
  readonly invocation: Invocation
  readonly config: ProjectConfig
  readonly adapter: Pick<Adapter, 'type' | 'defaultQuoting'>
}

/** The text of manifest.json (schema version 12), with all keys in dbt's order, nulls written, floats as Python writes them. */
export function manifestJson(manifest: Manifest, input: ManifestJsonInput): string {
  return toJson(manifestDocument(manifest, input))
}

/** The same as an object. Queries of `--inline` are no part of the project. */
export function manifestDocument(all: Manifest, input: ManifestJsonInput): Record<string, unknown> {
  const manifest = {
    ...all,
    nodes: new Map([...all.nodes].filter(([, node]) => node.resource_type !== 'sql_operation')),
  }
  const macros = Object.fromEntries([...manifest.macros].map(([id, macro]) => [id, macro.node]))
  return {
    metadata: metadata(input),
    nodes: Object.fromEntries([...manifest.nodes].map(([id, node]) => [id, withoutState(node)])),
    sources: Object.fromEntries(manifest.sources),
    macros,
    docs: Object.fromEntries(manifest.docs),
    exposures: Object.fromEntries(manifest.exposures),
    metrics: Object.fromEntries(manifest.metrics),
    groups: Object.fromEntries(manifest.groups),
    selectors: manifest.selectors,
    disabled: Object.fromEntries(manifest.disabled),
    parent_map: parentMap(manifest),
    child_map: childMap(manifest),
    group_map: groupMap(manifest),
    saved_queries: Object.fromEntries(manifest.savedQueries),
    semantic_models: Object.fromEntries(manifest.semanticModels),
    unit_tests: Object.fromEntries(manifest.unitTests),
    functions: Object.fromEntries([...manifest.functions].map(([id, node]) => [id, withoutState(node)])),
  }
}

/** What a node is elsewhere (`--defer`) is not published. */
function withoutState(node: object): object {
  if (!('defer_relation' in node)) return node
  const { defer_relation, ...rest } = node as Record<string, unknown>
  return rest
}

function metadata({ invocation, config, adapter }: ManifestJsonInput): Record<string, unknown> {
  const { project } = config
  const quoting = { ...adapter.defaultQuoting, ...project.quoting }
  const started = microseconds(invocation.startedAt)
  return {
    dbt_schema_version: MANIFEST_SCHEMA,
    dbt_version: DBT_VERSION,
    generated_at: `${microseconds(new Date(invocation.now()))}Z`,
    invocation_id: invocation.id,
    invocation_started_at: `${started}Z`,
    env: customEnv(invocation),
    project_name: project.name,
    project_id: createHash('md5').update(project.name).digest('hex'),
    user_id: null,
    send_anonymous_usage_stats: invocation.flags.sendAnonymousUsageStats,
    adapter_type: adapter.type,
    quoting: {
      database: quoting.database ?? null,
      schema: quoting.schema ?? null,
      identifier: quoting.identifier ?? null,
      column: null,
    },
    run_started_at: `${started}+00:00`,
  }
}

const microseconds = (date: Date): string => date.toISOString().replace('Z', '000')

const PREFIX = 'DBT_ENV_CUSTOM_ENV_'
/** Environment variables that users want in artifacts. */
function customEnv({ env }: Invocation): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [key, value] of Object.entries(env))
    if (key.startsWith(PREFIX) && value !== undefined) found[key.slice(PREFIX.length)] = value
  return found
}

/** Ids of the members of each group. */
function groupMap(manifest: Manifest): Record<string, string[]> {
  const map: Record<string, string[]> = {}
  for (const group of manifest.groups.values()) map[group.name] = []
  for (const nodes of [manifest.nodes, manifest.savedQueries, manifest.semanticModels, manifest.metrics]) {
    for (const node of nodes.values()) {
      const group = (node as { group?: string | null }).group
      if (typeof group === 'string') map[group]?.push(node.unique_id)
    }
  }
  return map
}
