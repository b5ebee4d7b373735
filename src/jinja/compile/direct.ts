import type { SourceFile } from '../../errors/source-file.ts'
import { negate, toText } from '../runtime/operations.ts'
import { type Kwargs, NO_KWARGS, PyDict, PyTuple, type Value } from '../runtime/value.ts'
import type { Arguments, Body, Expression, Place, Root } from '../syntax/ast.ts'
import type { CompiledTemplate } from './compile.ts'
import type { OutputMode } from './emitter.ts'
import { isConstant } from './native-constant.ts'
import { type FrameName, keywords, type Rendering, spread } from './rendering.ts'

/** Deeper nesting is left to the emitter, which knows where V8 ends. */
const MAX_DEPTH = 50

/**
 * A template of nothing but text, literals, names, attributes and calls, to be walked instead of compiled; undefined for any other.
 * Most texts that are rendered once are of this kind, and making JavaScript of them would cost ten times as much as running them.
 * Synchronous rendering only. Order, positions and errors are those of the emitted code (a test holds one against the other).
 */
export function directTemplate(
  file: SourceFile,
  root: Root,
  mode: OutputMode,
  frame: FrameName | null,
): CompiledTemplate | undefined {
  if (!isDirect(root.children)) return undefined
  return (rendering) => {
    const walk = new Walk(rendering)
    rendering.enter()
    try {
      return mode === 'native' ? walk.native(root.children) : walk.text(root.children)
    } catch (error) {
      const { start, end } = walk.place
      throw rendering.fault(error, { file, positions: [start, end], frame }, 0, frame)
    } finally {
      rendering.leave()
    }
  }
}

function isDirect(body: Body): boolean {
  return body.every((statement) => {
    if (statement.typename === 'Do') return canWalk(statement.value, 0)
    return (
      statement.typename === 'Output' &&
      statement.children.every((child) => child.typename === 'TemplateData' || canWalk(child, 0))
    )
  })
}

function canWalk(node: Expression, depth: number): boolean {
  if (depth > MAX_DEPTH) return false
  switch (node.typename) {
    case 'Literal':
      return true
    case 'Symbol':
      return node.value !== 'self'
    case 'GetAttribute':
    case 'Neg':
      return canWalk(node.target, depth + 1)
    case 'Array':
    case 'Tuple':
      return node.children.every((child) => canWalk(child, depth + 1))
    case 'Dict':
      return node.children.every((pair) => canWalk(pair.key, depth + 1) && canWalk(pair.value, depth + 1))
    case 'FunCall':
      return canWalk(node.name, depth + 1) && canWalkArguments(node.args, depth + 1)
    default:
      return false
  }
}

const canWalkArguments = (args: Arguments, depth: number): boolean =>
  args.args.every((each) => canWalk(each, depth)) &&
  args.kwargs.every((kwarg) => canWalk(kwarg.value, depth)) &&
  (args.star === null || canWalk(args.star, depth)) &&
  (args.doubleStar === null || canWalk(args.doubleStar, depth))

const START: Pick<Place, 'start' | 'end'> = { start: 0, end: 0 }

/** One rendering of one template. */
class Walk {
  /** Where an error would be: noted when everything that an operation needs has been computed. */
  place: Pick<Place, 'start' | 'end'> = START
  readonly #rendering: Rendering
  /** A name means the same from its first use on. */
  readonly #names = new Map<string, Value>()

  constructor(rendering: Rendering) {
    this.#rendering = rendering
  }

  text(body: Body): string {
    let out = ''
    for (const statement of body) {
      if (statement.typename === 'Do') this.#value(statement.value)
      if (statement.typename !== 'Output') continue
      for (const child of statement.children) {
        if (child.typename === 'TemplateData') {
          out += child.value
          continue
        }
        const value = this.#value(child)
        if (child.typename !== 'Literal' || typeof child.value !== 'string') this.place = child
        out += typeof value === 'string' ? value : toText(value)
      }
    }
    return out
  }

  native(body: Body): Value[] {
    const out: Value[] = []
    for (const statement of body) {
      if (statement.typename === 'Do') this.#value(statement.value)
      if (statement.typename !== 'Output') continue
      for (const child of statement.children) {
        if (child.typename === 'TemplateData') out.push(child.value)
        else if (isConstant(child)) out.push(this.#rendering.constant(this.#value(child)))
        else out.push(this.#value(child))
      }
    }
    return out
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
      case 'Neg': {
        const target = this.#value(node.target)
        this.place = node
        return negate(target)
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
      case 'FunCall': {
        const target = this.#value(node.name)
        const args = this.#positional(node.args)
        const kwargs = this.#named(node.args, node)
        this.place = node
        return this.#rendering.callNow(target, args, kwargs)
      }
      default:
        throw new Error(`a ${node.typename} cannot be walked`)
    }
  }

  #name(name: string, place: Place): Value {
    let value = this.#names.get(name)
    if (value === undefined) {
      this.place = place
      value = this.#rendering.find(name)
      this.#names.set(name, value)
    }
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
