import nunjucksParser from 'nunjucks/src/parser.js'
import type { ErrorNote } from '../../errors/quern-error.ts'
import type { SourceFile } from '../../errors/source-file.ts'
import { float, type Value } from '../runtime/value.ts'
import {
  type Arguments,
  type CompareOperand,
  type CompareOperator,
  type Expression,
  type Name,
  node,
  type Pair,
  type Place,
  type Target,
} from './ast.ts'
import { Lexer } from './lexer.ts'
import { syntaxError } from './syntax-error.ts'
import { describeToken, describeType, type Token, type TokenType } from './token.ts'

const COMPARE = new Set(['==', '!=', '<', '<=', '>', '>='])
const CONSTANTS = new Map<string, Value>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
])
const NO_ARGUMENTS: Arguments = { args: [], kwargs: [], star: null, doubleStar: null }
/** What Jinja2 calls a node that cannot be assigned to. */
const TARGET_NAMES: Readonly<Record<string, string>> = { Literal: 'const', Array: 'list' }

export interface TupleOptions {
  /** Only names and literals: the left side of `=` and `in`. */
  readonly simple?: boolean
  readonly namespace?: boolean
  readonly withoutInlineIf?: boolean
  readonly inParentheses?: boolean
}

/**
 * Expressions. nunjucks' parser gives the frame (one token of look-ahead over its tokenizer); Jinja2's precedences, chained comparison,
 * slices, `*` and `**` arguments, tuples and messages differ from its grammar, so the grammar stands here.
 */
export class ExpressionParser extends nunjucksParser.Parser {
  readonly file: SourceFile
  /** Line and offsets of the last token that was more than space: what a message about the end of the template points at. */
  #last: Pick<Token, 'lineno' | 'colno' | 'start'>
  #current: Token
  #next: Token | null = null
  protected previousEnd = 0

  constructor(file: SourceFile) {
    const lexer = new Lexer(file)
    super(lexer)
    this.file = file
    this.#last = { lineno: 0, colno: 0, start: 0 }
    this.#current = this.#read()
  }

  override peekToken(): Token {
    return this.#current
  }

  override nextToken(): Token {
    const token = this.#current
    this.previousEnd = token.end
    this.#current = this.#next ?? this.#read()
    this.#next = null
    return token
  }

  /** The token after the current one. */
  protected look(): Token {
    this.#next ??= this.#read()
    return this.#next
  }

  #read(): Token {
    for (;;) {
      const token = (this.tokens as Lexer).nextToken()
      switch (token.type) {
        case 'whitespace':
        case 'comment':
        case 'raw':
          continue
        case 'end':
          return { ...token, lineno: this.#last.lineno, colno: this.#last.colno, start: this.#last.start }
        default:
          this.#last = token
          return token
      }
    }
  }

  /** Makes a node that begins at `from` and ends with the last token taken. */
  protected make<Fields extends readonly unknown[], T>(
    kind: (start: number, end: number, ...fields: Fields) => T,
    from: Place,
    ...fields: Fields
  ): T {
    return kind(from.start, this.previousEnd, ...fields)
  }

  override fail(message: string): never {
    return this.failAt(message, this.#current)
  }

  protected failAt(message: string, place: Place, notes: readonly ErrorNote[] = []): never {
    throw syntaxError(this.file, message, place, notes)
  }

  protected isSymbol(value: string): boolean {
    return this.#current.type === 'symbol' && this.#current.value === value
  }

  protected isOperator(value: string): boolean {
    return this.#current.type === 'operator' && this.#current.value === value
  }

  override skip(type: TokenType): boolean {
    if (this.#current.type !== type) return false
    this.nextToken()
    return true
  }

  override skipValue(type: TokenType, value: string): boolean {
    if (this.#current.type !== type || this.#current.value !== value) return false
    this.nextToken()
    return true
  }

  override skipSymbol(value: string): boolean {
    return this.skipValue('symbol', value)
  }

  protected skipOperator(value: string): boolean {
    return this.skipValue('operator', value)
  }

  protected expect(type: TokenType, value?: string): Token {
    const token = this.#current
    if (token.type !== type || (value !== undefined && token.value !== value)) {
      const expected = `'${value ?? describeType(type)}'`
      if (token.type === 'end') this.fail(`unexpected end of template, expected ${expected}.`)
      this.fail(`expected token ${expected}, got '${describeToken(token)}'`)
    }
    return this.nextToken()
  }

  parseExpression(): Expression {
    const from = this.#current
    let expression = this.parseOr()
    while (this.skipSymbol('if')) {
      const condition = this.parseOr()
      const otherwise = this.skipSymbol('else') ? this.parseExpression() : null
      expression = this.make(node.InlineIf, from, condition, expression, otherwise)
    }
    return expression
  }

  parseOr(): Expression {
    let left = this.parseAnd()
    while (this.skipSymbol('or')) left = this.make(node.Or, left, left, this.parseAnd())
    return left
  }

  parseAnd(): Expression {
    let left = this.parseNot()
    while (this.skipSymbol('and')) left = this.make(node.And, left, left, this.parseNot())
    return left
  }

  parseNot(): Expression {
    const from = this.#current
    if (!this.skipSymbol('not')) return this.parseCompare()
    return this.make(node.Not, from, this.parseNot())
  }

  parseCompare(): Expression {
    const expression = this.parseSum()
    const operands: CompareOperand[] = []
    for (;;) {
      const token = this.#current
      let operator: CompareOperator
      if (token.type === 'operator' && COMPARE.has(token.value)) {
        operator = token.value as CompareOperator
        this.nextToken()
      } else if (this.skipSymbol('in')) {
        operator = 'in'
      } else if (this.isSymbol('not') && this.look().type === 'symbol' && this.look().value === 'in') {
        this.nextToken()
        this.nextToken()
        operator = 'not in'
      } else break
      operands.push(this.make(node.CompareOperand, token, this.parseSum(), operator))
    }
    return operands.length === 0 ? expression : this.make(node.Compare, expression, expression, operands)
  }

  parseSum(): Expression {
    let left = this.parseConcat()
    for (;;) {
      if (this.skipOperator('+')) left = this.make(node.Add, left, left, this.parseConcat())
      else if (this.skipOperator('-')) left = this.make(node.Sub, left, left, this.parseConcat())
      else return left
    }
  }

  parseConcat(): Expression {
    const first = this.parseProduct()
    if (!this.isOperator('~')) return first
    const parts = [first]
    while (this.skipOperator('~')) parts.push(this.parseProduct())
    return this.make(node.Concat, first, parts)
  }

  parseProduct(): Expression {
    let left = this.parsePower()
    for (;;) {
      if (this.skipOperator('*')) left = this.make(node.Mul, left, left, this.parsePower())
      else if (this.skipOperator('/')) left = this.make(node.Div, left, left, this.parsePower())
      else if (this.skipOperator('//')) left = this.make(node.FloorDiv, left, left, this.parsePower())
      else if (this.skipOperator('%')) left = this.make(node.Mod, left, left, this.parsePower())
      else return left
    }
  }

  /** Left to right, unlike Python: `2 ** 3 ** 2` is 64. */
  parsePower(): Expression {
    let left = this.parseUnary()
    while (this.skipOperator('**')) left = this.make(node.Pow, left, left, this.parseUnary())
    return left
  }

  parseUnary(withFilters = true): Expression {
    const from = this.#current
    let expression: Expression
    if (this.skipOperator('-')) expression = this.make(node.Negate, from, this.parseUnary(false))
    else if (this.skipOperator('+')) expression = this.make(node.Positive, from, this.parseUnary(false))
    else expression = this.parsePrimary()
    expression = this.parsePostfix(expression)
    return withFilters ? this.parseFilters(expression) : expression
  }

  parsePrimary(namespace = false): Expression {
    const token = this.#current
    switch (token.type) {
      case 'symbol': {
        this.nextToken()
        const constant = CONSTANTS.get(token.value)
        if (constant !== undefined) return this.make(node.Literal, token, constant)
        if (namespace && this.skipOperator('.')) {
          return this.make(node.NamespaceTarget, token, token.value, this.expect('symbol').value)
        }
        return this.make(node.Name, token, token.value)
      }
      case 'string': {
        this.nextToken()
        let text = token.value
        while (this.#current.type === 'string') text += this.nextToken().value
        return this.make(node.Literal, token, text)
      }
      case 'int':
      case 'float':
        this.nextToken()
        return this.make(node.Literal, token, numberValue(token))
      case 'operator':
        if (token.value === '(') {
          this.nextToken()
          const inner = this.parseTuple({ inParentheses: true })
          this.expect('operator', ')')
          return inner
        }
        if (token.value === '[') return this.#list()
        if (token.value === '{') return this.#dict()
    }
    return this.fail(`unexpected '${describeToken(token)}'`)
  }

  /** One expression, or a tuple when there is a comma. */
  parseTuple(options: TupleOptions = {}): Expression {
    const from = this.#current
    const items: Expression[] = []
    let isTuple = false
    for (;;) {
      if (items.length > 0) this.expect('operator', ',')
      if (this.#atTupleEnd()) break
      items.push(
        options.simple === true
          ? this.parsePrimary(options.namespace)
          : options.withoutInlineIf === true
            ? this.parseOr()
            : this.parseExpression(),
      )
      if (!this.isOperator(',')) break
      isTuple = true
    }
    if (!isTuple) {
      if (items.length > 0) return items[0]!
      if (options.inParentheses !== true) this.fail(`Expected an expression, got '${describeToken(this.#current)}'`)
    }
    return this.make(node.Tuple, from, items)
  }

  #atTupleEnd(): boolean {
    const { type } = this.#current
    return type === 'variable-end' || type === 'block-end' || this.isOperator(')')
  }

  #list(): Expression {
    const from = this.nextToken()
    const items: Expression[] = []
    while (!this.isOperator(']')) {
      if (items.length > 0) this.expect('operator', ',')
      if (this.isOperator(']')) break
      items.push(this.parseExpression())
    }
    this.nextToken()
    return this.make(node.List, from, items)
  }

  #dict(): Expression {
    const from = this.nextToken()
    const pairs: Pair[] = []
    while (!this.isOperator('}')) {
      if (pairs.length > 0) this.expect('operator', ',')
      if (this.isOperator('}')) break
      const key = this.parseExpression()
      this.expect('operator', ':')
      pairs.push(this.make(node.Pair, key, key, this.parseExpression()))
    }
    this.nextToken()
    return this.make(node.Dict, from, pairs)
  }

  parsePostfix(expression: Expression): Expression {
    for (;;) {
      if (this.isOperator('.')) expression = this.#attribute(expression)
      else if (this.isOperator('[')) expression = this.#subscript(expression)
      else if (this.isOperator('(')) expression = this.#call(expression)
      else return expression
    }
  }

  #attribute(target: Expression): Expression {
    this.nextToken()
    const token = this.#current
    this.nextToken()
    if (token.type === 'symbol') return this.make(node.GetAttribute, target, target, token.value)
    if (token.type !== 'int') this.failAt('expected name or number', token)
    return this.make(node.GetItem, target, target, this.make(node.Literal, token, numberValue(token)))
  }

  #subscript(target: Expression): Expression {
    const from = this.nextToken()
    const items: Expression[] = []
    while (!this.isOperator(']')) {
      if (items.length > 0) this.expect('operator', ',')
      items.push(this.#subscribed())
    }
    this.nextToken()
    const key = items.length === 1 ? items[0]! : this.make(node.Tuple, from, items)
    return this.make(node.GetItem, target, target, key)
  }

  #subscribed(): Expression {
    const from = this.#current
    const atEnd = (): boolean => this.isOperator(']') || this.isOperator(',')
    let first: Expression | null = null
    if (!this.skipOperator(':')) {
      const key = this.parseExpression()
      if (!this.skipOperator(':')) return key
      first = key
    }
    const last = this.isOperator(':') || atEnd() ? null : this.parseExpression()
    const step = this.skipOperator(':') && !atEnd() ? this.parseExpression() : null
    return this.make(node.Slice, from, first, last, step)
  }

  #call(target: Expression): Expression {
    const args = this.#arguments()
    return this.make(node.Call, target, target, args)
  }

  #arguments(): Arguments {
    const open = this.expect('operator', '(')
    const args: Expression[] = []
    const kwargs: { name: string; value: Expression }[] = []
    let star: Expression | null = null
    let doubleStar: Expression | null = null
    const ensure = (valid: boolean): void => {
      if (!valid) this.failAt('invalid syntax for function call expression', open)
    }
    for (let first = true; !this.isOperator(')'); first = false) {
      if (!first) {
        this.expect('operator', ',')
        if (this.isOperator(')')) break
      }
      if (this.isOperator('*')) {
        ensure(star === null && doubleStar === null)
        this.nextToken()
        star = this.parseExpression()
      } else if (this.isOperator('**')) {
        ensure(doubleStar === null)
        this.nextToken()
        doubleStar = this.parseExpression()
      } else if (this.#current.type === 'symbol' && this.look().type === 'operator' && this.look().value === '=') {
        ensure(doubleStar === null)
        const name = this.nextToken()
        this.nextToken()
        if (kwargs.some((other) => other.name === name.value))
          this.failAt(`keyword argument repeated: ${name.value}`, name)
        kwargs.push({ name: name.value, value: this.parseExpression() })
      } else {
        ensure(star === null && doubleStar === null && kwargs.length === 0)
        args.push(this.parseExpression())
      }
    }
    this.nextToken()
    if (args.length === 0 && kwargs.length === 0 && star === null && doubleStar === null) return NO_ARGUMENTS
    return { args, kwargs, star, doubleStar }
  }

  /** Filters, tests and calls that follow an expression. */
  parseFilters(expression: Expression): Expression {
    for (;;) {
      if (this.isOperator('|')) expression = this.parseFilter(expression)!
      else if (this.isSymbol('is')) expression = this.#test(expression)
      else if (this.isOperator('(')) expression = this.#call(expression)
      else return expression
    }
  }

  /** Filters that follow `target`; `inline`: the first one stands without its bar. */
  protected parseFilter(target: Expression | null, inline = false): Expression | null {
    let result = target
    for (let first = inline; first || this.isOperator('|'); first = false) {
      if (!first) this.nextToken()
      const from = this.#current
      const name = this.#dottedName()
      const args = this.isOperator('(') ? this.#arguments() : NO_ARGUMENTS
      result = this.make(node.Filter, result ?? from, result, name, args)
    }
    return result
  }

  #dottedName(): string {
    let name = this.expect('symbol').value
    while (this.skipOperator('.')) name += `.${this.expect('symbol').value}`
    return name
  }

  #test(target: Expression): Expression {
    this.nextToken()
    const negated = this.skipSymbol('not')
    const name = this.#dottedName()
    let args = NO_ARGUMENTS
    const { type, value } = this.#current
    if (this.isOperator('(')) args = this.#arguments()
    else if (
      (type === 'symbol' && value !== 'else' && value !== 'or' && value !== 'and') ||
      type === 'string' ||
      type === 'int' ||
      type === 'float' ||
      this.isOperator('[') ||
      this.isOperator('{')
    ) {
      if (this.isSymbol('is')) this.fail('You cannot chain multiple tests with is')
      args = { ...NO_ARGUMENTS, args: [this.parsePostfix(this.parsePrimary())] }
    }
    const test = this.make(node.Test, target, target, name, args)
    return negated ? this.make(node.Not, target, test) : test
  }

  /** The left side of an assignment; `options.simple` is implied. */
  protected parseTarget(options: TupleOptions = {}): Target {
    return this.#checkTarget(this.parseTuple({ ...options, simple: true }))
  }

  protected parseNameTarget(): Name {
    const token = this.expect('symbol')
    const name = this.make(node.Name, token, token.value)
    if (CONSTANTS.has(token.value)) this.failAt("can't assign to 'name'", token)
    return name
  }

  #checkTarget(target: Expression): Target {
    switch (target.typename) {
      case 'Symbol':
      case 'NamespaceTarget':
        return target
      case 'Tuple':
        for (const item of target.children) if (!isTarget(item)) this.failAt("can't assign to 'tuple'", target)
        return target
      default:
        return this.failAt(
          `can't assign to '${TARGET_NAMES[target.typename] ?? target.typename.toLowerCase()}'`,
          target,
        )
    }
  }
}

const isTarget = (expression: Expression): boolean =>
  expression.typename === 'Symbol' ||
  expression.typename === 'NamespaceTarget' ||
  (expression.typename === 'Tuple' && expression.children.every(isTarget))

function numberValue(token: Token): Value {
  const digits = token.value.replaceAll('_', '')
  if (token.type === 'float') return float(Number(digits))
  const small = Number(digits)
  return Number.isSafeInteger(small) ? small : BigInt(digits)
}
