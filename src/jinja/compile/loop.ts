import { equals, iterate, length } from '../runtime/operations.ts'
import {
  type Awaitable,
  type Kwargs,
  PyFunction,
  PyObject,
  TemplateFault,
  tuple,
  Undefined,
  type Value,
} from '../runtime/value.ts'

/** The body of a recursive loop: items and depth in, text out. */
export type Recurse = (items: Iterable<Value>, depth: number) => Awaitable<string>

/**
 * `loop` inside a `for`: where the loop stands, a view at its neighbours, and, in a recursive loop, the loop itself as a function.
 * Either it draws the items itself (`start`, `advance`) or it is told them (`push`).
 */
export class Loop extends PyObject {
  override readonly typeName = 'LoopContext'
  readonly #recurse: Recurse | null
  readonly #depth: number
  #items: Iterable<Value> = []
  #iterator: Iterator<Value> | undefined
  #index = -1
  #length: number | undefined
  #current: Value | undefined
  #before: Value | undefined
  #after: Value | undefined
  #changed: Value | undefined

  constructor(recurse: Recurse | null, depth: number) {
    super()
    this.#recurse = recurse
    this.#depth = depth
  }

  start(items: Iterable<Value>): void {
    this.#items = items
    this.#iterator = items[Symbol.iterator]()
  }

  /** Goes to the next item; false after the last. */
  advance(): boolean {
    const next = this.#after === undefined ? this.#draw() : this.#after
    this.#after = undefined
    if (next === undefined) return false
    this.push(next)
    return true
  }

  push(item: Value): void {
    this.#index++
    this.#before = this.#current
    this.#current = item
  }

  get current(): Value {
    return this.#current!
  }

  #draw(): Value | undefined {
    const { done, value } = this.#iterator!.next()
    return done === true ? undefined : value
  }

  #peek(): Value | undefined {
    if (this.#after === undefined) this.#after = this.#draw()
    return this.#after
  }

  #count(): number {
    if (this.#length === undefined) {
      const known = knownLength(this.#items)
      if (known !== undefined) this.#length = known
      else {
        const rest: Value[] = []
        for (let item = this.#draw(); item !== undefined; item = this.#draw()) rest.push(item)
        this.#iterator = rest[Symbol.iterator]()
        this.#length = rest.length + this.#index + 1 + (this.#after === undefined ? 0 : 1)
      }
    }
    return this.#length
  }

  override getAttr(name: string): Value | undefined {
    switch (name) {
      case 'index':
        return this.#index + 1
      case 'index0':
        return this.#index
      case 'revindex':
        return this.#count() - this.#index
      case 'revindex0':
        return this.#count() - this.#index - 1
      case 'first':
        return this.#index === 0
      case 'last':
        return this.#peek() === undefined
      case 'length':
        return this.#count()
      case 'depth':
        return this.#depth + 1
      case 'depth0':
        return this.#depth
      case 'previtem':
        return this.#index === 0 ? new Undefined('there is no previous item') : this.#before
      case 'nextitem':
        return this.#peek() === undefined ? new Undefined('there is no next item') : this.#after
      case 'cycle':
        return new PyFunction('cycle', (args) => this.#cycle(args))
      case 'changed':
        return new PyFunction('changed', (args) => this.#hasChanged(args))
      default:
        return undefined
    }
  }

  #cycle(args: readonly Value[]): Value {
    if (args.length === 0) throw new TemplateFault('TypeError', 'no items for cycling given')
    return args[this.#index % args.length]!
  }

  #hasChanged(args: readonly Value[]): boolean {
    const value = tuple(...args)
    if (this.#changed !== undefined && equals(this.#changed, value)) return false
    this.#changed = value
    return true
  }

  override pyLen(): number {
    return this.#count()
  }

  /** As in Python, going over `loop` draws the remaining items from the loop itself, each with the loop. */
  override *pyIter(): Generator<Value> {
    while (this.#iterator !== undefined && this.advance()) yield tuple(this.#current!, this)
  }

  override pyRepr(): string {
    return `<LoopContext ${this.#index + 1}/${this.#count()}>`
  }

  override pyBool(): boolean {
    return this.#count() > 0
  }

  override pyCall(args: readonly Value[], kwargs: Kwargs): Awaitable<Value> {
    if (this.#recurse === null) {
      throw new TemplateFault('TypeError', "The loop must have the 'recursive' marker to be called recursively.")
    }
    const items = args.length > 0 ? args[0] : kwargs.get('iterable')
    if (items === undefined) {
      throw new TemplateFault('TypeError', "LoopContext.__call__() missing 1 required positional argument: 'iterable'")
    }
    return this.#recurse(iterate(items), this.#depth + 1)
  }
}

function knownLength(items: Iterable<Value>): number | undefined {
  if (Array.isArray(items) || typeof items === 'string') return length(items)
  return undefined
}

/** The items for which `test` holds, tested one by one as they are asked for. */
export function* keep(items: Iterable<Value>, test: (item: Value) => boolean): Generator<Value> {
  for (const item of items) if (test(item)) yield item
}

/** The items for which `test` holds; all are tested before the first is given. */
export async function keepAsync(items: Iterable<Value>, test: (item: Value) => Promise<boolean>): Promise<Value[]> {
  const kept: Value[] = []
  for (const item of items) if (await test(item)) kept.push(item)
  return kept
}
