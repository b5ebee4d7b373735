import type { Arguments, Expression } from '../syntax/ast.ts'

/** Filters that look at the context or mark a value: Jinja2 does not run them while compiling. */
const NEVER_CONSTANT = new Set([
  'as_text',
  'as_bool',
  'as_native',
  'as_number',
  'map',
  'select',
  'reject',
  'selectattr',
  'rejectattr',
  'random',
])

/** True for expressions that Jinja2 computes while compiling; in native rendering these give their text, not their value. */
export function isConstant(expression: Expression): boolean {
  switch (expression.typename) {
    case 'Literal':
      return true
    case 'Array':
    case 'Tuple':
    case 'Concat':
      return expression.children.every(isConstant)
    case 'Dict':
      return expression.children.every((pair) => isConstant(pair.key) && isConstant(pair.value))
    case 'Not':
    case 'Neg':
    case 'Pos':
    case 'GetAttribute':
      return isConstant(expression.target)
    case 'LookupVal':
      return isConstant(expression.target) && isConstant(expression.val)
    case 'Slice':
      return [expression.first, expression.last, expression.step].every((part) => part === null || isConstant(part))
    case 'And':
    case 'Or':
    case 'Add':
    case 'Sub':
    case 'Mul':
    case 'Div':
    case 'FloorDiv':
    case 'Mod':
    case 'Pow':
      return isConstant(expression.left) && isConstant(expression.right)
    case 'Compare':
      return isConstant(expression.expr) && expression.ops.every((operand) => isConstant(operand.expr))
    case 'InlineIf':
      return (
        isConstant(expression.cond) &&
        isConstant(expression.body) &&
        expression.else_ !== null &&
        isConstant(expression.else_)
      )
    case 'Is':
      return isConstant(expression.target) && constantArguments(expression.args)
    case 'Filter':
      return (
        expression.target !== null &&
        !NEVER_CONSTANT.has(expression.name) &&
        isConstant(expression.target) &&
        constantArguments(expression.args)
      )
    case 'Symbol':
    case 'FunCall':
    case 'NamespaceTarget':
      return false
  }
}

const constantArguments = (args: Arguments): boolean =>
  args.args.every(isConstant) &&
  args.kwargs.every((kwarg) => isConstant(kwarg.value)) &&
  (args.star === null || isConstant(args.star)) &&
  (args.doubleStar === null || isConstant(args.doubleStar))
