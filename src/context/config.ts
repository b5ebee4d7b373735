import { toText } from '../jinja/runtime/text.ts'
import { typeName } from '../jinja/runtime/type-name.ts'
import {
  type Awaitable, dictEntries, dictGet, hostFunction, isDict, type Kwargs, type PlainDict, PyObject, type Value,
} from '../jinja/runtime/value.ts' // biome-ignore format: names
import { aliasProblem } from '../project/yaml-aliases.ts'
import { compilationError } from './compilation-error.ts'

/** `config` while parsing: calls are recorded (keyword arguments or one dict), questions are answered with ''. */
export class ParseConfig extends PyObject {
  readonly typeName = 'ParseConfigObject'
  readonly #record: (config: PlainDict) => void

  constructor(record: (config: PlainDict) => void) {
    super()
    this.#record = record
  }

  override pyCall(args: readonly Value[], kwargs: Kwargs): Value {
    this.#record(configCall(args, kwargs))
    return ''
  }

  override getAttr(name: string): Value | undefined {
    switch (name) {
      case 'set':
        return hostFunction('set', ['name', 'value'], (key, value) => {
          this.#record(configCall([], new Map([[toText(key as Value), value as Value]])))
          return ''
        })
      case 'get':
      case 'meta_get':
        return hostFunction(name, ['name', ['default', null], ['validator', null]], () => '')
      case 'require':
      case 'meta_require':
        return hostFunction(name, ['name', ['validator', null]], () => '')
      case 'persist_relation_docs':
      case 'persist_column_docs':
        return hostFunction(name, [], () => false)
      default:
        return undefined
    }
  }
}

/** The config that one `config(...)` call gives, hooks under their published keys. Throws dbt's errors for other forms of call. */
export function configCall(args: readonly Value[], kwargs: Kwargs): PlainDict {
  const config: PlainDict = {}
  if (args.length === 1 && kwargs.size === 0 && isDict(args[0] as Value)) {
    for (const [key, value] of dictEntries(args[0] as PlainDict)) config[toText(key)] = value
  } else if (args.length === 0 && kwargs.size > 0) {
    for (const [key, value] of kwargs) config[key] = value
  } else {
    throw compilationError(
      'invalid_inline_config',
      'Invalid inline model config',
      'give keyword arguments, or one dict: config(materialized="table")',
    )
  }
  for (const old of ['pre_hook', 'post_hook']) {
    if (!Object.hasOwn(config, old)) continue
    const key = old.replace('_', '-')
    if (Object.hasOwn(config, key)) {
      throw compilationError('conflicting_config_keys', `Invalid config, has conflicting keys "${old}" and "${key}"`)
    }
    config[key] = config[old] as Value
    delete config[old]
  }
  for (const [key, value] of Object.entries(config)) checkValue(key, value as Value)
  return config
}

/** Throws for a value that nothing can be done with: one that holds itself, or that would be too large or too deep when it is written out. */
function checkValue(key: string, value: Value): void {
  const problem = aliasProblem(value)
  if (problem === undefined) return
  const what = {
    cycle: 'holds itself',
    too_many: 'is too large when it is written out',
    too_deep: 'is nested too deeply',
  }[problem.kind]
  throw compilationError('invalid_inline_config', `Invalid inline model config: the value of ${key} ${what}`)
}

/** `config` while running: answers from the node's final config; calls do nothing. */
export class RuntimeConfig extends PyObject {
  readonly typeName = 'RuntimeConfigObject'
  readonly #config: PlainDict | undefined
  readonly #uniqueId: string
  readonly #model: () => Value | undefined

  /** `model` is what `config.model` shows: the node whose config it is. */
  constructor(config: PlainDict | undefined, uniqueId: string, model: () => Value | undefined = () => undefined) {
    super()
    this.#model = model
    this.#config = config
    this.#uniqueId = uniqueId
  }

  override pyCall(): Value {
    return ''
  }

  override getAttr(name: string): Value | undefined {
    switch (name) {
      case 'get':
        return hostFunction('get', ['name', ['default', null], ['validator', null]], (key, fallback, validator) =>
          this.#get(this.#config, key as Value, fallback as Value, validator as Value),
        )
      case 'meta_get':
        return hostFunction('meta_get', ['name', ['default', null], ['validator', null]], (key, fallback, validator) =>
          this.#get(this.#meta(), key as Value, fallback as Value, validator as Value),
        )
      case 'require':
        return hostFunction('require', ['name', ['validator', null]], (key, validator) =>
          this.#require(this.#config, key as Value, validator as Value),
        )
      case 'meta_require':
        return hostFunction('meta_require', ['name', ['validator', null]], (key, validator) =>
          this.#require(this.#meta(), key as Value, validator as Value),
        )
      case 'set':
        return hostFunction('set', ['name', 'value'], () => '')
      case 'persist_relation_docs':
        return hostFunction(name, [], () => this.#persistDocs('relation'))
      case 'persist_column_docs':
        return hostFunction(name, [], () => this.#persistDocs('columns'))
      case 'model':
        return this.#model()
      default:
        return undefined
    }
  }

  #meta(): PlainDict | undefined {
    const meta = this.#config?.['meta']
    return meta !== undefined && isDict(meta) ? (meta as PlainDict) : undefined
  }

  /** dbt-core 1.11: hooks are found as `pre_hook` and `post_hook` only, not under the names with which they are published. */
  #find(config: PlainDict | undefined, key: Value): Value | undefined {
    if (config === undefined || typeof key !== 'string' || key === 'pre-hook' || key === 'post-hook') return undefined
    if (key === 'snapshot_table_column_names') return snapshotColumnNames(config)
    return dictGet(config, key === 'pre_hook' || key === 'post_hook' ? key.replace('_', '-') : key)
  }

  #get(config: PlainDict | undefined, key: Value, fallback: Value, validator: Value): Awaitable<Value> {
    const value = this.#find(config, key) ?? (this.#has(config, key) ? null : fallback)
    return fallback === null ? value : validated(validator, value)
  }

  #has(config: PlainDict | undefined, key: Value): boolean {
    return this.#find(config, key) !== undefined
  }

  #require(config: PlainDict | undefined, key: Value, validator: Value): Awaitable<Value> {
    const value = this.#find(config, key)
    if (value === undefined) {
      throw compilationError(
        'missing_config',
        `Model '${this.#uniqueId}' does not define a required config parameter '${toText(key)}'.`,
      )
    }
    return validated(validator, value)
  }

  #persistDocs(part: string): Value {
    const setting = this.#find(this.#config, 'persist_docs') ?? {}
    if (!isDict(setting)) {
      throw compilationError(
        'persist_docs_type',
        `Invalid value provided for 'persist_docs'. Expected dict but received <class '${typeName(setting)}'>`,
      )
    }
    const value = dictGet(setting, part)
    return value ?? false
  }
}

/**
 * dbt-core 1.11: what macros ask for as `snapshot_table_column_names` is computed from the config `snapshot_meta_column_names`:
 * names that it leaves out or empty are the usual ones. Undefined for nodes other than snapshots.
 */
function snapshotColumnNames(config: PlainDict): Value | undefined {
  const names = config['snapshot_meta_column_names']
  if (names === undefined || !isDict(names)) return undefined
  const all: PlainDict = {}
  for (const [key, name] of dictEntries(names)) {
    const usual = toText(key)
    all[usual] = name === null || name === '' ? usual : name
  }
  return all
}

/** Runs a validator (`validation.any[...]`), which throws when it is not content. */
function validated(validator: Value, value: Value): Awaitable<Value> {
  if (!(validator instanceof PyObject) || validator.pyCall === undefined) return value
  const outcome = validator.pyCall([value], new Map())
  return outcome instanceof Promise ? outcome.then(() => value) : value
}
