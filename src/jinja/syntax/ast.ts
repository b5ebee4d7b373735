import type { Value } from '../runtime/value.ts'

/** Where a node stands in the text: `start` inclusive, `end` exclusive. */
export interface Place {
  readonly start: number
  readonly end: number
}
type Node<Name extends string, Fields = unknown> = Place & { readonly typename: Name } & Readonly<Fields>

// -- expressions
export type Literal = Node<'Literal', { value: Value }>
export type Name = Node<'Symbol', { value: string }>
export type ListNode = Node<'Array', { children: readonly Expression[] }>
export type TupleNode = Node<'Tuple', { children: readonly Expression[] }>
export type Pair = Node<'Pair', { key: Expression; value: Expression }>
export type DictNode = Node<'Dict', { children: readonly Pair[] }>
export type GetAttribute = Node<'GetAttribute', { target: Expression; name: string }>
export type GetItem = Node<'LookupVal', { target: Expression; val: Expression }>
export type Slice = Node<'Slice', { first: Expression | null; last: Expression | null; step: Expression | null }>
export interface Arguments {
  readonly args: readonly Expression[]
  readonly kwargs: readonly { readonly name: string; readonly value: Expression }[]
  /** `*x` */
  readonly star: Expression | null
  /** `**x` */
  readonly doubleStar: Expression | null
}
export type Call = Node<'FunCall', { name: Expression; args: Arguments }>
/** `target` is null at the start of a `filter` tag and of a `set` block's filter: there it means the text of the block. */
export type Filter = Node<'Filter', { target: Expression | null; name: string; args: Arguments }>
export type Test = Node<'Is', { target: Expression; name: string; args: Arguments }>
export type InlineIf = Node<'InlineIf', { cond: Expression; body: Expression; else_: Expression | null }>
export type And = Node<'And', { left: Expression; right: Expression }>
export type Or = Node<'Or', { left: Expression; right: Expression }>
export type Not = Node<'Not', { target: Expression }>
export type Negate = Node<'Neg', { target: Expression }>
export type Positive = Node<'Pos', { target: Expression }>
export type Arithmetic = Node<
  'Add' | 'Sub' | 'Mul' | 'Div' | 'FloorDiv' | 'Mod' | 'Pow',
  { left: Expression; right: Expression }
>
export type Concat = Node<'Concat', { children: readonly Expression[] }>
export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in'
export type CompareOperand = Node<'CompareOperand', { expr: Expression; type: CompareOperator }>
export type Compare = Node<'Compare', { expr: Expression; ops: readonly CompareOperand[] }>
/** `ns.x` on the left of `=`. */
export type NamespaceTarget = Node<'NamespaceTarget', { name: string; attribute: string }>

export type Expression =
  | Literal
  | Name
  | ListNode
  | TupleNode
  | DictNode
  | GetAttribute
  | GetItem
  | Slice
  | Call
  | Filter
  | Test
  | InlineIf
  | And
  | Or
  | Not
  | Negate
  | Positive
  | Arithmetic
  | Concat
  | Compare
  | NamespaceTarget
/** What can stand on the left of `=`: a name, a tuple of targets, an attribute of a namespace. */
export type Target = Name | TupleNode | NamespaceTarget

// -- statements
export type Body = readonly Statement[]
export type TemplateData = Node<'TemplateData', { value: string }>
export type Output = Node<'Output', { children: readonly (TemplateData | Expression)[] }>
export type If = Node<'If', { cond: Expression; body: Body; else_: Body }>
export type For = Node<
  'For',
  { arr: Expression; name: Target; body: Body; else_: Body; test: Expression | null; recursive: boolean }
>
export type Assign = Node<'Set', { targets: Target; value: Expression }>
export type AssignBlock = Node<'SetBlock', { target: Target; filter: Filter | null; body: Body }>
export type With = Node<'With', { targets: readonly Target[]; values: readonly Expression[]; body: Body }>
export type Do = Node<'Do', { value: Expression }>
export type FilterBlock = Node<'FilterBlock', { filter: Filter; body: Body }>
export type Autoescape = Node<'Autoescape', { value: Expression; body: Body }>
export type Break = Node<'Break'>
export type Continue = Node<'Continue'>
export type BlockNode = Node<'Block', { name: string; body: Body; scoped: boolean; required: boolean }>
/** `include`, `import`, `from ... import`, `extends`: parsed for their errors; there is no loader, so reaching one fails. */
export type TemplateReference = Node<
  'TemplateReference',
  { template: Expression; targets: readonly string[]; ignoreMissing: boolean }
>

export interface Parameter extends Place {
  readonly name: string
  /** A type as written: `Dict[str, str]`. */
  readonly annotation: string | undefined
  readonly default: Expression | undefined
}
export type MacroKind = 'macro' | 'test' | 'data_test' | 'materialization' | 'snapshot' | 'docs'
export type Macro = Node<
  'Macro',
  {
    kind: MacroKind
    name: string
    /** The name under which it is defined and that messages use; `name` with the prefixes that the parser was told. */
    fullName: string
    parameters: readonly Parameter[]
    body: Body
    options: MaterializationOptions | null
    bodyStart: number
    bodyEnd: number
  }
>
export interface MaterializationOptions {
  readonly adapter: string | null
  readonly supportedLanguages: readonly string[] | null
}
export type CallBlock = Node<'CallBlock', { call: Call; parameters: readonly Parameter[]; body: Body }>

export type Statement =
  | Output
  | If
  | For
  | Assign
  | AssignBlock
  | With
  | Do
  | FilterBlock
  | Autoescape
  | Break
  | Continue
  | BlockNode
  | TemplateReference
  | Macro
  | CallBlock
export type Root = Node<'Root', { children: Body }>

/**
 * Makes the nodes, under nunjucks' names where it has the construct. They are literals: nunjucks' own classes go through four calls and a loop over
 * the names of their fields for each node, and answer `typename` with a function.
 */
// biome-ignore format: a line for each
export const node = {
  Root: (start: number, end: number, children: Body): Root => ({ typename: 'Root', start, end, children }),
  Literal: (start: number, end: number, value: Value): Literal => ({ typename: 'Literal', start, end, value }),
  Name: (start: number, end: number, value: string): Name => ({ typename: 'Symbol', start, end, value }),
  List: (start: number, end: number, children: readonly Expression[]): ListNode => ({ typename: 'Array', start, end, children }),
  Tuple: (start: number, end: number, children: readonly Expression[]): TupleNode => ({ typename: 'Tuple', start, end, children }),
  Pair: (start: number, end: number, key: Expression, value: Expression): Pair => ({ typename: 'Pair', start, end, key, value }),
  Dict: (start: number, end: number, children: readonly Pair[]): DictNode => ({ typename: 'Dict', start, end, children }),
  GetAttribute: (start: number, end: number, target: Expression, name: string): GetAttribute => ({ typename: 'GetAttribute', start, end, target, name }),
  GetItem: (start: number, end: number, target: Expression, val: Expression): GetItem => ({ typename: 'LookupVal', start, end, target, val }),
  Slice: (start: number, end: number, first: Expression | null, last: Expression | null, step: Expression | null): Slice => ({ typename: 'Slice', start, end, first, last, step }),
  Call: (start: number, end: number, name: Expression, args: Arguments): Call => ({ typename: 'FunCall', start, end, name, args }),
  Filter: (start: number, end: number, target: Expression | null, name: string, args: Arguments): Filter => ({ typename: 'Filter', start, end, target, name, args }),
  Test: (start: number, end: number, target: Expression, name: string, args: Arguments): Test => ({ typename: 'Is', start, end, target, name, args }),
  InlineIf: (start: number, end: number, cond: Expression, body: Expression, else_: Expression | null): InlineIf => ({ typename: 'InlineIf', start, end, cond, body, else_ }),
  And: (start: number, end: number, left: Expression, right: Expression): And => ({ typename: 'And', start, end, left, right }),
  Or: (start: number, end: number, left: Expression, right: Expression): Or => ({ typename: 'Or', start, end, left, right }),
  Not: (start: number, end: number, target: Expression): Not => ({ typename: 'Not', start, end, target }),
  Negate: (start: number, end: number, target: Expression): Negate => ({ typename: 'Neg', start, end, target }),
  Positive: (start: number, end: number, target: Expression): Positive => ({ typename: 'Pos', start, end, target }),
  Add: (start: number, end: number, left: Expression, right: Expression): Arithmetic => ({ typename: 'Add', start, end, left, right }),
  Sub: (start: number, end: number, left: Expression, right: Expression): Arithmetic => ({ typename: 'Sub', start, end, left, right }),
  Mul: (start: number, end: number, left: Expression, right: Expression): Arithmetic => ({ typename: 'Mul', start, end, left, right }),
  Div: (start: number, end: number, left: Expression, right: Expression): Arithmetic => ({ typename: 'Div', start, end, left, right }),
  FloorDiv: (start: number, end: number, left: Expression, right: Expression): Arithmetic => ({ typename: 'FloorDiv', start, end, left, right }),
  Mod: (start: number, end: number, left: Expression, right: Expression): Arithmetic => ({ typename: 'Mod', start, end, left, right }),
  Pow: (start: number, end: number, left: Expression, right: Expression): Arithmetic => ({ typename: 'Pow', start, end, left, right }),
  Concat: (start: number, end: number, children: readonly Expression[]): Concat => ({ typename: 'Concat', start, end, children }),
  CompareOperand: (start: number, end: number, expr: Expression, type: CompareOperator): CompareOperand => ({ typename: 'CompareOperand', start, end, expr, type }),
  Compare: (start: number, end: number, expr: Expression, ops: readonly CompareOperand[]): Compare => ({ typename: 'Compare', start, end, expr, ops }),
  NamespaceTarget: (start: number, end: number, name: string, attribute: string): NamespaceTarget => ({ typename: 'NamespaceTarget', start, end, name, attribute }),
  TemplateData: (start: number, end: number, value: string): TemplateData => ({ typename: 'TemplateData', start, end, value }),
  Output: (start: number, end: number, children: readonly (TemplateData | Expression)[]): Output => ({ typename: 'Output', start, end, children }),
  If: (start: number, end: number, cond: Expression, body: Body, else_: Body): If => ({ typename: 'If', start, end, cond, body, else_ }),
  For: (start: number, end: number, arr: Expression, name: Target, body: Body, else_: Body, test: Expression | null, recursive: boolean): For => ({ typename: 'For', start, end, arr, name, body, else_, test, recursive }),
  Assign: (start: number, end: number, targets: Target, value: Expression): Assign => ({ typename: 'Set', start, end, targets, value }),
  AssignBlock: (start: number, end: number, target: Target, filter: Filter | null, body: Body): AssignBlock => ({ typename: 'SetBlock', start, end, target, filter, body }),
  With: (start: number, end: number, targets: readonly Target[], values: readonly Expression[], body: Body): With => ({ typename: 'With', start, end, targets, values, body }),
  Do: (start: number, end: number, value: Expression): Do => ({ typename: 'Do', start, end, value }),
  FilterBlock: (start: number, end: number, filter: Filter, body: Body): FilterBlock => ({ typename: 'FilterBlock', start, end, filter, body }),
  Autoescape: (start: number, end: number, value: Expression, body: Body): Autoescape => ({ typename: 'Autoescape', start, end, value, body }),
  Break: (start: number, end: number): Break => ({ typename: 'Break', start, end }),
  Continue: (start: number, end: number): Continue => ({ typename: 'Continue', start, end }),
  Block: (start: number, end: number, name: string, body: Body, scoped: boolean, required: boolean): BlockNode => ({ typename: 'Block', start, end, name, body, scoped, required }),
  TemplateReference: (start: number, end: number, template: Expression, targets: readonly string[], ignoreMissing: boolean): TemplateReference => ({ typename: 'TemplateReference', start, end, template, targets, ignoreMissing }),
  Macro: (start: number, end: number, kind: MacroKind, name: string, fullName: string, parameters: readonly Parameter[], body: Body, options: MaterializationOptions | null, bodyStart: number, bodyEnd: number): Macro => ({ typename: 'Macro', start, end, kind, name, fullName, parameters, body, options, bodyStart, bodyEnd }),
  CallBlock: (start: number, end: number, call: Call, parameters: readonly Parameter[], body: Body): CallBlock => ({ typename: 'CallBlock', start, end, call, parameters, body }),
}
