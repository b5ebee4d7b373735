import { repr } from '../runtime/text.ts'
import type { Arguments, CompareOperator, Expression } from './ast.ts'

const OPERATORS: Readonly<Record<CompareOperator, string>> = {
  '==': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'lteq',
  '>': 'gt',
  '>=': 'gteq',
  in: 'in',
  'not in': 'notin',
}

/** An expression as Jinja2 prints its tree: `Name(name='x', ctx='load')`. Other whitespace or quotes in the text give the same. */
export function nodeText(node: Expression | null): string {
  if (node === null) return 'None'
  switch (node.typename) {
    case 'Literal':
      return `Const(value=${repr(node.value)})`
    case 'Symbol':
      return `Name(name=${repr(node.value)}, ctx='load')`
    case 'Array':
      return `List(items=${listText(node.children)})`
    case 'Tuple':
      return `Tuple(items=${listText(node.children)}, ctx='load')`
    case 'Dict': {
      const pairs = node.children.map(({ key, value }) => `Pair(key=${nodeText(key)}, value=${nodeText(value)})`)
      return `Dict(items=[${pairs.join(', ')}])`
    }
    case 'GetAttribute':
      return `Getattr(node=${nodeText(node.target)}, attr=${repr(node.name)}, ctx='load')`
    case 'LookupVal':
      return `Getitem(node=${nodeText(node.target)}, arg=${nodeText(node.val)}, ctx='load')`
    case 'Slice':
      return `Slice(start=${nodeText(node.first)}, stop=${nodeText(node.last)}, step=${nodeText(node.step)})`
    case 'FunCall':
      return `Call(node=${nodeText(node.name)}, ${argumentsText(node.args)})`
    case 'Filter':
      return `Filter(node=${nodeText(node.target)}, name=${repr(node.name)}, ${argumentsText(node.args)})`
    case 'Is':
      return `Test(node=${nodeText(node.target)}, name=${repr(node.name)}, ${argumentsText(node.args)})`
    case 'InlineIf':
      return `CondExpr(test=${nodeText(node.cond)}, expr1=${nodeText(node.body)}, expr2=${nodeText(node.else_)})`
    case 'Not':
    case 'Neg':
    case 'Pos':
      return `${node.typename}(node=${nodeText(node.target)})`
    case 'And':
    case 'Or':
    case 'Add':
    case 'Sub':
    case 'Mul':
    case 'Div':
    case 'FloorDiv':
    case 'Mod':
    case 'Pow':
      return `${node.typename}(left=${nodeText(node.left)}, right=${nodeText(node.right)})`
    case 'Concat':
      return `Concat(nodes=${listText(node.children)})`
    case 'Compare': {
      const ops = node.ops.map((one) => `Operand(op='${OPERATORS[one.type]}', expr=${nodeText(one.expr)})`)
      return `Compare(expr=${nodeText(node.expr)}, ops=[${ops.join(', ')}])`
    }
    case 'NamespaceTarget':
      return `NSRef(name=${repr(node.name)}, attr=${repr(node.attribute)})`
  }
}

/** `name=value` in a call, likewise. */
export const keywordText = ({ name, value }: Arguments['kwargs'][number]): string =>
  `Keyword(key=${repr(name)}, value=${nodeText(value)})`

const listText = (nodes: readonly Expression[]): string => `[${nodes.map(nodeText).join(', ')}]`

const argumentsText = ({ args, kwargs, star, doubleStar }: Arguments): string =>
  `args=${listText(args)}, kwargs=[${kwargs.map(keywordText).join(', ')}], dyn_args=${nodeText(star)}, dyn_kwargs=${nodeText(doubleStar)}`
