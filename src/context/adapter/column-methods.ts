import { Column, stringType } from '../../adapter/column.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { toText } from '../../jinja/runtime/text.ts'
import { dictGet, isDict, Undefined, type Value } from '../../jinja/runtime/value.ts'
import { type Relation, relation } from '../../manifest/relation.ts'
import type { MethodTable } from './adapter-object.ts'
import type { AdapterRuntime } from './adapter-runtime.ts'
import { deprecatedMethod, expectRelation } from './relation-methods.ts'

/** Methods about columns of relations. */
export function addColumnMethods(table: MethodTable<AdapterRuntime>): void {
  table.add('get_columns_in_relation', ['relation'], (runtime, target) => columnsIn(runtime, target!))
  table.add('get_columns_in_table', ['schema', 'identifier'], async (runtime, schema, identifier) => {
    runtime.warn?.(deprecatedMethod('get_columns_in_table', 'get_columns_in_relation'))
    const target = relation({
      database: toText(runtime.target.database ?? null),
      schema: toText(schema!),
      identifier: toText(identifier!),
      quotePolicy: runtime.relations.quoting,
      dialect: runtime.relations.dialect,
    })
    return await columnsIn(runtime, target)
  })
  table.add('get_missing_columns', ['from_relation', 'to_relation'], async (runtime, from, to) => {
    const source = await columnsByName(runtime, expectRelation(runtime, from, 'get_missing_columns', 'from_relation'))
    const target = await columnsByName(runtime, expectRelation(runtime, to, 'get_missing_columns', 'to_relation'))
    return [...source].filter(([name]) => !target.has(name)).map(([, column]) => column)
  })
  table.add('expand_target_column_types', ['from_relation', 'to_relation'], async (runtime, from, to) => {
    const source = expectRelation(runtime, from, 'expand_target_column_types', 'from_relation')
    const target = expectRelation(runtime, to, 'expand_target_column_types', 'to_relation')
    if (runtime.adapter.widensColumns) await widenColumns(runtime, source, target)
    return null
  })
  table.add('valid_snapshot_target', ['relation', ['column_names', null]], async (runtime, target, names) => {
    await checkSnapshot(runtime, expectRelation(runtime, target, 'valid_snapshot_target', 'relation'), names!, [
      'dbt_scd_id',
      'dbt_valid_from',
      'dbt_valid_to',
    ])
    return null
  })
  table.add(
    'assert_valid_snapshot_target_given_strategy',
    ['relation', 'column_names', 'strategy'],
    async (runtime, target, names, strategy) => {
      const checked = expectRelation(runtime, target, 'valid_snapshot_target', 'relation')
      const hardDeletes = isDict(strategy!) ? dictGet(strategy, 'hard_deletes') : undefined
      const extra = hardDeletes === 'new_record' ? ['dbt_is_deleted'] : []
      await checkSnapshot(runtime, checked, names!, ['dbt_scd_id', 'dbt_valid_from', 'dbt_valid_to', ...extra])
      return null
    },
  )
}

/** The columns of a relation, through the macro; none where the adapter says that the relation is missing. */
async function columnsIn(runtime: AdapterRuntime, target: Value): Promise<Value> {
  try {
    return await runtime.executeMacro('get_columns_in_relation', { relation: target })
  } catch (error) {
    if (error instanceof QuernError && runtime.adapter.isMissingRelation?.(error)) return []
    throw error
  }
}

async function columnsByName(runtime: AdapterRuntime, target: Relation): Promise<Map<string, Column>> {
  const columns = await columnsIn(runtime, target)
  const list = Array.isArray(columns) ? columns : []
  return new Map(list.filter((column) => column instanceof Column).map((column) => [column.column, column]))
}

/** Widens the text columns of `target` that are too narrow for those of `source`. */
async function widenColumns(runtime: AdapterRuntime, source: Relation, target: Relation): Promise<void> {
  const wanted = await columnsByName(runtime, source)
  const existing = await columnsByName(runtime, target)
  for (const [name, column] of wanted) {
    const current = existing.get(name)
    if (current === undefined || !current.canExpandTo(column)) continue
    await runtime.executeMacro('alter_column_type', {
      relation: target,
      column_name: name,
      new_column_type: stringType(column.stringSize()),
    })
  }
}

/** Throws when a snapshot's table lacks one of its own columns. `names`: the names that the project gave them. */
async function checkSnapshot(
  runtime: AdapterRuntime,
  target: Relation,
  names: Value,
  required: readonly string[],
): Promise<void> {
  const present = new Set([...(await columnsByName(runtime, target)).keys()].map((name) => name.toLowerCase()))
  const missing: string[] = []
  for (const column of required) {
    const given = isDict(names) ? dictGet(names, column) : column
    if (given === undefined || given === null || given instanceof Undefined || given === '') continue
    if (!present.has(toText(given).toLowerCase())) missing.push(toText(given))
  }
  if (missing.length === 0) return
  throw new QuernError(
    'Compilation',
    'snapshot_target_incomplete',
    `Snapshot target is missing configured columns (missing "${missing.join('", "')}"). See https://docs.getdbt.com/docs/build/snapshots#snapshot-meta-fields for more information.`,
    { hint: `add the columns to ${target.pyStr()}, or drop it so that the snapshot starts anew` },
  )
}
