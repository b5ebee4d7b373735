import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type EventWindow, eventTime, sampleWindow } from '../config/event-window.ts'
import type { Flags } from '../config/flags.ts'
import { profilesDir } from '../config/load-profile.ts'
import { PROJECT_FILE } from '../config/load-project.ts'
import { behaviorFlags, readProjectFlags, warnErrorOptions } from '../config/project-flags.ts'
import { asPlainDict } from '../config/python-data.ts'
import { parseReport, type ReportRequest } from '../config/report-request.ts'
import type { RunEvent } from '../events/run-event.ts'
import { makeDeprecation } from '../events/warnings.ts'
import { toText } from '../jinja/runtime/text.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import { type AddedPackage, parseAddedPackage } from '../project/deps/add-package.ts'
import { checkFlags } from './check-flags.ts'
import { diffFlags } from './diff-flags.ts'
import { OPTIONS } from './flags-table.ts'
import { ALIASES, type CommandName, concernsCommand, type OptionSpec, whichOf } from './option.ts'
import { booleanText, optionValue, type ValueContext } from './option-values.ts'
import { invalidValue, type ParsedArgv } from './parse-argv.ts'
import { UsageError } from './usage-error.ts'

export interface FlagsRequest {
  readonly parsed: ParsedArgv & { readonly command: CommandName }
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly home: string
  /** A person may be asked. */
  readonly interactive: boolean
  readonly parseYaml: (text: string) => Value
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

export interface BuiltFlags {
  readonly flags: Flags
  /** Deprecations found on the way, to be told once there is somebody to tell. */
  readonly events: readonly RunEvent[]
}

type Source = 'command line' | 'variable' | 'project' | 'default'
interface Resolved {
  readonly value: Value
  readonly source: Source
}

/**
 * The flags of an invocation: command line, then `DBT_ENGINE_X`, `DBT_X`, `QUERN_X` (mirrored to `DBT_X` by the caller), `flags:` of the
 * project, default. Throws a `UsageError` for values that cannot be, and for options that exclude each other; a `QuernError` for flags written
 * in two files.
 */
export function buildFlags(request: FlagsRequest): BuiltFlags {
  const { parsed, env, cwd, home } = request
  const { command } = parsed
  const context: ValueContext = { command, cwd, parseYaml: request.parseYaml }
  const events: RunEvent[] = []
  const resolved = new Map<string, Resolved>()
  const options = OPTIONS.filter((option) => concernsCommand(command, option))
  for (const option of options) {
    const found = given(option, parsed, env, context, events)
    if (found !== undefined) resolved.set(option.key, found)
  }

  const projectDir = textOf(resolved, 'project_dir') ?? nearestProject(cwd)
  const profiles = textOf(resolved, 'profiles_dir')
  const project = readProjectFlags(
    resolve(cwd, projectDir),
    profilesDir(profiles === null ? null : resolve(cwd, profiles), cwd, home),
    cwd,
  )
  events.push(...project.events, ...unknownVariables(env))
  for (const option of options) {
    if (resolved.has(option.key)) continue
    resolved.set(
      option.key,
      fromProject(option, project.values, context) ?? { value: defaultOf(option), source: 'default' },
    )
  }

  follow(resolved, 'use_colors', 'use_colors_file')
  follow(resolved, 'log_level', 'log_level_file')
  follow(resolved, 'log_format', 'log_format_file')
  if (/^(1|t|true|y|yes)$/i.test(env['DO_NOT_TRACK'] ?? ''))
    resolved.set('send_anonymous_usage_stats', { value: false, source: 'variable' })
  exclusive(resolved, ['warn_error', 'warn_error_options'], command)
  exclusive(resolved, ['select', 'inline'], command)
  exclusive(resolved, ['selector', 'inline'], command)
  if ((ALIASES[command] ?? command) === 'list') listModels(resolved, command)
  if (command === 'ci') ciDefaults(resolved)
  events.push(...oldWarnErrorKeys(resolved.get('warn_error_options')?.value), ...oldModelOptions(request.argv))
  return { flags: assemble(request, resolved, project.values, projectDir), events }
}

/** The folder of the nearest dbt_project.yml at or above a folder, else the folder itself. */
export function nearestProject(cwd: string): string {
  for (let dir = cwd; ; dir = dirname(dir)) {
    if (existsSync(join(dir, PROJECT_FILE))) return dir
    if (dirname(dir) === dir) return cwd
  }
}

function given(
  option: OptionSpec,
  parsed: ParsedArgv,
  env: FlagsRequest['env'],
  context: ValueContext,
  events: RunEvent[],
): Resolved | undefined {
  const typed = parsed.given.get(option)
  const old = oldVariable(option, env)
  if (old !== undefined) {
    events.push(renamedVariable(old.name, `DBT_ENGINE_${option.env}`))
    return { value: old.value, source: 'variable' }
  }
  const text = variable(option, env)
  // A global option has two places on the command line; click reads the variable for the one that is free, and refuses what is wrong.
  const read = typed === undefined || option.commands === 'all' ? text : undefined
  const value = read === undefined ? undefined : optionValue(option, read, context, true)
  if (typed !== undefined) return { value: optionValue(option, typed, context), source: 'command line' }
  return value === undefined ? undefined : { value, source: 'variable' }
}

function variable(option: OptionSpec, env: FlagsRequest['env']): string | undefined {
  if (option.env === undefined) return undefined
  if (option.own === true) return env[`QUERN_${option.env}`] || undefined
  const found =
    env[`DBT_ENGINE_${option.env}`] || (option.engineEnvOnly === true ? undefined : env[`DBT_${option.env}`])
  // click takes an empty variable for an unset one
  return found === '' ? undefined : found
}

function oldVariable(option: OptionSpec, env: FlagsRequest['env']): { name: string; value: Value } | undefined {
  if (option.oldEnv === undefined) return undefined
  const name = `DBT_${option.oldEnv.name}`
  if (option.kind === 'path') return env[name] ? { name, value: env[name] } : undefined
  const text = env[name]
  if (text === undefined || text === '') return undefined
  const value = booleanText(text)
  if (value === undefined) throw invalidValue(option, `'${text}' of ${name} is not a valid boolean.`, undefined)
  return { name, value: option.oldEnv.inverted ? !value : value }
}

const renamedVariable = (oldName: string, newName: string): RunEvent =>
  makeDeprecation(
    'EnvironmentVariableRenamed',
    'D009',
    `Deprecated functionality\n\nThe environment variable \`${oldName}\` has been renamed as \`${newName}\`. Please use the new name.`,
    {
      data: { old_name: oldName, new_name: newName },
      named: false,
    },
  )

function fromProject(option: OptionSpec, values: PlainDict, context: ValueContext): Resolved | undefined {
  if (option.inProject !== true || !Object.hasOwn(values, option.key)) return undefined
  const value = values[option.key]!
  if (value === null) return undefined
  if (option.kind === 'switch' && typeof value === 'boolean') return { value, source: 'project' }
  if (option.kind === 'int' && typeof value === 'number') return { value, source: 'project' }
  const dict = option.kind === 'yaml' ? asPlainDict(value) : undefined
  if (dict !== undefined) return { value: dict, source: 'project' }
  if (option.kind === 'choice' && typeof value === 'string')
    return { value: optionValue(option, value, context, true), source: 'project' }
  // dbt passes over a `flags:` block that does not validate; quern over the one value that cannot be used.
  return undefined
}

function defaultOf(option: OptionSpec): Value {
  switch (option.kind) {
    case 'switch':
    case 'int':
    case 'choice':
    case 'text':
      return option.default
    case 'words':
    case 'list':
      return []
    case 'yaml':
      return {}
    case 'path':
      return null
  }
}

/** Variables under dbt's reserved prefix that mean nothing (EnvironmentVariableNamespaceDeprecation). */
function unknownVariables(env: FlagsRequest['env']): RunEvent[] {
  const known = new Set(
    OPTIONS.flatMap((option) => (option.env === undefined || option.own === true ? [] : [`DBT_ENGINE_${option.env}`])),
  )
  return Object.keys(env)
    .filter((name) => name.startsWith('DBT_ENGINE_') && !known.has(name))
    .map((name) =>
      makeDeprecation(
        'EnvironmentVariableNamespaceDeprecation',
        'D036',
        `Deprecated functionality\n\nFound custom environment variable \`${name}\` in the environment. The prefix \`DBT_ENGINE_\` is reserved for dbt's own variables: rename it.`,
        { data: { env_var: name, reserved_prefix: 'DBT_ENGINE_' }, named: false },
      ),
    )
}

/** `include` and `exclude` of the warn-error options (WEOIncludeExcludeDeprecation). */
function oldWarnErrorKeys(options: Value | undefined): RunEvent[] {
  const dict = asPlainDict(options) ?? {}
  const found = (['include', 'exclude'] as const).filter((key) => Object.hasOwn(dict, key))
  if (found.length === 0) return []
  const newer = { include: 'error', exclude: 'warn' }
  const advice = found.map((key) => `Write \`${newer[key]}\` instead of \`${key}\`.`)
  return [
    makeDeprecation(
      'WEOIncludeExcludeDeprecation',
      'D031',
      `Found ${found.map((key) => `\`${key}\``).join(' and ')} in \`warn_error_options\` specification. ${advice.join(' ')}`,
      { data: { found_include: found.includes('include'), found_exclude: found.includes('exclude') } },
    ),
  ]
}

/** One for each old spelling of `--select` on the command line (ModelParamUsageDeprecation). */
const oldModelOptions = (argv: readonly string[]): RunEvent[] =>
  ['--models', '--model', '-m']
    .filter((option) => argv.includes(option))
    .map(() =>
      makeDeprecation(
        'ModelParamUsageDeprecation',
        'D032',
        'Deprecated functionality\n\nUsage of `--models`, `--model`, and `-m` is deprecated in favor of `--select` or `-s`.',
        { named: false },
      ),
    )

/** An explicit leader sets its follower, unless that one is explicit too. */
function follow(resolved: Map<string, Resolved>, leader: string, follower: string): void {
  const first = resolved.get(leader)
  if (first !== undefined && first.source !== 'default' && resolved.get(follower)?.source === 'default') {
    resolved.set(follower, { value: first.value, source: first.source })
  }
}

function exclusive(resolved: ReadonlyMap<string, Resolved>, keys: readonly string[], command: CommandName): void {
  const set = keys.filter((key) => (resolved.get(key)?.source ?? 'default') !== 'default')
  if (set.length > 1) throw new UsageError(`${set[1]}: not allowed with argument ${set[0]}`, command)
}

/** `ls --models x` means `--select x --resource-type model`, and excludes both. */
function listModels(resolved: Map<string, Resolved>, command: CommandName): void {
  const models = resolved.get('models')
  if (models === undefined || models.source === 'default') return
  for (const key of ['select', 'resource_types']) {
    const name = key === 'select' ? 'select' : 'resource_type'
    if ((resolved.get(key)?.source ?? 'default') !== 'default')
      throw new UsageError(`"models" and "${name}" are mutually exclusive arguments`, command)
  }
  resolved.set('select', models)
  resolved.set('resource_types', { value: ['model'], source: models.source })
}

/** `ci`: with a state, what changed since then and what is downstream, reading the rest from there; and the summary. */
function ciDefaults(resolved: Map<string, Resolved>): void {
  const isDefault = (key: string): boolean => (resolved.get(key)?.source ?? 'default') === 'default'
  const own = (key: string, value: Value): void => void resolved.set(key, { value, source: 'default' })
  if (!isDefault('state') && isDefault('select') && isDefault('selector')) own('select', ['state:modified+'])
  if ((!isDefault('state') || !isDefault('defer_state')) && isDefault('defer')) own('defer', true)
  own('report', ['markdown', ...((resolved.get('report')?.value as string[] | undefined) ?? [])])
}

const reports = (written: readonly string[], command: CommandName): ReportRequest[] => {
  const found = new Map<string, ReportRequest>()
  for (const text of written) {
    const report = parseReport(text)
    if (typeof report === 'string') throw invalidValue(optionOf('report'), report, command)
    const place = report.path ?? `${report.kind}:`
    const other = found.get(place)
    if (other !== undefined && other.kind !== report.kind)
      throw invalidValue(optionOf('report'), `two reports are to be written to '${place}'.`, command)
    found.set(place, report)
  }
  return [...found.values()]
}

const textOf = (resolved: ReadonlyMap<string, Resolved>, key: string): string | null => {
  const value = resolved.get(key)?.value
  return typeof value === 'string' ? value : null
}

function assemble(
  request: FlagsRequest,
  resolved: ReadonlyMap<string, Resolved>,
  projectValues: PlainDict,
  projectDir: string,
): Flags {
  const { parsed, cwd, home } = request
  const value = (key: string): Value | undefined => resolved.get(key)?.value
  const on = (key: string, fallback = false): boolean =>
    typeof value(key) === 'boolean' ? (value(key) as boolean) : fallback
  const text = (key: string): string | null => textOf(resolved, key)
  const int = (key: string): number | null => (typeof value(key) === 'number' ? (value(key) as number) : null)
  const words = (key: string): readonly string[] => (value(key) as readonly string[] | undefined) ?? []
  const choice = <T extends string>(key: string, fallback: T): T => (text(key) ?? fallback) as T
  const dict = (key: string): PlainDict => asPlainDict(value(key)) ?? {}

  const warnErrors = warnErrorOptions(dict('warn_error_options'))
  if (typeof warnErrors === 'string') {
    throw invalidValue(optionOf('warn_error_options'), warnErrors, parsed.command)
  }
  const profiles = text('profiles_dir')
  const [word] = parsed.words
  return {
    which: whichOf(parsed.command),
    cacheSelectedOnly: on('cache_selected_only'),
    debug: on('debug'),
    defer: on('defer'),
    deferState: text('defer_state'),
    empty: on('empty'),
    eventTime: eventTimes(resolved, parsed.command),
    exclude: words('exclude'),
    excludeResourceTypes: words('exclude_resource_types'),
    exportSavedQueries: on('export_saved_queries'),
    failFast: on('fail_fast'),
    favorState: on('favor_state'),
    fullRefresh: on('full_refresh'),
    includeSavedQuery: on('include_saved_query'),
    indirectSelection: choice('indirect_selection', 'eager'),
    inline: text('inline'),
    inlineDirect: text('inline_direct'),
    introspect: on('introspect', true),
    invocationCommand: ['dbt', ...request.argv].join(' '),
    limit: int('limit'),
    logCacheEvents: on('log_cache_events'),
    logFileMaxBytes: int('log_file_max_bytes') ?? 10_485_760,
    logFormat: choice('log_format', 'default'),
    logFormatFile: choice('log_format_file', 'debug'),
    logLevel: choice('log_level', 'info'),
    logLevelFile: choice('log_level_file', 'debug'),
    logPath: text('log_path'),
    macroDebugging: on('macro_debugging'),
    output: text('output'),
    outputKeys: words('output_keys'),
    partialParse: on('partial_parse', true),
    partialParseFilePath: text('partial_parse_file_path'),
    populateCache: on('populate_cache', true),
    print: on('print', true),
    printerWidth: int('printer_width') ?? 80,
    profile: text('profile'),
    profilesDir: profilesDir(profiles === null ? null : resolve(cwd, profiles), cwd, home),
    projectDir: resolve(cwd, projectDir),
    quiet: on('quiet'),
    reports: reports(words('report'), parsed.command),
    reportRows: int('report_rows') ?? 5,
    lockWait: int('lock_wait') ?? null,
    longestFirst: on('longest_first'),
    recordTimingInfo: text('record_timing_info'),
    resourceTypes: words('resource_types'),
    sample: sampled(text('sample'), request),
    select: words('select'),
    selector: text('selector'),
    sendAnonymousUsageStats: on('send_anonymous_usage_stats', true),
    show: on('show'),
    showAllDeprecations: on('show_all_deprecations'),
    showResourceReport: on('show_resource_report'),
    singleThreaded: on('single_threaded'),
    sqlparse: sqlparseLimits(dict('sqlparse'), parsed.command),
    state: text('state'),
    staticParser: on('static_parser', true),
    storeFailures: on('store_failures'),
    target: text('target'),
    targetPath: text('target_path'),
    threads: threadCount(int('threads'), parsed.command),
    uploadArtifacts: on('upload_to_artifacts_ingest_api'),
    useColors: on('use_colors', true),
    useColorsFile: on('use_colors_file', true),
    useExperimentalParser: on('use_experimental_parser'),
    useFastTestEdges: on('use_fast_test_edges'),
    vars: dict('vars'),
    versionCheck: on('version_check', true),
    warnError: on('warn_error'),
    warnErrorOptions: warnErrors,
    writeJson: on('write_json', true),
    macro: parsed.command === 'run-operation' ? macroName(word, text('sql'), resolved) : null,
    args: dict('args'),
    sql: text('sql'),
    injectEphemeralCtes: on('inject_ephemeral_ctes', true),
    cleanProjectFilesOnly: on('clean_project_files_only', true),
    configDir: on('config_dir'),
    connection: on('connection'),
    newProjectName: parsed.command === 'init' ? (word ?? null) : null,
    skipProfileSetup: on('skip_profile_setup'),
    interactive: request.interactive,
    lineageOf: parsed.command === 'lineage' ? lineageOf(word, resolved) : null,
    upstream: on('upstream'),
    downstream: on('downstream'),
    depth: stepCount(int('depth')),
    format: text('format'),
    compile: on('compile', true),
    emptyCatalog: on('empty_catalog'),
    check: parsed.command === 'check' ? checkFlags(value) : null,
    diff: parsed.command === 'diff' ? diffFlags(value) : null,
    staticPage: on('static'),
    host: text('host') ?? '127.0.0.1',
    port: portOf(int('port'), parsed.command),
    browser: on('browser', true),
    lockOnly: on('lock'),
    upgrade: on('upgrade'),
    addPackage: addedPackage(text('add_package'), choice('source', 'hub')),
    behavior: behaviorFlags(projectValues),
  }
}

/** `--port`: 8080 unless given. */
function portOf(port: number | null, command: CommandName): number {
  if (port === null) return 8080
  if (port >= 0 && port <= 65_535) return port
  throw invalidValue(optionOf('port'), `${port} is not a port: they go from 0 to 65535.`, command)
}

/** `--sqlparse`: two limits, checked as dbt does and shown in `args`; null = no limit. */
function sqlparseLimits(dict: PlainDict, command: CommandName): Flags['sqlparse'] {
  const limits: { MAX_GROUPING_DEPTH: number | null; MAX_GROUPING_TOKENS: number | null } = {
    MAX_GROUPING_DEPTH: null,
    MAX_GROUPING_TOKENS: null,
  }
  for (const [key, value] of Object.entries(dict)) {
    if (key !== 'MAX_GROUPING_DEPTH' && key !== 'MAX_GROUPING_TOKENS')
      throw invalidValue(
        optionOf('sqlparse'),
        `Unknown sqlparse option: ${key}. Valid options: ${Object.keys(limits).join(', ')}`,
        command,
      )
    if (value === null || String(value).toLowerCase() === 'none') continue
    const limit = Number(value)
    if (!Number.isInteger(limit))
      throw invalidValue(optionOf('sqlparse'), `Value for ${key} must be an integer, got: ${toText(value)}`, command)
    limits[key] = limit
  }
  return limits
}

/** `--event-time-start` and `--event-time-end`: both or neither. */
function eventTimes(resolved: ReadonlyMap<string, Resolved>, command: CommandName): EventWindow | null {
  const moment = (key: string): EventWindow['start'] | null => {
    const text = textOf(resolved, key)
    if (text === null) return null
    const found = eventTime(text)
    if (found !== undefined) return found
    const formats = "'%Y-%m-%d', '%Y-%m-%dT%H:%M:%S', '%Y-%m-%d %H:%M:%S'"
    throw invalidValue(optionOf(key), `'${text}' does not match the formats ${formats}.`, command)
  }
  const [start, end] = [moment('event_time_start'), moment('event_time_end')]
  if (start === null && end === null) return null
  if (start === null || end === null) {
    const [given, missing] = start === null ? ['end', 'start'] : ['start', 'end']
    throw new UsageError(
      `The flag \`--event-time-${given}\` was specified, but \`--event-time-${missing}\` was not. Give both of them, or neither.`,
      command,
    )
  }
  if (start.wallMicros >= end.wallMicros)
    throw new UsageError('Value for `--event-time-start` must be less than `--event-time-end`', command)
  return { start, end }
}

function sampled(text: string | null, { parsed, now, parseYaml }: FlagsRequest): EventWindow | null {
  if (text === null) return null
  const found = sampleWindow(text, now(), parseYaml)
  if (typeof found === 'string') throw invalidValue(optionOf('sample'), found, parsed.command)
  return found
}

const optionOf = (key: string): OptionSpec => OPTIONS.find((option) => option.key === key)!

function addedPackage(written: string | null, source: AddedPackage['source']): AddedPackage | null {
  if (written === null) return null
  const added = parseAddedPackage(written, source)
  if (added.version !== undefined || source === 'local') return added
  const form = source === 'tarball' ? 'NAME@ADDRESS' : source === 'git' ? 'ADDRESS@REVISION' : 'OWNER/NAME@VERSION'
  throw new UsageError(
    `Version is required in --add-package when a package when source is ${source}`,
    'deps',
    `Write ${form}.`,
  )
}

/** What `lineage` is asked about: one model, or a selection. */
function lineageOf(word: string | undefined, resolved: ReadonlyMap<string, Resolved>): string | null {
  const selection = ['select', 'exclude', 'selector'].find((key) => resolved.get(key)?.source === 'command line')
  if (word !== undefined && selection !== undefined)
    throw new UsageError(`'--${selection}' cannot be given together with a model.`, 'lineage')
  return word ?? null
}

function stepCount(depth: number | null): number | null {
  if (depth !== null && depth < 1)
    throw new UsageError(`Invalid value for '--depth': ${depth} is less than 1.`, 'lineage')
  return depth
}

function threadCount(threads: number | null, command: CommandName): number | null {
  if (threads !== null && threads < 1)
    throw new UsageError(`Invalid value for '--threads': ${threads} is less than 1.`, command)
  return threads
}

function macroName(
  word: string | undefined,
  sql: string | null,
  resolved: ReadonlyMap<string, Resolved>,
): string | null {
  if (sql === null) {
    if (word === undefined) throw new UsageError("Missing argument 'MACRO'.", 'run-operation')
    return word
  }
  if (word !== undefined) throw new UsageError("'--sql' cannot be given together with a macro.", 'run-operation')
  if (resolved.get('args')?.source === 'command line')
    throw new UsageError("'--sql' cannot be given together with '--args'.", 'run-operation')
  return null
}
