import { PyDict, type Value } from './value.ts'

/** A dict whose items are made when something first looks at them. */
export class LazyDict extends PyDict {
  #make: (() => Iterable<readonly [Value, Value]>) | undefined

  constructor(make: () => Iterable<readonly [Value, Value]>) {
    super()
    this.#make = make
  }

  #filled(): void {
    const make = this.#make
    if (make === undefined) return
    this.#make = undefined
    for (const [key, value] of make()) super.set(key, value)
  }

  override get size(): number {
    this.#filled()
    return super.size
  }
  override get(key: Value): Value | undefined {
    this.#filled()
    return super.get(key)
  }
  override has(key: Value): boolean {
    this.#filled()
    return super.has(key)
  }
  override set(key: Value, value: Value): void {
    this.#filled()
    super.set(key, value)
  }
  override delete(key: Value): boolean {
    this.#filled()
    return super.delete(key)
  }
  override clear(): void {
    this.#make = undefined
    super.clear()
  }
  override *keys(): Generator<Value> {
    this.#filled()
    yield* super.keys()
  }
  override *values(): Generator<Value> {
    this.#filled()
    yield* super.values()
  }
  override entries(): IterableIterator<[Value, Value]> {
    this.#filled()
    return super.entries()
  }
  override pyLen(): number {
    this.#filled()
    return super.pyLen()
  }
  override pyItems(): Iterable<readonly [Value, Value]> {
    this.#filled()
    return super.pyItems()
  }
}
