import type { AdapterHost } from '../../adapter/adapter.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { getAttribute, getItem } from '../../jinja/runtime/access.ts'
import { repr, toText } from '../../jinja/runtime/text.ts'
import { typeName } from '../../jinja/runtime/type-name.ts'
import {
  dictEntries,
  dictGet,
  isDict,
  PyDict,
  PyFunction,
  PyObject,
  Undefined,
  type Value,
} from '../../jinja/runtime/value.ts'
import type { MethodTable } from './adapter-object.ts'
import type { AdapterOptions } from './adapter-runtime.ts'
import { modelConstraint, rawColumnConstraints } from './constraints.ts'
import { convertType } from './convert-type.ts'

/** Strategies that dbt knows by name: using one that the adapter has not is an error, whatever macros exist. */
const BUILTIN_STRATEGIES = ['append', 'delete+insert', 'merge', 'insert_overwrite']

/** A name that means itself without quotes, or one in quotes. */
const PLAIN_NAME = /^(?:[\p{L}_][\p{L}\p{N}_$]*|"(?:[^"]|"")+")$/u

/** The methods that need no database, the same while parsing and running. */
export function addSharedMethods<O extends AdapterOptions>(table: MethodTable<O>): void {
  const quote = (name: Value): string => `"${toText(name).replaceAll('"', '""')}"`

  table.add('type', [], ({ adapter }) => adapter.type)
  table.add(
    'dispatch',
    ['macro_name', ['macro_namespace', null], ['packages', null]],
    (options, name, namespace, packages) => {
      if (packages !== null) {
        throw new QuernError(
          'Compilation',
          'dispatch_packages',
          'The "packages" argument of adapter.dispatch() has been deprecated.\nUse the "macro_namespace" argument instead.',
        )
      }
      if (namespace !== null && typeof namespace !== 'string') {
        throw new QuernError(
          'Compilation',
          'dispatch_namespace',
          `In adapter.dispatch, got a ${typeName(namespace!)} macro_namespace argument ("${toText(namespace!)}"), but macro_namespace should be None or a string.`,
        )
      }
      return options.dispatch(toText(name!), namespace)
    },
  )
  // dbt-core 1.11 leaves quotes inside as they are; whoever names a column of a file so would end the name there, so our macros use quote_name
  table.add('quote', ['identifier'], (_, name) => `"${toText(name!)}"`)
  table.add('quote_name', ['identifier'], (_, name) => quote(name!))
  table.add('quote_as_configured', ['identifier', 'quote_key'], (options, name, key) => {
    const part = toText(key!)
    if (part !== 'database' && part !== 'schema' && part !== 'identifier') return name!
    return (options.relations.quoting[part] ?? options.adapter.defaultQuoting[part]) ? quote(name!) : name!
  })
  table.add('quote_seed_column', ['column', 'quote_config'], (_, column, config) => {
    if (config === true) return quote(column!)
    if (config === false) return unquotedName(column!)
    if (config === null || config instanceof Undefined) return quote(column!)
    throw new QuernError(
      'Compilation',
      'quote_columns_invalid',
      `The seed configuration value of "quote_columns" has an invalid type <class '${typeName(config!)}'>`,
      { hint: 'write true or false' },
    )
  })
  table.add('convert_type', ['agate_table', 'col_idx'], ({ adapter }, rows, index) =>
    convertType(rows!, index!, adapter),
  )
  table.alias('convert_agate_type', 'convert_type')
  table.add('standardize_grants_dict', ['grants_table'], (_, grants) => standardizeGrants(grants!))
  table.add('render_raw_columns_constraints', ['raw_columns'], (options, columns) =>
    rawColumnConstraints(columns!, options),
  )
  table.add('render_raw_model_constraints', ['raw_constraints'], (options, constraints) =>
    (Array.isArray(constraints) ? constraints : [])
      .map((constraint) => modelConstraint(constraint, options))
      .filter((text) => text !== null),
  )
  table.add('valid_incremental_strategies', [], ({ adapter }) => [...adapter.incrementalStrategies])
  table.add('build_catalog_relation', ['config'], (_, config) => catalogRelation(config!))
  table.add('get_catalog_integration', ['name'], (_, name) => missingCatalog(toText(name!)))
}

/**
 * A column's name of a seed as it stands in the file. Throws when it would be more than a name there: dbt-core 1.11 sends it to the database, which finds a syntax error in it,
 * or executes what it says.
 */
function unquotedName(column: Value): Value {
  if (PLAIN_NAME.test(toText(column))) return column
  throw new QuernError(
    'Compilation',
    'seed_name_needs_quotes',
    `syntax error: the column name ${repr(column)} cannot stand without quotes, as \`quote_columns: false\` wants it`,
    { hint: 'is the seed config `delimiter` the one of the file? Otherwise leave out `quote_columns`' },
  )
}

/** Attributes that are no methods. */
export const sharedValues =
  (options: AdapterOptions) =>
  (name: string): Value | undefined => {
    if (name === 'behavior') return new BehaviorFlags({ ...options.adapter.behaviorFlags, ...options.behavior })
    return name === 'config' ? adapterConfig(options) : undefined
  }

/** What the adapter's own methods get to work with. */
export function hostOf(
  options: AdapterOptions,
  shared: Map<string, unknown>,
  rest: Pick<AdapterHost, 'connection' | 'ensureTransaction' | 'execute' | 'executeMacro'>,
): AdapterHost {
  return {
    target: options.target,
    fields: options.fields ?? options.target,
    baseDir: options.baseDir ?? options.projectRoot,
    projectRoot: options.projectRoot,
    node: options.node ?? null,
    shared,
    warnOnce: (message) => {
      const key = `warned:${message}`
      if (shared.has(key)) return
      shared.set(key, true)
      options.warnAsAdapter?.(message)
    },
    ...rest,
  }
}

/** `adapter.behavior.<flag>`: true or false in a condition, `.no_warn` the same without a deprecation warning. */
class BehaviorFlags extends PyObject {
  readonly typeName = 'Behavior'
  readonly #flags: Readonly<Record<string, boolean>>
  constructor(flags: Readonly<Record<string, boolean>>) {
    super()
    this.#flags = flags
  }
  override getAttr(name: string): Value | undefined {
    const value = Object.hasOwn(this.#flags, name) ? this.#flags[name]! : undefined
    if (value === undefined) {
      throw new QuernError('Compilation', 'behavior_flag_unknown', `The flag ${name} has not be registered.`, {
        hint: `known flags: ${Object.keys(this.#flags).join(', ')}`,
      })
    }
    return new BehaviorFlag(name, value)
  }
}
class BehaviorFlag extends PyObject {
  readonly typeName = 'BehaviorFlagRendered'
  readonly #name: string
  readonly #value: boolean
  constructor(name: string, value: boolean) {
    super()
    this.#name = name
    this.#value = value
  }
  override getAttr(name: string): Value | undefined {
    return name === 'setting' || name === 'no_warn' ? this.#value : name === 'name' ? this.#name : undefined
  }
  override pyBool(): boolean {
    return this.#value
  }
  override pyRepr(): string {
    return this.#value ? 'True' : 'False'
  }
}

/** `adapter.config`: what packages read of it. Secrets are not among it. */
function adapterConfig(options: AdapterOptions): Value {
  const { target, relations } = options
  options.reads?.note('target', '*')
  return {
    project_name: options.projectName ?? null,
    project_root: options.projectRoot,
    profile_name: target.profile_name ?? null,
    target_name: target.target_name ?? null,
    threads: target.threads ?? null,
    quoting: { ...options.adapter.defaultQuoting, ...relations.quoting },
    credentials: { ...target },
  }
}

/** `{privilege: [grantees]}` from the rows of `show grants`. */
function standardizeGrants(table: Value): Value {
  const grants = new PyDict()
  const rows: Iterable<Value> = table instanceof PyObject ? (table.pyIter?.() ?? []) : Array.isArray(table) ? table : []
  for (const row of rows) {
    const privilege = getItem(row, 'privilege_type')
    const grantee = getItem(row, 'grantee')
    const known = grants.get(privilege)
    if (Array.isArray(known)) known.push(grantee)
    else grants.set(privilege, [grantee])
  }
  return grants
}

/** The snapshot's `hard_deletes`, or what the older `invalidate_hard_deletes` means. */
export function hardDeletes(config: Value): Value {
  const get = (key: string): Value => {
    const getter = getAttribute(config, 'get')
    const found = isDict(config)
      ? dictGet(config, key)
      : getter instanceof PyFunction
        ? getter.pyCall([key, null], new Map())
        : null
    return found === undefined || found instanceof Undefined || found instanceof Promise ? null : found
  }
  const [legacy, chosen] = [get('invalidate_hard_deletes'), get('hard_deletes')]
  const fail = (message: string, hint: string): never => {
    throw new QuernError('Runtime', 'hard_deletes_invalid', message, { hint })
  }
  if (legacy !== null && chosen !== null) {
    return fail(
      'You cannot set both the invalidate_hard_deletes and hard_deletes config properties on the same snapshot.',
      'keep `hard_deletes`',
    )
  }
  if ((legacy !== null && legacy !== false) || chosen === 'invalidate') return 'invalidate'
  if (chosen === 'new_record') return 'new_record'
  if (chosen === null || chosen === 'ignore') return 'ignore'
  return fail('Invalid setting for property hard_deletes.', `got ${repr(chosen)}; use ignore, invalidate or new_record`)
}

/** The macro of an incremental strategy, from the names that the model's templates have. Throws when there is none. */
export function incrementalStrategyMacro(context: Value, strategy: Value, options: AdapterOptions): Value {
  const name = strategy === null || strategy instanceof Undefined ? 'default' : toText(strategy)
  const builtin = options.behavior.require_batched_execution_for_custom_microbatch_strategy
    ? BUILTIN_STRATEGIES
    : [...BUILTIN_STRATEGIES, 'microbatch']
  const valid = options.adapter.incrementalStrategies
  if (builtin.includes(name) && !valid.includes(name)) {
    throw new QuernError(
      'Runtime',
      'incremental_strategy_invalid',
      `The incremental strategy '${name}' is not valid for this adapter`,
      {
        hint: `${options.adapter.type} has: ${valid.join(', ')}`,
      },
    )
  }
  const macroName = `get_incremental_${name.replaceAll('+', '_')}_sql`
  const macro = isDict(context)
    ? dictGet(context, macroName)
    : context instanceof PyObject
      ? context.getItem?.(macroName)
      : undefined
  if (macro === undefined || macro === null || macro instanceof Undefined) {
    throw new QuernError(
      'Runtime',
      'incremental_strategy_missing',
      `dbt could not find an incremental strategy macro with the name "${macroName}" in ${options.projectName ?? 'the project'}`,
      { hint: `define the macro, or use one of: ${valid.join(', ')}` },
    )
  }
  return macro
}

/** Catalogs (Iceberg and the like) belong to warehouses that quern's adapters are not: a model that names one cannot be built. */
function catalogRelation(model: Value): Value {
  const config = isDict(model) ? (dictGet(model, 'config') ?? null) : getAttribute(model, 'config')
  if (!isDict(config)) return null
  for (const [key, value] of dictEntries(config)) {
    if ((key === 'catalog_name' || key === 'catalog') && value !== null && value !== '')
      return missingCatalog(toText(value))
  }
  return null
}

function missingCatalog(name: string): never {
  throw new QuernError('Runtime', 'catalog_missing', `Catalog not found. Received: ${name}. Expected one of: `, {
    hint: 'this adapter has no catalog integrations: leave `catalog_name` out of the config',
  })
}
