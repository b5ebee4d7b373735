import { UnreadableSql } from '../../../src/lineage/sql-reader.ts'
import type { Expression, Operation, SelectItem, Window } from '../../../src/lineage/sql-tree.ts'
import { columnName } from './column-name.ts'
import { AGGREGATES, ALSO_WINDOW } from './functions.ts'
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
import { typeText } from './type-text.ts'

/** An expression of libpg_query's tree. Throws an `UnreadableSql` for kinds that this version does not know. */
export function expression(reading: Reading, node: unknown): Expression {
  const [kind, fields] = unwrapped(node)
  const at = reading.place(fields)
  const operation = (...operands: readonly (readonly Expression[])[]): Expression => gives(undefined, ...operands)
  const gives = (what: Operation['gives'], ...operands: readonly (readonly Expression[])[]): Expression => ({
    kind: 'operation',
    ...(what === undefined ? {} : { gives: what }),
    operands: operands.flat(),
    at,
  })
  switch (kind) {
    case 'ColumnRef':
      return columnRef(reading, fields)
    case 'A_Const':
      return constant(fields, at)
    case 'ParamRef':
    case 'SetToDefault':
      return { kind: 'literal', value: null, type: undefined, at }
    case 'SQLValueFunction':
      return operation()
    case 'TypeCast':
      return {
        kind: 'cast',
        operand: reading.expression(fields['arg']),
        type: typeText(asFields(fields['typeName'])),
        at,
      }
    case 'A_Expr':
      return gives(comparing(fields), listed(reading, fields['lexpr']), listed(reading, fields['rexpr']))
    case 'List':
      return operation(expressions(reading, fields['items']))
    case 'BoolExpr':
      return gives('truth', expressions(reading, fields['args']))
    case 'CoalesceExpr':
    case 'MinMaxExpr':
      return gives('operand', expressions(reading, fields['args']))
    case 'RowExpr':
    case 'GroupingFunc':
      return operation(expressions(reading, fields['args']))
    case 'A_ArrayExpr':
      return operation(expressions(reading, fields['elements']))
    case 'NullTest':
    case 'BooleanTest':
      return gives('truth', optional(reading, fields['arg']))
    case 'NamedArgExpr':
    case 'CollateClause':
      return operation(optional(reading, fields['arg']))
    case 'CaseExpr':
      return caseOf(reading, fields)
    case 'FuncCall':
      return call(reading, fields)
    case 'SubLink':
      return subLink(reading, fields)
    case 'A_Indirection':
      return indirection(reading, fields)
    case 'JsonObjectAgg':
    case 'JsonArrayAgg':
      return jsonAggregate(reading, kind, fields)
    default:
      if (/^(Json|Xml)/.test(kind)) return operation(within(reading, fields))
      throw new UnreadableSql(`the expression ${kind} is not known`, at)
  }
}

const COMPARISONS: ReadonlySet<string> = new Set(['=', '<>', '!=', '<', '>', '<=', '>='])
const KINDS: Readonly<Record<string, Operation['gives']>> = {
  AEXPR_IN: 'comparison',
  AEXPR_BETWEEN: 'comparison',
  AEXPR_NOT_BETWEEN: 'comparison',
  AEXPR_BETWEEN_SYM: 'comparison',
  AEXPR_NOT_BETWEEN_SYM: 'comparison',
  AEXPR_DISTINCT: 'comparison',
  AEXPR_NOT_DISTINCT: 'comparison',
  AEXPR_OP_ANY: 'truth',
  AEXPR_OP_ALL: 'truth',
  AEXPR_LIKE: 'truth',
  AEXPR_ILIKE: 'truth',
  AEXPR_SIMILAR: 'truth',
}

/** What an operator gives: comparisons are those that everybody knows, since types may have operators of their own. */
function comparing(fields: Fields): Operation['gives'] {
  const kind = asText(fields['kind'])
  if (kind === 'AEXPR_OP') return COMPARISONS.has(strings(fields['name']).join('.')) ? 'comparison' : undefined
  return Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined
}

function columnRef(reading: Reading, fields: Fields): Expression {
  const parts = asList(fields['fields']).map(unwrapped)
  const at = reading.place(fields)
  const names = parts.filter(([kind]) => kind === 'String').map(([, { sval }]) => asText(sval))
  return parts.at(-1)?.[0] === 'A_Star' ? star(names, at) : { kind: 'column', parts: names, at }
}

const star = (qualifier: readonly string[], at: number | undefined): Expression => ({
  kind: 'star',
  qualifier,
  columns: false,
  exclude: [],
  replace: [],
  rename: [],
  only: undefined,
  at,
})

function constant(fields: Fields, at: number | undefined): Expression {
  const whole = maybeFields(fields['ival'])
  if (whole !== undefined) return { kind: 'literal', value: Number(whole['ival'] ?? 0), type: 'integer', at }
  const text = maybeFields(fields['sval'])
  if (text !== undefined) return { kind: 'literal', value: asText(text['sval']), type: undefined, at }
  const truth = maybeFields(fields['boolval'])
  if (truth !== undefined) return { kind: 'literal', value: truth['boolval'] === true, type: 'boolean', at }
  const numeric = maybeFields(fields['fval']) === undefined ? undefined : 'numeric'
  return { kind: 'literal', value: null, type: numeric, at }
}

/** The right side of `in` and `between` is a list. */
const listed = (reading: Reading, node: unknown): Expression[] => {
  const [kind, fields] = unwrapped(node)
  return kind === 'List' ? expressions(reading, fields['items']) : optional(reading, node)
}

function caseOf(reading: Reading, fields: Fields): Expression {
  const branches = asList(fields['args']).map((one) => unwrapped(one)[1])
  return {
    kind: 'case',
    conditions: [...optional(reading, fields['arg']), ...branches.map((branch) => reading.expression(branch['expr']))],
    values: [
      ...branches.map((branch) => reading.expression(branch['result'])),
      ...optional(reading, fields['defresult']),
    ],
    at: reading.place(fields),
  }
}

function call(reading: Reading, fields: Fields): Expression {
  const name = strings(fields['funcname']).at(-1) ?? ''
  const over = maybeFields(fields['over'])
  const filter = maybeFields(fields['agg_filter'])
  const ordered = sortKeys(reading, fields['agg_order'])
  const withinGroup = fields['agg_within_group'] === true
  const args = expressions(reading, fields['args'])
  return {
    kind: 'call',
    name,
    args: withinGroup ? [...args, ...ordered] : args,
    aggregate: AGGREGATES.has(name) && (withinGroup || !ALSO_WINDOW.has(name)),
    filter: filter === undefined ? undefined : reading.expression(filter),
    orderBy: withinGroup ? [] : ordered,
    over: over === undefined ? undefined : window(reading, over, maybeText(over['name']) ?? maybeText(over['refname'])),
    at: reading.place(fields),
  }
}

/** The expressions of `order by`. */
export const sortKeys = (reading: Reading, value: unknown): Expression[] =>
  asList(value).map((one) => reading.expression(unwrapped(one)[1]['node']))

/** A window; `base` is the one that it starts from. */
export const window = (reading: Reading, fields: Fields, base: string | undefined): Window => ({
  name: maybeText(fields['name']),
  base,
  partitionBy: expressions(reading, fields['partitionClause']),
  orderBy: [
    ...sortKeys(reading, fields['orderClause']),
    ...optional(reading, fields['startOffset']),
    ...optional(reading, fields['endOffset']),
  ],
})

function subLink(reading: Reading, fields: Fields): Expression {
  const uses: Readonly<Record<string, 'value' | 'array'>> = { EXPR_SUBLINK: 'value', ARRAY_SUBLINK: 'array' }
  const type = asText(fields['subLinkType'])
  return {
    kind: 'subquery',
    use: (Object.hasOwn(uses, type) ? uses[type] : undefined) ?? 'test',
    query: reading.query(unwrapped(fields['subselect'])[1]),
    operands: optional(reading, fields['testexpr']),
    at: reading.place(fields),
  }
}

/** `(x).field`, `x[1]`, `(x).*`, one after the other. */
function indirection(reading: Reading, fields: Fields): Expression {
  const at = reading.place(fields)
  return asList(fields['indirection']).reduce<Expression>((base, one) => {
    const [kind, step] = unwrapped(one)
    if (kind === 'String') return { kind: 'field', base, name: asText(step['sval']), at }
    if (kind === 'A_Star') return star(base.kind === 'column' ? base.parts : [], at)
    const indices = [...optional(reading, step['lidx']), ...optional(reading, step['uidx'])]
    return { kind: 'operation', operands: [base, ...indices], at }
  }, reading.expression(fields['arg']))
}

function jsonAggregate(reading: Reading, kind: string, fields: Fields): Expression {
  const shared = asFields(fields['constructor'])
  const over = maybeFields(shared['over'])
  const filter = maybeFields(shared['agg_filter'])
  return {
    kind: 'call',
    name: kind === 'JsonObjectAgg' ? 'json_objectagg' : 'json_arrayagg',
    args: within(reading, fields['arg']),
    aggregate: true,
    filter: filter === undefined ? undefined : reading.expression(filter),
    orderBy: sortKeys(reading, shared['agg_order']),
    over: over === undefined ? undefined : window(reading, over, maybeText(over['name']) ?? maybeText(over['refname'])),
    at: reading.place(shared),
  }
}

/** Kinds of nodes around expressions that are none themselves. */
const AROUND = /^(JsonKeyValue|JsonValueExpr|JsonArgument|JsonBehavior|JsonFormat|JsonOutput|ResTarget)$/

/** The expressions somewhere in a node of SQL/JSON or XML. */
export function within(reading: Reading, value: unknown): Expression[] {
  if (Array.isArray(value)) return value.flatMap((one) => within(reading, one))
  const fields = maybeFields(value)
  if (fields === undefined) return []
  const [kind, inner] = unwrapped(fields)
  const isNode = Object.keys(fields).length === 1 && /^[A-Z]/.test(kind)
  if (isNode && kind === 'SelectStmt')
    return [{ kind: 'subquery', use: 'array', query: reading.query(inner), operands: [], at: undefined }]
  if (isNode && kind !== 'TypeName' && !AROUND.test(kind)) return [reading.expression(fields)]
  return Object.values(isNode ? inner : fields).flatMap((one) => within(reading, one))
}

export function selectItem(reading: Reading, node: unknown): SelectItem {
  const [, fields] = unwrapped(node)
  const alias = maybeText(fields['name'])
  return {
    expression: reading.expression(fields['val']),
    alias,
    name: alias ?? columnName(reading, fields['val']),
  }
}
