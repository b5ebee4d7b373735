import type { SourceFile } from '../../errors/source-file.ts'
import {
  binary,
  compareOp,
  contains,
  equals,
  iterate,
  negate,
  positive,
  toText,
  truthy,
} from '../runtime/operations.ts'
import { type Kwargs, NO_KWARGS, PyDict, PyTuple, type Value } from '../runtime/value.ts'
import type { Arguments, Body, Compare, Expression, For, Place, Root, Statement, Target } from '../syntax/ast.ts'
import { readNames } from '../syntax/walk.ts'
import { type CompiledTemplate, compileTemplate } from './compile.ts'
import type { OutputMode } from './emitter.ts'
import { ARITHMETIC, lineOf } from './expression-emitter.ts'
import { isConstant } from './native-constant.ts'
import { type FrameName, keywords, type Rendering, sliceOf, spread } from './rendering.ts'
import { Scope, type Variable } from './scope.ts'

/** Deeper nesting is left to the emitter, which knows where V8 ends. */
const MAX_DEPTH = 50

/**
 * A template to be walked instead of compiled; undefined for one that defines macros, blocks or texts, filters them, or leaves loops early.
 * Most templates are rendered once, and making JavaScript of them would cost ten times as much as running them.
 * Order, positions and errors are those of the emitted code (a test holds one against the other).
 */
export function syncTemplate(
  file: SourceFile,
  root: Root,
  mode: OutputMode,
  frame: FrameName | null,
): CompiledTemplate | undefined {
  const needed: NeededName[] = []
  if (!canWalkBody(root.children, 0, needed)) return undefined
  return (rendering) => {
    // a filter that does not exist is found before anything is rendered, or only where it is reached: the emitter knows which
    if (needed.some(({ kind, name }) => !rendering.has(kind, name)))
      return compileTemplate(file, root, 'sync', mode, frame)(rendering)
    const walk = new Walk(rendering, file, mode)
    rendering.enter()
    try {
      return walk.template(root.children)
    } catch (error) {
      const { start, end } = walk.place
      throw rendering.fault(error, { file, positions: [start, end], frame }, 0, frame)
    } finally {
      rendering.leave()
    }
  }
}

interface NeededName {
  readonly kind: 'filters' | 'tests'
  readonly name: string
}

const canWalkBody = (body: Body, depth: number, needed: NeededName[]): boolean =>
  depth <= MAX_DEPTH && body.every((statement) => canWalkStatement(statement, depth, needed))

function canWalkStatement(statement: Statement, depth: number, needed: NeededName[]): boolean {
  switch (statement.typename) {
    case 'Output':
      return statement.children.every((child) => child.typename === 'TemplateData' || canWalk(child, depth, needed))
    case 'Do':
      return canWalk(statement.value, depth, needed)
    case 'Set':
      return isPlainTarget(statement.targets) && canWalk(statement.value, depth, needed)
    case 'If':
      return (
        canWalk(statement.cond, depth, needed) &&
        canWalkBody(statement.body, depth + 1, needed) &&
        canWalkBody(statement.else_, depth + 1, needed)
      )
    case 'For':
      return (
        !statement.recursive &&
        statement.test === null &&
        statement.else_.length === 0 &&
        isPlainTarget(statement.name) &&
        canWalk(statement.arr, depth, needed) &&
        canWalkBody(statement.body, depth + 1, needed)
      )
    default:
      return false
  }
}

/** Names only, and not the one that a loop keeps for itself. */
const isPlainTarget = (target: Expression): boolean =>
  target.typename === 'Symbol'
    ? target.value !== 'loop' && target.value !== 'self'
    : target.typename === 'Tuple' && target.children.every(isPlainTarget)

function canWalk(node: Expression, depth: number, needed: NeededName[]): boolean {
  if (depth > MAX_DEPTH) return false
  const below = (child: Expression | null): boolean => child === null || canWalk(child, depth + 1, needed)
  switch (node.typename) {
    case 'Literal':
      return true
    case 'Symbol':
      return node.value !== 'self'
    case 'GetAttribute':
    case 'Neg':
    case 'Pos':
    case 'Not':
      return below(node.target)
    case 'Array':
    case 'Tuple':
    case 'Concat':
      return node.children.every(below)
    case 'Dict':
      return node.children.every((pair) => below(pair.key) && below(pair.value))
    case 'LookupVal': {
      const { target, val } = node
      return (
        below(target) &&
        (val.typename === 'Slice' ? below(val.first) && below(val.last) && below(val.step) : below(val))
      )
    }
    case 'FunCall':
      return below(node.name) && canWalkArguments(node.args, depth + 1, needed)
    case 'Filter':
    case 'Is':
      needed.push({ kind: node.typename === 'Is' ? 'tests' : 'filters', name: node.name })
      return node.target !== null && below(node.target) && canWalkArguments(node.args, depth + 1, needed)
    case 'InlineIf':
      return below(node.cond) && below(node.body) && below(node.else_)
    case 'Compare':
      return below(node.expr) && node.ops.every((operand) => below(operand.expr))
    case 'And':
    case 'Or':
    case 'Add':
    case 'Sub':
    case 'Mul':
    case 'Div':
    case 'FloorDiv':
    case 'Mod':
    case 'Pow':
      return below(node.left) && below(node.right)
    default:
      return false
  }
}

const canWalkArguments = (args: Arguments, depth: number, needed: NeededName[]): boolean =>
  args.args.every((each) => canWalk(each, depth, needed)) &&
  args.kwargs.every((kwarg) => canWalk(kwarg.value, depth, needed)) &&
  (args.star === null || canWalk(args.star, depth, needed)) &&
  (args.doubleStar === null || canWalk(args.doubleStar, depth, needed))

const START: Place = { start: 0, end: 0 }
const newId = (): string => ''

interface LoopScope {
  readonly scope: Scope
  /** `loop`, where the body says it. */
  readonly loopVariable: Variable | undefined
}

/** One rendering of one template. Scopes are those of the emitter; nothing here is entered twice, so that each variable has one place. */
class Walk {
  /** Where an error would be: noted when everything that an operation needs has been computed. */
  place: Place = START
  readonly #rendering: Rendering
  readonly #file: SourceFile
  readonly #values = new Map<Variable, Value>()
  readonly #native: Value[] | undefined
  readonly #loops = new Map<For, LoopScope>()
  #text = ''
  #scope = new Scope(null, newId)

  constructor(rendering: Rendering, file: SourceFile, mode: OutputMode) {
    this.#rendering = rendering
    this.#file = file
    this.#native = mode === 'native' ? [] : undefined
  }

  /** The text, or (native) the values. */
  template(body: Body): string | Value[] {
    this.#scope.visit(body)
    this.#body(body)
    return this.#native ?? this.#text
  }

  #body(body: Body): void {
    for (const statement of body) {
      switch (statement.typename) {
        case 'Output':
          for (const child of statement.children) {
            if (child.typename !== 'TemplateData') this.#output(child)
            else if (this.#native === undefined) this.#text += child.value
            else this.#native.push(child.value)
          }
          break
        case 'Do':
          this.#value(statement.value)
          break
        case 'Set':
          this.#assign(statement.targets, this.#value(statement.value))
          break
        case 'If':
          this.#body(this.#condition(statement.cond) ? statement.body : statement.else_)
          break
        case 'For':
          this.#loop(statement)
          break
        default:
          throw new Error(`a ${statement.typename} cannot be walked`)
      }
    }
  }

  #output(expression: Expression): void {
    if (this.#native === undefined) this.#text += this.#textOf(expression)
    else {
      const value = this.#value(expression)
      this.#native.push(isConstant(expression) ? this.#rendering.constant(value) : value)
    }
  }

  /** The text of a value, as it is printed. */
  #textOf(node: Expression): string {
    const value = this.#value(node)
    const isText = node.typename === 'Concat' || (node.typename === 'Literal' && typeof node.value === 'string')
    if (!isText) this.place = node
    return typeof value === 'string' ? value : toText(value)
  }

  #assign(target: Target, value: Value): void {
    if (target.typename === 'Symbol') this.#values.set(this.#scope.find(target.value)!, value)
    else if (target.typename === 'Tuple') {
      this.place = target
      const items = this.#rendering.unpack(value, target.children.length)
      for (const [index, item] of target.children.entries()) this.#assign(item as Target, items[index]!)
    }
  }

  #loop(loop: For): void {
    const items = this.#value(loop.arr)
    this.place = loop.arr
    const outer = this.#scope
    const { scope, loopVariable } = this.#scopeOf(loop)
    const control = loopVariable && this.#rendering.loop(null, 0)
    const turn = (item: Value): void => {
      this.#scope = scope
      if (loopVariable !== undefined) this.#values.set(loopVariable, control!)
      this.#assign(loop.name, item)
      this.#open(scope)
      this.#body(loop.body)
      this.#scope = outer
    }
    const tick = (): boolean => this.#rendering.tick(this.#native ?? this.#text)
    if (control === undefined) {
      for (const item of iterate(items)) {
        tick()
        turn(item)
      }
    } else {
      control.start(iterate(items))
      while (control.advance()) {
        tick()
        turn(control.current)
      }
    }
  }

  #scopeOf(loop: For): LoopScope {
    let found = this.#loops.get(loop)
    if (found === undefined) {
      const scope = new Scope(this.#scope, newId)
      const loopVariable = readNames(loop.body, ['loop']).size > 0 ? scope.parameter('loop') : undefined
      scope.parameters(loop.name)
      scope.visit(loop.body)
      found = { scope, loopVariable }
      this.#loops.set(loop, found)
    }
    return found
  }

  /** Each turn of a loop begins with variables of its own. */
  #open(scope: Scope): void {
    for (const variable of scope.variables.values()) {
      const { origin } = variable
      if (origin.kind === 'parameter') continue
      const begin = origin.kind === 'copy' ? this.#values.get(origin.of) : undefined
      if (begin === undefined) this.#values.delete(variable)
      else this.#values.set(variable, begin)
    }
  }

  #value(node: Expression): Value {
    switch (node.typename) {
      case 'Literal':
        return node.value
      case 'Symbol':
        return this.#name(node.value, node)
      case 'GetAttribute': {
        const target = this.#value(node.target)
        this.place = node
        return this.#rendering.attribute(target, node.name)
      }
      case 'LookupVal': {
        const target = this.#value(node.target)
        const { val } = node
        if (val.typename !== 'Slice') {
          const key = this.#value(val)
          this.place = node
          return this.#rendering.item(target, key)
        }
        const [first, last, step] = [val.first, val.last, val.step].map((part) => part && this.#value(part))
        this.place = node
        return sliceOf(target, first!, last!, step!)
      }
      case 'Neg': {
        const target = this.#value(node.target)
        this.place = node
        return negate(target)
      }
      case 'Pos': {
        const target = this.#value(node.target)
        this.place = node
        return positive(target)
      }
      case 'Array':
        return node.children.map((child) => this.#value(child))
      case 'Tuple':
        return PyTuple.fromItems(node.children.map((child) => this.#value(child)))
      case 'Dict': {
        const pairs = node.children.map((pair): [Value, Value] => [this.#value(pair.key), this.#value(pair.value)])
        this.place = node
        return PyDict.from(pairs)
      }
      case 'Concat':
        return node.children.map((child) => this.#textOf(child)).join('')
      case 'FunCall': {
        const target = this.#value(node.name)
        const args = this.#positional(node.args)
        const kwargs = this.#named(node.args, node)
        this.place = node
        return this.#rendering.callNow(target, args, kwargs)
      }
      case 'Filter': {
        const value = this.#value(node.target!)
        const args = this.#positional(node.args)
        const kwargs = this.#named(node.args, node)
        this.place = node
        return this.#rendering.filter(node.name, value, args, kwargs)
      }
      case 'InlineIf':
        if (this.#condition(node.cond)) return this.#value(node.body)
        return node.else_ === null
          ? this.#rendering.noElse(lineOf(this.#file.text, node.start))
          : this.#value(node.else_)
      case 'And': {
        const left = this.#value(node.left)
        return truthy(left) ? this.#value(node.right) : left
      }
      case 'Or': {
        const left = this.#value(node.left)
        return truthy(left) ? left : this.#value(node.right)
      }
      case 'Not':
      case 'Is':
      case 'Compare':
        return this.#condition(node)
      case 'Add':
      case 'Sub':
      case 'Mul':
      case 'Div':
      case 'FloorDiv':
      case 'Mod':
      case 'Pow': {
        const left = this.#value(node.left)
        const right = this.#value(node.right)
        this.place = node
        return binary(ARITHMETIC[node.typename], left, right)
      }
      default:
        throw new Error(`a ${node.typename} cannot be walked`)
    }
  }

  /** The truth of an expression. */
  #condition(node: Expression): boolean {
    switch (node.typename) {
      case 'Literal':
        if (typeof node.value === 'boolean') return node.value
        break
      case 'Not':
        return !this.#condition(node.target)
      case 'And':
        return this.#condition(node.left) && this.#condition(node.right)
      case 'Or':
        return this.#condition(node.left) || this.#condition(node.right)
      case 'Compare':
        return this.#compare(node)
      case 'Is': {
        const value = this.#value(node.target)
        const args = this.#positional(node.args)
        const kwargs = this.#named(node.args, node)
        this.place = node
        return this.#rendering.test(node.name, value, args, kwargs)
      }
      default:
        break
    }
    const value = this.#value(node)
    this.place = node
    return truthy(value)
  }

  #compare(node: Compare): boolean {
    let left = this.#value(node.expr)
    for (const { type, expr, end } of node.ops) {
      const right = this.#value(expr)
      this.place = { start: node.start, end }
      if (!holds(type, left, right)) return false
      left = right
    }
    return true
  }

  /** A variable of the template, or what the context gives: the same from its first use on. */
  #name(name: string, place: Place): Value {
    const variable = this.#scope.find(name)!
    let value = this.#values.get(variable)
    if (value !== undefined) return value
    if (!variable.fromContext) return this.#rendering.undefinedName(name)
    this.place = place
    value = this.#rendering.find(name)
    this.#values.set(variable, value)
    return value
  }

  #positional(args: Arguments): Value[] {
    const values = args.args.map((each) => this.#value(each))
    if (args.star !== null) {
      const items = this.#value(args.star)
      this.place = args.star
      values.push(...spread(items))
    }
    return values
  }

  #named(args: Arguments, place: Place): Kwargs {
    const written =
      args.kwargs.length === 0 ? NO_KWARGS : new Map(args.kwargs.map(({ name, value }) => [name, this.#value(value)]))
    if (args.doubleStar === null) return written
    const dict = this.#value(args.doubleStar)
    this.place = place
    return keywords(written, dict)
  }
}

function holds(operator: Compare['ops'][number]['type'], left: Value, right: Value): boolean {
  switch (operator) {
    case '==':
      return equals(left, right)
    case '!=':
      return !equals(left, right)
    case 'in':
      return contains(left, right)
    case 'not in':
      return !contains(left, right)
    default:
      return compareOp(operator, left, right)
  }
}
