import type { Adapter } from '../../adapter/adapter.ts'
import { Table } from '../../adapter/table.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { PyFunction, tuple, type Value } from '../../jinja/runtime/value.ts'
import { AdapterObject, MethodTable } from './adapter-object.ts'
import type { AdapterOptions } from './adapter-runtime.ts'
import { addSharedMethods, hostOf, sharedValues } from './shared-methods.ts'

/** Methods that need the database, and what stands for them while parsing (dbt-adapters 1.24: `available.parse*`). */
const REPLACED: Readonly<Record<string, () => Value>> = {
  execute: () => tuple('', Table.empty()),
  get_partitions_metadata: () => tuple('', Table.empty()),
  add_query: () => tuple(null, null),
  get_column_schema_from_query: () => [],
  get_columns_in_relation: () => [],
  get_columns_in_table: () => [],
  get_missing_columns: () => [],
  check_schema_exists: () => false,
  already_exists: () => false,
  drop_relation: () => null,
  truncate_relation: () => null,
  rename_relation: () => null,
  get_relation: () => null,
  create_schema: () => null,
  drop_schema: () => null,
  expand_target_column_types: () => null,
  valid_snapshot_target: () => null,
  assert_valid_snapshot_target_given_strategy: () => null,
  get_incremental_strategy_macro: () => null,
  get_hard_deletes_behavior: () => null,
  list_relations_without_caching: () => [],
  list_relations: () => [],
  list_schemas: () => [],
  commit: () => null,
  run_sql_for_tests: () => null,
  cache_added: () => '',
  cache_dropped: () => '',
  cache_renamed: () => '',
  cache_dependents_moved: () => '',
  nice_connection_name: () => 'master',
}

/** What an adapter's own methods give may follow from any field of the profile. */
const noted = (fn: PyFunction, { reads }: AdapterOptions): PyFunction =>
  reads === undefined
    ? fn
    : new PyFunction(fn.name, (args, kwargs) => {
        reads.note('profile')
        return fn.pyCall(args, kwargs)
      })

const METHODS = new MethodTable<AdapterOptions>()
addSharedMethods(METHODS)

/** `adapter` while parsing: methods that would touch the database give an empty value of their kind. */
export function makeParseAdapter(options: AdapterOptions): AdapterObject {
  const noDatabase = (): never => {
    throw new QuernError('Internal', 'no_database_while_parsing', 'The database is not available while parsing', {
      hint: 'put the call inside {% if execute %}',
    })
  }
  let own: ReturnType<Adapter['templateMethods']> | undefined
  const find = (name: string): PyFunction | undefined => {
    const shared = METHODS.bind(name, options)
    if (shared !== undefined) return shared
    const replaced = Object.hasOwn(REPLACED, name) ? REPLACED[name] : undefined
    if (replaced !== undefined) return new PyFunction(name, replaced)
    own ??= options.adapter.templateMethods(
      hostOf(options, new Map(), {
        connection: noDatabase,
        ensureTransaction: noDatabase,
        execute: noDatabase,
        executeMacro: noDatabase,
      }),
    )
    const method = Object.hasOwn(own, name) ? own[name] : undefined
    if (method === undefined) return undefined
    return method.duringParse ? noted(method.fn, options) : new PyFunction(name, () => null)
  }
  return new AdapterObject('ParseDatabaseWrapper', options, find, sharedValues(options))
}
