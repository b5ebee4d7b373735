import { didYouMean } from '../errors/did-you-mean.ts'
import { QuernError } from '../errors/quern-error.ts'
import { repr } from '../jinja/runtime/text.ts'
import { isInt } from '../jinja/runtime/type-name.ts'
import { dictGet, isDict, isPlainDict, type PlainDict, type PyDict, type Value } from '../jinja/runtime/value.ts'
import type { NodeConfig } from '../manifest/node.ts'
import type { ResourceType } from '../manifest/unique-id.ts'
import { locate } from '../project/read-yaml.ts'
import { type ConfigField, configClass, configKeys, STATIC_ANALYSIS } from './config-defaults.ts'
import { treeConfigs, treeOf } from './config-tree.ts'
import { isCssColour } from './css-colour.ts'
import { mergeConfigCalls, mergeValue } from './merge-config.ts'
import type { Project, ProjectConfig } from './project-config.ts'
import { copyData, copyDict, textEntries } from './python-data.ts'
import { checkRetries, RETRIED } from './retry-policy.ts'
import { readShare } from './share-condition.ts'

export interface ConfigRequest {
  readonly resourceType: ResourceType
  readonly fqn: readonly string[]
  readonly packageName: string
  /** `config:` of the properties file, rendered. */
  readonly patchConfig?: PlainDict | undefined
  /** The same before rendering, for `unrendered_config`; absent = `patchConfig`, as dbt does by default. */
  readonly unrenderedPatchConfig?: PlainDict | undefined
  /** The `config()` calls of the file, in call order. */
  readonly inFileConfigs?: readonly PlainDict[] | undefined
  /** What stands for them in `unrendered_config`; absent = themselves. */
  readonly unrenderedInFileConfig?: PlainDict | undefined
  /** The node's config so far: a known key that is set to null keeps what it had (dbt-core 1.11). */
  readonly before?: PlainDict | undefined
  readonly config: Pick<ProjectConfig, 'project' | 'packages'>
}

export interface CalculatedConfig {
  /** Class defaults and all levels merged: known keys in dbt's order, then the others in the order in which they came. */
  readonly config: NodeConfig
  /** What the project wrote, level by level, each key's last value as it stands in the file. */
  readonly unrenderedConfig: PlainDict
}

/**
 * The config of one node. Later wins or merges (dbt-core 1.11): class defaults; the node's own package's dbt_project.yml from the
 * outermost level inwards; the properties file; `config()` calls; and, for a node of a package, the root project's levels last.
 * Throws a `QuernError` without a place (the caller knows the file) when a known key has a value of a wrong type.
 */
export function calculateConfig(request: ConfigRequest): CalculatedConfig {
  const levels = configLevels(request, false)
  return {
    config: resolveConfig(request.resourceType, levels, request.before) as NodeConfig,
    unrenderedConfig: lastValues(configLevels(request, true)),
  }
}

/** The dicts that make a node's config, first to last; `unrendered` gives them as written. */
export function configLevels(request: ConfigRequest, unrendered: boolean): PlainDict[] {
  const { config, packageName, fqn, resourceType } = request
  const own = packageName === config.project.name ? config.project : config.packages.get(packageName)
  const patch = unrendered ? (request.unrenderedPatchConfig ?? request.patchConfig) : request.patchConfig
  const levels = own === undefined ? [] : projectLevels(own, resourceType, fqn, unrendered)
  if (patch !== undefined) levels.push(patch)
  const unrenderedCall = unrendered ? request.unrenderedInFileConfig : undefined
  if (unrenderedCall !== undefined) levels.push(unrenderedCall)
  else if (request.inFileConfigs !== undefined) levels.push(mergeConfigCalls(request.inFileConfigs))
  if (packageName !== config.project.name) levels.push(...projectLevels(config.project, resourceType, fqn, unrendered))
  return levels
}

function projectLevels(
  project: Project,
  resourceType: ResourceType,
  fqn: readonly string[],
  unrendered: boolean,
): PlainDict[] {
  const tree = treeOf(resourceType)
  if (!unrendered)
    return treeConfigs(project.configTrees[tree], fqn, (path, key) => rejectKey(project, [tree, ...path], key))
  // dbt-core 1.11 looks the unrendered trees of these up under names that dbt_project.yml does not have.
  if (resourceType === 'semantic_model' || resourceType === 'saved_query') return []
  return treeConfigs(project.unrenderedConfigTrees[resourceType === 'function' ? 'models' : treeOf(resourceType)], fqn)
}

/** dbt-core 1.11 crashes on such keys. */
function rejectKey(project: Project, path: readonly string[], key: Value): never {
  const at = project.file === undefined ? undefined : locate(project.file, path)
  const hint =
    typeof key === 'boolean'
      ? 'YAML reads on, off, yes and no as true and false: put the key in quotes'
      : 'put the key in quotes'
  throw new QuernError(
    'Runtime',
    'config_key_not_text',
    `at path ${repr([...path])}: the key ${repr(key)} is not a text`,
    { at, hint },
  )
}

function lastValues(levels: readonly PlainDict[]): PlainDict {
  const merged: PlainDict = {}
  for (const level of levels) for (const [key, value] of Object.entries(level)) merged[key] = copyData(value)
  return merged
}

/**
 * Merges levels over the defaults of a resource type and checks the result. `before`: see `ConfigRequest`. Throws a `QuernError` for values of wrong types.
 */
export function resolveConfig(
  resourceType: ResourceType,
  levels: readonly PlainDict[],
  before: PlainDict = {},
): PlainDict {
  const { fields, known, defaults } = configClass(resourceType)
  const values = copyDict(defaults)
  const extra: PlainDict = {}
  for (const level of levels) {
    for (const [written, value] of Object.entries(level)) {
      const name = hookName(written)
      const one = known.get(name)
      if (one === undefined) extra[name] = copyData(value)
      else values[name] = mergeValue(name, one.merge, values[name]!, copyData(value))
    }
  }
  normalise(values, known)
  for (const one of fields) {
    const problem = one.check(values[one.name]!)
    if (problem !== undefined) throw invalid(one.name, problem)
  }
  checkTogether(resourceType, values)
  const retrying = RETRIED.has(resourceType) ? checkRetries(extra) : undefined
  if (retrying !== undefined) throw invalid(retrying.key, retrying.problem)
  if (CONFIG_DICT_TYPES.has(resourceType)) restoreDefaults(values, fields, before)
  if (resourceType === 'test') storeFailures(values)
  return Object.assign(values, extra)
}

const hookName = (name: string): string =>
  name === 'pre_hook' ? 'pre-hook' : name === 'post_hook' ? 'post-hook' : name

/** Types whose config dbt writes out without nulls and lays over the config before, so that a null means that one's value, else the default. */
const CONFIG_DICT_TYPES: ReadonlySet<ResourceType> = new Set([
  'model',
  'seed',
  'snapshot',
  'test',
  'analysis',
  'operation',
  'sql_operation',
  'function',
])

function restoreDefaults(values: PlainDict, fields: readonly ConfigField[], before: PlainDict): void {
  for (const one of fields)
    if (values[one.name] === null) values[one.name] = copyData(before[one.name] ?? one.default())
}

function normalise(values: PlainDict, known: ReadonlyMap<string, ConfigField>): void {
  for (const key of ['pre-hook', 'post-hook']) {
    const hooks = values[key]
    if (Array.isArray(hooks)) values[key] = hooks.map((hook) => hookDict(key, hook))
  }
  const analysis = values[STATIC_ANALYSIS]
  if (typeof analysis === 'boolean') values[STATIC_ANALYSIS] = analysis ? 'on' : 'off'
  if (typeof values['limit'] === 'string' && /^\s*[+-]?\d+\s*$/.test(values['limit']))
    values['limit'] = Number(values['limit'])
  const columns = values['snapshot_meta_column_names']
  const defaults = known.get('snapshot_meta_column_names')?.default()
  if (columns !== undefined && isPlainDict(columns) && defaults !== undefined && isPlainDict(defaults)) {
    values['snapshot_meta_column_names'] = { ...defaults, ...pick(columns, Object.keys(defaults)) }
  }
  if (values['freshness'] !== undefined && known.has('access'))
    values['freshness'] = modelFreshness(values['freshness'])
}

const pick = (dict: PlainDict, keys: readonly string[]): PlainDict =>
  Object.fromEntries(keys.filter((key) => Object.hasOwn(dict, key)).map((key) => [key, dict[key]!]))

/** A hook as written (text, JSON text with `sql` and `transaction`, or a dict) as `{sql, transaction, index}`. */
export function hookDict(key: string, hook: Value): PlainDict {
  const dict = isDict(hook) ? hook : typeof hook === 'string' ? jsonDict(hook) : undefined
  const sql = dict === undefined ? undefined : dictGet(dict, 'sql')
  if (dict === undefined || typeof sql !== 'string') {
    throw invalid(key, `${repr(hook)} is not a hook: a hook is SQL text, or a dict with 'sql'`)
  }
  const transaction = dictGet(dict, 'transaction')
  const index = dictGet(dict, 'index')
  return {
    sql,
    transaction: typeof transaction === 'boolean' ? transaction : true,
    index: index !== undefined && isInt(index) ? index : null,
  }
}

function jsonDict(text: string): PlainDict {
  try {
    const parsed = JSON.parse(text) as Value
    if (isPlainDict(parsed)) return parsed
  } catch {
    // not JSON: plain SQL
  }
  return { sql: text }
}

function modelFreshness(value: Value): Value {
  if (!isDict(value)) return null
  const after = dictGet(value, 'build_after')
  if (after === undefined || !isDict(after)) return null
  const count = dictGet(after, 'count') ?? null
  const period = dictGet(after, 'period') ?? null
  if (count !== null && period === null) {
    throw invalid('freshness', '`freshness.build_after` must have a value for `period` if a `count` is provided')
  }
  return { build_after: { count, period, updates_on: dictGet(after, 'updates_on') ?? 'any' } }
}

function checkTogether(resourceType: ResourceType, values: PlainDict): void {
  const docs = values['docs']
  const colour = docs !== undefined && isDict(docs) ? dictGet(docs, 'node_color') : undefined
  if (typeof colour === 'string' && colour !== '' && !isCssColour(colour)) {
    throw invalid(
      'docs',
      `Invalid color name for docs.node_color: ${colour}. It is neither a valid HTML color name nor a valid HEX code.`,
    )
  }
  const contract = values['contract']
  const enforced = contract !== undefined && isDict(contract) && dictGet(contract, 'enforced') === true
  const change = values['on_schema_change']
  if (enforced && values['materialized'] === 'incremental' && change !== 'append_new_columns' && change !== 'fail') {
    throw invalid(
      'on_schema_change',
      `Invalid value for on_schema_change: ${change === null ? 'None' : String(change)}. Models materialized as incremental with contracts enabled must set on_schema_change to 'append_new_columns' or 'fail'`,
    )
  }
  const materialized = values['materialized']
  if (resourceType === 'seed' && materialized !== 'seed')
    throw invalid('materialized', "A seed must have a materialized value of 'seed'")
  if (resourceType === 'test') {
    if (materialized !== 'test') throw invalid('materialized', "A test must have a materialized value of 'test'")
    for (const name of ['warn_if', 'error_if']) {
      const share = readShare(values[name] ?? null)
      if (typeof share === 'string') throw invalid(name, share)
    }
    if (!/^(warn|error)$/i.test(String(values['severity']))) {
      throw invalid('severity', `Severity must be either 'warn' or 'error'. Got '${String(values['severity'])}'`)
    }
  }
}

/** `store_failures_as` decides when it is set, else it follows from `store_failures` (dbt: TestConfig.finalize_and_validate). */
function storeFailures(values: PlainDict): void {
  const as = values['store_failures_as'] ?? null
  if (as === null) {
    const store = values['store_failures'] ?? null
    values['store_failures_as'] = store === null ? null : store === true ? 'table' : 'ephemeral'
  } else {
    values['store_failures'] = as !== 'ephemeral'
  }
}

/** What is wrong with a finished snapshot config, as dbt says it, or undefined. Checked after all of the project is parsed. */
export function snapshotProblem(config: PlainDict): string | undefined {
  const set = (key: string): boolean => {
    const value = config[key]
    return value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)
  }
  if (!set('strategy') || !set('unique_key')) return "Snapshots must be configured with a 'strategy' and 'unique_key'."
  const columns = config['check_cols']
  if (config['strategy'] === 'check') {
    if (!set('check_cols'))
      return 'A snapshot configured with the check strategy must specify a check_cols configuration.'
    if (typeof columns === 'string' && columns !== 'all')
      return `Invalid value for 'check_cols': ${columns}. Expected 'all' or a list of strings.`
  } else if (config['strategy'] === 'timestamp') {
    if (!set('updated_at'))
      return 'A snapshot configured with the timestamp strategy must specify an updated_at configuration.'
    if (set('check_cols')) return "A 'timestamp' snapshot should not have 'check_cols'"
  }
  return config['materialized'] === 'snapshot' ? undefined : "A snapshot must have a materialized value of 'snapshot'"
}

const invalid = (name: string, problem: string): QuernError =>
  new QuernError('Parsing', 'invalid_config', `at path ['${name}']: ${problem}`)

/**
 * The known key that an unknown config key was probably meant to be (`materialised`), or undefined: used for a hint only,
 * since any key may be a project's own.
 */
export const meantConfigKey = (
  resourceType: ResourceType,
  key: string,
  adapterKeys: readonly string[],
): string | undefined =>
  configKeys(resourceType).includes(key) || adapterKeys.includes(key)
    ? undefined
    : didYouMean(key, [...configKeys(resourceType), ...adapterKeys])

/** Copies the items of any dict into a plain one (for configs written with keys that are not text). */
export const plainConfig = (dict: PlainDict | PyDict): PlainDict => Object.fromEntries(textEntries(dict))
