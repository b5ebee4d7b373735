#!/usr/bin/env node
/**
 * Runs the integration tests of public dbt packages with the reference and with quern, and prints a table of what was the same.
 *
 *   node scripts/packages.mjs FOLDER --compare COMMAND [--cli "node dist/cli.js"] [--db duckdb|postgres] [--only NAME ...] [--out FOLDER] [--reuse]
 *
 * FOLDER holds one git clone per package, named as in `clones` below (clones that are missing are named and left out). Packages that the hub would
 * deliver are taken from those clones, at a tag where the asking package wants an older one. COMMAND is the compare tool: it runs a project twice,
 * each time in a fresh copy and a fresh database, and compares node statuses, relations, manifest, compiled SQL and printed output.
 * `--out` gets the tool's full report of each run as JSON. Exit code 1 when anything differs.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

/** Where each clone comes from; the key is its folder. */
const clones = {
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
const randomSeries = [
  'timeseries_data',
  'timeseries_data_extended',
  'timeseries_data_grouped',
  'timeseries_hourly_data_extended',
]

/**
 * What their CI runs, as far as it is made of dbt commands. `packages`: hub name -> clone, or clone@tag.
 * `ignore`: relations (or `relation:column,...`) that hold the time of the run or random numbers.
 */
const cases = [
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
    clone: 'dbt_zendesk',
    packages: {
      'fivetran/fivetran_utils': 'dbt_fivetran_utils@v0.4.10',
      'dbt-labs/spark_utils': 'spark-utils',
      ...utils,
    },
    commands: ['deps', 'seed', 'run', 'test', 'run', 'test'],
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
  },
  { name: 're-data', clone: 'dbt-re-data', packages: { 'dbt-labs/dbt_utils': 'dbt-utils@1.1.1' }, commands: standard },
  {
    name: 'dbt-profiler',
    clone: 'dbt-profiler',
    packages: { ...utils, 'metaplane/dbt_expectations': 'dbt-expectations', 'godatadriven/dbt_date': 'dbt-date' },
    commands: standard,
  },
  {
    name: 'dbt-constraints',
    clone: 'dbt_constraints',
    subdir: 'integration_tests/dbt-core',
    packages: utils,
    commands: ['deps', 'build', 'build'],
  },
  {
    name: 'dbt-artifacts',
    clone: 'dbt_artifacts',
    subdir: 'integration_test_project',
    packages: {},
    commands: ['deps', 'build', 'build'],
  },
  {
    name: 'dbt-unit-testing',
    clone: 'dbt-unit-testing',
    subdir: 'integration-tests',
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

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    compare: { type: 'string' },
    cli: { type: 'string', default: 'node dist/cli.js' },
    db: { type: 'string', multiple: true, default: ['duckdb', 'postgres'] },
    only: { type: 'string', multiple: true, default: [] },
    out: { type: 'string' },
    reuse: { type: 'boolean', default: false },
    verbose: { type: 'boolean', short: 'v', default: false },
  },
})
const [folder] = positionals
if (folder === undefined || values.compare === undefined) {
  console.error(
    'usage: node scripts/packages.mjs FOLDER --compare COMMAND [--cli TEXT] [--db NAME] [--only NAME] [--out FOLDER] [--reuse] [-v]',
  )
  process.exit(2)
}
const compare = values.compare
const scratch = mkdtempSync(join(tmpdir(), 'packages-'))
const reports = resolve(values.out ?? scratch)
mkdirSync(reports, { recursive: true })

/** The folder of `clone`, or of `clone@tag` as a copy of that tag. */
function packageFolder(spec) {
  const [clone, tag] = spec.split('@')
  const source = resolve(folder, clone)
  if (tag === undefined || !existsSync(source)) return source
  const copy = join(scratch, `${clone}-${tag}`)
  if (!existsSync(copy)) {
    mkdirSync(copy)
    const archive = execFileSync('git', ['-C', source, 'archive', tag], { maxBuffer: 1 << 30 })
    execFileSync('tar', ['-x', '-C', copy], { input: archive })
  }
  return copy
}

/** `equal/of`, as the report counts them. */
const same = (part) => `${part.equal}/${part.of}`

let differs = false
const rows = []
try {
  for (const each of cases.filter((item) => values.only.length === 0 || values.only.includes(item.name))) {
    const wanted = [each.clone, ...Object.values(each.packages)].map((spec) => spec.split('@')[0])
    const missing = wanted.filter((clone) => !existsSync(resolve(folder, clone)))
    if (missing.length > 0) {
      console.error(`${each.name}: left out, no clone of ${missing.map((clone) => clones[clone]).join(', ')}`)
      continue
    }
    for (const db of values.db) {
      const report = join(reports, `${each.name}.${db}.json`)
      rmSync(report, { force: true })
      const args = [
        packageFolder(each.clone),
        '--subdir',
        each.subdir ?? 'integration_tests',
        '--cli',
        values.cli,
        '--db',
        db,
        '--out',
        report,
      ]
      for (const command of each.commands) args.push('--command', command)
      for (const [name, spec] of Object.entries(each.packages)) args.push('--package', `${name}=${packageFolder(spec)}`)
      for (const relation of each.ignore ?? []) args.push('--ignore', relation)
      if (values.reuse) args.push('--reuse')
      if (values.verbose) args.push('-v')
      const { status } = spawnSync(compare, args, { stdio: ['ignore', 'inherit', 'inherit'] })
      differs ||= status !== 0
      const [clone, tag] = each.clone.split('@')
      const version =
        tag ??
        execFileSync('git', ['-C', resolve(folder, clone), 'describe', '--always', '--tags'], {
          encoding: 'utf8',
        }).trim()
      if (!existsSync(report)) {
        rows.push([each.name, version, db, 'the comparison failed'])
        continue
      }
      const result = JSON.parse(readFileSync(report, 'utf8'))
      rows.push([
        each.name,
        version,
        db,
        ...['statuses', 'relations', 'graph', 'compiled', 'outputs'].map((part) => same(result[part])),
      ])
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
console.log(
  '\n| package | version | database | statuses | tables | manifest | compiled | outputs |\n|---|---|---|---|---|---|---|---|',
)
for (const row of rows) console.log(`| ${row.join(' | ')} |`)
process.exitCode = differs ? 1 : 0
