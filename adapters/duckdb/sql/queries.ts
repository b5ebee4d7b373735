import { UnreadableSql } from '../../../src/lineage/sql-reader.ts'
import type {
  Cte,
  Expression,
  FromItem,
  FunctionTable,
  Join,
  Pivot,
  Query,
  Select,
  SetOperation,
  Star,
  Unpivot,
} from '../../../src/lineage/sql-tree.ts'
import { selectItem } from './expressions.ts'
import { asNode, asNodes, asText, asTexts, maybeNode, maybeText, type Reading, type Serialised } from './serialised.ts'
import { tableFunctionColumns } from './table-functions.ts'

/** A query node of the serialised tree. Throws an `UnreadableSql` for kinds that this version does not know. */
export function query(reading: Reading, node: Serialised): Query {
  const modifiers = asNodes(node['modifiers'])
  const limits = modifiers.flatMap((one) => [maybeNode(one['limit']), maybeNode(one['offset'])])
  const distinctOn = modifiers.flatMap((one) => asNodes(one['distinct_on_targets']))
  return {
    ctes: asNodes(asNode(node['cte_map'])['map']).map((entry) => cte(reading, entry)),
    body: body(
      reading,
      node,
      distinctOn.map((one) => reading.expression(one)),
    ),
    orderBy: modifiers.flatMap(({ orders }) =>
      asNodes(orders).map((order) => reading.expression(asNode(order['expression']))),
    ),
    limits: limits.flatMap((one) => (one === undefined ? [] : reading.expression(one))),
  }
}

function cte(reading: Reading, { key, value }: Serialised): Cte {
  const given = asNode(value)
  const inner = asNode(asNode(given['query'])['node'])
  return {
    name: asText(key),
    columns: asTexts(given['aliases']),
    query: reading.query(inner),
    recursive: inner['type'] === 'RECURSIVE_CTE_NODE',
    added: [],
    at: undefined,
  }
}

function body(reading: Reading, node: Serialised, distinctOn: readonly Expression[]): Select | SetOperation {
  switch (node['type']) {
    case 'SELECT_NODE':
      return select(reading, node, distinctOn)
    case 'SET_OPERATION_NODE':
      return setOperation(reading, node, asText(node['setop_type']))
    case 'RECURSIVE_CTE_NODE':
      return setOperation(reading, node, 'UNION')
    default:
      throw new UnreadableSql(`the query ${asText(node['type'])} is not known`)
  }
}

function setOperation(reading: Reading, node: Serialised, type: string): SetOperation {
  const operators = { UNION: 'union', UNION_BY_NAME: 'union', EXCEPT: 'except', INTERSECT: 'intersect' } as const
  const operator = Object.hasOwn(operators, type) ? operators[type as keyof typeof operators] : undefined
  if (operator === undefined) throw new UnreadableSql(`the set operation ${type} is not known`)
  return {
    kind: 'set',
    operator,
    byName: type === 'UNION_BY_NAME',
    left: reading.query(asNode(node['left'])),
    right: reading.query(asNode(node['right'])),
    at: undefined,
  }
}

function select(reading: Reading, node: Serialised, distinctOn: readonly Expression[]): Select {
  const optional = (value: unknown): Expression | undefined => {
    const given = maybeNode(value)
    return given === undefined ? undefined : reading.expression(given)
  }
  const from = asNode(node['from_table'])
  const groups = asNodes(node['group_expressions']).map((one) => reading.expression(one))
  return {
    kind: 'select',
    items: asNodes(node['select_list']).map((one) => selectItem(reading, one)),
    from: from['type'] === 'EMPTY' ? [] : [fromItem(reading, from)],
    where: optional(node['where_clause']),
    groupBy: node['aggregate_handling'] === 'FORCE_AGGREGATES' ? 'all' : groups,
    having: optional(node['having']),
    qualify: optional(node['qualify']),
    distinctOn,
    windows: [],
    at: undefined,
  }
}

function fromItem(reading: Reading, node: Serialised): FromItem {
  const common = {
    alias: maybeText(node['alias']),
    columnAliases: asTexts(node['column_name_alias']),
    at: reading.place(node),
  }
  switch (node['type']) {
    case 'BASE_TABLE':
      return {
        kind: 'table',
        path: [node['catalog_name'], node['schema_name'], node['table_name']].map(asText).filter((part) => part !== ''),
        ...common,
      }
    case 'SUBQUERY':
      return {
        kind: 'derived',
        query: reading.query(asNode(asNode(node['subquery'])['node'])),
        lateral: true,
        ...common,
      }
    case 'TABLE_FUNCTION':
      return tableFunction(reading, node, common)
    case 'EXPRESSION_LIST': {
      const rows = Array.isArray(node['values']) ? node['values'].map(asNodes) : []
      const names = (rows[0] ?? []).map((_, i) => `col${i}`)
      return { kind: 'values', rows: rows.map((row) => row.map((one) => reading.expression(one))), names, ...common }
    }
    case 'JOIN':
      return join(reading, node, common)
    case 'PIVOT':
      return asTexts(node['unpivot_names']).length > 0 ? unpivot(reading, node, common) : pivot(reading, node, common)
    case 'SHOW_REF': {
      const columns = node['show_type'] === 'SUMMARY' ? SUMMARY : DESCRIPTION
      const shown = columns.map((name) => ({ name }))
      return { kind: 'function', name: 'describe', path: [], args: [], columns: shown, key: '', ...common }
    }
    default:
      throw new UnreadableSql(`the table ${asText(node['type'])} is not known`, common.at)
  }
}

type Common = Pick<FromItem, 'alias' | 'columnAliases' | 'at'>

const DESCRIPTION = ['column_name', 'column_type', 'null', 'key', 'default', 'extra']
const SUMMARY = ['column_name', 'column_type', 'min', 'max', 'approx_unique', 'avg', 'std'].concat([
  'q25', 'q50', 'q75', 'count', 'null_percentage',
]) // biome-ignore format: one list

function tableFunction(reading: Reading, node: Serialised, common: Common): FunctionTable {
  const called = asNode(node['function'])
  const name = asText(called['function_name']).toLowerCase()
  const ordinality = node['with_ordinality'] === 'WITH_ORDINALITY' ? ['ordinality'] : []
  const columns = tableFunctionColumns(name)
  return {
    kind: 'function',
    name,
    path: [called['catalog'], called['schema'], called['function_name']].map(asText).filter((part) => part !== ''),
    args: asNodes(called['children']).map((one) => reading.expression(one)),
    columns: columns === undefined ? undefined : [...columns, ...ordinality].map((column) => ({ name: column })),
    key: callKey(called),
    ...common,
  }
}

/** A call without the places in the text. */
export const callKey = (called: Serialised): string =>
  JSON.stringify(called, (key, value: unknown) => (key === 'query_location' || key === 'alias' ? undefined : value))

function join(reading: Reading, node: Serialised, common: Common): Join {
  const on = maybeNode(node['condition'])
  const types = { INNER: 'inner', LEFT: 'left', RIGHT: 'right', FULL: 'full', SEMI: 'semi', ANTI: 'anti' } as const
  const type = asText(node['join_type'])
  if (!Object.hasOwn(types, type)) throw new UnreadableSql(`the join ${type} is not known`, common.at)
  return {
    kind: 'join',
    type: types[type as keyof typeof types],
    left: fromItem(reading, asNode(node['left'])),
    right: fromItem(reading, asNode(node['right'])),
    natural: node['ref_type'] === 'NATURAL',
    using: asTexts(node['using_columns']),
    usingAlias: undefined,
    on: on === undefined ? undefined : reading.expression(on),
    ...common,
  }
}

function pivot(reading: Reading, node: Serialised, common: Common): Pivot {
  const pivots = asNodes(node['pivots'])
  let valueNames: string[] = []
  for (const [i, one] of pivots.entries()) {
    if (asText(one['pivot_enum']) !== '' || one['subquery'] != null)
      throw new UnreadableSql('the columns of this pivot depend on data', common.at)
    const names = asNodes(one['entries']).map(entryName)
    valueNames = i === 0 ? names : valueNames.flatMap((before) => names.map((name) => `${before}_${name}`))
  }
  return {
    kind: 'pivot',
    source: fromItem(reading, asNode(node['source'])),
    aggregates: asNodes(node['aggregates']).map((one) => selectItem(reading, one)),
    on: pivots.flatMap((one) => asNodes(one['pivot_expressions']).map((each) => reading.expression(each))),
    valueNames,
    groups: asTexts(node['groups']),
    ...common,
  }
}

const entryName = (entry: Serialised): string =>
  maybeText(entry['alias']) ??
  asNodes(entry['values'])
    .map((value) => (value['is_null'] === true ? 'NULL' : String(value['value'])))
    .join('_')

function unpivot(reading: Reading, node: Serialised, common: Common): Unpivot {
  const [turned] = asNodes(node['pivots'])
  return {
    kind: 'unpivot',
    source: fromItem(reading, asNode(node['source'])),
    nameColumn: asTexts(turned?.['unpivot_names'])[0] ?? 'name',
    valueColumns: asTexts(node['unpivot_names']),
    columns: asNodes(turned?.['entries']).flatMap((entry): readonly (string | Star)[] => {
      const star = maybeNode(entry['star_expr'])
      const read = star === undefined ? undefined : reading.expression(star)
      if (read?.kind === 'star') return [read]
      return asNodes(entry['values']).map(({ value }) => asText(value))
    }),
    ...common,
  }
}
