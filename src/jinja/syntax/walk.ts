import type { Arguments, Body, Expression, Parameter, Statement, TemplateData } from './ast.ts'

export type AnyNode = Expression | Statement | TemplateData

/** The nodes directly below a node, in Jinja2's order of fields (a loop's target before its items, ...). */
export function children(node: AnyNode): readonly AnyNode[] {
  switch (node.typename) {
    case 'Literal':
    case 'Symbol':
    case 'NamespaceTarget':
    case 'TemplateData':
    case 'Break':
    case 'Continue':
      return []
    case 'Array':
    case 'Tuple':
    case 'Concat':
    case 'Output':
      return node.children
    case 'Dict':
      return node.children.flatMap((pair) => [pair.key, pair.value])
    case 'GetAttribute':
    case 'Not':
    case 'Neg':
    case 'Pos':
      return [node.target]
    case 'LookupVal':
      return [node.target, node.val]
    case 'Slice':
      return present(node.first, node.last, node.step)
    case 'FunCall':
      return [node.name, ...argumentNodes(node.args)]
    case 'Filter':
    case 'Is':
      return [...present(node.target), ...argumentNodes(node.args)]
    case 'InlineIf':
      return [node.cond, node.body, ...present(node.else_)]
    case 'And':
    case 'Or':
    case 'Add':
    case 'Sub':
    case 'Mul':
    case 'Div':
    case 'FloorDiv':
    case 'Mod':
    case 'Pow':
      return [node.left, node.right]
    case 'Compare':
      return [node.expr, ...node.ops.map((operand) => operand.expr)]
    case 'If':
      return [node.cond, ...node.body, ...node.else_]
    case 'For':
      return [node.name, node.arr, ...node.body, ...node.else_, ...present(node.test)]
    case 'Set':
      return [node.targets, node.value]
    case 'SetBlock':
      return [node.target, ...present(node.filter), ...node.body]
    case 'With':
      return [...node.targets, ...node.values, ...node.body]
    case 'Do':
      return [node.value]
    case 'FilterBlock':
      return [...node.body, node.filter]
    case 'Autoescape':
      return [node.value, ...node.body]
    case 'Block':
      return node.body
    case 'TemplateReference':
      return [node.template]
    case 'Macro':
      return [...defaults(node.parameters), ...node.body]
    case 'CallBlock':
      return [node.call, ...defaults(node.parameters), ...node.body]
  }
}

const present = (...nodes: readonly (Expression | null)[]): Expression[] => nodes.filter((node) => node !== null)

const argumentNodes = (args: Arguments): Expression[] => [
  ...args.args,
  ...args.kwargs.map((kwarg) => kwarg.value),
  ...present(args.star, args.doubleStar),
]

const defaults = (parameters: readonly Parameter[]): Expression[] =>
  parameters.flatMap((parameter) => (parameter.default === undefined ? [] : [parameter.default]))

/** True when `test` holds for a node or for any below it. */
export function some(nodes: readonly AnyNode[], test: (node: AnyNode) => boolean): boolean {
  for (const node of nodes) if (test(node) || some(children(node), test)) return true
  return false
}

/** True when something is called: then rendering may have to wait. */
export const hasCall = (nodes: readonly AnyNode[]): boolean => some(nodes, (node) => node.typename === 'FunCall')

/**
 * Which of `names` are read in `body` before they are assigned there, in reading order: how Jinja2 finds out whether a macro uses
 * `varargs`, `kwargs` or `caller` and a loop its `loop`. Blocks are not looked into.
 */
export function readNames(body: Body, names: readonly string[]): ReadonlySet<string> {
  const open = new Set(names)
  const read = new Set<string>()
  const store = (target: Expression): void => {
    if (target.typename === 'Symbol') open.delete(target.value)
    else if (target.typename === 'Tuple') for (const item of target.children) store(item)
  }
  const visit = (node: AnyNode): void => {
    if (open.size === 0) return
    switch (node.typename) {
      case 'Symbol':
        if (open.has(node.value)) read.add(node.value)
        return
      case 'Block':
        return
      case 'Set':
        store(node.targets)
        visit(node.value)
        return
      case 'SetBlock':
        store(node.target)
        if (node.filter !== null) visit(node.filter)
        node.body.forEach(visit)
        return
      case 'For':
        store(node.name)
        visit(node.arr)
        node.body.forEach(visit)
        node.else_.forEach(visit)
        if (node.test !== null) visit(node.test)
        return
      case 'With':
        node.targets.forEach(store)
        node.values.forEach(visit)
        node.body.forEach(visit)
        return
      case 'CallBlock':
      case 'Macro':
        if (node.typename === 'CallBlock') visit(node.call)
        for (const parameter of node.parameters) open.delete(parameter.name)
        for (const parameter of node.parameters) if (parameter.default !== undefined) visit(parameter.default)
        node.body.forEach(visit)
        return
      default:
        children(node).forEach(visit)
    }
  }
  body.forEach(visit)
  return read
}
