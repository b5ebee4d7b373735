import { join } from 'node:path'
import { didYouMean } from '../errors/did-you-mean.ts'
import { QuernError } from '../errors/quern-error.ts'
import type { RunEvent } from '../events/run-event.ts'
import { makeDeprecation } from '../events/warnings.ts'
import { repr, toText } from '../jinja/runtime/text.ts'
import { isDict, type PlainDict, type Value } from '../jinja/runtime/value.ts'
import { EVENT_NAMES } from './event-names.ts'
import { PROFILES_FILE, readProfiles } from './load-profile.ts'
import { PROJECT_FILE, readRawProject } from './load-project.ts'
import { asPlainDict } from './python-data.ts'

/**
 * dbt-core 1.11's behaviour flags and their defaults; `flags:` of dbt_project.yml sets them. `state_modified_compare_vars` is known there too, and
 * decides nothing: variables are compared by what they do to code and configs.
 */
export const BEHAVIOR_FLAGS: Readonly<Record<string, boolean>> = {
  require_batched_execution_for_custom_microbatch_strategy: false,
  enable_truthy_nulls_equals_macro: false,
  require_event_names_in_deprecations: false,
  require_explicit_package_overrides_for_builtin_materializations: true,
  require_resource_names_without_spaces: true,
  source_freshness_run_project_hooks: true,
  skip_nodes_if_on_run_start_fails: false,
  state_modified_compare_more_unrendered_values: false,
  state_modified_compare_vars: false,
  require_yaml_configuration_for_mf_time_spines: false,
  require_nested_cumulative_type_params: false,
  validate_macro_args: false,
  require_all_warnings_handled_by_warn_error: false,
  require_generic_test_arguments_property: true,
  require_unique_project_resource_names: false,
  require_ref_searches_node_package_before_root: false,
}

export interface ProjectFlags {
  /** As written, unrendered; keys of command line options and behaviour flags alike. */
  readonly values: PlainDict
  readonly events: readonly RunEvent[]
}

/**
 * The `flags:` of dbt_project.yml, or the older `config:` of profiles.yml. A project that cannot be read has no flags here:
 * its error is told when it is loaded. Throws when both places are used.
 */
export function readProjectFlags(projectDir: string, profilesDir: string, cwd: string): ProjectFlags {
  const values = quietly(() => asPlainDict(readRawProject(projectDir, cwd).data['flags'])) ?? {}
  const legacy = quietly(() => asPlainDict(readProfiles(profilesDir, cwd).data['config'])) ?? {}
  if (Object.keys(legacy).length === 0) return checked(values, `flags: of ${PROJECT_FILE}`)
  if (Object.keys(values).length > 0) {
    throw new QuernError(
      'Runtime',
      'flags_twice',
      `Do not specify both 'config' in ${PROFILES_FILE} and 'flags' in ${PROJECT_FILE}. Using 'config' in ${PROFILES_FILE} is deprecated.`,
      { hint: `move what is below 'config' in ${join(profilesDir, PROFILES_FILE)} to 'flags' in ${PROJECT_FILE}` },
    )
  }
  const moved = makeDeprecation(
    'ProjectFlagsMovedDeprecation',
    'D013',
    `Deprecated functionality\n\nUser config should be moved from the 'config' key in ${PROFILES_FILE} to the 'flags' key in ${PROJECT_FILE}.`,
    { named: false },
  )
  const found = checked(legacy, `config: of ${PROFILES_FILE}`)
  return { values: found.values, events: [moved, ...found.events] }
}

const TEXTS = ['indirect_selection', 'log_format', 'log_format_file', 'log_level', 'log_level_file']
const SWITCHES = [
  'cache_selected_only', 'debug', 'fail_fast', 'partial_parse', 'populate_cache', 'static_parser', 'use_colors', 'use_colors_file',
  'use_experimental_parser', 'version_check', 'warn_error', 'write_json',
] // biome-ignore format: one list

/** dbt-core 1.11: one value of a wrong type, and none of the block counts. It says nothing of it; quern warns. */
function checked(values: PlainDict, place: string): ProjectFlags {
  for (const [key, value] of Object.entries(values)) {
    const wanted = expected(key, value)
    if (wanted === undefined) continue
    const text = `${place} is ignored as a whole: ${key} has to be ${wanted}, but is ${repr(value)}`
    // A line and no warning: --warn-error does not fail what dbt lets pass.
    return { values: {}, events: [{ kind: 'message', level: 'warn', name: 'ProjectFlagsIgnored', code: 'Z999', text }] }
  }
  return { values, events: [] }
}

/** What a flag should have been; undefined = its value can be used. Unknown keys may have any. */
function expected(key: string, value: Value): string | undefined {
  if (TEXTS.includes(key)) return value === null || typeof value === 'string' ? undefined : 'a text'
  if (SWITCHES.includes(key)) return value === null || typeof value === 'boolean' ? undefined : 'true or false'
  if (key === 'send_anonymous_usage_stats' || Object.hasOwn(BEHAVIOR_FLAGS, key))
    return typeof value === 'boolean' ? undefined : 'true or false'
  if (key === 'printer_width') return value === null || typeof value === 'number' ? undefined : 'a whole number'
  if (key !== 'warn_error_options' || value === null) return undefined
  const lists = asPlainDict(value)
  const usable = (one: Value): boolean =>
    typeof one === 'string' || (Array.isArray(one) && one.every((name) => typeof name === 'string'))
  const fine = (name: string, one: Value): boolean =>
    usable(one) || (one === null && ['error', 'warn', 'silence', 'include', 'exclude'].includes(name))
  return lists !== undefined && Object.entries(lists).every(([name, one]) => fine(name, one))
    ? undefined
    : 'a dict of lists of event names'
}

function quietly<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** The behaviour flags: defaults, overridden by the boolean values of `flags:`; other keys of `flags:` are kept for adapters. */
export function behaviorFlags(values: PlainDict): Readonly<Record<string, boolean>> {
  const flags: Record<string, boolean> = { ...BEHAVIOR_FLAGS }
  for (const [key, value] of Object.entries(values)) if (typeof value === 'boolean') flags[key] = value
  return flags
}

export interface WarnErrorOptions {
  readonly error: readonly string[] | 'all'
  readonly warn: readonly string[]
  readonly silence: readonly string[]
}

const ALL: readonly string[] = ['all', '*']

/**
 * `--warn-error-options` or its form in `flags:`. The older keys `include` and `exclude` mean `error` and `warn`.
 * Returns a sentence instead when the dict is wrong.
 */
export function warnErrorOptions(dict: PlainDict): WarnErrorOptions | string {
  for (const [key, old] of [
    ['error', 'include'],
    ['warn', 'exclude'],
  ] as const) {
    if (filled(dict[key]) && filled(dict[old]))
      return `Only \`${old}\` or \`${key}\` can be specified in \`warn_error_options\`, not both`
  }
  const error = dict['error'] ?? dict['include'] ?? []
  if (typeof error === 'string' && !ALL.includes(error))
    return `error must be one of 'all', '*' or a list of event names, but is ${repr(error)}`
  const all = typeof error === 'string'
  const lists: Record<'error' | 'warn' | 'silence', readonly string[]> = { error: [], warn: [], silence: [] }
  for (const [key, value] of [
    ['error', all ? [] : error],
    ['warn', dict['warn'] ?? dict['exclude'] ?? []],
    ['silence', dict['silence'] ?? []],
  ] as const) {
    if (!Array.isArray(value)) return `${key} must be a list of event names, but is ${repr(value)}`
    lists[key] = value.map(toText)
  }
  if (lists.warn.length > 0 && !all && !lists.error.includes('Deprecations') && !lists.silence.includes('Deprecations'))
    return '`warn` can only be specified if `error` is one of all, * or Deprecations is in `error` or `silence`'
  for (const name of [...lists.error, ...lists.warn, ...lists.silence]) {
    if (EVENT_NAMES.has(name)) continue
    const near = didYouMean(name, [...EVENT_NAMES])
    return `${name} is not a valid dbt error name.${near === undefined ? '' : ` Did you mean ${near}?`}`
  }
  return { error: all ? 'all' : lists.error, warn: lists.warn, silence: lists.silence }
}

const filled = (value: Value | undefined): boolean =>
  value !== undefined &&
  value !== null &&
  !(Array.isArray(value) && value.length === 0) &&
  !(isDict(value) && Object.keys(value).length === 0)
