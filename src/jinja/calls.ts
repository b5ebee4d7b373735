import type { SourceFile, Span } from '../errors/source-file.ts'
import { negate } from './runtime/operations.ts'
import { type Kwargs, PyDict, PyFloat, PyTuple, type Value } from './runtime/value.ts'
import type { Arguments, Body, Call, Expression } from './syntax/ast.ts'
import { keywordText } from './syntax/node-text.ts'
import { type AnyNode, some } from './syntax/walk.ts'

/** A call whose arguments are all literals. */
export interface StaticCall {
  /** `['ref']`, `['config', 'get']` */
  readonly path: readonly string[]
  readonly args: readonly Value[]
  readonly kwargs: Kwargs
  readonly span: Span
}

/** A name that a template calls, with the arguments when they are literals. */
export interface CalledName {
  readonly path: readonly string[]
  readonly args?: readonly Value[]
  readonly kwargs?: Kwargs
  readonly span: Span
}

/**
 * The calls of a template whose Jinja consists of nothing but `{{ f(...) }}` and `{{ f.g(...) }}` with literal arguments, in order;
 * null for any other. Lists and dicts among the arguments are made anew by each call of this function.
 */
export function staticCalls(file: SourceFile, body: Body): StaticCall[] | null {
  const calls: StaticCall[] = []
  for (const statement of body) {
    if (statement.typename !== 'Output') return null
    for (const child of statement.children) {
      if (child.typename === 'TemplateData') continue
      const call = child.typename === 'FunCall' ? staticCall(file, child) : null
      if (call === null) return null
      calls.push(call)
    }
  }
  return calls
}

function staticCall(file: SourceFile, call: Call): StaticCall | null {
  const path = dottedPath(call.name)
  if (path === null || path.length > 2) return null
  const values = literalArguments(call.args)
  return values === null ? null : { path, ...values, span: { file, start: call.start, end: call.end } }
}

/** The keywords of the first call of the bare `name`, each with its printed tree; undefined without such a call. */
export function keywordsOf(nodes: readonly AnyNode[], name: string): ReadonlyMap<string, string> | undefined {
  let found: Call | undefined
  some(nodes, (node) => {
    if (node.typename !== 'FunCall' || node.name.typename !== 'Symbol' || node.name.value !== name) return false
    found = node
    return true
  })
  return found && new Map(found.args.kwargs.map((kwarg) => [kwarg.name, keywordText(kwarg)]))
}

/** Everything that is called by a dotted name anywhere below `nodes`, in source order of the outer call first. */
export function calledNames(file: SourceFile, nodes: readonly AnyNode[]): CalledName[] {
  const found: CalledName[] = []
  some(nodes, (node) => {
    if (node.typename === 'FunCall') {
      const path = dottedPath(node.name)
      if (path !== null)
        found.push({ path, ...literalArguments(node.args), span: { file, start: node.start, end: node.end } })
    }
    return false
  })
  return found
}

function dottedPath(expression: Expression): string[] | null {
  if (expression.typename === 'Symbol') return [expression.value]
  if (expression.typename !== 'GetAttribute') return null
  const path = dottedPath(expression.target)
  path?.push(expression.name)
  return path
}

function literalArguments(args: Arguments): { args: readonly Value[]; kwargs: Kwargs } | null {
  if (args.star !== null || args.doubleStar !== null) return null
  const values = literals(args.args)
  if (values === null) return null
  const kwargs = new Map<string, Value>()
  for (const { name, value } of args.kwargs) {
    const literal = literalValue(value)
    if (literal === undefined) return null
    kwargs.set(name, literal)
  }
  return { args: values, kwargs }
}

function literals(expressions: readonly Expression[]): Value[] | null {
  const values: Value[] = []
  for (const expression of expressions) {
    const value = literalValue(expression)
    if (value === undefined) return null
    values.push(value)
  }
  return values
}

/** The value of an expression that is a literal throughout, else undefined. */
export function literalValue(expression: Expression): Value | undefined {
  switch (expression.typename) {
    case 'Literal':
      return expression.value
    case 'Array':
      return literals(expression.children) ?? undefined
    case 'Tuple': {
      const items = literals(expression.children)
      return items === null ? undefined : PyTuple.fromItems(items)
    }
    case 'Dict': {
      const dict = new PyDict()
      for (const pair of expression.children) {
        const key = literalValue(pair.key)
        const value = literalValue(pair.value)
        if (key === undefined || value === undefined || isUnhashable(key)) return undefined
        dict.set(key, value)
      }
      return dict
    }
    case 'Neg': {
      const { target } = expression
      if (target.typename !== 'Literal') return undefined
      const { value } = target
      const isNumber = typeof value === 'number' || typeof value === 'bigint' || value instanceof PyFloat
      return isNumber ? negate(value) : undefined
    }
    default:
      return undefined
  }
}

const isUnhashable = (value: Value): boolean =>
  value instanceof PyDict || (Array.isArray(value) && (!(value instanceof PyTuple) || value.some(isUnhashable)))
