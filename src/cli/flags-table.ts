import type { CommandName, OptionSpec } from './option.ts'

/*
 * Every option of the command line, once: parsing, environment variables, `flags:` of dbt_project.yml, help and `Flags` follow from it.
 * Names, defaults and variables are dbt-core 1.11's.
 */

const GRAPH: readonly CommandName[] = [
  'build',
  'clone',
  'compile',
  'docs generate',
  'lineage',
  'run',
  'seed',
  'show',
  'snapshot',
  'source freshness',
  'test',
]
/** Commands that take a selection of nodes under the usual options. */
const SELECTING: readonly CommandName[] = [...GRAPH, 'check', 'diff']
const LISTS: readonly CommandName[] = ['list']
const TARGETED: readonly CommandName[] = [
  'build',
  'check',
  'clean',
  'clone',
  'compile',
  'diff',
  'docs generate',
  'lineage',
  'docs serve',
  'list',
  'parse',
  'retry',
  'run',
  'run-operation',
  'seed',
  'show',
  'snapshot',
  'source freshness',
  'test',
]
const THREADED: readonly CommandName[] = [
  'build',
  'check',
  'clone',
  'compile',
  'diff',
  'docs generate',
  'lineage',
  'parse',
  'retry',
  'run',
  'run-operation',
  'seed',
  'show',
  'snapshot',
  'source freshness',
  'test',
]
/** Commands that open the database. */
const DATABASE: readonly CommandName[] = [...THREADED.filter((name) => name !== 'parse'), 'debug']
const REPORTED: readonly CommandName[] = [
  ...GRAPH.filter((name) => name !== 'show' && name !== 'lineage'),
  'parse',
  'retry',
  'run-operation',
]
const EVERY: readonly CommandName[] = [...TARGETED, 'debug', 'deps', 'init']

const LOG_FORMATS = ['text', 'debug', 'json', 'default']
const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'none']
const RESOURCES = [
  'metric',
  'semantic_model',
  'saved_query',
  'source',
  'analysis',
  'function',
  'model',
  'test',
  'unit_test',
  'exposure',
  'snapshot',
  'seed',
  'default',
]

export const OPTIONS: readonly OptionSpec[] = [
  // -- selection
  {
    key: 'select', kind: 'words', long: ['--select'], short: ['-s'], metavar: 'SELECTOR...', group: 'Selection', commands: LISTS,
    help: 'The resources to list: names, paths, tags, methods such as config.materialized:view, with + and @ for neighbours.',
  },
  {
    key: 'select', kind: 'words', long: ['--select', '--models', '--model'], short: ['-s', '-m'], metavar: 'SELECTOR...', group: 'Selection', commands: SELECTING,
    help: 'What to work on: names, paths, tags, methods such as config.materialized:view, with + and @ for neighbours.',
  },
  {
    key: 'models', kind: 'words', long: ['--models', '--model'], short: ['-m'], metavar: 'SELECTOR...', group: 'Selection', commands: LISTS,
    help: 'The models to list: --select and --resource-type model in one.',
  },
  {
    key: 'exclude', kind: 'words', long: ['--exclude'], metavar: 'SELECTOR...', group: 'Selection', commands: [...SELECTING, ...LISTS],
    help: 'What to leave out of the selection.',
  },
  {
    key: 'selector', kind: 'text', long: ['--selector'], metavar: 'NAME', default: null, group: 'Selection', commands: [...SELECTING, ...LISTS],
    help: 'A selector of selectors.yml.',
  },
  {
    key: 'resource_types', kind: 'words', long: ['--resource-types', '--resource-type'], metavar: 'TYPE...', choices: [...RESOURCES, 'all'], group: 'Selection',
    env: 'RESOURCE_TYPES', commands: ['build', 'clone', 'diff', 'test', ...LISTS], help: 'Only resources of these types.',
  },
  {
    key: 'exclude_resource_types', kind: 'words', long: ['--exclude-resource-types', '--exclude-resource-type'], metavar: 'TYPE...', choices: RESOURCES,
    group: 'Selection', env: 'EXCLUDE_RESOURCE_TYPES', commands: ['build', 'clone', 'diff', 'test', ...LISTS], help: 'No resources of these types.',
  },
  {
    key: 'indirect_selection', kind: 'choice', long: ['--indirect-selection'], choices: ['eager', 'cautious', 'buildable', 'empty'], default: 'eager',
    group: 'Selection', env: 'INDIRECT_SELECTION', inProject: true, commands: 'all',
    help: 'Which tests come along with selected resources: all that touch one (eager), only those whose parents are all selected (cautious) or selected or upstream (buildable), or none (empty).',
  },
  // -- execution
  {
    key: 'full_refresh', kind: 'switch', long: ['--full-refresh'], short: ['-f'], negatable: false, default: false, group: 'Execution', env: 'FULL_REFRESH',
    commands: ['build', 'clone', 'compile', 'lineage', 'retry', 'run', 'seed', 'show'], help: 'Build incremental models and seeds from nothing.',
  },
  {
    key: 'empty', kind: 'switch', long: ['--empty'], negatable: true, default: false, group: 'Execution', env: 'EMPTY', commands: ['build', 'compile', 'run', 'snapshot'],
    help: 'Let ref() and source() give no rows: checks SQL and types without reading data.',
  },
  {
    key: 'fail_fast', kind: 'switch', long: ['--fail-fast'], short: ['-x'], negatable: true, default: false, group: 'Execution', env: 'FAIL_FAST', inProject: true,
    commands: 'all', help: 'Stop at the first failure.',
  },
  {
    key: 'threads', kind: 'int', long: ['--threads'], default: null, group: 'Execution', commands: THREADED,
    help: 'Nodes that may run at the same time. Default: the profile.',
  },
  {
    key: 'lock_wait', kind: 'int', long: ['--lock-wait'], default: null, group: 'Execution', env: 'LOCK_WAIT', own: true, commands: DATABASE,
    help: 'How long to wait for another process that has the DuckDB file open, or for another run that writes the same tables on Postgres. Seconds. Default: not at all for a file, as long as it takes for tables.',
  },
  {
    key: 'longest_first', kind: 'switch', long: ['--longest-first'], negatable: true, default: false, group: 'Execution', env: 'LONGEST_FIRST', own: true,
    commands: ['build', 'retry', 'run', 'seed', 'snapshot', 'test'],
    help: 'With several threads, start the ready node that has the most work waiting behind it, in seconds of the last run. Without it nodes start in the order in which they become ready.',
  },
  {
    key: 'single_threaded', kind: 'switch', long: ['--single-threaded'], negatable: true, default: false, group: 'Execution', env: 'SINGLE_THREADED', hidden: true,
    commands: 'all', help: 'One node at a time, whatever --threads says.',
  },
  {
    key: 'store_failures', kind: 'switch', long: ['--store-failures'], negatable: false, default: false, group: 'Execution', env: 'STORE_FAILURES',
    commands: ['build', 'test'], help: 'Keep the failing rows of tests in the database.',
  },
  {
    key: 'cache_selected_only', kind: 'switch', long: ['--cache-selected-only'], negatable: true, default: false, group: 'Execution', env: 'CACHE_SELECTED_ONLY',
    inProject: true, commands: 'all', help: 'At the start, look only into schemas of selected nodes.',
  },
  {
    key: 'populate_cache', kind: 'switch', long: ['--populate-cache'], negatable: true, default: true, group: 'Execution', env: 'POPULATE_CACHE', inProject: true,
    commands: 'all', help: 'At the start, ask the database once what exists.',
  },
  {
    key: 'introspect', kind: 'switch', long: ['--introspect'], negatable: true, default: true, group: 'Execution', env: 'INTROSPECT', commands: ['check', 'compile', 'lineage', 'show'],
    help: 'Let templates ask the database while compiling.',
  },
  {
    key: 'args', kind: 'yaml', long: ['--args'], group: 'Execution', commands: ['run-operation'],
    help: "Arguments of the macro, as a YAML dict: '{name: value}'.",
  },
  {
    key: 'sql', kind: 'text', long: ['--sql'], metavar: 'SQL', default: null, group: 'Execution', commands: ['run-operation'],
    help: 'A template to run in place of a macro.',
  },
  {
    key: 'defer', kind: 'switch', long: ['--defer'], negatable: true, default: false, group: 'Execution', env: 'DEFER',
    oldEnv: { name: 'DEFER_TO_STATE', inverted: false }, commands: 'all',
    help: 'Let ref() of nodes that are not selected and not built here mean the relations of --state.',
  },
  {
    key: 'defer_state', kind: 'path', long: ['--defer-state'], metavar: 'DIRECTORY', folder: true, group: 'Execution', env: 'DEFER_STATE', commands: 'all',
    help: 'Folder for --defer, when it is not that of --state.',
  },
  {
    key: 'favor_state', kind: 'switch', long: ['--favor-state'], negatable: true, default: false, group: 'Execution', env: 'FAVOR_STATE',
    oldEnv: { name: 'FAVOR_STATE_MODE', inverted: false }, commands: 'all',
    help: 'With --defer: of nodes that are not selected, take the relations of the state even where they exist here.',
  },
  {
    key: 'state', kind: 'path', long: ['--state'], metavar: 'DIRECTORY', folder: true, group: 'Selection', env: 'STATE', oldEnv: { name: 'ARTIFACT_STATE_PATH', inverted: false },
    commands: 'all', help: 'Folder with the artifacts of an earlier run, for state:, result: and source_status: selectors and for --defer. Relative to the project.',
  },
  {
    key: 'sample', kind: 'text', long: ['--sample'], metavar: 'WINDOW', default: null, group: 'Execution', env: 'SAMPLE', commands: ['build', 'run'],
    help: "Read inputs that have an event time for a window only: '3 days', or '{start: 2024-01-01, end: 2024-02-01}'.",
  },
  {
    key: 'event_time_start', kind: 'text', long: ['--event-time-start'], metavar: 'DATETIME', default: null, group: 'Execution', env: 'EVENT_TIME_START',
    commands: ['build', 'run'], help: 'Build the batches of microbatch models from this moment on (UTC).',
  },
  {
    key: 'event_time_end', kind: 'text', long: ['--event-time-end'], metavar: 'DATETIME', default: null, group: 'Execution', env: 'EVENT_TIME_END',
    commands: ['build', 'run'], help: 'Build the batches of microbatch models up to, without, this moment (UTC).',
  },
  {
    key: 'export_saved_queries', kind: 'switch', long: ['--export-saved-queries'], inert: true, negatable: true, default: false, group: 'Execution', env: 'EXPORT_SAVED_QUERIES',
    hidden: true, commands: ['build'], help: 'Export saved queries: without a semantic layer server nothing is exported.',
  },
  {
    key: 'include_saved_query', kind: 'switch', long: ['--include-saved-query'], inert: true, negatable: true, default: false, group: 'Execution', env: 'INCLUDE_SAVED_QUERY',
    hidden: true, commands: ['build'], help: 'Saved queries are always included.',
  },
  // -- output
  {
    key: 'inline', kind: 'text', long: ['--inline'], metavar: 'SQL', default: null, group: 'Output', commands: ['compile', 'show'],
    help: 'A template to take in place of a node.',
  },
  {
    key: 'inline_direct', kind: 'text', long: ['--inline-direct'], metavar: 'SQL', default: null, group: 'Output', hidden: true, commands: ['show'],
    help: 'SQL for the database as it stands: no template, and the project is not read.',
  },
  {
    key: 'limit', kind: 'int', long: ['--limit'], default: 5, group: 'Output', commands: ['show'], help: 'Rows to show; -1 = all.',
  },
  {
    key: 'output', kind: 'choice', long: ['--output'], choices: ['json', 'text'], default: 'text', group: 'Output', commands: ['compile', 'show'],
    help: 'Form of the result.',
  },
  {
    key: 'output', kind: 'choice', long: ['--output'], choices: ['json', 'name', 'path', 'selector'], default: 'selector', group: 'Output', commands: LISTS,
    help: 'What to print for each resource.',
  },
  {
    key: 'upstream', kind: 'switch', long: ['--upstream'], negatable: false, default: false, group: 'Output', commands: ['lineage'],
    help: 'What the columns are made of. Without this and --downstream: both for a model, and the nearest columns for a selection.',
  },
  {
    key: 'downstream', kind: 'switch', long: ['--downstream'], negatable: false, default: false, group: 'Output', commands: ['lineage'],
    help: 'What the columns go into.',
  },
  {
    key: 'depth', kind: 'int', long: ['--depth'], default: null, group: 'Output', commands: ['lineage'], help: 'Steps to follow; 1 = the nearest columns.',
  },
  {
    key: 'format', kind: 'choice', long: ['--format'], choices: ['tree', 'json', 'mermaid', 'openlineage'], default: 'tree', group: 'Output',
    commands: ['lineage'], help: 'Form of the answer: text, the form of column_lineage.json, a flowchart, or events of OpenLineage, one a line.',
  },
  {
    key: 'output_keys', kind: 'words', long: ['--output-keys'], metavar: 'KEY...', group: 'Output', commands: LISTS,
    help: 'With --output json: the properties to print; config.materialized reaches inwards.',
  },
  {
    key: 'inject_ephemeral_ctes', kind: 'switch', long: ['--inject-ephemeral-ctes'], negatable: true, default: true, group: 'Output', hidden: true,
    commands: ['compile'], help: 'Put ephemeral models into the compiled SQL.',
  },
  {
    key: 'show', kind: 'switch', long: ['--show'], negatable: false, default: false, group: 'Output', commands: ['build', 'seed'],
    help: 'Print some rows of each seed.',
  },
  {
    key: 'output', kind: 'path', long: ['--output'], short: ['-o'], metavar: 'FILE', file: true, group: 'Output', commands: ['source freshness'],
    help: 'File for the result. Default: sources.json in the target folder.',
  },
  {
    key: 'compile', kind: 'switch', long: ['--compile'], negatable: true, default: true, group: 'Execution', commands: ['diff'],
    help: 'Compile modified nodes and compare that SQL too, where the state has it.',
  },
  {
    key: 'compile', kind: 'switch', long: ['--compile'], negatable: true, default: true, group: 'Output', commands: ['docs generate'],
    help: 'Compile the SQL of models, tests and analyses too.',
  },
  {
    key: 'empty_catalog', kind: 'switch', long: ['--empty-catalog'], negatable: false, default: false, group: 'Output', commands: ['docs generate'],
    help: 'Write catalog.json without asking the database what there is.',
  },
  {
    key: 'static', kind: 'switch', long: ['--static'], negatable: false, default: false, group: 'Output', commands: ['docs generate'],
    help: 'Also write static_index.html: one file with the page and all of its data, to be opened without a server.',
  },
  {
    key: 'host', kind: 'text', long: ['--host'], metavar: 'ADDRESS', default: '127.0.0.1', group: 'Output', env: 'HOST', commands: ['docs serve'],
    help: 'Where to serve. Everybody who reaches an address other than this machine can read the documentation.',
  },
  {
    key: 'port', kind: 'int', long: ['--port'], default: 8080, group: 'Output', commands: ['docs serve'],
    help: 'The port to serve on; 0 takes one that is free.',
  },
  {
    key: 'browser', kind: 'switch', long: ['--browser'], negatable: true, default: true, group: 'Output', commands: ['docs serve'],
    help: 'Open the page in the browser; on CI it is not.',
  },
  {
    key: 'against_target', kind: 'text', long: ['--against-target'], metavar: 'NAME', default: null, group: 'Selection', commands: ['diff'],
    help: 'Compare with the relations of another target of the profile, in the same database (DuckDB: in any file).',
  },
  {
    key: 'against_schema', kind: 'text', long: ['--against-schema'], metavar: 'NAME', default: null, group: 'Selection', commands: ['diff'],
    help: 'Compare with the relations that the target would have if this were its schema.',
  },
  {
    key: 'columns', kind: 'switch', long: ['--columns'], negatable: true, default: true, group: 'Execution', commands: ['diff'],
    help: 'Compare the columns of relations: asks the database on either side.',
  },
  {
    key: 'data', kind: 'switch', long: ['--data'], negatable: true, default: false, group: 'Execution', commands: ['diff'],
    help: 'Compare rows, within the database.',
  },
  {
    key: 'key', kind: 'list', long: ['--key'], metavar: 'COLUMN,...', group: 'Execution', commands: ['diff'],
    help: 'With --data: the columns that identify a row, of relations that have them. Default: primary_key or unique_key of config and meta, constraints, tests.',
  },
  {
    key: 'float_tolerance', kind: 'text', long: ['--float-tolerance'], metavar: 'NUMBER', default: null, group: 'Execution', commands: ['diff'],
    help: 'With --data: floating point numbers are the same up to this share of the larger one. Default: exactly.',
  },
  {
    key: 'examples', kind: 'int', long: ['--examples'], default: 3, group: 'Output', commands: ['diff'],
    help: 'With --data: rows of each kind (changed, added, removed) that are shown; 0 = none.',
  },
  {
    key: 'format', kind: 'choice', long: ['--format'], choices: ['text', 'json', 'markdown'], default: 'text', group: 'Output', commands: ['diff'],
    help: 'Form of the result. JSON and Markdown are all there is on standard output; the log goes to standard error.',
  },
  {
    key: 'rule', kind: 'list', long: ['--rule'], metavar: 'NAME=SEVERITY', group: 'Execution', commands: ['check'],
    help: 'How severe a rule is: error, warning, note or off. May be given several times.',
  },
  {
    key: 'format', kind: 'choice', long: ['--format'], choices: ['text', 'json', 'sarif'], default: 'text', group: 'Output', commands: ['check'],
    help: 'Form of the result. JSON and SARIF are all there is on standard output; the log goes to standard error.',
  },
  {
    key: 'fail_on', kind: 'choice', long: ['--fail-on'], choices: ['error', 'warning', 'note', 'never'], default: 'error', group: 'Output', commands: ['check'],
    help: 'End with exit code 1 on findings of this severity or a graver one.',
  },
  {
    key: 'output', kind: 'path', long: ['--output'], short: ['-o'], metavar: 'FILE', file: true, group: 'Output', commands: ['check', 'diff'],
    help: 'File for the result; the text form is printed besides.',
  },
  {
    key: 'fail_on', kind: 'words', long: ['--fail-on'], metavar: 'KIND...', choices: ['any', 'nodes', 'columns', 'breaking', 'rows'], group: 'Output',
    commands: ['diff'],
    help: 'End with exit code 1 on differences: of code (nodes), columns, rows, any of these, or breaking: a relation or a column is gone, or has another type.',
  },
  {
    key: 'write_json', kind: 'switch', long: ['--write-json'], negatable: true, default: true, group: 'Output', env: 'WRITE_JSON', inProject: true, commands: 'all',
    help: 'Write manifest.json and run_results.json.',
  },
  {
    key: 'target_path', kind: 'path', long: ['--target-path'], metavar: 'DIRECTORY', group: 'Output', env: 'TARGET_PATH', commands: TARGETED,
    help: 'Folder for artifacts and compiled SQL. Default: the project, else target.',
  },
  {
    key: 'report', kind: 'list', long: ['--report'], metavar: 'KIND[=PATH]', group: 'Output', env: 'REPORT', own: true, commands: REPORTED,
    help: 'Report for CI: junit=FILE, sarif=FILE, markdown=FILE, or github (annotations and job summary). May be given several times; several in QUERN_REPORT have commas between them.',
  },
  {
    key: 'report_rows', kind: 'int', long: ['--report-rows'], default: 5, group: 'Output', env: 'REPORT_ROWS', own: true, commands: REPORTED,
    help: 'Failing rows of each test that reports show; 0 = none.',
  },
  // -- project and profile
  {
    key: 'project_dir', kind: 'path', long: ['--project-dir'], metavar: 'DIRECTORY', group: 'Project and profile', env: 'PROJECT_DIR', commands: EVERY,
    mustExistExcept: [], help: 'Folder of dbt_project.yml. Default: the working directory or the nearest one above that has it.',
  },
  {
    key: 'profiles_dir', kind: 'path', long: ['--profiles-dir'], metavar: 'DIRECTORY', group: 'Project and profile', env: 'PROFILES_DIR', commands: EVERY,
    mustExistExcept: ['debug', 'deps', 'init'], help: 'Folder of profiles.yml. Default: the working directory if it has one, else ~/.dbt.',
  },
  {
    key: 'profile', kind: 'text', long: ['--profile'], metavar: 'NAME', default: null, group: 'Project and profile', env: 'PROFILE', commands: 'all',
    help: 'The profile to use. Default: the project.',
  },
  {
    key: 'target', kind: 'text', long: ['--target'], short: ['-t'], metavar: 'NAME', default: null, group: 'Project and profile', env: 'TARGET', commands: 'all',
    help: 'The target of the profile. Default: the profile.',
  },
  {
    key: 'vars', kind: 'yaml', long: ['--vars'], group: 'Project and profile', commands: EVERY,
    help: "Variables that beat those of dbt_project.yml, as a YAML dict: '{name: value}'.",
  },
  {
    key: 'version_check', kind: 'switch', long: ['--version-check'], negatable: true, default: true, group: 'Project and profile', env: 'VERSION_CHECK',
    inProject: true, commands: 'all', help: 'Refuse a project whose require-dbt-version does not fit.',
  },
  {
    key: 'clean_project_files_only', kind: 'switch', long: ['--clean-project-files-only'], negatable: true, default: true, group: 'Project and profile',
    env: 'CLEAN_PROJECT_FILES_ONLY', commands: ['clean'], help: 'Refuse to remove anything outside the project.',
  },
  {
    key: 'config_dir', kind: 'switch', long: ['--config-dir'], negatable: false, default: false, group: 'Project and profile', commands: ['debug'],
    help: 'Say how to open the folder of profiles.yml, and do nothing else.',
  },
  {
    key: 'connection', kind: 'switch', long: ['--connection'], negatable: false, default: false, group: 'Project and profile', commands: ['debug'],
    help: 'Test the connection and nothing else.',
  },
  {
    key: 'skip_profile_setup', kind: 'switch', long: ['--skip-profile-setup'], short: ['-s'], negatable: false, default: false, group: 'Project and profile',
    commands: ['init'], help: 'Do not write a profile.',
  },
  {
    key: 'add_package', kind: 'text', long: ['--add-package'], metavar: 'NAME@VERSION', default: null, group: 'Project and profile', commands: ['deps'],
    help: 'Add a package to packages.yml, then install. NAME is its name on the hub, its address or its folder.',
  },
  {
    key: 'source', kind: 'choice', long: ['--source'], choices: ['hub', 'git', 'local', 'tarball'], default: 'hub', group: 'Project and profile', commands: ['deps'],
    help: 'Where the package of --add-package comes from; tarball: --add-package NAME@ADDRESS.',
  },
  {
    key: 'lock', kind: 'switch', long: ['--lock'], negatable: false, default: false, group: 'Project and profile', commands: ['deps'],
    help: 'Write package-lock.yml without installing.',
  },
  {
    key: 'upgrade', kind: 'switch', long: ['--upgrade'], negatable: false, default: false, group: 'Project and profile', commands: ['deps'],
    help: 'Resolve versions anew, whatever package-lock.yml says.',
  },
  // -- logging
  {
    key: 'debug', kind: 'switch', long: ['--debug'], short: ['-d'], negatable: true, default: false, group: 'Logging', env: 'DEBUG', inProject: true, commands: 'all',
    help: 'Print everything, SQL and stack traces included.',
  },
  {
    key: 'quiet', kind: 'switch', long: ['--quiet'], short: ['-q'], negatable: true, default: false, group: 'Logging', env: 'QUIET', commands: 'all',
    help: 'Print errors and results only.',
  },
  {
    key: 'print', kind: 'switch', long: ['--print'], negatable: true, default: true, group: 'Logging', env: 'PRINT', oldEnv: { name: 'NO_PRINT', inverted: true },
    commands: 'all', help: 'Let templates print().',
  },
  {
    key: 'printer_width', kind: 'int', long: ['--printer-width'], default: 80, group: 'Logging', env: 'PRINTER_WIDTH', inProject: true, commands: 'all',
    help: 'Width of result lines.',
  },
  {
    key: 'use_colors', kind: 'switch', long: ['--use-colors'], negatable: true, default: true, group: 'Logging', env: 'USE_COLORS', inProject: true, commands: 'all',
    help: 'Colours on the console, and in the log file unless --use-colors-file says otherwise.',
  },
  {
    key: 'use_colors_file', kind: 'switch', long: ['--use-colors-file'], negatable: true, default: true, group: 'Logging', env: 'USE_COLORS_FILE', inProject: true,
    commands: 'all', help: 'Colours in the log file.',
  },
  {
    key: 'log_format', kind: 'choice', long: ['--log-format'], choices: LOG_FORMATS, default: 'default', group: 'Logging', env: 'LOG_FORMAT', inProject: true,
    commands: 'all', help: 'Form of console lines, and of the log file unless --log-format-file says otherwise.',
  },
  {
    key: 'log_format_file', kind: 'choice', long: ['--log-format-file'], choices: LOG_FORMATS, default: 'debug', group: 'Logging', env: 'LOG_FORMAT_FILE',
    inProject: true, commands: 'all', help: 'Form of lines in the log file.',
  },
  {
    key: 'log_level', kind: 'choice', long: ['--log-level'], choices: LOG_LEVELS, default: 'info', group: 'Logging', env: 'LOG_LEVEL', inProject: true,
    commands: 'all', help: 'Least severity on the console, and in the log file unless --log-level-file says otherwise.',
  },
  {
    key: 'log_level_file', kind: 'choice', long: ['--log-level-file'], choices: LOG_LEVELS, default: 'debug', group: 'Logging', env: 'LOG_LEVEL_FILE',
    inProject: true, commands: 'all', help: 'Least severity in the log file.',
  },
  {
    key: 'log_path', kind: 'path', long: ['--log-path'], metavar: 'DIRECTORY', group: 'Logging', env: 'LOG_PATH', commands: 'all',
    help: 'Folder of dbt.log. Default: the project, else logs.',
  },
  {
    key: 'log_file_max_bytes', kind: 'int', long: ['--log-file-max-bytes'], default: 10_485_760, group: 'Logging', env: 'LOG_FILE_MAX_BYTES', hidden: true,
    commands: 'all', help: 'Size at which dbt.log is rolled over; 0 = never.',
  },
  {
    key: 'log_cache_events', kind: 'switch', long: ['--log-cache-events'], negatable: true, default: false, group: 'Logging', env: 'LOG_CACHE_EVENTS',
    commands: 'all', help: 'Log what the relation cache learns.',
  },
  // -- parsing
  {
    key: 'partial_parse', kind: 'switch', long: ['--partial-parse'], negatable: true, default: true, group: 'Parsing', env: 'PARTIAL_PARSE', inProject: true,
    commands: 'all', help: 'Parse only what changed since the last run, as kept in <target>/partial_parse.msgpack.',
  },
  {
    key: 'static_parser', kind: 'switch', long: ['--static-parser'], negatable: true, default: true, group: 'Parsing', env: 'STATIC_PARSER', inProject: true,
    commands: 'all', help: 'Read simple models without rendering them.',
  },
  {
    key: 'use_experimental_parser', kind: 'switch', long: ['--use-experimental-parser'], inert: true, negatable: true, default: false, group: 'Parsing',
    env: 'USE_EXPERIMENTAL_PARSER', inProject: true, commands: 'all', help: 'Accepted for dbt projects that set it; there is one parser.',
  },
  {
    key: 'macro_debugging', kind: 'switch', long: ['--macro-debugging'], inert: true, negatable: true, default: false, group: 'Parsing', env: 'MACRO_DEBUGGING', hidden: true,
    commands: 'all', help: 'Accepted for dbt command lines that have it; without effect.',
  },
  // -- warnings
  {
    key: 'warn_error', kind: 'switch', long: ['--warn-error'], negatable: false, default: false, group: 'Warnings', env: 'WARN_ERROR', inProject: true,
    commands: 'all', help: 'Every warning is an error.',
  },
  {
    key: 'warn_error_options', kind: 'yaml', long: ['--warn-error-options'], group: 'Warnings', env: 'WARN_ERROR_OPTIONS', inProject: true, commands: 'all',
    help: "Which warnings are errors, warnings or silent: '{error: all, warn: [NoNodesForSelectionCriteria], silence: []}'.",
  },
  {
    key: 'show_all_deprecations', kind: 'switch', long: ['--show-all-deprecations'], negatable: true, default: false, group: 'Warnings', commands: 'all',
    help: 'Every deprecation, not only the first of its kind.',
  },
  // -- other
  {
    key: 'send_anonymous_usage_stats', kind: 'switch', long: ['--send-anonymous-usage-stats'], inert: true, negatable: true, default: true, group: 'Other',
    env: 'SEND_ANONYMOUS_USAGE_STATS', inProject: true, commands: 'all', help: 'Accepted for dbt projects that set it; nothing is ever sent.',
  },
  {
    key: 'record_timing_info', kind: 'path', long: ['--record-timing-info'], short: ['-r'], metavar: 'FILE', group: 'Other', commands: 'all',
    help: 'Write a CPU profile of the run (.cpuprofile: Chrome and VS Code open it).',
  },
  {
    key: 'partial_parse_file_path', kind: 'path', long: ['--partial-parse-file-path'], metavar: 'FILE', file: true, mustExistExcept: [], group: 'Other', env: 'PARTIAL_PARSE_FILE_PATH', hidden: true,
    commands: 'all', help: 'Read what the last run parsed from this file; what is new is still kept in the target folder.',
  },
  {
    key: 'partial_parse_file_diff', kind: 'switch', long: ['--partial-parse-file-diff'], inert: true, negatable: true, default: true, group: 'Other',
    env: 'PARTIAL_PARSE_FILE_DIFF', hidden: true, commands: 'all', help: 'Accepted for dbt command lines that have it; without effect.',
  },
  {
    key: 'use_fast_test_edges', kind: 'switch', long: ['--use-fast-test-edges'], inert: true, negatable: true, default: false, group: 'Other', env: 'USE_FAST_TEST_EDGES',
    hidden: true, commands: 'all', help: 'Accepted for dbt command lines that have it; without effect.',
  },
  {
    key: 'sqlparse', kind: 'yaml', long: ['--sqlparse'], inert: true, group: 'Other', env: 'SQLPARSE', engineEnvOnly: true, hidden: true,
    commands: GRAPH.filter((command) => command !== 'clone' && command !== 'lineage'),
    help: 'Accepted for dbt command lines that have it: limits of a parser that is not used here.',
  },
  {
    key: 'show_resource_report', kind: 'switch', long: ['--show-resource-report'], negatable: true, default: false, group: 'Other', env: 'SHOW_RESOURCE_REPORT',
    hidden: true, commands: 'before', help: 'Tell at the end what the process used.',
  },
  {
    key: 'upload_to_artifacts_ingest_api', kind: 'switch', long: ['--upload-to-artifacts-ingest-api'], negatable: true, default: false, group: 'Other',
    env: 'UPLOAD_TO_ARTIFACTS_INGEST_API', commands: 'all', help: 'Accepted for dbt command lines that have it: nothing is uploaded, and a line at the end says so.',
  },
] // biome-ignore format: a table
