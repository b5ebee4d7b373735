import { UnreadableSql } from '../../../src/lineage/sql-reader.ts'
import type { ColumnTest, Expression, Operation, SelectItem, Star, Window } from '../../../src/lineage/sql-tree.ts'
import { asNode, asNodes, asText, asTexts, maybeNode, maybeText, type Reading, type Serialised } from './serialised.ts'
import { typeText } from './type-text.ts'

/** Functions whose argument with an arrow is a lambda; elsewhere `->` takes a field out of JSON. */
const WITH_LAMBDA = new Set(
  ['list_transform', 'array_transform', 'list_apply', 'array_apply', 'apply', 'list_filter', 'array_filter', 'filter'].concat(
    'list_reduce', 'array_reduce', 'reduce',
  ),
) // biome-ignore format: one list

/** Ordered-set aggregates take what they work on from `within group (order by ...)`. */
const ORDERED_SET = new Set(['quantile_cont', 'quantile_disc', 'mode'])

const WHOLE_NUMBERS = /^(TINYINT|SMALLINT|INTEGER|BIGINT)$/

/** An expression of the serialised tree. Throws an `UnreadableSql` for kinds that this version does not know. */
export function expression(reading: Reading, node: Serialised): Expression {
  const at = reading.place(node)
  const read = (one: Serialised): Expression => reading.expression(one)
  const operation = (operands: readonly Serialised[], gives?: Operation['gives']): Expression => ({
    kind: 'operation',
    ...(gives === undefined ? {} : { gives }),
    operands: operands.map(read),
    at,
  })
  switch (node['class']) {
    case 'COLUMN_REF':
      return { kind: 'column', parts: asTexts(node['column_names']), at }
    case 'POSITIONAL_REFERENCE':
      return { kind: 'position', index: Number(node['index']), at }
    case 'CONSTANT':
      return constant(node, at)
    case 'STAR':
      return star(reading, node)
    case 'CAST':
      return { kind: 'cast', operand: read(asNode(node['child'])), type: typeText(asNode(node['cast_type'])), at }
    case 'COLLATE':
      return operation([asNode(node['child'])])
    case 'COMPARISON':
      return operation([asNode(node['left']), asNode(node['right'])], 'comparison')
    case 'CONJUNCTION':
      return operation(asNodes(node['children']), 'truth')
    case 'BETWEEN':
      return operation([asNode(node['input']), asNode(node['lower']), asNode(node['upper'])], 'comparison')
    case 'OPERATOR':
      return operator(reading, node)
    case 'CASE': {
      const checks = asNodes(node['case_checks'])
      const values = [...checks.map((check) => asNode(check['then_expr'])), ...listOf(node['else_expr'])]
      return {
        kind: 'case',
        conditions: checks.map((check) => read(asNode(check['when_expr']))),
        values: values.map(read),
        at,
      }
    }
    case 'FUNCTION':
      return call(reading, node)
    case 'WINDOW':
      return windowCall(reading, node)
    case 'LAMBDA':
      // Where no function takes a lambda, the arrow is JSON's.
      return operation([asNode(node['lhs']), asNode(node['expr'])])
    case 'SUBQUERY':
      return {
        kind: 'subquery',
        use: node['subquery_type'] === 'SCALAR' ? 'value' : 'test',
        query: reading.query(asNode(asNode(node['subquery'])['node'])),
        operands: listOf(node['child']).map(read),
        at,
      }
    case 'PARAMETER':
    case 'DEFAULT':
      return { kind: 'literal', value: null, type: undefined, at }
    default:
      throw new UnreadableSql(`the expression ${asText(node['class'])} is not known`, at)
  }
}

const listOf = (value: unknown): readonly Serialised[] => {
  const node = maybeNode(value)
  return node === undefined ? [] : [node]
}

function constant(node: Serialised, at: number | undefined): Expression {
  const value = asNode(node['value'])
  const type = asText(asNode(value['type'])['id'])
  const plain = value['value']
  if (value['is_null'] === true) return { kind: 'literal', value: null, type: undefined, at }
  const isNumber = typeof plain === 'number' && WHOLE_NUMBERS.test(type)
  return { kind: 'literal', value: isNumber ? plain : typeof plain === 'string' ? plain : null, type, at }
}

const OPERATORS: Readonly<Record<string, Operation['gives']>> = {
  COMPARE_IN: 'comparison',
  COMPARE_NOT_IN: 'comparison',
  OPERATOR_NOT: 'truth',
  OPERATOR_IS_NULL: 'truth',
  OPERATOR_IS_NOT_NULL: 'truth',
  OPERATOR_COALESCE: 'operand',
}

function operator(reading: Reading, node: Serialised): Expression {
  const at = reading.place(node)
  const children = asNodes(node['children'])
  const [base, key] = children
  const name = key === undefined ? undefined : constantText(key)
  const isField = node['type'] === 'STRUCT_EXTRACT' || node['type'] === 'ARRAY_EXTRACT'
  if (isField && base !== undefined && name !== undefined)
    return { kind: 'field', base: reading.expression(base), name, at }
  if (node['type'] === 'OPERATOR_UNPACK' && base?.['class'] === 'STAR')
    return { ...star(reading, base), columns: false }
  const gives = Object.hasOwn(OPERATORS, asText(node['type'])) ? OPERATORS[asText(node['type'])] : undefined
  const operands = children.map((child) => reading.expression(child))
  return { kind: 'operation', ...(gives === undefined ? {} : { gives }), operands, at }
}

/** The value of a constant that is a text. */
function constantText(node: Serialised): string | undefined {
  if (node['class'] !== 'CONSTANT') return undefined
  const value = asNode(node['value'])
  return typeof value['value'] === 'string' && asNode(value['type'])['id'] === 'VARCHAR' ? value['value'] : undefined
}

function call(reading: Reading, node: Serialised): Expression {
  const at = reading.place(node)
  const name = asText(node['function_name']).toLowerCase()
  const children = asNodes(node['children'])
  const tested = testedStar(reading, name, children)
  if (tested !== undefined) return tested
  const args = children.map((child) =>
    child['class'] === 'LAMBDA' && (WITH_LAMBDA.has(name) || child['syntax_type'] === 'LAMBDA_KEYWORD')
      ? lambda(reading, child)
      : reading.expression(child),
  )
  const orderBy = asNodes(asNode(node['order_bys'])['orders']).map((order) =>
    reading.expression(asNode(order['expression'])),
  )
  const filter = maybeNode(node['filter'])
  return {
    kind: 'call',
    name,
    args: ORDERED_SET.has(name) ? [...args, ...orderBy] : args,
    aggregate: node['is_operator'] !== true && reading.aggregates.has(name),
    filter: filter === undefined ? undefined : reading.expression(filter),
    orderBy: ORDERED_SET.has(name) ? [] : orderBy,
    over: undefined,
    at,
  }
}

function lambda(reading: Reading, node: Serialised): Expression {
  const left = asNode(node['lhs'])
  const parameters = left['class'] === 'FUNCTION' ? asNodes(left['children']) : [left]
  return {
    kind: 'lambda',
    parameters: parameters.flatMap((one) => asTexts(one['column_names'])),
    body: reading.expression(asNode(node['expr'])),
    at: reading.place(node),
  }
}

function windowCall(reading: Reading, node: Serialised): Expression {
  const read = (one: Serialised): Expression => reading.expression(one)
  const orders = (value: unknown): Expression[] => asNodes(value).map((order) => read(asNode(order['expression'])))
  const filter = maybeNode(node['filter_expr'])
  const over: Window = {
    name: undefined,
    base: undefined,
    partitionBy: asNodes(node['partitions']).map(read),
    orderBy: [
      ...orders(node['orders']),
      ...listOf(node['start_expr']).map(read),
      ...listOf(node['end_expr']).map(read),
    ],
  }
  return {
    kind: 'call',
    name: asText(node['function_name']),
    args: [...asNodes(node['children']), ...listOf(node['offset_expr']), ...listOf(node['default_expr'])].map(read),
    aggregate: node['type'] === 'WINDOW_AGGREGATE',
    filter: filter === undefined ? undefined : read(filter),
    orderBy: orders(node['arg_orders']),
    over,
    at: reading.place(node),
  }
}

const LIKE: Readonly<Record<string, { readonly anyCase: boolean; readonly negated: boolean }>> = {
  '~~': { anyCase: false, negated: false },
  '!~~': { anyCase: false, negated: true },
  '~~*': { anyCase: true, negated: false },
  '!~~*': { anyCase: true, negated: true },
}

/** `* like 'a%'` comes as a comparison of a star: it is a star with a test of names. */
function testedStar(reading: Reading, name: string, [first, second]: readonly Serialised[]): Star | undefined {
  if (first?.['class'] !== 'STAR' || first['columns'] === true || second === undefined) return undefined
  const only = nameTest(name, second)
  return only === undefined ? undefined : { ...star(reading, first), only }
}

function nameTest(name: string, operand: Serialised): ColumnTest | undefined {
  const pattern = constantText(operand)
  const like = Object.hasOwn(LIKE, name) ? LIKE[name] : undefined
  if (like !== undefined) return pattern === undefined ? { kind: 'other' } : { kind: 'like', pattern, ...like }
  if (name === 'regexp_full_match')
    return pattern === undefined ? { kind: 'other' } : { kind: 'regex', pattern: `^(?:${pattern})$` }
  return name === '~~~' ? { kind: 'other' } : undefined
}

function star(reading: Reading, node: Serialised): Star {
  const relation = maybeText(node['relation_name'])
  const qualifiedExcludes = asNodes(node['qualified_exclude_list']).map((one) =>
    [asText(one['table']), asText(one['column'])].filter((part) => part !== ''),
  )
  return {
    kind: 'star',
    qualifier: relation === undefined ? [] : [relation],
    columns: node['columns'] === true,
    exclude: [...asTexts(node['exclude_list']).map((name) => [name]), ...qualifiedExcludes],
    replace: asNodes(node['replace_list']).map(({ key, value }) => ({
      name: asText(key),
      expression: reading.expression(asNode(value)),
    })),
    rename: asNodes(node['rename_list']).map(({ key, value }) => {
      const { table, column } = asNode(key)
      return { path: [asText(table), asText(column)].filter((part) => part !== ''), to: asText(value) }
    }),
    only: columnsTest(maybeNode(node['expr'])),
    at: reading.place(node),
  }
}

/** What stands in `columns(...)`: a regular expression, a list of names, or a lambda on the name. */
function columnsTest(node: Serialised | undefined): ColumnTest | undefined {
  if (node === undefined) return undefined
  const pattern = constantText(node)
  if (pattern !== undefined) return { kind: 'regex', pattern }
  const children = asNodes(node['children'])
  if (node['function_name'] === 'list_value') return namesTest(children)
  const [, condition] = children
  if (node['function_name'] !== 'list_filter' || condition?.['class'] !== 'LAMBDA') return { kind: 'other' }
  const body = asNode(condition['expr'])
  const [subject, ...operands] = asNodes(body['children'])
  const parameter = asTexts(asNode(condition['lhs'])['column_names'])[0]
  const onName = subject?.['class'] === 'COLUMN_REF' && asTexts(subject['column_names']).join('.') === parameter
  if (!onName || operands[0] === undefined) return { kind: 'other' }
  if (body['type'] === 'COMPARE_IN') return namesTest(operands)
  return nameTest(asText(body['function_name']), operands[0]) ?? { kind: 'other' }
}

function namesTest(constants: readonly Serialised[]): ColumnTest {
  const names = constants.map(constantText)
  return names.every((name) => name !== undefined) ? { kind: 'names', names } : { kind: 'other' }
}

/** `unnest(s, recursive := true)`: how many columns it gives depends on the type. */
const spreads = (node: Serialised): boolean =>
  node['class'] === 'FUNCTION' &&
  node['function_name'] === 'unnest' &&
  asNodes(node['children']).some(({ alias }) => alias === 'recursive' || alias === 'max_depth')

export function selectItem(reading: Reading, node: Serialised): SelectItem {
  const alias = maybeText(node['alias'])
  if (spreads(node)) {
    const [base] = asNodes(node['children'])
    const qualifier = asTexts(base?.['column_names'])
    const all: Star = {
      kind: 'star',
      qualifier,
      columns: false,
      exclude: [],
      replace: [],
      rename: [],
      only: { kind: 'other' },
      at: reading.place(node),
    }
    return { expression: all, alias, name: '' }
  }
  const parts = node['class'] === 'COLUMN_REF' ? asTexts(node['column_names']) : []
  return { expression: reading.expression(node), alias, name: parts.at(-1) ?? reading.names.get(node) ?? '' }
}
