import { join } from 'node:path'
import { QuernError } from '../errors/quern-error.ts'
import type { RunEvent } from '../events/run-event.ts'
import { makeDeprecation } from '../events/warnings.ts'
import { repr, toText } from '../jinja/runtime/text.ts'
import { isDict, type PlainDict, type Value } from '../jinja/runtime/value.ts'
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
  if (Object.keys(legacy).length === 0) return { values, events: [] }
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
  return { values: legacy, events: [moved] }
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
  const unknown = Object.keys(dict).find((key) => !['error', 'warn', 'silence', 'include', 'exclude'].includes(key))
  if (unknown !== undefined) return `'${unknown}' is not one of 'error', 'warn', 'silence'`
  const names = (value: Value | undefined): readonly string[] | undefined =>
    value === undefined || value === null
      ? []
      : typeof value === 'string'
        ? [value]
        : Array.isArray(value)
          ? value.map(toText)
          : undefined
  const error = dict['error'] ?? dict['include']
  const lists = { error: names(error), warn: names(dict['warn'] ?? dict['exclude']), silence: names(dict['silence']) }
  for (const [key, list] of Object.entries(lists))
    if (list === undefined) return `${key} must be a list of event names, but is ${repr(dict[key] ?? null)}`
  const all = lists.error!.length === 1 && (lists.error![0] === 'all' || lists.error![0] === '*')
  const groups = [...lists.error!, ...lists.silence!]
  if (lists.warn!.length > 0 && !all && !groups.includes('Deprecations'))
    return '`warn` can only be specified if `error` is one of all, * or Deprecations is in `error` or `silence`'
  return { error: all ? 'all' : lists.error!, warn: lists.warn!, silence: lists.silence! }
}

const filled = (value: Value | undefined): boolean =>
  value !== undefined &&
  value !== null &&
  !(Array.isArray(value) && value.length === 0) &&
  !(isDict(value) && Object.keys(value).length === 0)
