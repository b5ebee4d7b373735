import type { Flags } from '../config/flags.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'
import { graphNode, type Manifest } from '../manifest/manifest.ts'
import type { NodeResult } from '../manifest/node-result.ts'
import type { UniqueId } from '../manifest/unique-id.ts'
import { toJson } from './json-text.ts'
import { type ArtifactMetadata, metadataDict, utc } from './metadata.ts'

export interface RunResultsInput {
  /** In order of completion. Hooks are results too. */
  readonly results: readonly NodeResult[]
  readonly manifest: Manifest
  readonly metadata: ArtifactMetadata
  /** Seconds. */
  readonly elapsed: number
  readonly args: PlainDict
  /** What was compiled for results whose node is not one of the manifest's: unit tests. */
  readonly compiled?: ReadonlyMap<UniqueId, CompiledFields>
}

export interface CompiledFields {
  readonly compiled: boolean | null
  readonly compiled_code: string | null
  readonly relation_name: string | null
}

/** The text of run_results.json (schema version 6): the keys, their order and their nulls are those of dbt-core 1.11. */
export function runResultsJson(input: RunResultsInput): string {
  return toJson({
    metadata: metadataDict('run-results/v6', input.metadata),
    results: input.results.map((result) => resultEntry(result, input)),
    elapsed_time: input.elapsed,
    args: input.args,
  })
}

/** One entry of `results`. */
export function resultEntry(
  result: NodeResult,
  { manifest, compiled }: Pick<RunResultsInput, 'manifest' | 'compiled'>,
): PlainDict {
  const fields = compiled?.get(result.id) ?? compiledFields(manifest, result.id)
  return {
    status: result.status,
    timing: result.timing.map(({ name, startedAt, completedAt }) => ({
      name,
      started_at: utc(startedAt),
      completed_at: utc(completedAt),
    })),
    thread_id: result.threadId,
    execution_time: result.executionTime,
    adapter_response: result.adapterResponse,
    message: result.message,
    failures: result.failures,
    unique_id: result.id,
    compiled: fields.compiled,
    compiled_code: fields.compiled_code,
    relation_name: fields.relation_name,
    batch_results: result.batchResults ?? null,
  }
}

/** dbt-core 1.11: all null for what is never compiled (seeds, exposures, sources); false and null for what was not reached. */
function compiledFields(manifest: Manifest, id: UniqueId): CompiledFields {
  const node = graphNode(manifest, id)
  if (node === undefined) return { compiled: false, compiled_code: null, relation_name: null }
  if (!('raw_code' in node) || node.resource_type === 'seed')
    return { compiled: null, compiled_code: null, relation_name: null }
  const sql = node as { compiled?: boolean; compiled_code?: string | null; relation_name?: string | null }
  return {
    compiled: sql.compiled ?? false,
    compiled_code: sql.compiled_code ?? null,
    relation_name: sql.relation_name ?? null,
  }
}

/** Flags that dbt-core 1.11 leaves out of `args`. */
const ADAPTER_FLAGS: ReadonlySet<string> = new Set([
  'enable_truthy_nulls_equals_macro',
  'require_event_names_in_deprecations',
])

/**
 * The `args` of run_results.json: the flags under dbt's names. As in dbt-core 1.11, options that were not given and have no default are
 * left out, and so are those that the command does not have.
 */
export function runResultsArgs(flags: Flags): PlainDict {
  const which = flags.which
  const given: PlainDict = {
    which,
    invocation_command: flags.invocationCommand,
    cache_selected_only: flags.cacheSelectedOnly,
    defer: flags.defer,
    favor_state: flags.favorState,
    indirect_selection: flags.indirectSelection,
    introspect: flags.introspect,
    log_file_max_bytes: flags.logFileMaxBytes,
    log_format: flags.logFormat,
    log_format_file: flags.logFormatFile,
    log_level: flags.logLevel,
    log_level_file: flags.logLevelFile,
    log_path: flags.logPath,
    macro_debugging: flags.macroDebugging,
    partial_parse: flags.partialParse,
    partial_parse_file_diff: true,
    populate_cache: flags.populateCache,
    print: flags.print,
    printer_width: flags.printerWidth,
    profile: flags.profile,
    profiles_dir: flags.profilesDir,
    project_dir: flags.projectDir,
    quiet: flags.quiet,
    send_anonymous_usage_stats: flags.sendAnonymousUsageStats,
    show_all_deprecations: flags.showAllDeprecations,
    show_resource_report: flags.showResourceReport,
    sqlparse: { ...flags.sqlparse },
    state: flags.state,
    static_parser: flags.staticParser,
    strict_mode: false,
    target: flags.target,
    target_path: flags.targetPath,
    threads: flags.threads,
    upload_to_artifacts_ingest_api: flags.uploadArtifacts,
    use_colors: flags.useColors,
    use_colors_file: flags.useColorsFile,
    use_fast_test_edges: flags.useFastTestEdges,
    vars: flags.vars,
    version_check: flags.versionCheck,
    warn_error_options: {
      error: flags.warnErrorOptions.error === 'all' ? 'all' : [...flags.warnErrorOptions.error],
      warn: [...flags.warnErrorOptions.warn],
      silence: [...flags.warnErrorOptions.silence],
    },
    write_json: flags.writeJson,
    ...Object.fromEntries(Object.entries(flags.behavior).filter(([name]) => !ADAPTER_FLAGS.has(name))),
  }
  const onlyWhenTrue: [string, boolean][] = [
    ['debug', flags.debug],
    ['fail_fast', flags.failFast],
    ['full_refresh', flags.fullRefresh],
    ['log_cache_events', flags.logCacheEvents],
    ['single_threaded', flags.singleThreaded],
    ['store_failures', flags.storeFailures],
    ['use_experimental_parser', flags.useExperimentalParser],
    ['warn_error', flags.warnError],
  ]
  for (const [name, value] of onlyWhenTrue) if (value) given[name] = true
  if (which === 'run-operation') {
    given.macro = flags.macro
    given.args = flags.args
    given.sql = flags.sql
  } else {
    given.select = [...flags.select]
    given.exclude = [...flags.exclude]
    given.selector = flags.selector
  }
  if (which === 'build' || which === 'test') {
    given.resource_types = [...flags.resourceTypes]
    given.exclude_resource_types = [...flags.excludeResourceTypes]
  }
  if (['build', 'run', 'compile', 'snapshot'].includes(which)) given.empty = flags.empty
  if (flags.eventTime !== null) {
    given['event_time_start'] = flags.eventTime.start.isoText('T').replace('+00:00', '')
    given['event_time_end'] = flags.eventTime.end.isoText('T').replace('+00:00', '')
  }
  if (flags.sample !== null)
    given['sample'] = { start: flags.sample.start.isoText('T'), end: flags.sample.end.isoText('T') }
  if (which === 'build' || which === 'seed') given.show = flags.show
  if (which === 'build')
    Object.assign(given, {
      export_saved_queries: flags.exportSavedQueries,
      include_saved_query: flags.includeSavedQuery,
    })
  if (which === 'generate')
    Object.assign(given, { compile: flags.compile, empty_catalog: flags.emptyCatalog, static: flags.staticPage })
  if (which === 'freshness' || which === 'snapshot-freshness') given.output = flags.output
  if (which === 'compile')
    Object.assign(given, {
      inject_ephemeral_ctes: flags.injectEphemeralCtes,
      output: flags.output,
      inline: flags.inline,
    })
  for (const name of Object.keys(given)) if (given[name] === null || given[name] === undefined) delete given[name]
  return given
}
