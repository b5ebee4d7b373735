import nodes from 'nunjucks/src/nodes.js'
import type { Value } from '../runtime/value.ts'

/** Where a node stands in the text: `start` inclusive, `end` exclusive; line and column from 0, as nunjucks counts. */
export interface Place {
  readonly lineno: number
  readonly colno: number
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

type NodeClass<T> = new (lineno: number, colno: number, ...fields: readonly unknown[]) => T
const theirs = <T>(name: string): NodeClass<T> => nodes[name] as unknown as NodeClass<T>
const ours = <T>(name: string, ...fields: readonly string[]): NodeClass<T> =>
  nodes['Node']!.extend(name, { fields }) as unknown as NodeClass<T>

/** Constructors of the nodes: nunjucks' where it has the construct, made with its `extend` where it has not. */
export const node = {
  Root: theirs<Root>('Root'),
  Literal: theirs<Literal>('Literal'),
  Name: theirs<Name>('Symbol'),
  List: theirs<ListNode>('Array'),
  Tuple: ours<TupleNode>('Tuple', 'children'),
  Pair: theirs<Pair>('Pair'),
  Dict: theirs<DictNode>('Dict'),
  GetAttribute: ours<GetAttribute>('GetAttribute', 'target', 'name'),
  GetItem: theirs<GetItem>('LookupVal'),
  Slice: ours<Slice>('Slice', 'first', 'last', 'step'),
  Call: theirs<Call>('FunCall'),
  Filter: ours<Filter>('Filter', 'target', 'name', 'args'),
  Test: ours<Test>('Is', 'target', 'name', 'args'),
  InlineIf: theirs<InlineIf>('InlineIf'),
  And: theirs<And>('And'),
  Or: theirs<Or>('Or'),
  Not: theirs<Not>('Not'),
  Negate: theirs<Negate>('Neg'),
  Positive: theirs<Positive>('Pos'),
  Add: theirs<Arithmetic>('Add'),
  Sub: theirs<Arithmetic>('Sub'),
  Mul: theirs<Arithmetic>('Mul'),
  Div: theirs<Arithmetic>('Div'),
  FloorDiv: theirs<Arithmetic>('FloorDiv'),
  Mod: theirs<Arithmetic>('Mod'),
  Pow: theirs<Arithmetic>('Pow'),
  Concat: ours<Concat>('Concat', 'children'),
  CompareOperand: theirs<CompareOperand>('CompareOperand'),
  Compare: theirs<Compare>('Compare'),
  NamespaceTarget: ours<NamespaceTarget>('NamespaceTarget', 'name', 'attribute'),
  TemplateData: theirs<TemplateData>('TemplateData'),
  Output: theirs<Output>('Output'),
  If: theirs<If>('If'),
  For: ours<For>('For', 'arr', 'name', 'body', 'else_', 'test', 'recursive'),
  Assign: theirs<Assign>('Set'),
  AssignBlock: ours<AssignBlock>('SetBlock', 'target', 'filter', 'body'),
  With: ours<With>('With', 'targets', 'values', 'body'),
  Do: ours<Do>('Do', 'value'),
  FilterBlock: ours<FilterBlock>('FilterBlock', 'filter', 'body'),
  Autoescape: ours<Autoescape>('Autoescape', 'value', 'body'),
  Break: ours<Break>('Break'),
  Continue: ours<Continue>('Continue'),
  Block: ours<BlockNode>('Block', 'name', 'body', 'scoped', 'required'),
  TemplateReference: ours<TemplateReference>('TemplateReference', 'template', 'targets', 'ignoreMissing'),
  Macro: ours<Macro>('Macro', 'kind', 'name', 'fullName', 'parameters', 'body', 'options', 'bodyStart', 'bodyEnd'),
  CallBlock: ours<CallBlock>('CallBlock', 'call', 'parameters', 'body'),
}
export type { NodeClass }
