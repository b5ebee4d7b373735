import type { SourceFile } from '../../errors/source-file.ts'
import { negate, toText } from '../runtime/operations.ts'
import { type Awaitable, type Kwargs, NO_KWARGS, PyDict, PyTuple, type Value } from '../runtime/value.ts'
import type { Arguments, Body, Expression, Place, Root, TemplateData } from '../syntax/ast.ts'
import type { CompiledTemplate } from './compile.ts'
import type { OutputMode } from './emitter.ts'
import { isConstant } from './native-constant.ts'
import { type FrameName, keywords, type Rendering, spread } from './rendering.ts'

/** Deeper nesting is left to the emitter, which knows where V8 ends. */
const MAX_DEPTH = 50

/**
 * A template of nothing but text, literals, names, attributes and calls, to be walked instead of compiled; undefined for any other.
 * Most texts that run once are of this kind, and making JavaScript of them would cost ten times as much as running them. What has branches, loops or
 * variables is left to the emitter: its functions wait wherever they have to.
 * Order, positions and errors are those of the emitted code (a test holds one against the other).
 */
export function asyncTemplate(
  file: SourceFile,
  root: Root,
  mode: OutputMode,
  frame: FrameName | null,
): CompiledTemplate | undefined {
  if (!isDirect(root.children)) return undefined
  return (rendering) => {
    const walk = new Walk(rendering)
    const failed = (error: unknown): never => {
      rendering.leave()
      const { start, end } = walk.place
      throw rendering.fault(error, { file, positions: [start, end], frame }, 0, frame)
    }
    const ended = <T>(output: T): T => {
      rendering.leave()
      return output
    }
    rendering.enter()
    let output: unknown
    try {
      output = mode === 'native' ? walk.native(root.children) : walk.text(root.children)
    } catch (error) {
      return failed(error)
    }
    return output instanceof Promise ? output.then(ended, failed) : ended(output)
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

/** What `next` makes of a value, once it is there. */
const after = <T, R>(value: Awaitable<T>, next: (value: T) => Awaitable<R>): Awaitable<R> =>
  value instanceof Promise ? value.then(next) : next(value)

/** What `each` makes of the items, one after the other: what has to be waited for holds up those behind it. */
function inOrder<T, R>(items: readonly T[], each: (item: T) => Awaitable<R>): Awaitable<R[]> {
  const done: R[] = []
  for (const item of items) {
    const made = each(item)
    if (made instanceof Promise) return rest(done, made, items, each)
    done.push(made)
  }
  return done
}
async function rest<T, R>(
  done: R[],
  waited: Promise<R>,
  items: readonly T[],
  each: (item: T) => Awaitable<R>,
): Promise<R[]> {
  done.push(await waited)
  for (const item of items.slice(done.length)) done.push(await each(item))
  return done
}

/** One rendering of one template. Promises come out of calls only. */
class Walk {
  /** Where an error would be: noted when everything that an operation needs has been computed. */
  place: Pick<Place, 'start' | 'end'> = START
  readonly #rendering: Rendering
  /** A name means the same from its first use on. */
  readonly #names = new Map<string, Value>()
  /** Of the text so far. */
  #length = 0

  constructor(rendering: Rendering) {
    this.#rendering = rendering
  }

  text(body: Body): Awaitable<string> {
    const texts = inOrder(body, (statement): Awaitable<string> => {
      if (statement.typename === 'Do') return after(this.#value(statement.value), () => '')
      if (statement.typename !== 'Output') return ''
      return after(
        inOrder(statement.children, (child) => this.#printed(child)),
        (parts) => parts.join(''),
      )
    })
    return after(texts, (all) => all.join(''))
  }

  #printed(child: Expression | TemplateData): Awaitable<string> {
    if (child.typename === 'TemplateData') return this.#written(child, child.value)
    return after(this.#value(child), (value) => {
      if (child.typename !== 'Literal' || typeof child.value !== 'string') this.place = child
      return this.#written(child, typeof value === 'string' ? value : toText(value))
    })
  }

  #written(from: Expression | TemplateData, text: string): string {
    this.#rendering.mark(this.#length, from.start, from.end, from.typename === 'TemplateData')
    this.#length += text.length
    return text
  }

  native(body: Body): Awaitable<Value[]> {
    const values = inOrder(body, (statement): Awaitable<Value[]> => {
      if (statement.typename === 'Do') return after(this.#value(statement.value), () => [])
      if (statement.typename !== 'Output') return []
      return inOrder(statement.children, (child): Awaitable<Value> => {
        if (child.typename === 'TemplateData') return child.value
        const value = this.#value(child)
        return isConstant(child) ? after(value, (constant) => this.#rendering.constant(constant)) : value
      })
    })
    return after(values, (all) => all.flat())
  }

  #value(node: Expression): Awaitable<Value> {
    switch (node.typename) {
      case 'Literal':
        return node.value
      case 'Symbol':
        return this.#name(node.value, node)
      case 'GetAttribute':
        return after(this.#value(node.target), (target) => {
          this.place = node
          return this.#rendering.attribute(target, node.name)
        })
      case 'Neg':
        return after(this.#value(node.target), (target) => {
          this.place = node
          return negate(target)
        })
      case 'Array':
        return this.#values(node.children)
      case 'Tuple':
        return after(this.#values(node.children), (items) => PyTuple.fromItems(items))
      case 'Dict': {
        const pairs = inOrder(node.children, (pair) =>
          after(this.#value(pair.key), (key) =>
            after(this.#value(pair.value), (value): [Value, Value] => [key, value]),
          ),
        )
        return after(pairs, (all) => {
          this.place = node
          return PyDict.from(all)
        })
      }
      case 'FunCall':
        return after(this.#value(node.name), (target) =>
          after(this.#positional(node.args), (args) =>
            after(this.#named(node.args, node), (kwargs) => {
              this.place = node
              return this.#rendering.call(target, args, kwargs)
            }),
          ),
        )
      default:
        throw new Error(`a ${node.typename} cannot be walked`)
    }
  }

  #values(nodes: readonly Expression[]): Awaitable<Value[]> {
    return inOrder(nodes, (node) => this.#value(node))
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

  #positional({ args, star }: Arguments): Awaitable<Value[]> {
    const written = this.#values(args)
    if (star === null) return written
    return after(written, (values) =>
      after(this.#value(star), (items) => {
        this.place = star
        return [...values, ...spread(items)]
      }),
    )
  }

  #named({ kwargs, doubleStar }: Arguments, place: Place): Awaitable<Kwargs> {
    const written: Awaitable<Kwargs> =
      kwargs.length === 0
        ? NO_KWARGS
        : after(
            inOrder(kwargs, ({ value }) => this.#value(value)),
            (values) => new Map(kwargs.map(({ name }, at) => [name, values[at]!])),
          )
    if (doubleStar === null) return written
    return after(written, (known) =>
      after(this.#value(doubleStar), (dict) => {
        this.place = place
        return keywords(known, dict)
      }),
    )
  }
}
