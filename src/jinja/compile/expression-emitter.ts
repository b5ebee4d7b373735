import type { SourceFile } from '../../errors/source-file.ts'
import type { Flavour } from '../names.ts'
import { floatRepr, PyFloat, type Value } from '../runtime/value.ts'
import type { Arguments, Call, Compare, Expression, Filter, Literal, Place, Test } from '../syntax/ast.ts'
import type { Scope, Variable } from './scope.ts'

export const ARITHMETIC = { Add: '+', Sub: '-', Mul: '*', Div: '/', FloorDiv: '//', Mod: '%', Pow: '**' } as const

/** A filter or test that a template cannot do without. */
export interface NeededName {
  readonly kind: 'filters' | 'tests'
  readonly name: string
  readonly start: number
  readonly end: number
}

/** Deep nesting that would only make V8's own parser fail. */
const MAX_DEPTH = 800

/** Expressions as JavaScript. `p = 4` in an argument list notes the position, after the arguments before it have been computed. */
export class ExpressionEmitter {
  protected readonly file: SourceFile
  protected readonly flavour: Flavour
  /** Pairs of start and end; the first is what errors point at before anything has been computed. */
  protected readonly positions: number[] = [0, 0]
  /** Constants that are made once per template. */
  protected readonly hoisted: string[] = []
  /** Parameters whose default is still to be computed: reading one gives an undefined. */
  protected unset: ReadonlySet<Variable> = new Set()
  /** Whether the function that is being emitted may await. */
  protected isAsync = false
  /** Filters and tests that must exist before anything is rendered. */
  protected readonly needed: NeededName[] = []
  #ids = 0
  #temporaries: string[] = []
  #depth = 0
  /** Inside `if`: filters and tests that do not exist fail only when they are reached. */
  #soft = 0

  constructor(file: SourceFile, flavour: Flavour) {
    this.file = file
    this.flavour = flavour
  }

  protected readonly newId = (prefix = 'l'): string => `${prefix}_${++this.#ids}`

  /** Emits the body of a function: `emit` runs with its own temporaries. */
  protected inFunction(asynchronous: boolean, emit: () => string): string {
    const outer = { isAsync: this.isAsync, temporaries: this.#temporaries, unset: this.unset }
    this.isAsync = asynchronous
    this.#temporaries = []
    this.unset = new Set()
    const code = emit()
    const declared = this.#temporaries.length === 0 ? '' : `let ${this.#temporaries.join(', ')};`
    this.isAsync = outer.isAsync
    this.#temporaries = outer.temporaries
    this.unset = outer.unset
    return declared + code
  }

  protected soft<T>(emit: () => T): T {
    this.#soft++
    try {
      return emit()
    } finally {
      this.#soft--
    }
  }

  /** Inside a scope of its own, where an `if` further out no longer counts. */
  protected hard<T>(emit: () => T): T {
    const outer = this.#soft
    this.#soft = 0
    try {
      return emit()
    } finally {
      this.#soft = outer
    }
  }

  #temporary(): string {
    const id = this.newId('t')
    this.#temporaries.push(id)
    return id
  }

  /** Code that notes a place as the current position. */
  protected at(place: Place): string {
    this.positions.push(place.start, place.end)
    return `p = ${this.positions.length - 2}`
  }

  /** A value. */
  protected expression(expression: Expression, scope: Scope): string {
    if (++this.#depth > MAX_DEPTH) throw new RangeError('Maximum call stack size exceeded')
    try {
      return this.#value(expression, scope)
    } finally {
      this.#depth--
    }
  }

  #value(node: Expression, scope: Scope): string {
    switch (node.typename) {
      case 'Literal':
        return this.#literal(node)
      case 'Symbol':
        return this.name(node.value, node, scope)
      case 'Array':
        return `[${this.#list(node.children, scope)}]`
      case 'Tuple':
        return `tuple([${this.#list(node.children, scope)}])`
      case 'Dict': {
        const pairs = node.children.map(
          (pair) => `[${this.expression(pair.key, scope)}, ${this.expression(pair.value, scope)}]`,
        )
        return `dict([${pairs.join(', ')}], ${this.at(node)})`
      }
      case 'GetAttribute':
        return `cx.attribute(${this.expression(node.target, scope)}, ${JSON.stringify(node.name)}, ${this.at(node)})`
      case 'LookupVal': {
        const target = this.expression(node.target, scope)
        if (node.val.typename !== 'Slice')
          return `cx.item(${target}, ${this.expression(node.val, scope)}, ${this.at(node)})`
        const parts = [node.val.first, node.val.last, node.val.step].map((part) => this.#optional(part, scope))
        return `slice(${target}, ${parts.join(', ')}, ${this.at(node)})`
      }
      case 'Slice':
        return `cx.sliceValue(${[node.first, node.last, node.step].map((part) => this.#optional(part, scope)).join(', ')}, ${this.at(node)})`
      case 'FunCall':
        return this.call(node, scope, undefined)
      case 'Filter':
        return this.filterOf(node, '""', scope)
      case 'InlineIf': {
        const condition = this.soft(() => this.condition(node.cond, scope))
        const body = this.soft(() => this.expression(node.body, scope))
        const otherwise = node.else_
        const other =
          otherwise === null
            ? `cx.noElse(${lineOf(this.file.text, node.start)})`
            : this.soft(() => this.expression(otherwise, scope))
        return `(${condition} ? ${body} : ${other})`
      }
      case 'And': {
        const left = this.#temporary()
        return `(truthy(${left} = ${this.expression(node.left, scope)}) ? ${this.expression(node.right, scope)} : ${left})`
      }
      case 'Or': {
        const left = this.#temporary()
        return `(truthy(${left} = ${this.expression(node.left, scope)}) ? ${left} : ${this.expression(node.right, scope)})`
      }
      case 'Not':
      case 'Is':
      case 'Compare':
        return this.condition(node, scope)
      case 'Neg':
        return `negate(${this.expression(node.target, scope)}, ${this.at(node)})`
      case 'Pos':
        return `positive(${this.expression(node.target, scope)}, ${this.at(node)})`
      case 'Concat':
        return `(${node.children.map((child) => this.text(child, scope)).join(' + ')})`
      case 'Add':
      case 'Sub':
      case 'Mul':
      case 'Div':
      case 'FloorDiv':
      case 'Mod':
      case 'Pow': {
        const left = this.expression(node.left, scope)
        return `binary("${ARITHMETIC[node.typename]}", ${left}, ${this.expression(node.right, scope)}, ${this.at(node)})`
      }
      case 'NamespaceTarget':
        return this.name(node.name, node, scope)
    }
  }

  #optional(expression: Expression | null, scope: Scope): string {
    return expression === null ? 'null' : this.expression(expression, scope)
  }

  #list(expressions: readonly Expression[], scope: Scope): string {
    return expressions.map((expression) => this.expression(expression, scope)).join(', ')
  }

  /** A JavaScript boolean: the truth of an expression. */
  protected condition(node: Expression, scope: Scope): string {
    if (++this.#depth > MAX_DEPTH) throw new RangeError('Maximum call stack size exceeded')
    try {
      switch (node.typename) {
        case 'Literal':
          if (typeof node.value === 'boolean') return String(node.value)
          break
        case 'Not':
          return `!${this.condition(node.target, scope)}`
        case 'And':
          return `(${this.condition(node.left, scope)} && ${this.condition(node.right, scope)})`
        case 'Or':
          return `(${this.condition(node.left, scope)} || ${this.condition(node.right, scope)})`
        case 'Compare':
          return this.#compare(node, scope)
        case 'Is':
          return this.#test(node, scope)
        default:
          break
      }
      return `truthy(${this.#value(node, scope)}, ${this.at(node)})`
    } finally {
      this.#depth--
    }
  }

  #compare(node: Compare, scope: Scope): string {
    let left = this.expression(node.expr, scope)
    const parts: string[] = []
    for (const [index, operand] of node.ops.entries()) {
      let right = this.expression(operand.expr, scope)
      let next = right
      if (index < node.ops.length - 1) {
        next = this.#temporary()
        right = `(${next} = ${right})`
      }
      const at = this.at({ ...node, start: node.start, end: operand.end })
      switch (operand.type) {
        case '==':
          parts.push(`equals(${left}, ${right}, ${at})`)
          break
        case '!=':
          parts.push(`!equals(${left}, ${right}, ${at})`)
          break
        case 'in':
          parts.push(`contains(${left}, ${right}, ${at})`)
          break
        case 'not in':
          parts.push(`!contains(${left}, ${right}, ${at})`)
          break
        default:
          parts.push(`compareOp("${operand.type}", ${left}, ${right}, ${at})`)
      }
      left = next
    }
    return parts.length === 1 ? parts[0]! : `(${parts.join(' && ')})`
  }

  #test(node: Test, scope: Scope): string {
    this.#checkExists('tests', node.name, node)
    const value = this.expression(node.target, scope)
    return `cx.test(${JSON.stringify(node.name)}, ${value}, ${this.#arguments(node.args, scope, node)}, ${this.at(node)})`
  }

  /** A filter; `blockText`: code of the text that a chain without a beginning (of a `filter` or `set` block) starts from. */
  protected filterOf(filter: Filter, blockText: string, scope: Scope): string {
    this.#checkExists('filters', filter.name, filter)
    const { target } = filter
    let value = blockText
    if (target !== null) {
      value = target.typename === 'Filter' ? this.filterOf(target, blockText, scope) : this.expression(target, scope)
    }
    return `cx.filter(${JSON.stringify(filter.name)}, ${value}, ${this.#arguments(filter.args, scope, filter)}, ${this.at(filter)})`
  }

  #checkExists(kind: 'filters' | 'tests', name: string, place: Place): void {
    if (this.#soft > 0) return
    this.needed.push({ kind, name, start: place.start, end: place.end })
  }

  /** A call; `caller`: code of the body of a `call` block. */
  protected call(node: Call, scope: Scope, caller: string | undefined): string {
    const target = this.expression(node.name, scope)
    const code = `(${target}, ${this.#arguments(node.args, scope, node, caller)}, ${this.at(node)})`
    return this.isAsync ? `((t = cx.call${code}) instanceof Promise ? await t : t)` : `cx.callNow${code}`
  }

  /** Positional and keyword arguments, as two arguments of JavaScript. */
  #arguments(args: Arguments, scope: Scope, place: Place, caller?: string): string {
    const positional = args.args.map((each) => this.expression(each, scope))
    if (args.star !== null) positional.push(`...spread(${this.expression(args.star, scope)}, ${this.at(args.star)})`)
    const named = args.kwargs.map((kwarg) => `[${JSON.stringify(kwarg.name)}, ${this.expression(kwarg.value, scope)}]`)
    if (caller !== undefined) named.push(`["caller", ${caller}]`)
    let kwargs = named.length === 0 ? 'NO_KWARGS' : `new Map([${named.join(', ')}])`
    if (args.doubleStar !== null) {
      kwargs = `keywords(${kwargs}, ${this.expression(args.doubleStar, scope)}, ${this.at(place)})`
    }
    return `[${positional.join(', ')}], ${kwargs}`
  }

  /** The text of a value, as it is printed. */
  protected text(expression: Expression, scope: Scope): string {
    if (expression.typename === 'Literal' && typeof expression.value === 'string')
      return JSON.stringify(expression.value)
    if (expression.typename === 'Concat') return this.expression(expression, scope)
    return `text(${this.expression(expression, scope)}, ${this.at(expression)})`
  }

  /** The value of a name: a variable of the template, or what the context gives. */
  protected name(name: string, place: Place, scope: Scope): string {
    const variable = scope.find(name)!
    const { id } = variable
    if (variable.fromContext)
      return `(${id} === undefined ? (${id} = cx.find(${JSON.stringify(name)}, ${this.at(place)})) : ${id})`
    if (variable.origin.kind === 'parameter' && !this.unset.has(variable)) return id
    return `(${id} === undefined ? cx.undefinedName(${JSON.stringify(name)}) : ${id})`
  }

  #literal(node: Literal): string {
    const { value } = node
    if (typeof value === 'string') return JSON.stringify(value)
    if (typeof value === 'bigint') return `${value}n`
    if (value instanceof PyFloat) return this.#float(value.value)
    return typeof value === 'number' && !Number.isInteger(value) ? this.#float(value) : String(value as Value)
  }

  #float(value: number): string {
    if (value === Number.POSITIVE_INFINITY) return '(1 / 0)'
    if (!Number.isInteger(value)) return String(value)
    const id = this.newId('k')
    this.hoisted.push(`const ${id} = float(${floatRepr(value)});`)
    return id
  }
}

/** The line of a place in a template's text, from 1. */
export const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length
