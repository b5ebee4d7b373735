import { expect, test } from 'vitest'
import { toJson } from '../../../src/artifacts/json-text.ts'
import { runResultsArgs, runResultsJson } from '../../../src/artifacts/run-results.ts'
import type { Flags } from '../../../src/config/flags.ts'
import { float, PyDict } from '../../../src/jinja/runtime/value.ts'
import { emptyManifest } from '../../../src/manifest/manifest.ts'
import type { ManifestNode } from '../../../src/manifest/node.ts'
import type { NodeResult } from '../../../src/manifest/node-result.ts'
import { asUniqueId } from '../../../src/manifest/unique-id.ts'

const result = (id: string, more: Partial<NodeResult> = {}): NodeResult => ({
  id: asUniqueId(id),
  status: 'success',
  executionTime: 0.5,
  threadId: 'Thread-1 (worker)',
  timing: [],
  message: 'OK',
  failures: null,
  adapterResponse: { _message: 'OK' },
  ...more,
})

function manifestWith(nodes: Record<string, object>) {
  const manifest = emptyManifest('p')
  for (const [id, node] of Object.entries(nodes)) manifest.nodes.set(asUniqueId(id), node as ManifestNode)
  return manifest
}

/* Keys, their order and the nulls as in a run_results.json of dbt-core 1.11.16. */
test('the document', () => {
  const at = Date.UTC(2026, 10, 22, 19, 2, 10, 164)
  const text = runResultsJson({
    results: [
      result('model.p.m', { timing: [{ name: 'compile', startedAt: at + 0.919, completedAt: at + 1 }] }),
      result('seed.p.s', {
        message: 'INSERT 2',
        adapterResponse: { _message: 'INSERT 2', code: 'INSERT', rows_affected: 2 },
      }),
      result('model.p.late', { status: 'skipped', message: null, executionTime: 0, adapterResponse: {} }),
      result('macro.p.op', { message: null }),
    ],
    manifest: manifestWith({
      'model.p.m': {
        resource_type: 'model',
        raw_code: 'select 1',
        compiled: true,
        compiled_code: 'select 1 as "é"',
        relation_name: '"x"."main"."m"',
      },
      'seed.p.s': { resource_type: 'seed', raw_code: '', relation_name: '"x"."main"."s"' },
      'model.p.late': { resource_type: 'model', raw_code: 'select 2', relation_name: '"x"."main"."late"' },
    }),
    metadata: {
      dbtVersion: '1.11.16',
      invocationId: '0840f73d',
      generatedAt: at,
      invocationStartedAt: at - 1000,
      env: { RUN: '7' },
    },
    elapsed: 0.7857,
    args: { which: 'build', vars: {} },
  })
  expect(text).toMatch(
    /^\{"metadata": \{"dbt_schema_version": "https:\/\/schemas\.getdbt\.com\/dbt\/run-results\/v6\.json", "dbt_version"/,
  )
  expect(text).toContain('select 1 as \\"\\u00e9\\"')
  const json = JSON.parse(text)
  expect(Object.keys(json)).toEqual(['metadata', 'results', 'elapsed_time', 'args'])
  expect(json.metadata).toEqual({
    dbt_schema_version: 'https://schemas.getdbt.com/dbt/run-results/v6.json',
    dbt_version: '1.11.16',
    generated_at: '2026-11-22T19:02:10.164000Z',
    invocation_id: '0840f73d',
    invocation_started_at: '2026-11-22T19:02:09.164000Z',
    env: { RUN: '7' },
  })
  expect(Object.keys(json.results[0])).toEqual([
    'status', 'timing', 'thread_id', 'execution_time', 'adapter_response', 'message', 'failures', 'unique_id', 'compiled',
    'compiled_code', 'relation_name', 'batch_results',
  ]) // biome-ignore format: one list
  expect(json.results[0].timing[0].started_at).toMatch(/^2026-11-22T19:02:10\.16491[89]Z$/)
  const sql = json.results.map((one: Record<string, unknown>) => [one.compiled, one.compiled_code, one.relation_name])
  expect(sql).toEqual([
    [true, 'select 1 as "é"', '"x"."main"."m"'],
    [null, null, null],
    [false, null, '"x"."main"."late"'],
    [false, null, null],
  ])
})

test('Python-like values in JSON', () => {
  expect(
    toJson({
      a: float(2),
      b: 1.5,
      c: 12345678901234567890n,
      d: PyDict.from([['k', null]]),
      e: undefined,
      f: Number.NaN,
    }),
  ).toBe('{"a": 2.0, "b": 1.5, "c": 12345678901234567890, "d": {"k": null}, "f": null}')
  expect(toJson('😀\u007f')).toBe('"\\ud83d\\ude00\\u007f"')
})

/** The flags that `args` shows. */
const flags = {
  which: 'build', cacheSelectedOnly: false, debug: false, defer: false, deferState: null, empty: false, exclude: [],
  excludeResourceTypes: [], eventTime: null, failFast: false, favorState: false, fullRefresh: false, indirectSelection: 'eager', inline: null, sample: null,
  introspect: true, invocationCommand: 'dbt build', limit: null, logCacheEvents: false, logFileMaxBytes: 10485760, logFormat: 'default',
  logFormatFile: 'debug', logLevel: 'info', logLevelFile: 'debug', logPath: '/p/logs', macroDebugging: false, output: null,
  outputKeys: [], partialParse: true, populateCache: true, print: true, printerWidth: 80, profile: null, profilesDir: '.',
  projectDir: '/p', quiet: false, resourceTypes: [], select: [], selector: null, sendAnonymousUsageStats: false, show: false,
  showAllDeprecations: false, singleThreaded: false, state: null, staticParser: true, storeFailures: false, target: null,
  targetPath: null, threads: null, useColors: true, sqlparse: { MAX_GROUPING_DEPTH: null, MAX_GROUPING_TOKENS: null }, showResourceReport: false, uploadArtifacts: false, useFastTestEdges: false, useColorsFile: true, useExperimentalParser: false, vars: {}, versionCheck: true,
  warnError: false, warnErrorOptions: { error: [], warn: [], silence: [] }, writeJson: true, macro: null, args: {}, sql: null,
  injectEphemeralCtes: true, exportSavedQueries: false, includeSavedQuery: false, behavior: { require_generic_test_arguments_property: true },
} as unknown as Flags // biome-ignore format: one table

test('args: the names that `dbt build` wrote, with their values', () => {
  expect(runResultsArgs(flags)).toEqual({
    partial_parse_file_diff: true, select: [], empty: false, project_dir: '/p', cache_selected_only: false,
    log_file_max_bytes: 10485760, defer: false, indirect_selection: 'eager', favor_state: false, send_anonymous_usage_stats: false,
    sqlparse: { MAX_GROUPING_DEPTH: null, MAX_GROUPING_TOKENS: null }, warn_error_options: { error: [], warn: [], silence: [] },
    which: 'build', populate_cache: true, exclude_resource_types: [], write_json: true, show_resource_report: false,
    log_format: 'default', include_saved_query: false, macro_debugging: false, profiles_dir: '.', log_level_file: 'debug', show: false,
    log_format_file: 'debug', require_generic_test_arguments_property: true, quiet: false, show_all_deprecations: false,
    static_parser: true, invocation_command: 'dbt build', print: true, exclude: [], version_check: true, log_path: '/p/logs',
    use_fast_test_edges: false, strict_mode: false, resource_types: [], introspect: true, vars: {}, printer_width: 80,
    partial_parse: true, export_saved_queries: false, use_colors_file: true, log_level: 'info', upload_to_artifacts_ingest_api: false,
    use_colors: true,
  }) // biome-ignore format: one table
})

test('args: what was given is there, what the command does not have is not', () => {
  const run = runResultsArgs({
    ...flags,
    which: 'run',
    fullRefresh: true,
    threads: 2,
    target: 'dev',
    failFast: true,
    vars: { a: 1 },
  })
  expect(run).toMatchObject({
    which: 'run',
    full_refresh: true,
    threads: 2,
    target: 'dev',
    fail_fast: true,
    vars: { a: 1 },
  })
  for (const name of ['resource_types', 'exclude_resource_types', 'show', 'export_saved_queries'])
    expect(run).not.toHaveProperty(name)
  const operation = runResultsArgs({ ...flags, which: 'run-operation', macro: 'op', args: { a: 2 } })
  expect(operation).toMatchObject({ macro: 'op', args: { a: 2 } })
  expect(operation).not.toHaveProperty('select')
})
