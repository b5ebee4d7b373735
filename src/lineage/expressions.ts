import { noteClash } from './analysis-context.ts'
import type { Frame } from './frame.ts'
import { aggregated, asCondition, asWindow, computed, merged, NO_ORIGINS, type Origins } from './origins.ts'
import { columnOf, field, NO_VALUE, namedTables, resolveName, type Scope, type Value } from './scope.ts'
import type { Call, ColumnRef, Expression, FieldAccess, Operation, Place, Window } from './sql-tree.ts'
import { shownBy } from './stars.ts'
import { callType, commonType, type Met } from './types.ts'

/** What the value of an expression is made of. Columns that it uses otherwise, as in subqueries and windows, are noted in the frame. */
export function evaluate(frame: Frame, scope: Scope, expression: Expression): Value {
  switch (expression.kind) {
    case 'column':
      return resolveName(frame.context, scope, expression.parts, expression.at) ?? NO_VALUE
    case 'position':
      return scope.from.shown[expression.index - 1]?.column ?? NO_VALUE
    case 'literal':
      return { origins: NO_ORIGINS, type: expression.type }
    case 'star':
      return frame.chosen?.get(expression) ?? wholeStar(frame, scope, expression)
    case 'operation':
      return operation(frame, scope, expression)
    case 'cast':
      return { origins: computed(evaluate(frame, scope, expression.operand).origins), type: expression.type }
    case 'call':
      return call(frame, scope, expression)
    case 'case': {
      const values = expression.values.map((one) => met(frame, scope, one))
      const conditions = asCondition(all(frame, scope, expression.conditions))
      const origins = merged([computed(merged(values.map((one) => one.origins))), conditions])
      return { origins, type: commonType(values) }
    }
    case 'subquery': {
      const given = expression.operands.map((one) => met(frame, scope, one))
      const operands = merged(given.map((one) => one.origins))
      const { columns } = frame.analyse(expression.query, scope)
      const [first] = columns
      if (expression.use === 'value') return first ?? NO_VALUE
      const [operand] = given
      if (given.length === 1 && operand !== undefined && first !== undefined)
        compare(frame, operand, { ...first, literal: undefined }, placeOf(expression.operands[0]) ?? expression.at)
      // `exists` looks at no column; `(a, b) in (...)` at all.
      const compared = expression.use === 'array' || expression.operands.length > 0 ? columns : []
      const origins = computed(merged([operands, ...compared.map((one) => one.origins)]))
      return { origins, type: expression.use === 'test' ? frame.context.rules.types.boolean : undefined }
    }
    case 'field':
      return access(frame, scope, expression)
    case 'lambda': {
      const parameters = new Set(expression.parameters.map(frame.context.rules.normalise))
      return evaluate(frame, { from: { tables: [], shown: [] }, parent: scope, parameters }, expression.body)
    }
  }
}

/** A value with the literal that it is. */
function met(frame: Frame, scope: Scope, expression: Expression): Value & Met {
  const { origins, type } = evaluate(frame, scope, expression)
  return { origins, type, literal: expression.kind === 'literal' ? expression : undefined }
}

function operation(frame: Frame, scope: Scope, { operands, gives, at }: Operation): Value {
  const values = operands.map((one) => met(frame, scope, one))
  const origins = computed(merged(values.map((one) => one.origins)))
  const [first, ...others] = values
  if (gives === 'comparison' && first !== undefined)
    for (const [index, other] of others.entries())
      compare(frame, first, other, placeOf(operands[0]) ?? placeOf(operands[index + 1]) ?? at)
  if (gives === undefined) return made(origins)
  return { origins, type: gives === 'operand' ? commonType(values) : frame.context.rules.types.boolean }
}

/** Notes it when two values that are compared do not go together. */
export function compare(frame: Frame, left: Met, right: Met, at: Place): void {
  noteClash(frame.context, left, right, 'comparison', at)
}

/** Where an expression stands: the literal or name that it begins with, as far as it is known. */
function placeOf(expression: Expression | undefined): Place {
  if (expression === undefined) return undefined
  return expression.kind === 'operation' ? (placeOf(expression.operands[0]) ?? expression.at) : expression.at
}

const made = (origins: Origins): Value => ({ origins, type: undefined })

/** The origins of several expressions. */
export const all = (frame: Frame, scope: Scope, expressions: readonly Expression[]): Origins =>
  merged(expressions.map((one) => evaluate(frame, scope, one).origins))

/** `count(t.*)`, `row(*)`. */
function wholeStar(frame: Frame, scope: Scope, star: Expression & { kind: 'star' }): Value {
  return made(computed(merged(shownBy(frame, scope, star).map(({ column }) => column?.origins ?? NO_ORIGINS))))
}

function call(frame: Frame, scope: Scope, { name, args, aggregate, filter, orderBy, over }: Call): Value {
  const given = args.map((one) => met(frame, scope, one))
  const values = merged(given.map((one) => one.origins))
  const condition = filter === undefined ? NO_ORIGINS : asCondition(evaluate(frame, scope, filter).origins)
  const within = merged([values, condition])
  frame.used.add('order', all(frame, scope, orderBy))
  const result = aggregate ? aggregated(within) : computed(within)
  const origins = over === undefined ? result : merged([result, windowed(frame, scope, over)])
  return { origins, type: callType(name.toLowerCase(), given, frame.context.rules.types) }
}

function windowed(frame: Frame, scope: Scope, window: Window): Origins {
  const { normalise } = frame.context.rules
  const base = window.base === undefined ? undefined : frame.windows.get(normalise(window.base))
  const inherited = base === undefined || base === window ? NO_ORIGINS : windowed(frame, scope, base)
  const own = asWindow(all(frame, scope, [...window.partitionBy, ...window.orderBy]))
  frame.used.add('window', own)
  return merged([inherited, own])
}

/** A part of a value; of a whole row, that is the column. */
function access(frame: Frame, scope: Scope, { base, name }: FieldAccess): Value {
  const row = base.kind === 'column' ? rowColumn(frame, scope, base, name) : undefined
  return row ?? field(evaluate(frame, scope, base))
}

function rowColumn(frame: Frame, scope: Scope, { parts, at }: ColumnRef, name: string): Value | undefined {
  const { rules } = frame.context
  const wanted = rules.normalise(parts[0] as string)
  const isColumn = scope.from.shown.some(
    ({ column }) => column !== undefined && parts.length === 1 && rules.normalise(column.name) === wanted,
  )
  const [table] = isColumn ? [] : namedTables(rules, scope.from, parts)
  return table === undefined ? undefined : columnOf(frame.context, table, name, at)
}

/** Whether an expression aggregates, outside of subqueries and windows. */
export function aggregates(expression: Expression): boolean {
  switch (expression.kind) {
    case 'call':
      return (expression.aggregate && expression.over === undefined) || expression.args.some(aggregates)
    case 'operation':
      return expression.operands.some(aggregates)
    case 'cast':
      return aggregates(expression.operand)
    case 'case':
      return [...expression.conditions, ...expression.values].some(aggregates)
    case 'subquery':
      return expression.operands.some(aggregates)
    case 'field':
      return aggregates(expression.base)
    default:
      return false
  }
}
