import { didYouMean } from '../../errors/did-you-mean.ts'
import type { ErrorNote } from '../../errors/quern-error.ts'
import type { SourceFile } from '../../errors/source-file.ts'
import {
  type Body,
  type Expression,
  type Filter,
  type MacroKind,
  type MaterializationOptions,
  node,
  type Parameter,
  type Place,
  type Root,
  type Statement,
  type Target,
  type TemplateData,
} from './ast.ts'
import { ExpressionParser } from './expression-parser.ts'
import { tagStart } from './lexer.ts'
import type { Token } from './token.ts'

/**
 * How macros are defined. `prefixed`: as dbt does, under names that no template calls by accident (`dbt_macro__x`), so that a call of
 * `x()` always goes to the lookup; `plain`: as Jinja2 does.
 */
export type MacroNames = 'prefixed' | 'plain'

/** Statements: Jinja2's, the `do` and loop control extensions, and dbt's block tags. */
export class TemplateParser extends ExpressionParser {
  readonly #macroNames: MacroNames
  /** The tags being read, outermost first: `if`, `for` ... with where they were opened. */
  readonly #tags: Token[] = []
  /** The tags that may end the bodies being read, outermost first. */
  readonly #awaited: (readonly string[])[] = []

  constructor(file: SourceFile, macroNames: MacroNames) {
    super(file)
    this.#macroNames = macroNames
  }

  /** The whole template. Throws a QuernError with Jinja2's message at the first mistake. */
  parseTemplate(): Root {
    const from = this.peekToken()
    const children = this.#statements()
    return this.make(node.Root, from, children)
  }

  /** Statements up to a tag that is awaited (its name is then the current token) or to the end. */
  #statements(): Body {
    const body: Statement[] = []
    let output: (TemplateData | Expression)[] = []
    const flush = (): void => {
      if (output.length === 0) return
      body.push(this.make(node.Output, output[0]!, output))
      output = []
    }
    for (;;) {
      const token = this.peekToken()
      switch (token.type) {
        case 'data':
          this.nextToken()
          if (token.value !== '') output.push(this.make(node.TemplateData, token, token.value))
          break
        case 'variable-start':
          this.nextToken()
          output.push(this.parseTuple())
          this.expect('variable-end')
          break
        case 'block-start': {
          flush()
          this.nextToken()
          const tag = this.peekToken()
          if (tag.type === 'symbol' && this.#awaited.at(-1)?.includes(tag.value) === true) return body
          const statement = this.#statement() as Statement & { start: number; end: number }
          this.expect('block-end')
          statement.start = tagStart(this.file.text, token.start)
          statement.end = this.previousEnd
          body.push(statement)
          break
        }
        default:
          flush()
          return body
      }
    }
  }

  #statement(): Statement {
    const tag = this.peekToken()
    if (tag.type !== 'symbol') this.fail('tag name expected')
    const read = STATEMENTS.get(tag.value)
    if (read === undefined) return this.#endedBadly(tag)
    this.#tags.push(tag)
    this.nextToken()
    const statement = read(this, tag)
    this.#tags.pop()
    return statement
  }

  /** The body of a tag, from the tag's end up to one of `ends`, whose name stays the current token. */
  #bodyUntil(...ends: readonly string[]): Body {
    this.skipOperator(':')
    this.expect('block-end')
    this.#awaited.push(ends)
    const body = this.#statements()
    if (this.peekToken().type === 'end') this.#endedBadly(null)
    this.#awaited.pop()
    return body
  }

  /** A body whose end tag is taken too. */
  #body(end: string): Body {
    const body = this.#bodyUntil(end)
    this.nextToken()
    return body
  }

  /** An unknown tag, or the end of the template (null) where a tag was awaited. */
  #endedBadly(tag: Token | null): never {
    const awaited = this.#awaited.at(-1)
    const sentences = [tag === null ? 'Unexpected end of template.' : `Encountered unknown tag '${tag.value}'.`]
    if (awaited !== undefined) {
      const looking = awaited.map((name) => `'${name}'`).join(' or ')
      sentences.push(
        tag !== null && this.#awaited.some((names) => names.includes(tag.value))
          ? `You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for ${looking}.`
          : `Jinja was looking for the following tags: ${looking}.`,
      )
    }
    const innermost = this.#tags.at(-1)
    const notes: ErrorNote[] = []
    const meant = tag === null ? undefined : didYouMean(tag.value, [...(awaited ?? []), ...STATEMENTS.keys()])
    if (meant !== undefined) notes.push({ text: `hint: did you mean '${meant}'?` })
    if (innermost !== undefined) {
      sentences.push(`The innermost block that needs to be closed is '${innermost.value}'.`)
      notes.push({
        text: `'${innermost.value}' begins here`,
        at: { file: this.file, start: innermost.start, end: innermost.end },
      })
    }
    return this.failAt(sentences.join(' '), tag ?? this.peekToken(), notes)
  }

  // -- one method per tag; the tag's name has been taken

  if(tag: Token): Statement {
    const condition = this.parseTuple({ withoutInlineIf: true })
    const body = this.#bodyUntil('elif', 'else', 'endif')
    const next = this.nextToken()
    let otherwise: Body = []
    if (next.value === 'elif') otherwise = [this.if(next)]
    else if (next.value === 'else') otherwise = this.#body('endif')
    return this.make(node.If, tag, condition, body, otherwise)
  }

  for(tag: Token): Statement {
    const target = this.parseTarget()
    this.expect('symbol', 'in')
    const items = this.parseTuple({ withoutInlineIf: true })
    const test = this.skipSymbol('if') ? this.parseExpression() : null
    const recursive = this.skipSymbol('recursive')
    const body = this.#bodyUntil('endfor', 'else')
    const otherwise = this.nextToken().value === 'else' ? this.#body('endfor') : []
    return this.make(node.For, tag, items, target, body, otherwise, test, recursive)
  }

  set(tag: Token): Statement {
    const target = this.parseTarget({ namespace: true })
    if (this.skipOperator('=')) return this.make(node.Assign, tag, target, this.parseTuple())
    const filter = this.parseFilter(null) as Filter | null
    return this.make(node.AssignBlock, tag, target, filter, this.#body('endset'))
  }

  with(tag: Token): Statement {
    const targets: Target[] = []
    const values: Expression[] = []
    while (this.peekToken().type !== 'block-end') {
      if (targets.length > 0) this.expect('operator', ',')
      targets.push(this.parseTarget())
      this.expect('operator', '=')
      values.push(this.parseExpression())
    }
    return this.make(node.With, tag, targets, values, this.#body('endwith'))
  }

  do(tag: Token): Statement {
    return this.make(node.Do, tag, this.parseTuple())
  }

  print(tag: Token): Statement {
    const children: Expression[] = []
    while (this.peekToken().type !== 'block-end') {
      if (children.length > 0) this.expect('operator', ',')
      children.push(this.parseExpression())
    }
    return this.make(node.Output, tag, children)
  }

  break(tag: Token): Statement {
    return this.make(node.Break, tag)
  }

  continue(tag: Token): Statement {
    return this.make(node.Continue, tag)
  }

  filter(tag: Token): Statement {
    const filter = this.parseFilter(null, true) as Filter
    return this.make(node.FilterBlock, tag, filter, this.#body('endfilter'))
  }

  autoescape(tag: Token): Statement {
    const value = this.parseExpression()
    return this.make(node.Autoescape, tag, value, this.#body('endautoescape'))
  }

  block(tag: Token): Statement {
    const name = this.expect('symbol').value
    const scoped = this.skipSymbol('scoped')
    const required = this.skipSymbol('required')
    if (this.isOperator('-')) {
      this.fail(
        'Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an underscore instead.',
      )
    }
    const body = this.#body('endblock')
    if (required && !body.every(isBlank)) this.fail('Required blocks can only contain comments or whitespace')
    this.skipSymbol(name)
    return this.make(node.Block, tag, name, body, scoped, required)
  }

  extends(tag: Token): Statement {
    return this.make(node.TemplateReference, tag, this.parseExpression(), [], false)
  }

  include(tag: Token): Statement {
    const template = this.parseExpression()
    const ignoreMissing = this.isSymbol('ignore') && this.look().value === 'missing'
    if (ignoreMissing) {
      this.nextToken()
      this.nextToken()
    }
    this.#importContext()
    return this.make(node.TemplateReference, tag, template, [], ignoreMissing)
  }

  import(tag: Token): Statement {
    const template = this.parseExpression()
    this.expect('symbol', 'as')
    const target = this.parseNameTarget()
    this.#importContext()
    return this.make(node.TemplateReference, tag, template, [target.value], false)
  }

  from(tag: Token): Statement {
    const template = this.parseExpression()
    this.expect('symbol', 'import')
    const targets: string[] = []
    for (;;) {
      if (targets.length > 0) this.expect('operator', ',')
      if (this.peekToken().type !== 'symbol') this.expect('symbol')
      if (this.#importContext()) break
      const target = this.parseNameTarget()
      if (target.value.startsWith('_')) this.failAt('names starting with an underline can not be imported', target)
      targets.push(this.skipSymbol('as') ? this.parseNameTarget().value : target.value)
      if (this.#importContext() || !this.isOperator(',')) break
    }
    return this.make(node.TemplateReference, tag, template, targets, false)
  }

  /** `with context` or `without context`. */
  #importContext(): boolean {
    if (!(this.isSymbol('with') || this.isSymbol('without')) || this.look().value !== 'context') return false
    this.nextToken()
    this.nextToken()
    return true
  }

  call(tag: Token): Statement {
    const parameters = this.isOperator('(') ? this.#signature() : []
    const call = this.parseExpression()
    if (call.typename !== 'FunCall') this.failAt('expected call', { ...tag, end: this.previousEnd })
    return this.make(node.CallBlock, tag, call, parameters, this.#body('endcall'))
  }

  macro(tag: Token): Statement {
    const name = this.parseNameTarget().value
    return this.#macro(tag, 'macro', name, `dbt_macro__${name}`, this.#signature(), null)
  }

  test(tag: Token): Statement {
    const name = this.parseNameTarget().value
    return this.#macro(tag, tag.value as MacroKind, name, `dbt_macro__test_${name}`, this.#signature(), null)
  }

  docs(tag: Token): Statement {
    const name = this.parseNameTarget().value
    return this.#macro(tag, 'docs', name, `dbt_docs__${name}`, [], null)
  }

  snapshot(tag: Token): Statement {
    const name = this.parseNameTarget().value
    return this.#macro(tag, 'snapshot', name, `dbt_snapshot__${name}`, [], null)
  }

  materialization(tag: Token): Statement {
    const name = this.parseNameTarget().value
    let adapter: string | null = null
    let supportedLanguages: readonly string[] | null = null
    let parameter: Parameter | undefined
    while (this.skipOperator(',')) {
      const option = this.parseNameTarget()
      if (option.value === 'default') continue
      if (option.value !== 'adapter' && option.value !== 'supported_languages') {
        this.failAt(`materialization '${name}' received unknown argument '${option.value}'.`, option)
      }
      this.expect('operator', '=')
      const value = this.parseExpression()
      if (option.value === 'adapter') {
        if (value.typename !== 'Literal' || typeof value.value !== 'string')
          this.failAt('adapter must be a string', value)
        adapter = value.value as string
      } else {
        const texts =
          value.typename === 'Array'
            ? value.children.map((child) => (child.typename === 'Literal' ? child.value : null))
            : []
        if (value.typename !== 'Array' || texts.some((text) => typeof text !== 'string')) {
          this.failAt('supported_languages must be a list of strings', value)
        }
        supportedLanguages = texts as string[]
        parameter = { ...place(option), name: option.value, annotation: undefined, default: value }
      }
    }
    const end = { start: tag.end, end: tag.end }
    parameter ??= {
      ...end,
      name: 'supported_languages',
      annotation: undefined,
      default: this.make(node.List, end, [this.make(node.Literal, end, 'sql')]),
    }
    const fullName = `dbt_macro__materialization_${name}_${adapter ?? 'default'}`
    return this.#macro(tag, 'materialization', name, fullName, [parameter], { adapter, supportedLanguages })
  }

  #macro(
    tag: Token,
    kind: MacroKind,
    name: string,
    prefixedName: string,
    parameters: readonly Parameter[],
    options: MaterializationOptions | null,
  ): Statement {
    this.skipOperator(':')
    const bodyStart = this.peekToken().end
    const body = this.#bodyUntil(`end${tag.value}`)
    const fullName = this.#macroNames === 'prefixed' ? prefixedName : name
    const bodyEnd = this.#bodyEnd()
    this.nextToken()
    return this.make(node.Macro, tag, kind, name, fullName, parameters, body, options, bodyStart, bodyEnd)
  }

  /** Where the body ends whose end tag's name is the current token. */
  #bodyEnd(): number {
    const { text } = this.file
    let at = this.peekToken().start
    while (text[at] !== '{') at--
    return tagStart(text, at)
  }

  #signature(): readonly Parameter[] {
    const parameters: Parameter[] = []
    let hasDefault = false
    this.expect('operator', '(')
    while (!this.isOperator(')')) {
      if (parameters.length > 0) this.expect('operator', ',')
      const name = this.parseNameTarget()
      const annotation = this.skipOperator(':') ? this.#annotation() : undefined
      let fallback: Expression | undefined
      if (this.skipOperator('=')) {
        hasDefault = true
        fallback = this.parseExpression()
      } else if (hasDefault) this.fail('non-default argument follows default argument')
      if (parameters.some((other) => other.name === name.value)) {
        this.failAt(`duplicate argument '${name.value}' in function definition`, name)
      }
      parameters.push({ ...place(name), name: name.value, annotation, default: fallback })
    }
    this.nextToken()
    return parameters
  }

  /** A type: a name with any number of types in brackets. Only its form is checked. */
  #annotation(): string {
    const { start } = this.expect('symbol')
    if (this.skipOperator('[')) {
      for (let first = true; !this.isOperator(']'); first = false) {
        if (!first) this.expect('operator', ',')
        this.#annotation()
      }
      this.nextToken()
    }
    return this.file.text.slice(start, this.previousEnd)
  }
}

const STATEMENTS: ReadonlyMap<string, (parser: TemplateParser, tag: Token) => Statement> = new Map([
  ['if', (parser: TemplateParser, tag: Token) => parser.if(tag)],
  ['for', (parser, tag) => parser.for(tag)],
  ['set', (parser, tag) => parser.set(tag)],
  ['with', (parser, tag) => parser.with(tag)],
  ['do', (parser, tag) => parser.do(tag)],
  ['print', (parser, tag) => parser.print(tag)],
  ['break', (parser, tag) => parser.break(tag)],
  ['continue', (parser, tag) => parser.continue(tag)],
  ['filter', (parser, tag) => parser.filter(tag)],
  ['autoescape', (parser, tag) => parser.autoescape(tag)],
  ['block', (parser, tag) => parser.block(tag)],
  ['extends', (parser, tag) => parser.extends(tag)],
  ['include', (parser, tag) => parser.include(tag)],
  ['import', (parser, tag) => parser.import(tag)],
  ['from', (parser, tag) => parser.from(tag)],
  ['call', (parser, tag) => parser.call(tag)],
  ['macro', (parser, tag) => parser.macro(tag)],
  ['test', (parser, tag) => parser.test(tag)],
  ['data_test', (parser, tag) => parser.test(tag)],
  ['docs', (parser, tag) => parser.docs(tag)],
  ['snapshot', (parser, tag) => parser.snapshot(tag)],
  ['materialization', (parser, tag) => parser.materialization(tag)],
])

const place = ({ start, end }: Place): Place => ({ start, end })

const isBlank = (statement: Statement): boolean =>
  statement.typename === 'Output' &&
  statement.children.every((child) => child.typename === 'TemplateData' && child.value.trim() === '')
