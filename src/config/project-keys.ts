import { join } from 'node:path'
import type { Span } from '../errors/source-file.ts'
import type { Deprecation } from '../events/run-event.ts'
import { makeDeprecation } from '../events/warnings.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import { locate } from '../project/read-yaml.ts'
import { PROJECT_FILE, type RawProject } from './load-project.ts'
import { asPlainDict, type KeyPath } from './python-data.ts'

const words = (text: string): readonly string[] => text.trim().split(/\s+/)

/* Names that dbt-core 1.11 knows in dbt_project.yml, of all adapters. */

const TOP_LEVEL: ReadonlySet<string> = new Set(
  words(`
    name version config-version profile require-dbt-version restrict-access packages-install-path
    model-paths macro-paths seed-paths snapshot-paths analysis-paths test-paths docs-paths asset-paths function-paths
    target-path log-path clean-targets on-run-start on-run-end quoting query-comment dispatch dbt-cloud flags vars sync
    models seeds snapshots sources tests data_tests unit_tests analyses exposures functions metrics saved-queries semantic-models
  `),
)
const DISPATCH: ReadonlySet<string> = new Set(['macro_namespace', 'search_order'])

/** Config of whatever stands in a database. */
const ANYWHERE = words(`
  enabled meta tags cluster_by copy_grants enable_refresh file_format indexes initialize partition_by query_tag refresh_mode secure
  static_analysis table_type target_lag transient
  adapter_properties as_columnstore auto_liquid_cluster auto_refresh automatic_clustering backup base_location_root
  base_location_subpath bind buckets catalog catalog_name clustered_by compression databricks_compute databricks_tags dist
  external_volume grant_access_to hours_to_expiration include_full_name_in_path kms_key_name labels labels_from_meta
  liquid_clustered_by location_root matched_condition max_staleness merge_with_schema_evolution not_matched_by_source_action
  not_matched_by_source_condition not_matched_condition partition_expiration_days partitions refresh_interval_minutes
  require_partition_filter row_access_policy schedule skip_matched_step skip_not_matched_step snowflake_warehouse sort sort_type
  source_alias table_tag target_alias tblproperties tmp_relation_type
`)
/** Config of what quern builds. */
const BUILT = words(
  'alias database schema docs event_time full_refresh grants group persist_docs post-hook pre-hook quoting',
)
const MODEL = words(`
  access batch_size begin concurrent_batches contract description freshness incremental_predicates incremental_strategy lookback
  materialized merge_exclude_columns merge_update_columns on_configuration_change on_schema_change predicates primary_key
  sql_header state sync unique_key column_types location packages
  additional_libs batch_id category cluster_id create_notebook dataproc_cluster_name enable_list_inference
  external_access_integrations http_path imports index_url intermediate_format jar_file_uri job_cluster_config
  notebook_template_id python_job_config python_version resource_tags secrets submission_method table_format timeout
  use_anonymous_sproc user_folder_for_python
`)
const SNAPSHOT = words(`
  check_cols dbt_valid_to_current hard_deletes invalidate_hard_deletes materialized quote_columns snapshot_meta_column_names
  strategy sync target_database target_schema unique_key updated_at
`)
const TEST = words(`
  alias database schema group full_refresh quoting
  error_if fail_calc limit severity store_failures store_failures_as warn_if where
`)
const SEED = words('column_types delimiter quote_columns')
const SOURCE = words('event_time freshness loaded_at_field loaded_at_query quoting schema_origin sync')
const NOT_BUILT = words('enabled meta tags')

/** Config by section. Keys below `saved-queries`, `semantic-models`, `analyses` and `functions` are not looked at. */
const SECTIONS: Readonly<Record<string, ReadonlySet<string>>> = {
  models: new Set([...ANYWHERE, ...BUILT, ...MODEL]),
  seeds: new Set([...ANYWHERE, ...BUILT, ...SEED]),
  snapshots: new Set([...ANYWHERE, ...BUILT, ...SNAPSHOT]),
  sources: new Set([...ANYWHERE, ...SOURCE]),
  tests: new Set([...ANYWHERE, ...TEST]),
  data_tests: new Set([...ANYWHERE, ...TEST]),
  unit_tests: new Set(ANYWHERE),
  exposures: new Set(NOT_BUILT),
  metrics: new Set([...NOT_BUILT, 'group']),
}
/** Dicts from names to texts: another kind of value is taken for a key of config. */
const TEXTS_BY_NAME: ReadonlySet<string> = new Set(['+column_types', '+labels', '+resource_tags'])

/**
 * The keys of a project file that dbt does not know, and known config without its `+`, as deprecations. dbt-core 1.11 looks at them
 * where no adapter is chosen (`deps`, `clean`) or it is one of four others, never when a project runs on DuckDB or Postgres.
 */
export function unknownProjectKeys(raw: RawProject): Deprecation[] {
  const path = join(raw.root, PROJECT_FILE)
  const found: Deprecation[] = []
  for (const [section, known] of Object.entries(SECTIONS)) {
    const value = asPlainDict(raw.written[section] ?? null)
    if (value !== undefined) found.push(...configKeys(raw, path, section, known, [], value))
  }
  found.push(...dispatchKeys(raw, path))
  for (const key of Object.keys(raw.written)) if (!TOP_LEVEL.has(key)) found.push(topLevelKey(raw, path, key))
  return found
}

function configKeys(
  raw: RawProject,
  file: string,
  section: string,
  known: ReadonlySet<string>,
  above: readonly string[],
  tree: PlainDict,
): Deprecation[] {
  return Object.entries(tree).flatMap(([key, value]): Deprecation[] => {
    const path = [...above, key]
    if (key.startsWith('+') && known.has(key.slice(1))) {
      const texts = TEXTS_BY_NAME.has(key) ? asPlainDict(value) : undefined
      return Object.entries(texts ?? {})
        .filter(([, text]) => typeof text !== 'string')
        .map(([name]) => configKey(raw, file, section, [...path, name], 'CustomKeyInConfigDeprecation'))
    }
    const below = asPlainDict(value)
    if (below !== undefined) return configKeys(raw, file, section, known, path, below)
    const name = known.has(key) ? 'MissingPlusPrefixDeprecation' : 'CustomKeyInConfigDeprecation'
    return [configKey(raw, file, section, path, name)]
  })
}

function configKey(
  raw: RawProject,
  file: string,
  section: string,
  path: readonly string[],
  name: 'MissingPlusPrefixDeprecation' | 'CustomKeyInConfigDeprecation',
): Deprecation {
  const key = path.at(-1)!
  const data = { key, file, key_path: path.join('.') }
  const at = locate(raw.file, [section, ...path], 'key')
  return name === 'MissingPlusPrefixDeprecation'
    ? makeDeprecation(
        name,
        'D037',
        `Missing '+' prefix on \`${key}\` found at \`${data.key_path}\` in file \`${file}\`. Write it as \`+${key}\`.`,
        { data, at },
      )
    : makeDeprecation(
        name,
        'D026',
        `Custom key \`${key}\` found in \`config\` at path \`${data.key_path}\` in file \`${file}\`. Custom config keys belong under \`+meta\`.`,
        { data, at },
      )
}

function dispatchKeys(raw: RawProject, file: string): Deprecation[] {
  const { dispatch } = raw.written
  const entries: readonly Value[] = Array.isArray(dispatch) ? dispatch : []
  return entries.flatMap((entry, index) =>
    Object.keys(asPlainDict(entry) ?? {})
      .filter((key) => !DISPATCH.has(key))
      .map((key) => {
        const keyPath = `dispatch[${index}]`
        return makeDeprecation(
          'CustomKeyInObjectDeprecation',
          'D027',
          `Custom key \`${key}\` found at \`${keyPath}\` in file \`${file}\`: dbt does not know it.`,
          { data: { key, file, key_path: keyPath }, at: at(raw, ['dispatch', index, key]) },
        )
      }),
  )
}

const topLevelKey = (raw: RawProject, file: string, key: string): Deprecation =>
  makeDeprecation(
    'CustomTopLevelKeyDeprecation',
    'D025',
    `Unexpected top-level key ${key} in file \`${file}\`. Remove it, or move it below \`vars\`.`,
    { data: { msg: `Unexpected top-level key ${key}`, file }, at: at(raw, [key]) },
  )

const at = (raw: RawProject, path: KeyPath): Span | undefined => locate(raw.file, path, 'key')
