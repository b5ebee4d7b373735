import { didYouMean } from '../errors/did-you-mean.ts'
import { QuernError } from '../errors/quern-error.ts'
import { repr } from '../jinja/runtime/text.ts'
import { isInt } from '../jinja/runtime/type-name.ts'
import { isDict, type PlainDict, PyFloat, PyObject, type Value } from '../jinja/runtime/value.ts'
import { locate } from '../project/read-yaml.ts'
import type { RawProject } from './load-project.ts'
import { asPlainDict, type KeyPath } from './python-data.ts'

/** Names that a project may not have, because templates know them as something else (dbt-core 1.11). */
const RESERVED = new Set(
  (
    '_sql_results adapter api column config context database env env_var exceptions execute flags fromjson fromyaml graph invocation_id ' +
    'load_agate_table load_result log model modules post_hooks pre_hooks ref render return run_started_at schema source sql sql_now ' +
    'store_result store_raw_result target this tojson toyaml try_or_compiler_error var write'
  ).split(' '),
)

const SEMVER =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)(\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?)?$/

/** What is wrong with a value: dbt's words, and what it should be. */
type Check = (value: Value) => { readonly problem: string; readonly wanted: string } | undefined

const wrong = (value: Value, wanted: string, type?: string): ReturnType<Check> => ({
  problem:
    type === undefined
      ? `${repr(value)} is not valid under any of the given schemas`
      : `${repr(value)} is not of type '${type}'`,
  wanted,
})
const isText = (value: Value): boolean => typeof value === 'string'

const optionalText: Check = (value) => (value === null || isText(value) ? undefined : wrong(value, 'a text'))
const optionalTexts: Check = (value) =>
  value === null || (Array.isArray(value) && value.every(isText))
    ? undefined
    : wrong(value, 'a list of texts, such as ["models"]')
const hookTexts: Check = (value) => (isText(value) ? undefined : optionalTexts(value))
const dict: Check = (value) => (isDict(value) ? undefined : wrong(value, 'keys and values', 'object'))
const tree: Check = (value) => (value === null ? undefined : dict(value))
const optionalDict: Check = (value) => (value === null || isDict(value) ? undefined : wrong(value, 'keys and values'))
const bool: Check = (value) => (typeof value === 'boolean' ? undefined : wrong(value, 'true or false', 'boolean'))
const list: Check = (value) => (Array.isArray(value) ? undefined : wrong(value, 'a list', 'array'))
const version: Check = (value) =>
  value === null ||
  typeof value === 'number' ||
  value instanceof PyFloat ||
  (typeof value === 'string' && SEMVER.test(value))
    ? undefined
    : wrong(value, 'a version, such as 1.0.0')
const QUOTED_PARTS: ReadonlySet<string> = new Set([
  'database',
  'project',
  'schema',
  'identifier',
  'snowflake_ignore_case',
])
const COMMENT_KEYS: ReadonlySet<string> = new Set(['comment', 'append', 'job-label', 'job_label'])
const quotingDict: Check = (value) => {
  if (value === null) return undefined
  const given = asPlainDict(value)
  if (given === undefined) return wrong(value, 'keys and values')
  if (Object.keys(given).some((key) => !QUOTED_PARTS.has(key)))
    return wrong(value, 'of database, schema and identifier')
  const bad = Object.values(given).find((one) => one !== null && typeof one !== 'boolean')
  return bad === undefined ? undefined : wrong(value, 'true or false for database, schema and identifier')
}

const CHECKS: Readonly<Record<string, Check>> = {
  name: (value) =>
    typeof value !== 'string'
      ? wrong(value, 'a text', 'string')
      : /^[^\d\W][\p{L}\p{N}_]*$/u.test(value) || /^\p{L}[\p{L}\p{N}_]*$/u.test(value)
        ? undefined
        : {
            problem: `${repr(value)} does not match '^[^\\\\d\\\\W]\\\\w*$'`,
            wanted: 'letters, digits and underscores, not beginning with a digit',
          },
  'config-version': (value) => (value === null || isInt(value) ? undefined : wrong(value, '2')),
  version,
  'project-root': optionalText,
  'source-paths': optionalTexts,
  'model-paths': optionalTexts,
  'macro-paths': optionalTexts,
  'data-paths': optionalTexts,
  'seed-paths': optionalTexts,
  'test-paths': optionalTexts,
  'analysis-paths': optionalTexts,
  'docs-paths': optionalTexts,
  'asset-paths': optionalTexts,
  'function-paths': optionalTexts,
  'target-path': optionalText,
  'snapshot-paths': optionalTexts,
  'clean-targets': optionalTexts,
  profile: optionalText,
  'log-path': optionalText,
  'packages-install-path': optionalText,
  quoting: quotingDict,
  'on-run-start': hookTexts,
  'on-run-end': hookTexts,
  'require-dbt-version': (value) => (isText(value) ? undefined : optionalTexts(value)),
  dispatch: list,
  models: tree,
  seeds: tree,
  snapshots: tree,
  analyses: dict,
  sources: dict,
  tests: dict,
  data_tests: dict,
  unit_tests: dict,
  metrics: dict,
  'semantic-models': dict,
  'saved-queries': dict,
  exposures: dict,
  functions: dict,
  vars: optionalDict,
  packages: list,
  'query-comment': (value) =>
    value === null ||
    isText(value) ||
    value === false ||
    (isDict(value) && Object.keys(asPlainDict(value) ?? {}).every((key) => COMMENT_KEYS.has(key)))
      ? undefined
      : wrong(value, 'a text, or a dict with comment and append'),
  'restrict-access': bool,
  'dbt-cloud': optionalDict,
  flags: dict,
}

/** The keys that dbt_project.yml may have. */
export const PROJECT_KEYS: readonly string[] = Object.keys(CHECKS).filter((key) => key !== 'project-root')

/** An error of dbt_project.yml, at a key or value of it. */
export function projectError(
  raw: RawProject,
  path: KeyPath,
  message: string,
  hint?: string | undefined,
  of: 'key' | 'value' = 'value',
): QuernError {
  const at = locate(raw.file, path, of)
  return new QuernError('Runtime', 'invalid_project', message, { ...(at === undefined ? {} : { at }), hint })
}

/** Checks a rendered project file against what dbt accepts. Throws at the first key that is wrong. */
export function checkProject(raw: RawProject, data: PlainDict): void {
  if (!Object.hasOwn(data, 'name'))
    throw projectError(raw, [], 'Required "name" field not present in project', 'add `name: my_project`')
  for (const [key, value] of Object.entries(data)) {
    const problem = CHECKS[key]?.(value)
    if (problem !== undefined)
      throw projectError(
        raw,
        writtenPath(raw, key),
        `at path ['${key}']: ${problem.problem}`,
        `${key} must be ${problem.wanted}`,
      )
  }
  const unknown = Object.keys(data).filter((key) => !Object.hasOwn(CHECKS, key))
  if (unknown.length > 0) {
    const [first] = unknown
    const meant = didYouMean(first!, PROJECT_KEYS) ?? PROJECT_KEYS.find((key) => key === first!.replace(/_/g, '-'))
    const names = unknown
      .map((key) => `'${key}'`)
      .sort()
      .join(', ')
    throw projectError(
      raw,
      [first!],
      `at path []: Additional properties are not allowed (${names} ${unknown.length === 1 ? 'was' : 'were'} unexpected)`,
      meant === undefined ? "remove the key, or put it below vars: or a resource's +meta:" : `did you mean '${meant}'?`,
      'key',
    )
  }
  checkMeaning(raw, data)
}

function checkMeaning(raw: RawProject, data: PlainDict): void {
  const name = data['name'] as string
  if (RESERVED.has(name))
    throw projectError(
      raw,
      ['name'],
      `at path []: Invalid project name: ${name} is a reserved word`,
      'choose another name',
    )
  const configVersion = data['config-version'] ?? 2
  if (configVersion !== 2) {
    const shown = configVersion instanceof PyObject ? configVersion.pyStr() : String(configVersion)
    throw projectError(
      raw,
      ['config-version'],
      `Got an unexpected project version=${shown}, expected 2`,
      'remove the line, or write config-version: 2',
    )
  }
  for (const [index, entry] of (Array.isArray(data['dispatch']) ? data['dispatch'] : []).entries()) {
    const given = asPlainDict(entry)
    if (given === undefined || !Object.hasOwn(given, 'macro_namespace') || !Array.isArray(given['search_order'])) {
      throw projectError(
        raw,
        ['dispatch', index],
        `at path []: Invalid project dispatch config: ${repr(entry)}`,
        'an entry has macro_namespace and a list search_order',
      )
    }
  }
  if (filled(data['tests']) && filled(data['data_tests'])) {
    throw projectError(
      raw,
      ['tests'],
      "at path []: Invalid project config: cannot have both 'tests' and 'data_tests' defined",
      "move what is below 'tests' to 'data_tests'",
      'key',
    )
  }
}

const filled = (value: Value | undefined): boolean => Object.keys(asPlainDict(value) ?? {}).length > 0

const writtenPath = (raw: RawProject, key: string): KeyPath =>
  key === 'data_tests' && locate(raw.file, ['data_tests'], 'key') === undefined ? ['tests'] : [key]
