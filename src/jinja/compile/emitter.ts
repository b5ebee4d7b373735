import type {
  BlockNode,
  Body,
  CallBlock,
  Expression,
  FilterBlock,
  For,
  Macro,
  Parameter,
  Place,
  Root,
  Statement,
  Target,
} from '../syntax/ast.ts'
import { syntaxError } from '../syntax/syntax-error.ts'
import { type AnyNode, hasCall, readNames, some } from '../syntax/walk.ts'
import { ExpressionEmitter, type NeededName } from './expression-emitter.ts'
import { isConstant } from './native-constant.ts'
import { Scope, type Variable } from './scope.ts'

/** How a template's output is collected: one text, (`traced`) one text and where its pieces are from, or (`native`) a list of values. */
export type OutputMode = 'text' | 'traced' | 'native'

/** The JavaScript of a template, to be run by `compile.ts`. */
export interface Emitted {
  /** The body of a factory function of `(K, R)`: constants of this template, operations of the runtime. */
  readonly source: string
  /** Start and end offsets that `p` in the source points at. */
  readonly positions: readonly number[]
  readonly needed: readonly NeededName[]
}

const SAFE_LOOP_ATTRIBUTES = new Set(['index', 'index0', 'first', 'previtem', 'cycle', 'changed', 'depth', 'depth0'])

/** Where a statement's output goes and what surrounds it. */
interface Frame {
  readonly scope: Scope
  /** The variable of the output text. */
  readonly out: string
  /** Inside a loop of the same function. */
  readonly inLoop: boolean
  /** The statements' output is a list of native values. */
  readonly native: boolean
  /** What is written goes straight into the template's text, and notes where it is from. */
  readonly traced: boolean
  /** Inside `autoescape`: the variable that says whether values are escaped for HTML. */
  readonly escape: string | null
}

/**
 * Turns the tree of a template (or of one macro) into the source text of a JavaScript function. Nothing of the template's text becomes
 * code: literals go through JSON, identifiers are made here (`l_1`).
 */
export class Emitter extends ExpressionEmitter {
  /** A function of `(cx)` that gives the rendered text (or the list of native values). */
  template(root: Root, mode: OutputMode): Emitted {
    const scope = new Scope(null, this.newId)
    if (readsSelf(root.children)) scope.parameter('self')
    scope.visit(root.children)
    // One with a loop lets others have a turn now and then.
    const asynchronous = this.flavour === 'async' && (hasCall(root.children) || some(root.children, isLoop))
    const native = mode === 'native'
    const code = this.inFunction(asynchronous, () => {
      const frame: Frame = { scope, out: 'o', inLoop: false, native, traced: mode === 'traced', escape: null }
      const variables = `${this.#declare(scope)}${this.#open(scope)}${this.#self(root, scope, asynchronous)}`
      return `let o = ${native ? '[]' : "''"};${variables}${this.#body(root.children, frame)}return o;`
    })
    return this.#emitted(
      `return ${asynchronous ? 'async ' : ''}(cx) => {${this.#guarded(code, 'K.frame', asynchronous)}};`,
    )
  }

  /** A function of `(cx)` that gives the macro as a value; the macro sees nothing but its parameters and the context. */
  macro(macro: Macro): Emitted {
    const scope = new Scope(null, this.newId)
    return this.#emitted(`return (cx) => { let p = 0; return ${this.#macroValue(macro, scope)}; };`)
  }

  #emitted(code: string): Emitted {
    const source = `"use strict"; const {${RUNTIME_NAMES}} = R; ${this.hoisted.join('')}${code}`
    return { source, positions: this.positions, needed: this.needed }
  }

  /** Wraps a function's body: counts depth, gives errors their position and the function's frame. */
  #guarded(code: string, frame: string, asynchronous: boolean): string {
    const turn = asynchronous ? 'if (t) await cx.turn();' : ''
    return `let p = 0, t = cx.enter(); try {${turn}${code}} catch (e) { throw cx.fault(e, K, p, ${frame}); } finally { cx.leave(); }`
  }

  /** Declares the variables of a scope, except parameters, which their owner declares. */
  #open(scope: Scope): string {
    const parts: string[] = []
    for (const variable of scope.variables.values()) {
      if (variable.origin.kind === 'parameter') continue
      parts.push(variable.origin.kind === 'copy' ? `${variable.id} = ${variable.origin.of.id}` : variable.id)
    }
    return parts.length === 0 ? '' : `let ${parts.join(', ')};`
  }

  #body(body: Body, frame: Frame): string {
    let code = ''
    for (const statement of body) code += this.#statement(statement, frame)
    return code
  }

  /** A body with a scope of its own. */
  #inner(body: Body, frame: Frame): string {
    return this.hard(() => this.#body(body, frame))
  }

  #statement(statement: Statement, frame: Frame): string {
    const { scope } = frame
    switch (statement.typename) {
      case 'Output': {
        let code = ''
        for (const child of statement.children) code += this.#output(child, frame)
        return code
      }
      case 'If': {
        const condition = this.soft(() => this.condition(statement.cond, scope))
        const body = this.soft(() => this.#body(statement.body, frame))
        if (statement.else_.length === 0) return `if (${condition}) {${body}}`
        return `if (${condition}) {${body}} else {${this.soft(() => this.#body(statement.else_, frame))}}`
      }
      case 'For':
        return this.#for(statement, frame)
      case 'Set': {
        const checks = this.#namespaceChecks(statement.targets, scope)
        return `${checks}${this.#assign(statement.targets, this.expression(statement.value, scope), scope, 'setAttribute')}`
      }
      case 'SetBlock': {
        const inner = new Scope(scope, this.newId).visit(statement.body)
        if (statement.filter !== null) inner.expression(statement.filter)
        const out = this.newId('o')
        const body = this.#inner(statement.body, { ...frame, scope: inner, out, native: false, traced: false })
        const { filter } = statement
        const value = filter === null ? out : this.hard(() => this.filterOf(filter, out, inner))
        return `{let ${out} = '';${this.#open(inner)}${body}${this.#assign(statement.target, value, scope, 'setItem')}}`
      }
      case 'With': {
        const inner = new Scope(scope, this.newId)
        for (const target of statement.targets) inner.parameters(target)
        inner.visit(statement.body)
        let code = this.#declare(inner)
        for (const [index, target] of statement.targets.entries()) {
          code += this.#assign(target, this.expression(statement.values[index]!, scope), inner, 'setAttribute')
        }
        return `{${code}${this.#open(inner)}${this.#inner(statement.body, { ...frame, scope: inner })}}`
      }
      case 'Do':
        return `${this.expression(statement.value, scope)};`
      case 'FilterBlock':
        return this.#filterBlock(statement, frame)
      case 'Autoescape': {
        const inner = new Scope(scope, this.newId).visit(statement.body)
        inner.expression(statement.value)
        const wanted = this.newId('a')
        const value = `const ${wanted} = ${this.condition(statement.value, inner)};`
        return `{${this.#open(inner)}${value}${this.#inner(statement.body, { ...frame, scope: inner, escape: wanted })}}`
      }
      case 'Break':
        if (!frame.inLoop) throw syntaxError(this.file, "'break' outside loop", statement)
        return 'break;'
      case 'Continue':
        if (!frame.inLoop) throw syntaxError(this.file, "'continue' not properly in loop", statement)
        return 'continue;'
      case 'Block':
        return this.#block(statement, frame)
      case 'TemplateReference':
        return `${this.expression(statement.template, scope)}; cx.noLoader(${this.at(statement)});`
      case 'Macro': {
        const variable = scope.find(statement.fullName)!
        return `${variable.id} = ${this.#macroValue(statement, scope)};`
      }
      case 'CallBlock':
        return this.#callBlock(statement, frame)
    }
  }

  /** A block is not extended by anyone: it stands where it is. It sees the template's own variables, not those of loops around it. */
  #block(block: BlockNode, frame: Frame): string {
    if (block.required) return `cx.requiredBlock(${JSON.stringify(block.name)}, ${this.at(block)});`
    let root = frame.scope
    while (root.parent !== null) root = root.parent
    const inner = new Scope(block.scoped ? frame.scope : root, this.newId)
    const superBlock = readNames(block.body, ['super']).size > 0 ? inner.parameter('super') : undefined
    inner.visit(block.body)
    const above = superBlock === undefined ? '' : `${superBlock.id} = cx.noSuper(${JSON.stringify(block.name)});`
    const body = this.#inner(block.body, { ...frame, scope: inner, inLoop: false })
    return `{${this.#declare(inner)}${above}${this.#open(inner)}${body}}`
  }

  /** `self`, for templates that use it: the blocks as functions. */
  #self(root: Root, scope: Scope, asynchronous: boolean): string {
    const names = new Set<string>()
    const blocks: BlockNode[] = []
    some(root.children, (node) => {
      if (node.typename !== 'Block') return false
      if (names.has(node.name)) throw syntaxError(this.file, `block '${node.name}' defined twice`, node)
      names.add(node.name)
      blocks.push(node)
      return false
    })
    const variable = scope.variables.get('self')
    if (variable === undefined) return ''
    const frame: Frame = { scope, out: 'o', inLoop: false, native: false, traced: false, escape: null }
    const functions = blocks.map((block) => {
      const code = `let t; let o = ''; cx.enter(); try {${this.#block(block, frame)}return o;} finally {cx.leave();}`
      return `[${JSON.stringify(block.name)}, ${asynchronous ? 'async ' : ''}() => {${code}}]`
    })
    return `${variable.id} = cx.self([${functions.join(', ')}]);`
  }

  #output(child: AnyNode, frame: Frame): string {
    if (child.typename === 'TemplateData') {
      return this.#mark(child, frame, true) + this.#write(JSON.stringify(child.value), frame)
    }
    return this.#mark(child, frame, false) + this.#printed(child as Expression, frame)
  }

  #printed(expression: Expression, frame: Frame): string {
    if (frame.escape !== null) {
      const value = `cx.escaped(${this.expression(expression, frame.scope)}, ${frame.escape}, ${this.at(expression)})`
      return this.#write(value, frame)
    }
    if (!frame.native) return `${frame.out} += ${this.text(expression, frame.scope)};`
    if (isConstant(expression)) return `${frame.out}.push(cx.constant(${this.expression(expression, frame.scope)}));`
    return `${frame.out}.push(${this.expression(expression, frame.scope)});`
  }

  /** Adds the text that an expression of JavaScript gives. */
  #write(code: string, frame: Frame): string {
    return frame.native ? `${frame.out}.push(${code});` : `${frame.out} += ${code};`
  }

  /** Notes where what is written next is from. */
  #mark({ start, end }: Place, frame: Frame, verbatim: boolean): string {
    return frame.traced ? `cx.mark(${frame.out}.length, ${start}, ${end}, ${verbatim});` : ''
  }

  #declare(scope: Scope): string {
    const ids = [...scope.variables.values()].filter((variable) => variable.origin.kind === 'parameter')
    return ids.length === 0 ? '' : `let ${ids.map((variable) => variable.id).join(', ')};`
  }

  #namespaceChecks(target: Target, scope: Scope): string {
    if (target.typename === 'NamespaceTarget') {
      return `cx.namespace(${this.name(target.name, target, scope)}, ${this.at(target)});`
    }
    return target.typename === 'Tuple'
      ? target.children.map((item) => this.#namespaceChecks(item as Target, scope)).join('')
      : ''
  }

  #assign(target: Target, value: string, scope: Scope, how: 'setAttribute' | 'setItem'): string {
    switch (target.typename) {
      case 'Symbol':
        return `${scope.find(target.value)!.id} = ${value};`
      case 'NamespaceTarget': {
        const held = this.newId('v')
        const owner = this.name(target.name, target, scope)
        return `const ${held} = ${value}; cx.${how}(${owner}, ${JSON.stringify(target.attribute)}, ${held}, ${this.at(target)});`
      }
      case 'Tuple': {
        const items = this.newId('u')
        let code = `const ${items} = cx.unpack(${value}, ${target.children.length}, ${this.at(target)});`
        for (const [index, item] of target.children.entries()) {
          code += this.#assign(item as Target, `${items}[${index}]`, scope, how)
        }
        return code
      }
    }
  }

  #filterBlock(block: FilterBlock, frame: Frame): string {
    const inner = new Scope(frame.scope, this.newId).visit(block.body)
    inner.expression(block.filter)
    const out = this.newId('o')
    const body = this.#inner(block.body, { ...frame, scope: inner, out, native: false, traced: false })
    const value = this.hard(() => this.filterOf(block.filter, out, inner))
    const written = frame.native ? this.#write(value, frame) : this.#write(`text(${value})`, frame)
    return `{let ${out} = '';${this.#open(inner)}${body}${this.#mark(block, frame, false)}${written}}`
  }

  // -- loops

  #for(loop: For, frame: Frame): string {
    this.#refuseLoopAssignment([loop.name, ...loop.body, ...loop.else_, ...(loop.test === null ? [] : [loop.test])])
    const usesLoop =
      loop.recursive ||
      readNames(loop.body, ['loop']).size > 0 ||
      some(loop.body, (node) => node.typename === 'Block' && node.scoped)
    if (loop.recursive) return this.#recursiveLoop(loop, frame)
    const items = `iterate(${this.expression(loop.arr, frame.scope)}, ${this.at(loop.arr)})`
    return this.#loop(loop, frame, items, usesLoop, 'null', '0')
  }

  #recursiveLoop(loop: For, frame: Frame): string {
    const fn = this.newId('f')
    const asynchronous = this.isAsync
    const out = this.newId('o')
    const code = this.#loop(loop, { ...frame, out, native: false, traced: false, inLoop: false }, 's', true, fn, 'd')
    const items = `iterate(${this.expression(loop.arr, frame.scope)}, ${this.at(loop.arr)})`
    const declared = `const ${fn} = ${asynchronous ? 'async ' : ''}(s, d) => {let t; let ${out} = ''; cx.enter(); try {${code} return ${out};} finally {cx.leave();}};`
    const first = this.newId('v')
    const written = `${this.#mark(loop, frame, false)}${this.#write(first, frame)}`
    return `{${declared}const ${first} = ${asynchronous ? 'await ' : ''}${fn}(${items}, 0);${written}}`
  }

  #refuseLoopAssignment(nodes: readonly AnyNode[]): void {
    const check = (target: Expression): void => {
      if (target.typename === 'Symbol' && target.value === 'loop') {
        throw syntaxError(this.file, "Can't assign to special loop variable in for-loop target", target)
      }
      if (target.typename === 'Tuple') target.children.forEach(check)
    }
    const first = nodes[0]
    if (first !== undefined) check(first as Expression)
    some(nodes.slice(1), (node) => {
      if (node.typename === 'For') check(node.name)
      else if (node.typename === 'Set') check(node.targets)
      else if (node.typename === 'SetBlock') check(node.target)
      return false
    })
  }

  #loop(loop: For, frame: Frame, items: string, usesLoop: boolean, recurse: string, depth: string): string {
    const scope = new Scope(frame.scope, this.newId)
    const loopVariable = usesLoop ? scope.parameter('loop') : undefined
    scope.parameters(loop.name)
    scope.visit(loop.body)
    const empty = loop.else_.length > 0 ? this.newId('e') : undefined
    const item = this.newId('i')
    const filter = this.#loopFilter(loop, frame, item, usesLoop)
    const control = this.newId('c')
    const bindLoop = loopVariable === undefined ? '' : `${loopVariable.id} = ${control};`
    const bindItem = this.#assign(loop.name, item, scope, 'setAttribute')
    const setUp = `${this.#declare(scope)}${bindLoop}${bindItem}${this.#open(scope)}`
    const body = this.#inner(loop.body, { ...frame, scope, inLoop: true })
    const done = empty === undefined ? '' : `${empty} = false;`
    const tick = this.isAsync ? `if (cx.tick(${frame.out})) await cx.turn();` : `cx.tick(${frame.out});`
    let code: string
    if (loopVariable === undefined) {
      code = `for (const ${item} of ${filter.wrap(items)}) {${tick}${filter.skip}${setUp}${body}${done}}`
    } else {
      const head = `const ${control} = cx.loop(${recurse}, ${depth});`
      code =
        filter.skip === ''
          ? `${head}${control}.start(${filter.wrap(items)}); while (${control}.advance()) {${tick}const ${item} = ${control}.current;${setUp}${body}${done}}`
          : `${head}for (const ${item} of ${items}) {${tick}${filter.skip}${control}.push(${item});${setUp}${body}${done}}`
    }
    let otherwise = ''
    if (empty !== undefined) {
      const inner = new Scope(frame.scope, this.newId).visit(loop.else_)
      otherwise = `if (${empty}) {${this.#open(inner)}${this.#inner(loop.else_, { ...frame, scope: inner })}}`
    }
    return `{${empty === undefined ? '' : `let ${empty} = true;`}${code}${otherwise}}`
  }

  /**
   * The `if` of a loop. Where possible it is tested in front of each turn of the body (`skip`), as Python's lazy generators do; when
   * `loop` must know what comes next, the items go through a generator, or, when the test may have to wait, are all tested first.
   */
  #loopFilter(
    loop: For,
    frame: Frame,
    item: string,
    usesLoop: boolean,
  ): { skip: string; wrap: (items: string) => string } {
    const same = (items: string): string => items
    if (loop.test === null) return { skip: '', wrap: same }
    const { test } = loop
    const scope = new Scope(frame.scope, this.newId)
    scope.parameters(loop.name)
    scope.expression(test)
    const condition = this.hard(() => this.condition(test, scope))
    const setUp = `${this.#declare(scope)}${this.#assign(loop.name, item, scope, 'setAttribute')}${this.#open(scope)}`
    const waits = this.isAsync && hasCall([loop.test])
    if (!usesLoop || (waits && !loop.recursive && !looksAhead(loop.body))) {
      return { skip: `{${setUp}if (!(${condition})) continue;}`, wrap: same }
    }
    const code = `${setUp}return ${condition};`
    return {
      skip: '',
      wrap: (items) =>
        waits
          ? `(await keepAsync(${items}, async (${item}) => {let t;${code}}))`
          : `keep(${items}, (${item}) => {${code}})`,
    }
  }

  // -- macros

  #callBlock(block: CallBlock, frame: Frame): string {
    const caller = this.newId('v')
    const value = this.#callable(block.parameters, block.body, null, 'null', frame.scope, block)
    const call = this.call(block.call, frame.scope, caller)
    const written = frame.native ? this.#write(call, frame) : this.#write(`text(${call})`, frame)
    return `{const ${caller} = ${value};${this.#mark(block, frame, false)}${written}}`
  }

  #macroValue(macro: Macro, scope: Scope): string {
    const { fullName } = macro
    const name = fullName.replace(/^dbt_(?:macro|docs)__/, '')
    const frame = JSON.stringify({ kind: macro.kind === 'docs' ? 'docs' : 'macro', name })
    return this.#callable(macro.parameters, macro.body, fullName, frame, scope, macro)
  }

  #callable(
    parameters: readonly Parameter[],
    body: Body,
    name: string | null,
    frame: string,
    outer: Scope,
    place: Place,
  ): string {
    const used = readNames(body, ['caller', 'kwargs', 'varargs'])
    const declared = new Set(parameters.map((parameter) => parameter.name))
    if (
      used.has('caller') &&
      parameters.some((parameter) => parameter.name === 'caller' && parameter.default === undefined)
    ) {
      throw syntaxError(
        this.file,
        'When defining macros or call blocks the special "caller" argument must be omitted or be given a default.',
        place,
      )
    }
    const special = ['caller', 'kwargs', 'varargs'].filter((each) => used.has(each) && !declared.has(each))
    const scope = new Scope(outer, this.newId).visitMacro(parameters, special, body)
    const asynchronous =
      this.flavour === 'async' && hasCall([...body, ...parameters.flatMap((each) => each.default ?? [])])
    const code = this.inFunction(asynchronous, () => this.#macroBody(parameters, special, body, scope))
    const facts = JSON.stringify({
      name,
      arguments: parameters.map((parameter) => parameter.name),
      kwargs: special.includes('kwargs'),
      varargs: special.includes('varargs'),
      caller: used.has('caller'),
    })
    return `cx.macro(${facts}, ${asynchronous ? 'async ' : ''}(a) => {${this.#guarded(code, frame, asynchronous)}})`
  }

  #macroBody(parameters: readonly Parameter[], special: readonly string[], body: Body, scope: Scope): string {
    const variables = [...parameters.map((parameter) => parameter.name), ...special].map((name) => scope.find(name)!)
    let code =
      variables.length === 0
        ? ''
        : `let ${variables.map((variable, index) => `${variable.id} = a[${index}]`).join(', ')};`
    code += this.#open(scope)
    const unset = new Set<Variable>(variables.slice(0, parameters.length))
    this.unset = unset
    for (const [index, parameter] of parameters.entries()) {
      const variable = variables[index]!
      const fallback =
        parameter.default === undefined
          ? `cx.undefinedParameter(${JSON.stringify(parameter.name)})`
          : this.hard(() => this.expression(parameter.default!, scope))
      code += `if (${variable.id} === undefined) ${variable.id} = ${fallback};`
      unset.delete(variable)
    }
    this.unset = new Set()
    const frame: Frame = { scope, out: 'o', inLoop: false, native: false, traced: false, escape: null }
    return `let o = '';${code}${this.#inner(body, frame)}return o;`
  }
}

const isLoop = (node: AnyNode): boolean => node.typename === 'For'

const readsSelf = (body: Body): boolean => some(body, (node) => node.typename === 'Symbol' && node.value === 'self')

/** Whether a loop's body may ask for what comes after the current item. */
function looksAhead(body: Body): boolean {
  let total = 0
  let safe = 0
  some(body, (node) => {
    if (node.typename === 'Symbol' && node.value === 'loop') total++
    if (node.typename === 'GetAttribute' && node.target.typename === 'Symbol' && node.target.value === 'loop') {
      if (SAFE_LOOP_ATTRIBUTES.has(node.name)) safe++
    }
    return false
  })
  return safe !== total
}

/** What the generated code takes from the runtime by name. */
export const RUNTIME_NAMES = [
  'truthy',
  'text',
  'equals',
  'compareOp',
  'contains',
  'binary',
  'negate',
  'positive',
  'slice',
  'iterate',
  'keep',
  'keepAsync',
  'tuple',
  'dict',
  'spread',
  'keywords',
  'NO_KWARGS',
  'float',
].join(', ')
