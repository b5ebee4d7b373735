import type { AdapterHost } from '../../adapter/adapter.ts'
import { Column, translateType } from '../../adapter/column.ts'
import { resultTable } from '../../adapter/result-table.ts'
import { toText } from '../../jinja/runtime/text.ts'
import { type PyFunction, tuple, Undefined, type Value } from '../../jinja/runtime/value.ts'
import { AdapterResponse } from '../statement-results.ts'
import { AdapterObject, MethodTable } from './adapter-object.ts'
import type { AdapterRuntime } from './adapter-runtime.ts'
import { addColumnMethods } from './column-methods.ts'
import { addRelationMethods } from './relation-methods.ts'
import { addSharedMethods, hardDeletes, hostOf, incrementalStrategyMacro, sharedValues } from './shared-methods.ts'

const isTrue = (value: Value | undefined): boolean =>
  value !== undefined &&
  value !== null &&
  value !== false &&
  value !== 0 &&
  value !== '' &&
  !(value instanceof Undefined)

/** `adapter` while running: every method that dbt-adapters 1.24 makes available to templates, and the adapter's own. */
export const makeRuntimeAdapter = (runtime: AdapterRuntime): AdapterObject =>
  new AdapterObject('RuntimeDatabaseWrapper', runtime, () => runtimeMethods(runtime), sharedValues(runtime))

function runtimeMethods(runtime: AdapterRuntime): ReadonlyMap<string, PyFunction> {
  const table = new MethodTable()
  addSharedMethods(table, runtime)
  addStatementMethods(table, runtime)
  addRelationMethods(table, runtime)
  addColumnMethods(table, runtime)
  table.add('get_incremental_strategy_macro', ['model_context', 'strategy'], (context, strategy) =>
    incrementalStrategyMacro(context!, strategy!, runtime),
  )
  table.add('get_hard_deletes_behavior', ['config'], (config) => hardDeletes(config!))
  for (const [name, { fn }] of Object.entries(runtime.adapter.templateMethods(adapterHost(runtime)))) {
    table.methods.set(name, fn)
  }
  return table.methods
}

/** What the adapter's own code gets of a running node. */
export function adapterHost(runtime: AdapterRuntime): AdapterHost {
  return hostOf(runtime, runtime.cache.shared, {
    connection: () => runtime.connection(),
    ensureTransaction: async () => {
      const connection = await runtime.connection()
      if (!connection.inTransaction) await connection.begin()
    },
    execute: async (sql, options = {}) => {
      const { response, rows, columns } = await runtime.executeSql(sql, {
        autoBegin: options.autoBegin ?? false,
        fetch: options.fetch ?? false,
        ...(options.input === undefined ? {} : { input: options.input }),
      })
      return {
        response,
        rows: [...rows],
        columns: columns.map((column) => column.name),
        types: columns.map((column) => column.type),
      }
    },
    executeMacro: (name, kwargs) => runtime.executeMacro(name, kwargs),
  })
}

function addStatementMethods(table: MethodTable, runtime: AdapterRuntime): void {
  const off = ['auto_begin', false] as const
  table.add('execute', ['sql', off, ['fetch', false], ['limit', null]], async (sql, autoBegin, fetch, limit) => {
    const outcome = await runtime.executeSql(toText(sql!), {
      autoBegin: isTrue(autoBegin),
      fetch: isTrue(fetch),
      ...(typeof limit === 'number' && limit > 0 ? { limit } : {}),
    })
    return tuple(new AdapterResponse(outcome.response), outcome.table)
  })
  const addQuery = ['sql', ['auto_begin', true], ['bindings', null], ['abridge_sql_log', false]] as const
  table.add('add_query', addQuery, async (sql, autoBegin, bindings, abridge) => {
    const outcome = await runtime.executeSql(toText(sql!), {
      autoBegin: isTrue(autoBegin),
      fetch: true,
      comment: false,
      abridge: isTrue(abridge),
      ...(Array.isArray(bindings) ? { bindings } : {}),
    })
    return tuple(null, outcome.table)
  })
  table.add('commit', [], async () => {
    await runtime.commit()
    return null
  })
  table.add('nice_connection_name', [], async () => (await runtime.connection()).name)
  table.add('run_sql_for_tests', ['sql', 'fetch', 'conn'], async (sql, fetch) => {
    const outcome = await runtime.executeSql(toText(sql!), { autoBegin: false, fetch: true, comment: false })
    const rows = outcome.rows.map((row) => tuple(...row))
    return fetch === 'one' ? (rows[0] ?? null) : fetch === 'all' ? rows : null
  })
  table.add('get_column_schema_from_query', ['sql'], async (sql) => await columnsOfQuery(toText(sql!), runtime))
  table.add('get_partitions_metadata', ['table'], () => resultTable([], [], false))
}

/** dbt-adapters: a result's type that has no name is worth a line, since contracts and columns show only its number. */
function noteUnknownType(type: string, runtime: AdapterRuntime): void {
  const code = /^unknown type_code (\d+)$/.exec(type)?.[1]
  if (code === undefined) return
  const text = `[WARNING]: The \`type_code\` ${code} was not recognized, which may affect error messages for enforced contracts: they show the number in place of a name.`
  runtime.debug('TypeCodeNotFound', 'E050', text)
}

/** Name and type of a query's columns; structs become one column per leaf where the adapter describes the query. */
async function columnsOfQuery(sql: string, runtime: AdapterRuntime): Promise<Value> {
  const { adapter } = runtime
  const { columnDialect: dialect, describeQuery } = adapter
  if (describeQuery === undefined) {
    const { columns } = await runtime.executeSql(sql, { autoBegin: false, fetch: true })
    for (const { type } of columns) noteUnknownType(type, runtime)
    return columns.map(({ name, type }) => new Column({ column: name, dtype: translateType(type, dialect) }, dialect))
  }
  const { rows } = await runtime.executeSql(describeQuery(sql), { autoBegin: false, fetch: true })
  return rows.flatMap(([name, type]) => new Column({ column: toText(name!), dtype: toText(type!) }, dialect).flatten())
}
