import type { Body, Expression, Macro, Parameter, Statement, Target } from '../syntax/ast.ts'
import { children } from '../syntax/walk.ts'

/** Where the value of a variable comes from when its scope begins. */
export type Origin =
  | { readonly kind: 'parameter' }
  /** Nothing: it is assigned in the scope before it is read, or is undefined. */
  | { readonly kind: 'nothing' }
  /** The context of the rendering, asked when the variable is first read. */
  | { readonly kind: 'context' }
  /** A copy of the variable of the same name further out, since this scope assigns to it. */
  | { readonly kind: 'copy'; readonly of: Variable }

export class Variable {
  readonly name: string
  /** Its identifier in JavaScript. */
  readonly id: string
  origin: Origin
  constructor(name: string, id: string, origin: Origin) {
    this.name = name
    this.id = id
    this.origin = origin
  }
  /** True when a missing value means that the context must be asked. */
  get fromContext(): boolean {
    return this.origin.kind === 'context' || (this.origin.kind === 'copy' && this.origin.of.fromContext)
  }
}

/**
 * The variables of one scope (template, macro, loop body, `with`, block of a `set`, `filter` or `call`), found by reading its statements
 * in order before any of them is emitted. `if` opens no scope. Jinja2's rules: reading finds the nearest variable further out, or makes
 * one here that asks the context; assigning always makes one here, which begins as a copy of the one further out. What is assigned only
 * in a branch begins as what it would be without the branch.
 */
export class Scope {
  readonly parent: Scope | null
  readonly variables = new Map<string, Variable>()
  readonly #assigned = new Set<string>()
  readonly #newId: () => string

  constructor(parent: Scope | null, newId: () => string) {
    this.parent = parent
    this.#newId = newId
  }

  find(name: string): Variable | undefined {
    return this.variables.get(name) ?? this.parent?.find(name)
  }

  /** True for names that statements of this scope assign, not for those it only reads. */
  assigns(name: string): boolean {
    return this.#assigned.has(name)
  }

  parameter(name: string): Variable {
    this.#assigned.add(name)
    return this.#define(name, { kind: 'parameter' })
  }

  parameters(target: Target): void {
    for (const name of targetNames(target)) this.parameter(name)
  }

  read(name: string): void {
    if (this.find(name) === undefined) this.#define(name, { kind: 'context' })
  }

  assign(name: string): void {
    this.#assigned.add(name)
    if (this.variables.has(name)) return
    const outer = this.parent?.find(name)
    this.#define(name, outer === undefined ? { kind: 'nothing' } : { kind: 'copy', of: outer })
  }

  #define(name: string, origin: Origin): Variable {
    const variable = new Variable(name, this.#newId(), origin)
    this.variables.set(name, variable)
    return variable
  }

  /** Reads the statements of this scope. */
  visit(body: Body): this {
    for (const statement of body) this.#statement(statement)
    return this
  }

  #statement(statement: Statement): void {
    switch (statement.typename) {
      case 'If':
        this.#branches(statement.cond, statement.body, statement.else_)
        break
      case 'For':
        this.expression(statement.arr)
        break
      case 'Set':
        this.expression(statement.value)
        this.#target(statement.targets)
        break
      case 'SetBlock':
        this.#target(statement.target)
        break
      case 'With':
        for (const value of statement.values) this.expression(value)
        break
      case 'FilterBlock':
        this.expression(statement.filter)
        break
      case 'CallBlock':
        this.expression(statement.call)
        break
      case 'Macro':
        this.assign(statement.fullName)
        break
      case 'TemplateReference':
        this.expression(statement.template)
        for (const name of statement.targets) this.assign(name)
        break
      case 'Output':
        for (const child of statement.children) if (child.typename !== 'TemplateData') this.expression(child)
        break
      case 'Do':
        this.expression(statement.value)
        break
      case 'Autoescape':
      case 'Block':
      case 'Break':
      case 'Continue':
        break
    }
  }

  #branches(condition: Expression, ...bodies: readonly Body[]): void {
    this.expression(condition)
    const before = new Set(this.#assigned)
    for (const body of bodies) this.visit(body)
    for (const name of this.#assigned) {
      if (before.has(name)) continue
      const outer = this.parent?.find(name)
      this.variables.get(name)!.origin = outer === undefined ? { kind: 'context' } : { kind: 'copy', of: outer }
    }
  }

  #target(target: Target): void {
    if (target.typename === 'Symbol') this.assign(target.value)
    else if (target.typename === 'NamespaceTarget') this.read(target.name)
    else for (const item of target.children) this.#target(item as Target)
  }

  expression(expression: Expression): void {
    if (expression.typename === 'Symbol') this.read(expression.value)
    else for (const child of children(expression)) this.expression(child as Expression)
  }

  /** The scope of a macro or `call` block: parameters, then their defaults, then the body. */
  visitMacro(parameters: readonly Parameter[], special: readonly string[], body: Macro['body']): this {
    for (const parameter of parameters) this.parameter(parameter.name)
    for (const name of special) this.parameter(name)
    for (const parameter of parameters) if (parameter.default !== undefined) this.expression(parameter.default)
    return this.visit(body)
  }
}

export function targetNames(target: Target): string[] {
  if (target.typename === 'Symbol') return [target.value]
  return target.typename === 'Tuple' ? target.children.flatMap((item) => targetNames(item as Target)) : []
}
