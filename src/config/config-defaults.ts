import { repr } from '../jinja/runtime/text.ts'
import { isInt } from '../jinja/runtime/type-name.ts'
import { dictEntries, isDict, type PlainDict, type Value } from '../jinja/runtime/value.ts'
import type { ResourceType } from '../manifest/unique-id.ts'

/**
 * The known keys of each resource type's config, in the order in which manifest.json has them, with default, check and
 * merge behaviour (dbt-core 1.11: the `*Config` classes).
 */
export interface ConfigField {
  readonly name: string
  /** A fresh default for every node. */
  readonly default: () => Value
  /** How a later value joins an earlier one. */
  readonly merge: 'clobber' | 'append' | 'update' | 'dict-key-append'
  /** What is wrong with a value, in dbt's words, or undefined. */
  readonly check: (value: Value) => string | undefined
}

type Check = ConfigField['check']

const notOfType = (value: Value, type: string): string => `${repr(value)} is not of type '${type}'`
const noneOf = (value: Value): string => `${repr(value)} is not valid under any of the given schemas`
const isTextList = (value: Value): boolean => Array.isArray(value) && value.every((item) => typeof item === 'string')

const anything: Check = () => undefined
const text: Check = (value) => (typeof value === 'string' ? undefined : notOfType(value, 'string'))
const optionalText: Check = (value) => (value === null || typeof value === 'string' ? undefined : noneOf(value))
const bool: Check = (value) => (typeof value === 'boolean' ? undefined : notOfType(value, 'boolean'))
const optionalBool: Check = (value) => (value === null || typeof value === 'boolean' ? undefined : noneOf(value))
const optionalInt: Check = (value) => (value === null || isInt(value) ? undefined : notOfType(value, 'integer'))
const textList: Check = (value) => (isTextList(value) ? undefined : noneOf(value))
const textOrList: Check = (value) =>
  value === null || typeof value === 'string' || isTextList(value) ? undefined : noneOf(value)
const dict: Check = (value) => (isDict(value) ? undefined : notOfType(value, 'object'))
const oneOf =
  (...allowed: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && allowed.includes(value)
      ? undefined
      : `${repr(value)} is not one of ${repr([...allowed])}`
const parts =
  (known: Readonly<Record<string, Check>>): Check =>
  (value) => {
    if (!isDict(value)) return notOfType(value, 'object')
    for (const [key, item] of dictEntries(value)) {
      const problem = typeof key === 'string' && Object.hasOwn(known, key) ? known[key]!(item) : undefined
      if (problem !== undefined) return problem
    }
    return undefined
  }

const field = (
  name: string,
  initial: () => Value,
  check: Check,
  merge: ConfigField['merge'] = 'clobber',
): ConfigField => ({
  name,
  default: initial,
  check,
  merge,
})
const none = (): Value => null
const list = (): Value => []
const object = (): Value => ({})

/** `on`/`off` in YAML are booleans, but the config is a word. */
export const STATIC_ANALYSIS = 'static_analysis'

const nodeAndTest: readonly ConfigField[] = [
  field('enabled', () => true, bool),
  field('alias', none, optionalText),
  field('schema', none, optionalText),
  field('database', none, optionalText),
  field('tags', list, textList, 'append'),
  field('meta', object, dict, 'update'),
  field('group', none, optionalText),
  field(STATIC_ANALYSIS, none, optionalText),
]

const node: readonly ConfigField[] = [
  ...nodeAndTest,
  field('materialized', () => 'view', text),
  field('incremental_strategy', none, optionalText),
  field('batch_size', none, anything),
  field('lookback', () => 1, anything),
  field('begin', none, anything),
  field('persist_docs', object, dict),
  field('post-hook', list, anything, 'append'),
  field('pre-hook', list, anything, 'append'),
  field('quoting', object, dict, 'update'),
  field('column_types', object, dict, 'update'),
  field('full_refresh', none, optionalBool),
  field('unique_key', none, textOrList),
  field('on_schema_change', () => 'ignore', optionalText),
  field('on_configuration_change', () => 'apply', oneOf('apply', 'continue', 'fail')),
  field('grants', object, dict, 'dict-key-append'),
  field('packages', list, textList, 'append'),
  field('docs', () => ({ show: true, node_color: null }), parts({ show: bool, node_color: optionalText }), 'update'),
  field(
    'contract',
    () => ({ enforced: false, alias_types: true }),
    parts({ enforced: bool, alias_types: bool }),
    'update',
  ),
  field('event_time', none, anything),
  field('concurrent_batches', none, anything),
]

const replaced = (fields: readonly ConfigField[], ...changes: readonly ConfigField[]): ConfigField[] => {
  const byName = new Map(fields.map((one) => [one.name, one]))
  for (const change of changes) byName.set(change.name, change)
  return [...byName.values()]
}

const SNAPSHOT_COLUMNS = ['dbt_valid_to', 'dbt_valid_from', 'dbt_scd_id', 'dbt_updated_at', 'dbt_is_deleted'] as const
const emptySnapshotColumns = (): Value => Object.fromEntries(SNAPSHOT_COLUMNS.map((name) => [name, null]))

/** The `freshness` of a source that sets nothing. */
export const emptyFreshness = (): { [key: string]: Value } => ({
  warn_after: { count: null, period: null },
  error_after: { count: null, period: null },
  filter: null,
})

const model: readonly ConfigField[] = replaced(
  node,
  field('access', () => 'protected', oneOf('private', 'protected', 'public')),
  field('freshness', none, anything),
)
const seed = replaced(
  node,
  field('materialized', () => 'seed', text),
  field('delimiter', () => ',', text),
  field('quote_columns', none, optionalBool),
)
const snapshot = replaced(
  node,
  field('materialized', () => 'snapshot', text),
  field('strategy', none, optionalText),
  field('target_schema', none, optionalText),
  field('target_database', none, optionalText),
  field('updated_at', none, optionalText),
  field('check_cols', none, textOrList),
  field('snapshot_meta_column_names', emptySnapshotColumns, dict),
  field('dbt_valid_to_current', none, optionalText),
)
const test = replaced(
  nodeAndTest,
  field('schema', () => 'dbt_test__audit', optionalText),
  field('materialized', () => 'test', text),
  field('severity', () => 'ERROR', text),
  field('store_failures', none, optionalBool),
  field('store_failures_as', none, optionalText),
  field('where', none, optionalText),
  field('limit', none, optionalInt),
  field('fail_calc', () => 'count(*)', text),
  field('warn_if', () => '!= 0', text),
  field('error_if', () => '!= 0', text),
)
const functionFields = replaced(
  node,
  field('materialized', () => 'function', text),
  field('type', () => 'scalar', oneOf('scalar', 'aggregate', 'table')),
  field('volatility', none, optionalText),
  field('runtime_version', none, optionalText),
  field('entry_point', none, optionalText),
)
const source: readonly ConfigField[] = [
  field('enabled', () => true, bool),
  field('event_time', none, anything),
  field('freshness', emptyFreshness, anything),
  field('loaded_at_field', none, optionalText),
  field('loaded_at_query', none, optionalText),
  field('meta', object, dict, 'update'),
  field('tags', list, textOrList),
  field(STATIC_ANALYSIS, none, optionalText),
]
const exposure: readonly ConfigField[] = [
  field('enabled', () => true, bool),
  field('tags', list, textOrList),
  field('meta', object, dict),
]
const unitTest: readonly ConfigField[] = [
  field('tags', list, textOrList, 'append'),
  field('meta', object, dict, 'update'),
  field('enabled', () => true, bool),
  field(STATIC_ANALYSIS, none, optionalText),
]
const group: readonly ConfigField[] = [field('meta', object, dict, 'update')]
const semantic: readonly ConfigField[] = [
  field('enabled', () => true, bool),
  field('group', none, optionalText),
  field('meta', object, dict, 'update'),
]
const savedQuery: readonly ConfigField[] = [
  ...semantic,
  field('export_as', none, optionalText),
  field('schema', none, optionalText),
  field('cache', () => ({ enabled: false }), dict),
]

/** The known config fields of a resource type, in published order. */
function configFields(resourceType: ResourceType): readonly ConfigField[] {
  switch (resourceType) {
    case 'model':
      return model
    case 'seed':
      return seed
    case 'snapshot':
      return snapshot
    case 'test':
      return test
    case 'function':
      return functionFields
    case 'source':
      return source
    case 'exposure':
      return exposure
    case 'unit_test':
      return unitTest
    case 'metric':
    case 'semantic_model':
      return semantic
    case 'group':
      return group
    case 'saved_query':
      return savedQuery
    default:
      return node
  }
}

export interface ConfigClass {
  /** In published order. */
  readonly fields: readonly ConfigField[]
  readonly known: ReadonlyMap<string, ConfigField>
  /** The default of every field: to be copied. */
  readonly defaults: PlainDict
}

const classes = new Map<readonly ConfigField[], ConfigClass>()

/** What a resource type's configs have in common. */
export function configClass(resourceType: ResourceType): ConfigClass {
  const fields = configFields(resourceType)
  let found = classes.get(fields)
  if (found === undefined) {
    const known = new Map(fields.map((one) => [one.name, one]))
    // the spread makes an object that V8 copies at once, which is what this one is for
    const defaults = { ...Object.fromEntries(fields.map((one) => [one.name, one.default()])) }
    found = { fields, known, defaults }
    classes.set(fields, found)
  }
  return found
}

/** The known config keys of a resource type, for did-you-mean. */
export const configKeys = (resourceType: ResourceType): string[] => configFields(resourceType).map((one) => one.name)
