/** Where each clone comes from; the key is its folder. */
export const clones = {
  'dbt-utils': 'dbt-labs/dbt-utils',
  'dbt-date': 'godatadriven/dbt-date',
  'dbt-expectations': 'metaplane/dbt-expectations',
  'dbt-audit-helper': 'dbt-labs/dbt-audit-helper',
  'dbt-codegen': 'dbt-labs/dbt-codegen',
  'dbt-project-evaluator': 'dbt-labs/dbt-project-evaluator',
  'dbt-data-reliability': 'elementary-data/dbt-data-reliability',
  dbt_fivetran_utils: 'fivetran/dbt_fivetran_utils',
  dbt_zendesk: 'fivetran/dbt_zendesk',
  'spark-utils': 'dbt-labs/spark-utils',
  'dbt-unittest': 'yu-iskw/dbt-unittest',
  'dbt-snowplow-utils': 'snowplow/dbt-snowplow-utils',
  'dbt-snowplow-web': 'snowplow/dbt-snowplow-web',
  'dbt-re-data': 're-data/dbt-re-data',
  'dbt-profiler': 'data-mie/dbt-profiler',
  dbt_constraints: 'Snowflake-Labs/dbt_constraints',
  dbt_artifacts: 'brooklyn-data/dbt_artifacts',
  'dbt-unit-testing': 'EqualExperts/dbt-unit-testing',
  'dbt-activity-schema': 'bcodell/dbt-activity-schema',
  'dbt-datamocktool': 'mjirv/dbt-datamocktool',
  'dbt-meta-testing': 'tnightengale/dbt-meta-testing',
}

const utils = { 'dbt-labs/dbt_utils': 'dbt-utils' }
const standard = ['deps', 'seed', 'run', 'test']

const coverage = ['rw.fct_documentation_coverage:measured_at', 'rw.fct_test_coverage:measured_at']
const profiles = [
  '', '_exclude_columns', '_exclude_measures', '_group_by', '_include_columns', '_int_date_str', '_large_int', '_no_rows', '_over_time', '_where_clause',
] // biome-ignore format: one list
const randomSeries = [
  'timeseries_data',
  'timeseries_data_extended',
  'timeseries_data_grouped',
  'timeseries_hourly_data_extended',
]

/**
 * What their CI runs, as far as it is made of dbt commands. `packages`: hub name -> clone, or clone@tag.
 * `ignore`: relations (or `relation:column,...`) that hold the time of the run or random numbers. `dependsOn`: packages.yml instead of the project's own (hub names, or folders that begin with a dot), and `without`: files to leave out.
 * `schema`: the profile's, where the sources expect it.
 */
export const cases = [
  {
    name: 'dbt-utils',
    clone: 'dbt-utils',
    packages: {},
    commands: standard,
    ignore: ['rw.recency_time_included:created_at'],
  },
  { name: 'dbt-date', clone: 'dbt-date', packages: {}, commands: standard },
  {
    name: 'dbt-expectations',
    clone: 'dbt-expectations',
    packages: { 'godatadriven/dbt_date': 'dbt-date' },
    commands: standard,
    ignore: randomSeries.map((name) => `dbt_expectations_integration_tests.${name}:row_value,row_value_log`),
  },
  {
    name: 'dbt-audit-helper',
    clone: 'dbt-audit-helper',
    packages: utils,
    commands: standard,
    ignore: ['rw.unit_test_model_a:created_at', 'rw.unit_test_model_b:created_at'],
  },
  { name: 'dbt-codegen', clone: 'dbt-codegen', packages: utils, commands: standard },
  {
    name: 'project-evaluator',
    clone: 'dbt-project-evaluator',
    packages: utils,
    commands: ['deps', 'build --full-refresh', 'docs generate'],
    ignore: coverage,
  },
  {
    name: 'project-evaluator-2',
    clone: 'dbt-project-evaluator',
    subdir: 'integration_tests_2',
    packages: utils,
    commands: ['deps', 'seed --full-refresh', 'run --full-refresh'],
    ignore: coverage,
  },
  {
    name: 'project-evaluator-sl',
    clone: 'dbt-project-evaluator',
    subdir: 'integration_tests_sl',
    packages: utils,
    commands: ['deps', 'build --full-refresh'],
  },
  {
    name: 'elementary',
    clone: 'dbt-data-reliability',
    subdir: 'integration_tests/dbt_project',
    packages: utils,
    commands: ['deps', 'seed', 'run', 'test', 'run'],
    // times, ids of the run, threads, texts of errors (quern adds the macros under way) and the spaces of compiled SQL
    ignore: [
      'rw_elementary.alerts_dbt_models:alert_id,detected_at,message',
      'rw_elementary.alerts_dbt_tests:alert_id,test_execution_id,detected_at',
      'rw_elementary.dbt_invocations:invocation_id,run_started_at,run_completed_at,generated_at,created_at',
      'rw_elementary.dbt_run_results:model_execution_id,invocation_id,generated_at,created_at,message,execution_time,execute_started_at,execute_completed_at,compile_started_at,compile_completed_at,compiled_code,thread_id',
      'rw_elementary.model_run_results:model_execution_id,invocation_id,generated_at,message,execution_time,execute_started_at,execute_completed_at,compile_started_at,compile_completed_at,compiled_code,thread_id',
      'rw_elementary.elementary_test_results:id,test_execution_id,invocation_id,detected_at,created_at',
      'rw_elementary.test_result_rows:elementary_test_results_id,detected_at,created_at',
      ...['columns', 'exposures', 'models', 'seeds', 'sources', 'tests'].map(
        (name) => `rw_elementary.dbt_${name}:generated_at`,
      ),
    ],
  },
  {
    name: 'elementary-e2e',
    clone: 'dbt-data-reliability@0.22.0',
    subdir: 'integration_tests/deprecated_tests',
    packages: utils,
    commands: [
      'deps',
      'seed --full-refresh',
      `run --vars '{stage: training}'`,
      'snapshot',
      'test',
      'run-operation validate_table_anomalies',
      'run-operation validate_string_column_anomalies',
      'run-operation validate_schema_changes',
    ],
  },
  {
    name: 'fivetran-zendesk',
    clone: 'dbt_zendesk@v1.6.1',
    packages: {
      'fivetran/fivetran_utils': 'dbt_fivetran_utils@v0.4.10',
      'dbt-labs/spark_utils': 'spark-utils@0.3.3',
      ...utils,
    },
    commands: standard,
    schema: 'zendesk_integration_tests',
    ignore: [
      'zendesk_integration_tests_zendesk_dev.int_zendesk__ticket_historical_status:status_duration_calendar_minutes',
      'zendesk_integration_tests_zendesk_dev.int_zendesk__ticket_schedules:schedule_invalidated_at',
      'zendesk_integration_tests_zendesk_dev.zendesk__ticket_metrics:requester_last_login_age_minutes,assignee_last_login_age_minutes',
    ],
  },
  {
    name: 'snowplow-utils',
    clone: 'dbt-snowplow-utils',
    packages: { ...utils, 'yu-iskw/dbt_unittest': 'dbt-unittest@0.3.1' },
    commands: [
      'deps',
      'seed --full-refresh',
      'run --exclude tag:requires_script --full-refresh',
      `test --exclude tag:requires_script --vars '{store_failures: true}'`,
      `run --select tag:base_macro --full-refresh --vars 'snowplow__custom_test: true'`,
      `test --select tag:base_macro --vars '{snowplow__custom_test: true, store_failures: true}'`,
      `run --select tag:base_macro --full-refresh --vars 'snowplow__session_test: true'`,
      `test --select tag:base_macro --exclude snowplow_base_quarantined_sessions_actual --vars '{snowplow__session_test: true, store_failures: true}'`,
      'run-operation test_return_limits_from_models',
      'run-operation test_get_sde_or_context',
    ],
  },
  {
    name: 'snowplow-web',
    clone: 'dbt-snowplow-web',
    packages: { 'snowplow/snowplow_utils': 'dbt-snowplow-utils@0.15.2', ...utils },
    commands: [
      'deps',
      'seed --full-refresh',
      `run --full-refresh --vars '{snowplow__allow_refresh: true, snowplow__backfill_limit_days: 243, snowplow__enable_cwv: false}'`,
      `run --vars '{snowplow__enable_cwv: false}'`,
      `run --vars '{snowplow__enable_cwv: false}'`,
      `run --vars '{snowplow__enable_cwv: false}'`,
      'test --exclude snowplow_web_vital_measurements snowplow_web_vital_measurements_actual snowplow_web_vital_events_this_run --store-failures',
    ],
    ignore: [
      ...['page_views', 'sessions', 'users'].map((name) => `rw_derived.snowplow_web_${name}:model_tstamp`),
      ...['page_views', 'sessions', 'users_sessions', 'users'].map(
        (name) => `rw_scratch.snowplow_web_${name}_this_run:model_tstamp`,
      ),
    ],
  },
  {
    // its folder models/logs would not be copied as part of the project
    name: 're-data',
    clone: 'dbt-re-data',
    dependsOn: ['re-data/re_data', 'dbt-labs/dbt_utils'],
    packages: { 're-data/re_data': 'dbt-re-data', 'dbt-labs/dbt_utils': 'dbt-utils@1.1.1' },
    commands: standard,
  },
  {
    name: 'dbt-profiler',
    clone: 'dbt-profiler',
    packages: { ...utils, 'metaplane/dbt_expectations': 'dbt-expectations', 'godatadriven/dbt_date': 'dbt-date' },
    commands: standard,
    ignore: profiles.map((name) => `rw.profile${name}:profiled_at`),
  },
  {
    // one thread: side by side, the foreign keys of fact_order_line and the rebuild of dim_orders deadlock in Postgres, with dbt too
    name: 'dbt-constraints',
    clone: 'dbt_constraints',
    subdir: 'integration_tests/dbt-core',
    packages: utils,
    commands: ['deps', 'build --threads 1', 'build --threads 1'],
  },
  {
    name: 'dbt-artifacts',
    clone: 'dbt_artifacts',
    subdir: 'integration_test_project',
    packages: {},
    commands: ['deps', 'build', 'build'],
    ignore: ['rw.my_snapshot:dbt_scd_id,dbt_updated_at,dbt_valid_from'],
  },
  {
    // both folders depend on `../`, which would be found under two names
    name: 'dbt-unit-testing',
    clone: 'dbt-unit-testing',
    subdir: 'integration-tests',
    dependsOn: ['../', '../integration-tests-sub-package'],
    without: ['integration-tests-sub-package/packages.yml'],
    schema: 'dbt_unit_testing',
    packages: utils,
    commands: [
      'deps',
      'run-operation macro_with_ref',
      'build --select tag:unit-test,tag:postgres --exclude tag:versioned tag:db-dependency',
      'seed --select seeds/real_seeds',
      'test --select tag:unit-test,tag:postgres --exclude tag:versioned tag:db-dependency',
      'seed --select seeds/existing_sources',
      'run --select tag:add-to-database',
      'test --select tag:unit-test,tag:postgres,tag:db-dependency',
    ],
  },
  {
    name: 'dbt-unit-testing-jaffle',
    clone: 'dbt-unit-testing',
    subdir: 'jaffle-shop',
    packages: utils,
    commands: [
      'deps',
      'test --select tag:unit-test --exclude tag:db-dependency',
      'seed',
      'test --select tag:unit-test,tag:db-dependency',
    ],
  },
  {
    name: 'dbt-activity-schema',
    clone: 'dbt-activity-schema',
    packages: utils,
    commands: ['deps', 'build', 'docs generate'],
  },
  {
    name: 'dbt-datamocktool',
    clone: 'dbt-datamocktool',
    packages: { ...utils, 'dbt-labs/audit_helper': 'dbt-audit-helper' },
    commands: standard,
  },
  {
    name: 'dbt-meta-testing',
    clone: 'dbt-meta-testing',
    packages: {},
    commands: ['deps', 'run', 'test', 'run-operation required_docs', 'run-operation required_tests'],
  },
]
