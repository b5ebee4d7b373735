import { UnreadableSql } from '../../../src/lineage/sql-reader.ts'
import type { FromItem, FunctionTable, Join } from '../../../src/lineage/sql-tree.ts'
import { valueFunctionName } from './column-name.ts'
import { within } from './expressions.ts'
import { rowNames } from './functions.ts'
import {
  asFields,
  asList,
  asText,
  type Fields,
  maybeFields,
  maybeText,
  type Reading,
  strings,
  unwrapped,
} from './nodes.ts'
import { typeText } from './type-text.ts'

type Column = NonNullable<FunctionTable['columns']>[number]

/** An item of a `from` clause. Throws an `UnreadableSql` for kinds that this version does not know. */
export function fromItem(reading: Reading, node: unknown): FromItem {
  const [kind, fields] = unwrapped(node)
  const alias = asFields(fields['alias'])
  const common = {
    alias: maybeText(alias['aliasname']),
    columnAliases: strings(alias['colnames']),
    at: reading.place(fields),
  }
  switch (kind) {
    case 'RangeVar':
      return {
        kind: 'table',
        path: [fields['catalogname'], fields['schemaname'], fields['relname']]
          .map(asText)
          .filter((part) => part !== ''),
        ...common,
      }
    case 'RangeSubselect':
      return {
        kind: 'derived',
        query: reading.query(unwrapped(fields['subquery'])[1]),
        lateral: fields['lateral'] === true,
        ...common,
      }
    case 'RangeFunction':
      return rangeFunction(reading, fields, common)
    case 'RangeTableSample':
      return fromItem(reading, fields['relation'])
    case 'JoinExpr':
      return join(reading, fields, common)
    case 'RangeTableFunc': {
      const columns = asList(fields['columns']).map((one) => column(unwrapped(one)[1]))
      const args = within(reading, [fields['docexpr'], fields['rowexpr'], fields['namespaces']])
      return { kind: 'function', name: 'xmltable', path: [], args, columns, key: '', ...common }
    }
    case 'JsonTable': {
      const columns = jsonColumns(fields['columns'])
      const args = within(reading, [fields['context_item'], fields['passing']])
      return { kind: 'function', name: 'json_table', path: [], args, columns, key: '', ...common }
    }
    default:
      throw new UnreadableSql(`the table ${kind} is not known`, common.at)
  }
}

type Common = Pick<FromItem, 'alias' | 'columnAliases' | 'at'>

/** A column with its type, of a definition list: `as x(a int)`. */
function column(fields: Fields): Column {
  const type = maybeFields(fields['typeName'])
  const name = asText(fields['colname'] ?? fields['name'])
  return type === undefined ? { name } : { name, type: typeText(type) }
}

function jsonColumns(value: unknown): Column[] {
  return asList(value).flatMap((one) => {
    const [, fields] = unwrapped(one)
    return fields['coltype'] === 'JTC_NESTED' ? jsonColumns(fields['columns']) : [column(fields)]
  })
}

function rangeFunction(reading: Reading, fields: Fields, common: Common): FunctionTable {
  const calls = asList(fields['functions']).map((one) => asList(unwrapped(one)[1]['items']))
  const single = calls.length === 1 ? common.alias : undefined
  const definitions = asList(fields['coldeflist'])
  const columns = calls.map(([called, own]): readonly Column[] | undefined => {
    const given = definitions.length > 0 ? definitions : asList(unwrapped(own)[1]['items'])
    if (given.length > 0) return given.map((each) => column(unwrapped(each)[1]))
    return rowNames(calledName(called), asList(unwrapped(called)[1]['args']).length, single)?.map((name) => ({ name }))
  })
  const known = columns.every((one) => one !== undefined) ? columns.flat() : undefined
  const ordinality = fields['ordinality'] === true ? [{ name: 'ordinality', type: 'bigint' }] : []
  return {
    kind: 'function',
    name: calledName(calls[0]?.[0]),
    path: strings(unwrapped(calls[0]?.[0])[1]['funcname']),
    args: calls.map(([called]) => reading.expression(called)),
    columns: known === undefined ? undefined : [...known, ...ordinality],
    key: '',
    ...common,
  }
}

function calledName(node: unknown): string {
  const [kind, fields] = unwrapped(node)
  return kind === 'SQLValueFunction'
    ? valueFunctionName(asText(fields['op']))
    : (strings(fields['funcname']).at(-1) ?? '')
}

function join(reading: Reading, fields: Fields, common: Common): Join {
  const types = { JOIN_INNER: 'inner', JOIN_LEFT: 'left', JOIN_RIGHT: 'right', JOIN_FULL: 'full' } as const
  const type = asText(fields['jointype'])
  if (!Object.hasOwn(types, type)) throw new UnreadableSql(`the join ${type} is not known`, common.at)
  const on = maybeFields(fields['quals'])
  return {
    kind: 'join',
    type: types[type as keyof typeof types],
    left: fromItem(reading, fields['larg']),
    right: fromItem(reading, fields['rarg']),
    natural: fields['isNatural'] === true,
    using: strings(fields['usingClause']),
    usingAlias: maybeText(asFields(fields['join_using_alias'])['aliasname']),
    on: on === undefined ? undefined : reading.expression(on),
    ...common,
  }
}
