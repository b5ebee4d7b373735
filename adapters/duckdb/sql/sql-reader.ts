import type { DuckDBConnection } from '@duckdb/node-api'
import { byteOffsets } from '../../../src/lineage/byte-offsets.ts'
import { type NameRules, type SqlReader, UnreadableSql } from '../../../src/lineage/sql-reader.ts'
import type { Query } from '../../../src/lineage/sql-tree.ts'
import type { Clash, Meeting, TypeFamily } from '../../../src/lineage/types.ts'
import { loadModule } from '../load-module.ts'
import { expression } from './expressions.ts'
import { query } from './queries.ts'
import { asNode, asNodes, asText, type Reading, type Serialised } from './serialised.ts'

/** DuckDB's own parser, in a database in memory that holds nothing. Its positions are those of expressions and tables. */
export async function duckdbReader(): Promise<SqlReader> {
  const instance = await loadModule().DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const aggregates = new Set(
    await texts(connection, "select distinct function_name from duckdb_functions() where function_type = 'aggregate'"),
  )
  return {
    rules,
    read: (sql) => read(connection, aggregates, sql),
    close: () => {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

async function texts(connection: DuckDBConnection, sql: string, binding?: string): Promise<string[]> {
  const result = await connection.runAndReadAll(sql, binding === undefined ? [] : [binding])
  return result.getRows().map(([first]) => String(first))
}

/** What DuckDB writes where there is no position; as a number it would not be exact. */
const NOWHERE = /"query_location":18446744073709551615/g

async function read(connection: DuckDBConnection, aggregates: ReadonlySet<string>, sql: string): Promise<Query> {
  const [text = '{}'] = await texts(connection, 'select json_serialize_sql($1::varchar)', sql)
  const serialised = asNode(JSON.parse(text.replace(NOWHERE, '"query_location":0')))
  if (serialised['error'] === true) throw refused(sql, serialised)
  const [statement, more] = asNodes(serialised['statements'])
  if (statement === undefined) throw new UnreadableSql('there is no query')
  if (more !== undefined) throw new UnreadableSql('there is more than one statement')
  const root = asNode(statement['node'])
  const offset = byteOffsets(sql)
  const reading: Reading = {
    names: await itemNames(connection, root),
    aggregates,
    place: ({ query_location: bytes }) => (typeof bytes === 'number' && bytes > 0 ? offset(bytes) : undefined),
    query: (node) => query(reading, node),
    expression: (node) => expression(reading, node),
  }
  return reading.query(root)
}

function refused(sql: string, { error_message, error_type, position }: Serialised): UnreadableSql {
  if (error_type === 'not implemented')
    return new UnreadableSql(
      'DuckDB gives the structure of plain queries only: not of statements such as a PIVOT whose values come from data',
    )
  const at = Number(position)
  return new UnreadableSql(asText(error_message), Number.isNaN(at) ? undefined : byteOffsets(sql)(at))
}

/**
 * What DuckDB calls expressions in select lists that have no name: their text as DuckDB writes it. All of a query are asked for at once.
 */
async function itemNames(connection: DuckDBConnection, root: Serialised): Promise<ReadonlyMap<Serialised, string>> {
  const nameless: Serialised[] = []
  collect(root, nameless)
  if (nameless.length === 0) return new Map()
  const statements = nameless.map((one) => ({
    error: false,
    statements: [{ node: { ...EMPTY_SELECT, select_list: [one] }, named_param_map: [] }],
  }))
  const names = await texts(
    connection,
    `select json_deserialize_sql(one) from (select unnest(from_json($1::json, '["JSON"]')) as one)`,
    JSON.stringify(statements),
  )
  return new Map(nameless.map((one, i) => [one, (names[i] ?? '').replace(/^SELECT /, '')]))
}

const EMPTY_SELECT = {
  type: 'SELECT_NODE',
  modifiers: [],
  cte_map: { map: [] },
  from_table: { type: 'EMPTY', alias: '', sample: null, query_location: 0 },
  where_clause: null,
  group_expressions: [],
  group_sets: [],
  aggregate_handling: 'STANDARD_HANDLING',
  having: null,
  sample: null,
  qualify: null,
}

function collect(value: unknown, found: Serialised[]): void {
  if (Array.isArray(value)) for (const one of value) collect(one, found)
  else if (typeof value === 'object' && value !== null) {
    const node = value as Serialised
    for (const key of ['select_list', 'aggregates'])
      for (const item of asNodes(node[key]))
        if (item['alias'] === '' && item['class'] !== 'COLUMN_REF' && item['class'] !== 'STAR') found.push(item)
    for (const one of Object.values(node)) collect(one, found)
  }
}

/** Names are case-insensitive, quoted or not; what a select list names is known all over the select. */
const rules: NameRules = {
  normalise: (name) => name.toLowerCase(),
  unquoted: (name) => name,
  sharedColumnsFirst: false,
  aliasesEverywhere: true,
  dottedFields: true,
  hiddenColumns: new Set(['rowid']),
  bareFunctions: new Set([
    'current_catalog', 'current_date', 'current_role', 'current_schema', 'current_time', 'current_timestamp', 'current_user', 'localtime',
    'localtimestamp', 'session_user', 'user',
  ]), // biome-ignore format: one list
  tableNames: numbered,
  types: { boolean: 'BOOLEAN', clash },
}

/**
 * DuckDB 1.5 makes numbers of text, and text of anything in a set operation, when it has to; other types it does not compare, except numbers with
 * conditions.
 */
function clash(left: TypeFamily, right: TypeFamily, meeting: Meeting): Clash | undefined {
  const pair = new Set([left, right])
  if (pair.has('date') && pair.has('timestamp')) return undefined
  if (pair.has('number') && pair.has('boolean')) return undefined
  return meeting === 'set' || pair.has('text') ? 'converted' : 'refused'
}

/** DuckDB numbers names that come again: `a`, `a_1`; what is taken already is passed over. */
function numbered(names: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return names.map((name) => {
    const low = name.toLowerCase()
    const count = seen.get(low)
    if (count === undefined) {
      seen.set(low, 1)
      return name
    }
    let next = count
    while (seen.has(`${low}_${next}`)) next++
    seen.set(low, next + 1)
    seen.set(`${low}_${next}`, 1)
    return `${name}_${next}`
  })
}
