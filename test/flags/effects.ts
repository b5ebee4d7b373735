import type { CommandName } from '../../src/cli/option.ts'
import type { Done } from '../support/in-process.ts'

/** One option and what it changes, as anybody can see it. */
export interface Effect {
  /** dbt's name of the option. */
  readonly key: string
  readonly command: CommandName
  /** The rest of the command line. */
  readonly rest?: readonly string[]
  /** Command lines that go before. */
  readonly first?: readonly (readonly string[])[]
  /** Files beside those of the project; null removes one. */
  readonly files?: Readonly<Record<string, string | null>>
  /** The option as typed: what changes something. All forms in turn. */
  readonly given: readonly (readonly string[])[]
  /** The same in a variable. */
  readonly env?: string
  /** The same in `flags:`. */
  readonly project?: unknown
  /** What the command line says to get the default back where a variable says otherwise. */
  readonly back?: readonly string[]
  /** Ctrl-C was pressed before it began: commands that go on until then. */
  readonly stopped?: true
  readonly see: (done: Done) => unknown
  /** Without the option, and with it. */
  readonly plain: unknown
  readonly changed: unknown
}

export const PROJECT: Readonly<Record<string, string>> = {
  'dbt_project.yml': `name: shop
profile: shop
clean-targets: [target]
models: {shop: {other: {+schema: other}}}
`,
  'profiles.yml': `shop:
  target: dev
  outputs:
    dev: {type: duckdb, path: shop.duckdb, threads: 1}
    prod: {type: duckdb, path: shop.duckdb, schema: prod}
second: {target: dev, outputs: {dev: {type: duckdb, path: second.duckdb, schema: second}}}
`,
  'models/orders.sql': "select 1 as id, '{{ var('colour', 'red') }}' as colour",
  'models/customers.sql': "select id, '{{ flags.FULL_REFRESH }}' as fresh from {{ ref('orders') }}",
  'models/other/far.sql': 'select 1 as id',
  'models/schema.yml': `models:
  - name: orders
    columns: [{name: id, data_tests: [not_null]}]
  - name: customers
    columns: [{name: id, data_tests: [{relationships: {arguments: {to: ref('orders'), field: id}}}]}]
`,
  'seeds/countries.csv': 'code\nDE\nFR\n',
  'macros/tell.sql': "{% macro tell(word='nothing') %}{{ print('told ' ~ word) }}{% endmacro %}",
  'selectors.yml': 'selectors: [{name: nightly, definition: orders}]\n',
}

const compiled = (name: string) => (done: Done) =>
  done.read(`target/compiled/shop/models/${name}.sql`).replace(/\s+/g, ' ').trim()
const code = (done: Done): number => done.code
const has =
  (text: string) =>
  (done: Done): boolean =>
    done.out.includes(text)
const lines = (done: Done): string[] => done.out.split('\n').filter((line) => /^(shop|source:|exposure:)/.test(line))
const logHas =
  (text: string | RegExp) =>
  (done: Done): boolean =>
    typeof text === 'string' ? done.read('logs/dbt.log').includes(text) : text.test(done.read('logs/dbt.log'))
const QUERY = { 'models/asks.sql': "{% if execute %}{% set r = run_query('select 42') %}{% endif %}select 1 as id" }
const BROKEN = { 'models/bad_one.sql': 'select nothing_here', 'models/bad_two.sql': 'select nothing_here' }
const FAILING = { 'tests/fails.sql': 'select 1 as id' }
const EPHEMERAL = {
  'models/soft.sql': "{{ config(materialized='ephemeral') }} select 7 as x",
  'models/hard.sql': "select * from {{ ref('soft') }}",
}
const OLD_KEYS = {
  'models/old.yml':
    'models:\n  - name: customers\n    description: a\n    description: b\n  - name: customers\n    name: customers\n',
}
const BATCHES = {
  'models/events.sql': "{{ config(event_time='happened') }} select timestamp '2024-01-01 12:00' as happened",
  'models/days.sql': `{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='happened', batch_size='day', begin='2024-01-01') }}
select * from {{ ref('events') }}`,
}
const STATE = [['parse', '--target', 'prod', '--target-path', 'st']]
const SOURCE = {
  'models/sources.yml': `sources:
  - name: raw
    schema: main
    tables: [{name: countries, loaded_at_field: "current_timestamp", config: {freshness: {warn_after: {count: 1, period: day}}}}]
`,
}
const CATALOG = (done: Done): number =>
  Object.keys((JSON.parse(done.read('target/catalog.json')) as { nodes: object }).nodes).length

export const EFFECTS: readonly Effect[] = [
  // -- selection
  {
    key: 'select', command: 'run', given: [['--select', 'orders'], ['-s', 'orders'], ['--models', 'orders'], ['--model', 'orders'], ['-m', 'orders'], ['--select=orders']],
    see: (done) => done.results().length, plain: 3, changed: 1,
  },
  { key: 'select', command: 'list', rest: ['--resource-type', 'model'], given: [['--select', 'orders'], ['-s', 'orders']], see: (done) => lines(done).length, plain: 3, changed: 1 },
  { key: 'models', command: 'list', given: [['--models', 'orders+'], ['--model', 'orders+'], ['-m', 'orders+']], see: (done) => lines(done).length, plain: 6, changed: 2 },
  { key: 'exclude', command: 'run', given: [['--exclude', 'orders', 'far']], see: (done) => done.results(), plain: ['model.customers success', 'model.far success', 'model.orders success'], changed: ['model.customers error'] },
  { key: 'selector', command: 'run', given: [['--selector', 'nightly']], see: (done) => done.results().length, plain: 3, changed: 1 },
  { key: 'resource_types', command: 'list', given: [['--resource-type', 'seed'], ['--resource-types', 'seed']], env: 'seed', see: lines, plain: expect6(), changed: ['shop.countries'] },
  { key: 'exclude_resource_types', command: 'list', given: [['--exclude-resource-type', 'model', 'test'], ['--exclude-resource-types', 'model', 'test']], env: 'model test', see: lines, plain: expect6(), changed: ['shop.countries'] },
  {
    key: 'indirect_selection', command: 'list', rest: ['--select', 'orders'], given: [['--indirect-selection', 'empty'], ['--indirect-selection=EMPTY']], env: 'empty', project: 'empty',
    back: ['--indirect-selection', 'eager'], see: (done) => lines(done).length, plain: 3, changed: 1,
  },
  { key: 'state', command: 'list', first: STATE, rest: ['--select', 'state:old', '--resource-type', 'seed'], given: [['--state', 'st']], env: 'st', see: code, plain: 2, changed: 0 },
  // -- execution
  { key: 'full_refresh', command: 'compile', given: [['--full-refresh'], ['-f']], env: '1', see: compiled('customers'), plain: 'select id, \'False\' as fresh from "shop"."main"."orders"', changed: 'select id, \'True\' as fresh from "shop"."main"."orders"' },
  {
    key: 'empty', command: 'compile', given: [['--empty']], env: 'yes', back: ['--no-empty'], see: (done) => compiled('customers')(done).includes('where false limit 0'), plain: false, changed: true,
  },
  { key: 'fail_fast', command: 'run', files: BROKEN, given: [['--fail-fast'], ['-x']], env: 't', project: true, back: ['--no-fail-fast'], see: (done) => (done.out.match(/ERROR creating/g) ?? []).length, plain: 2, changed: 1 },
  { key: 'threads', command: 'run', given: [['--threads', '3']], see: has('Concurrency: 3 threads'), plain: false, changed: true },
  { key: 'single_threaded', command: 'run', rest: ['--threads', '3'], given: [['--single-threaded']], env: '1', back: ['--no-single-threaded'], see: has('Concurrency: 1 threads'), plain: false, changed: true },
  { key: 'store_failures', command: 'test', rest: ['-s', 'fails'], files: FAILING, given: [['--store-failures']], env: 'on', see: has('See test failures'), plain: false, changed: true },
  {
    key: 'cache_selected_only', command: 'run', rest: ['-s', 'orders'], given: [['--cache-selected-only']], env: '1', project: true, back: ['--no-cache-selected-only'],
    see: logHas(/'main_other'/), plain: true, changed: false,
  },
  { key: 'populate_cache', command: 'run', rest: ['-s', 'far'], given: [['--no-populate-cache']], env: '0', project: false, back: ['--populate-cache'], see: logHas("lower(table_schema) = 'main'"), plain: true, changed: false },
  { key: 'introspect', command: 'compile', files: QUERY, given: [['--no-introspect']], env: '0', back: ['--introspect'], see: code, plain: 0, changed: 2 },
  { key: 'introspect', command: 'show', rest: ['-s', 'asks'], files: QUERY, given: [['--no-introspect']], env: 'off', back: ['--introspect'], see: code, plain: 0, changed: 2 },
  { key: 'args', command: 'run-operation', rest: ['tell'], given: [['--args', '{word: something}']], see: has('told something'), plain: false, changed: true },
  { key: 'sql', command: 'run-operation', given: [['--sql', "create table made as select {{ 1 + 1 }} as two"]], see: (done) => [done.code, logHas('create table made as select 2 as two')(done)], plain: [2, false], changed: [0, true] },
  {
    key: 'defer', command: 'compile', first: STATE, rest: ['-s', 'customers', '--state', 'st'], given: [['--defer']], env: '1', back: ['--no-defer'],
    see: (done) => compiled('customers')(done).includes('"prod"."orders"'), plain: false, changed: true,
  },
  { key: 'defer_state', command: 'compile', first: STATE, rest: ['-s', 'customers', '--defer'], given: [['--defer-state', 'st']], env: 'st', see: (done) => compiled('customers')(done).includes('"prod"."orders"'), plain: false, changed: true },
  {
    key: 'favor_state', command: 'compile', first: [...STATE, ['run']], rest: ['-s', 'customers', '--state', 'st', '--defer'], given: [['--favor-state']], env: 'y', back: ['--no-favor-state'],
    see: (done) => compiled('customers')(done).includes('"prod"."orders"'), plain: false, changed: true,
  },
  { key: 'sample', command: 'run', files: BATCHES, first: [['run', '-s', 'events']], rest: ['-s', 'days', '--event-time-start', '2024-01-01', '--event-time-end', '2024-01-02'], given: [['--sample', '3 days']], env: '3 days', see: (done) => done.read('target/run_results.json').includes('"sample"'), plain: false, changed: true },
  { key: 'event_time_start', command: 'run', files: BATCHES, rest: ['-s', '+days', '--event-time-end', '2024-01-03'], given: [['--event-time-start', '2024-01-01']], env: '2024-01-01', see: (done) => [done.code, (done.out.match(/Batch \d+ of 2 OK/g) ?? []).length], plain: [2, 0], changed: [0, 2] },
  { key: 'event_time_end', command: 'run', files: BATCHES, rest: ['-s', '+days', '--event-time-start', '2024-01-01'], given: [['--event-time-end', '2024-01-04 00:00:00']], env: '2024-01-04', see: (done) => [done.code, (done.out.match(/Batch \d+ of 3 OK/g) ?? []).length], plain: [2, 0], changed: [0, 3] },
  // -- output
  { key: 'inline', command: 'compile', given: [['--inline', 'select {{ 1 + 1 }} as two']], see: has('select 2 as two'), plain: false, changed: true },
  { key: 'inline', command: 'show', given: [['--inline', 'select {{ 1 + 1 }} as two']], see: (done) => [done.code, has('| two |')(done)], plain: [2, false], changed: [0, true] },
  { key: 'inline_direct', command: 'show', given: [['--inline-direct', 'select 2 as two']], see: (done) => [done.code, has('| two |')(done), done.exists('target/manifest.json')], plain: [2, false, false], changed: [0, true, false] },
  { key: 'limit', command: 'show', rest: ['--inline', 'select unnest(range(8)) as n', '--output', 'json'], given: [['--limit', '-1'], ['--limit=-1']], see: (done) => (done.out.match(/"n"/g) ?? []).length, plain: 5, changed: 8 },
  { key: 'output', command: 'show', rest: ['--inline', 'select 1 as n'], given: [['--output', 'json']], see: has('"show": ['), plain: false, changed: true },
  { key: 'output', command: 'compile', rest: ['--inline', 'select 1 as n'], given: [['--output', 'JSON']], see: has('"compiled": "select 1 as n"'), plain: false, changed: true },
  { key: 'output', command: 'list', rest: ['-s', 'orders', '--resource-type', 'model'], given: [['--output', 'path']], see: has('models/orders.sql'), plain: false, changed: true },
  { key: 'output', command: 'source freshness', files: SOURCE, first: [['seed']], given: [['--output', 'out/ages.json'], ['-o', 'out/ages.json']], see: (done) => [done.exists('target/sources.json'), done.exists('out/ages.json')], plain: [true, false], changed: [false, true] },
  { key: 'output_keys', command: 'list', rest: ['-s', 'far', '--output', 'json'], given: [['--output-keys', 'name', 'config.schema', 'nosuch.key'], ['--output-keys', 'name config.schema']], see: has('{"name": "far", "config.schema": "other"}'), plain: false, changed: true },
  { key: 'inject_ephemeral_ctes', command: 'compile', files: EPHEMERAL, rest: ['-s', 'hard'], given: [['--no-inject-ephemeral-ctes']], see: has('select 7 as x'), plain: true, changed: false },
  { key: 'show', command: 'seed', given: [['--show']], see: has('| code |'), plain: false, changed: true },
  { key: 'compile', command: 'docs generate', given: [['--no-compile']], see: (done) => done.exists('target/compiled'), plain: true, changed: false },
  { key: 'empty_catalog', command: 'docs generate', first: [['run']], given: [['--empty-catalog']], see: CATALOG, plain: 3, changed: 0 },
  { key: 'static', command: 'docs generate', given: [['--static']], see: (done) => [done.exists('target/static_index.html'), done.read('target/static_index.html').length > done.read('target/index.html').length], plain: [false, false], changed: [true, true] },
  { key: 'host', command: 'docs serve', first: [['docs', 'generate']], stopped: true, rest: ['--no-browser', '--port', '0'], given: [['--host', 'localhost']], env: 'localhost', see: (done) => /Serving docs at http:\/\/([^:]+):/.exec(done.out)?.[1], plain: '127.0.0.1', changed: 'localhost' },
  { key: 'port', command: 'docs serve', first: [['docs', 'generate']], rest: ['--no-browser', '--host', '192.0.2.1'], given: [['--port', '8123']], see: (done) => /Cannot serve on 192.0.2.1, port (\d+)/.exec(done.out)?.[1], plain: '8080', changed: '8123' },
  { key: 'upstream', command: 'lineage', rest: ['customers.id'], given: [['--upstream']], see: has('made of'), plain: true, changed: false },
  { key: 'downstream', command: 'lineage', rest: ['orders.id'], given: [['--downstream']], see: has('goes into'), plain: true, changed: false },
  {
    key: 'depth', command: 'lineage', rest: ['deep.id', '--upstream'], files: { 'models/deep.sql': "select id from {{ ref('customers') }}" }, given: [['--depth', '1']],
    see: has('orders.id'), plain: true, changed: false,
  },
  { key: 'format', command: 'lineage', rest: ['customers.id'], given: [['--format', 'json'], ['--format=json']], see: has('"nodes"'), plain: false, changed: true },
  { key: 'write_json', command: 'run', given: [['--no-write-json']], env: 'no', project: false, back: ['--write-json'], see: (done) => done.exists('target/manifest.json') || done.exists('target/run_results.json'), plain: true, changed: false },
  { key: 'target_path', command: 'parse', given: [['--target-path', 'elsewhere']], env: 'elsewhere', see: (done) => [done.exists('target/manifest.json'), done.exists('elsewhere/manifest.json')], plain: [true, false], changed: [false, true] },
  { key: 'report', command: 'run', given: [['--report', 'junit=junit.xml']], env: 'junit=junit.xml', see: (done) => done.exists('junit.xml'), plain: false, changed: true },
  {
    key: 'report_rows', command: 'test', rest: ['-s', 'fails', '--report', 'markdown=r.md'], files: { 'tests/fails.sql': "select 'a_row' as id" }, given: [['--report-rows', '0']], env: '0',
    see: (done) => done.read('r.md').includes('a_row'), plain: true, changed: false,
  },
  // -- project and profile
  { key: 'project_dir', command: 'parse', files: { 'sub/dbt_project.yml': 'name: inner\nprofile: shop\n' }, given: [['--project-dir', 'sub']], env: 'sub', see: (done) => [done.exists('target/manifest.json'), done.exists('sub/target/manifest.json')], plain: [true, false], changed: [false, true] },
  { key: 'profiles_dir', command: 'debug', rest: ['--config-dir'], files: { 'conf/profiles.yml': 'shop: {}\n' }, given: [['--profiles-dir', 'conf']], env: 'conf', see: (done) => /\/conf$/m.test(done.out), plain: false, changed: true },
  { key: 'profile', command: 'debug', given: [['--profile', 'second']], env: 'second', see: has('schema: second'), plain: false, changed: true },
  { key: 'target', command: 'debug', given: [['--target', 'prod'], ['-t', 'prod']], env: 'prod', see: has('schema: prod'), plain: false, changed: true },
  { key: 'vars', command: 'compile', given: [['--vars', '{colour: blue}']], see: (done) => compiled('orders')(done).includes('blue'), plain: false, changed: true },
  {
    key: 'version_check', command: 'parse', files: { 'dbt_project.yml': `${PROJECT['dbt_project.yml']}require-dbt-version: '>=3.0.0'\n` }, given: [['--no-version-check']], env: '0', project: false, back: ['--version-check'],
    see: code, plain: 2, changed: 0,
  },
  { key: 'clean_project_files_only', command: 'clean', files: { 'sub/dbt_project.yml': 'name: s\nclean-targets: [../outside]\n', 'outside/x': '' }, rest: ['--project-dir', 'sub'], given: [['--no-clean-project-files-only']], env: '0', back: ['--clean-project-files-only'], see: (done) => done.exists('outside/x'), plain: true, changed: false },
  { key: 'config_dir', command: 'debug', given: [['--config-dir']], see: has('To view your profiles.yml file, run:'), plain: false, changed: true },
  { key: 'connection', command: 'debug', given: [['--connection']], see: has('Skipping steps before connection verification'), plain: false, changed: true },
  { key: 'skip_profile_setup', command: 'init', rest: ['fresh'], files: { 'dbt_project.yml': null, 'profiles.yml': null }, given: [['--skip-profile-setup'], ['-s']], see: (done) => [done.exists('fresh/dbt_project.yml'), done.exists('home/.dbt/profiles.yml') || done.exists('profiles.yml')], plain: [true, true], changed: [true, false] },
  { key: 'add_package', command: 'deps', rest: ['--source', 'local'], files: { 'pkg/dbt_project.yml': 'name: pkg\n' }, given: [['--add-package', 'pkg']], see: (done) => done.read('packages.yml').includes('local: pkg'), plain: false, changed: true },
  { key: 'source', command: 'deps', rest: ['--add-package', 'pkg'], files: { 'pkg/dbt_project.yml': 'name: pkg\n' }, given: [['--source', 'local']], see: code, plain: 2, changed: 0 },
  { key: 'lock', command: 'deps', files: { 'packages.yml': 'packages: [{local: pkg}]\n', 'pkg/dbt_project.yml': 'name: pkg\n' }, given: [['--lock']], see: (done) => [done.exists('package-lock.yml'), done.exists('dbt_packages')], plain: [true, true], changed: [true, false] },
  {
    key: 'upgrade', command: 'deps', files: { 'packages.yml': 'packages: [{local: pkg}]\n', 'pkg/dbt_project.yml': 'name: pkg\n' }, first: [['deps']], given: [['--upgrade']],
    see: has('Updating lock file') /* dbt's word for a lock file that is made anew */, plain: false, changed: true,
  },
  // -- logging
  { key: 'debug', command: 'run', rest: ['-s', 'orders'], given: [['--debug'], ['-d']], env: '1', project: true, back: ['--no-debug'], see: has('On model.shop.orders:'), plain: false, changed: true },
  { key: 'quiet', command: 'run', given: [['--quiet'], ['-q']], env: '1', back: ['--no-quiet'], see: (done) => done.out === '', plain: false, changed: true },
  { key: 'print', command: 'run-operation', rest: ['tell'], given: [['--no-print']], env: '0', back: ['--print'], see: has('told nothing'), plain: true, changed: false },
  { key: 'printer_width', command: 'run', rest: ['-s', 'orders'], given: [['--printer-width', '100']], env: '100', project: 100, back: ['--printer-width', '80'], see: (done) => /^.*START.*\[RUN\]$/m.exec(done.out)![0].length, plain: 96, changed: 116 },
  { key: 'use_colors', command: 'debug', rest: [], given: [['--use-colors']], env: '1', back: ['--no-use-colors'], see: has('\u001b[32m'), plain: false, changed: true },
  { key: 'use_colors_file', command: 'run', rest: ['-s', 'orders'], given: [['--use-colors-file']], env: '1', back: ['--no-use-colors-file'], see: logHas('\u001b[32m'), plain: false, changed: true },
  { key: 'log_format', command: 'parse', given: [['--log-format', 'json']], env: 'json', project: 'json', back: ['--log-format', 'default'], see: (done) => [done.out.startsWith('{"'), done.read('logs/dbt.log').startsWith('{"')], plain: [false, false], changed: [true, true] },
  { key: 'log_format_file', command: 'parse', given: [['--log-format-file', 'json']], env: 'json', project: 'json', back: ['--log-format-file', 'debug'], see: (done) => [done.out.startsWith('{"'), done.read('logs/dbt.log').startsWith('{"')], plain: [false, false], changed: [false, true] },
  { key: 'log_level', command: 'parse', given: [['--log-level', 'error']], env: 'error', project: 'error', back: ['--log-level', 'info'], see: (done) => [done.out === '', logHas('Running with')(done)], plain: [false, true], changed: [true, false] },
  { key: 'log_level_file', command: 'parse', given: [['--log-level-file', 'none']], env: 'none', project: 'none', back: ['--log-level-file', 'debug'], see: (done) => [done.out === '', logHas('Running with')(done)], plain: [false, true], changed: [false, false] },
  { key: 'log_path', command: 'parse', given: [['--log-path', 'notes']], env: 'notes', see: (done) => [done.exists('logs/dbt.log'), done.exists('notes/dbt.log')], plain: [true, false], changed: [false, true] },
  { key: 'log_file_max_bytes', command: 'run', first: [['run']], given: [['--log-file-max-bytes', '512']], env: '512', see: (done) => done.exists('logs/dbt.log.1'), plain: false, changed: true },
  { key: 'log_cache_events', command: 'run', given: [['--log-cache-events']], env: '1', back: ['--no-log-cache-events'], see: logHas(/cache: |adding relation|"CacheAction"/), plain: false, changed: true },
  // -- parsing
  { key: 'static_parser', command: 'parse', given: [['--no-static-parser']], env: '0', project: false, back: ['--static-parser'], see: (done) => (JSON.parse(done.read('target/perf_info.json')) as { is_static_analysis_enabled: boolean }).is_static_analysis_enabled, plain: true, changed: false },
  { key: 'partial_parse', command: 'parse', given: [['--no-partial-parse']], env: '0', project: false, back: ['--partial-parse'], see: (done) => (JSON.parse(done.read('target/perf_info.json')) as { is_partial_parse_enabled: boolean }).is_partial_parse_enabled, plain: true, changed: false },
  // What was kept is asked for: nothing is said of a missing cache then.
  { key: 'partial_parse_file_path', command: 'parse', first: [['parse', '--target-path', 'kept']], given: [['--partial-parse-file-path', 'kept/partial_parse.msgpack']], env: 'kept/partial_parse.msgpack', see: has('Unable to do partial parsing'), plain: true, changed: false },
  // -- warnings
  { key: 'warn_error', command: 'run', rest: ['-s', 'nosuch'], given: [['--warn-error']], env: '1', project: true, see: code, plain: 0, changed: 2 },
  {
    key: 'warn_error_options', command: 'run', rest: ['-s', 'nosuch'], given: [['--warn-error-options', '{error: [NoNodesForSelectionCriteria]}'], ['--warn-error-options', '{"error": "all"}']],
    env: '{"error": ["NoNodesForSelectionCriteria"]}', project: { error: ['NoNodesForSelectionCriteria'] }, back: ['--warn-error-options', '{}'], see: code, plain: 0, changed: 2,
  },
  { key: 'show_all_deprecations', command: 'parse', files: OLD_KEYS, given: [['--show-all-deprecations']], back: ['--no-show-all-deprecations'], see: (done) => (done.out.match(/\[DuplicateYAMLKeysDeprecation\]/g) ?? []).length, plain: 1, changed: 2 },
  // -- other
  { key: 'record_timing_info', command: 'parse', given: [['--record-timing-info', 'run.cpuprofile'], ['-r', 'run.cpuprofile']], see: (done) => done.read('run.cpuprofile').includes('"callFrame"'), plain: false, changed: true },
  { key: 'show_resource_report', command: 'parse', given: [['--show-resource-report']], env: '1', back: ['--no-show-resource-report'], see: has('Resource report: {'), plain: false, changed: true },
  { key: 'upload_to_artifacts_ingest_api', command: 'parse', given: [['--upload-to-artifacts-ingest-api']], env: '1', back: ['--no-upload-to-artifacts-ingest-api'], see: has('Error uploading artifacts to artifact ingestion API'), plain: false, changed: true },
] // biome-ignore format: a table

function expect6(): string[] {
  return ['shop.countries', 'shop.customers', 'shop.orders', 'shop.other.far', 'shop.not_null_orders_id', 'shop.relationships_customers_id__id__ref_orders_'].sort()
} // biome-ignore format: one list

/** Options that dbt takes and that change nothing a user can see there; quern takes them, too. */
export const WITHOUT_EFFECT: Readonly<Record<string, { readonly given: readonly string[]; readonly command: CommandName; readonly why: string }>> = {
  export_saved_queries: { command: 'build', given: ['--export-saved-queries'], why: 'dbt-core alone exports nothing: saved queries are NO-OP either way; the flag is in `args` of run_results.json' },
  include_saved_query: { command: 'build', given: ['--include-saved-query'], why: 'the old name of the former' },
  macro_debugging: { command: 'parse', given: ['--macro-debugging'], why: 'dbt keeps the Python that templates become, for its debugger' },
  partial_parse_file_diff: { command: 'parse', given: ['--no-partial-parse-file-diff'], why: 'dbt takes no file for changed then; quern always looks, which costs nothing' },
  send_anonymous_usage_stats: { command: 'parse', given: ['--no-send-anonymous-usage-stats'], why: 'quern sends nothing' },
  sqlparse: { command: 'compile', given: ['--sqlparse', '{MAX_GROUPING_DEPTH: 5}'], why: 'limits of a parser that dbt needs for its CTEs; wrong ones are refused' },
  use_experimental_parser: { command: 'parse', given: ['--use-experimental-parser'], why: 'another way to the same manifest' },
  use_fast_test_edges: { command: 'build', given: ['--use-fast-test-edges'], why: 'another way to the same order' },
} // biome-ignore format: a table

/** Options whose effect is seen in a suite of their own. */
export const SEEN_ELSEWHERE: Readonly<Record<string, string>> = {
  browser: 'test/suites/docs-serve.test.ts',
  lock_wait: 'test/suites/run-locks.test.ts',
  longest_first: 'test/suites/order-of-nodes.test.ts',
  rule: 'test/suites/check-command.test.ts',
  fail_on: 'test/suites/check-command.test.ts, test/suites/diff.test.ts',
  against_target: 'test/suites/diff.test.ts',
  against_schema: 'test/suites/diff.test.ts',
  columns: 'test/suites/diff.test.ts',
  data: 'test/suites/diff.test.ts',
  key: 'test/suites/diff.test.ts',
  float_tolerance: 'test/suites/diff.test.ts',
  examples: 'test/suites/diff.test.ts',
}
