import { UnreadableSql } from '../../../src/lineage/sql-reader.ts'
import type { Cte, Expression, Query, Select, SetOperation } from '../../../src/lineage/sql-tree.ts'
import { selectItem, sortKeys, window } from './expressions.ts'
import { fromItem } from './from-items.ts'
import {
  asFields,
  asList,
  asText,
  expressions,
  type Fields,
  maybeFields,
  maybeText,
  optional,
  type Reading,
  strings,
  unwrapped,
} from './nodes.ts'

/** The fields of a `SelectStmt`. */
export function query(reading: Reading, select: Fields): Query {
  const clause = asFields(select['withClause'])
  return {
    ctes: asList(clause['ctes']).map((one) => cte(reading, unwrapped(one)[1], clause['recursive'] === true)),
    body: asText(select['op']) === 'SETOP_NONE' ? plain(reading, select) : setOperation(reading, select),
    orderBy: sortKeys(reading, select['sortClause']),
    limits: [...optional(reading, select['limitCount']), ...optional(reading, select['limitOffset'])],
  }
}

function cte(reading: Reading, fields: Fields, recursive: boolean): Cte {
  const [kind, inner] = unwrapped(fields['ctequery'])
  const at = reading.place(fields)
  if (kind !== 'SelectStmt') throw new UnreadableSql(`the CTE ${asText(fields['ctename'])} changes data`, at)
  const cycle = asFields(fields['cycle_clause'])
  const added = [
    asFields(fields['search_clause'])['search_seq_column'],
    cycle['cycle_mark_column'],
    cycle['cycle_path_column'],
  ]
  return {
    name: asText(fields['ctename']),
    columns: strings(fields['aliascolnames']),
    query: reading.query(inner),
    recursive,
    added: added.flatMap((one) => maybeText(one) ?? []),
    at,
  }
}

function setOperation(reading: Reading, select: Fields): SetOperation {
  const operators = { SETOP_UNION: 'union', SETOP_EXCEPT: 'except', SETOP_INTERSECT: 'intersect' } as const
  const op = asText(select['op'])
  if (!Object.hasOwn(operators, op)) throw new UnreadableSql(`the set operation ${op} is not known`)
  return {
    kind: 'set',
    operator: operators[op as keyof typeof operators],
    byName: false,
    left: reading.query(asFields(select['larg'])),
    right: reading.query(asFields(select['rarg'])),
    at: undefined,
  }
}

function plain(reading: Reading, select: Fields): Select {
  if (select['intoClause'] !== undefined) throw new UnreadableSql('select into makes a table')
  const one = (value: unknown): Expression | undefined =>
    maybeFields(value) === undefined ? undefined : reading.expression(value)
  const common = {
    kind: 'select',
    qualify: undefined,
    at: undefined,
    where: one(select['whereClause']),
    having: one(select['havingClause']),
    groupBy: asList(select['groupClause']).flatMap((each) => grouped(reading, each)),
    distinctOn: asList(select['distinctClause']).flatMap((each) =>
      unwrapped(each)[0] === '' ? [] : reading.expression(each),
    ),
    windows: asList(select['windowClause']).map((each) => {
      const [, fields] = unwrapped(each)
      return window(reading, fields, maybeText(fields['refname']))
    }),
  } as const
  const rows = asList(select['valuesLists']).map((each) => expressions(reading, unwrapped(each)[1]['items']))
  if (rows.length === 0)
    return {
      ...common,
      items: asList(select['targetList']).map((each) => selectItem(reading, each)),
      from: asList(select['fromClause']).map((each) => fromItem(reading, each)),
    }
  const names = (rows[0] ?? []).map((_, i) => `column${i + 1}`)
  return {
    ...common,
    items: [{ expression: EVERYTHING, alias: undefined, name: '' }],
    from: [{ kind: 'values', rows, names, alias: undefined, columnAliases: [], at: undefined }],
  }
}

const EVERYTHING: Expression = {
  kind: 'star',
  qualifier: [],
  columns: false,
  exclude: [],
  replace: [],
  rename: [],
  only: undefined,
  at: undefined,
}

/** What `group by` names, within grouping sets too. */
function grouped(reading: Reading, node: unknown): Expression[] {
  const [kind, fields] = unwrapped(node)
  if (kind === 'GroupingSet') return asList(fields['content']).flatMap((one) => grouped(reading, one))
  if (kind === 'RowExpr') return asList(fields['args']).flatMap((one) => grouped(reading, one))
  return [reading.expression(node)]
}
