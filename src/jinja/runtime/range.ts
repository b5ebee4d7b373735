import { indices } from './access.ts'
import { numeric } from './compare.ts'
import { bounds, intArgument } from './str-methods.ts'
import { PyFunction, PyObject, TemplateFault, type Value } from './value.ts'

/** range(start, stop, step): a sequence that is not spelt out. */
export class PyRange extends PyObject {
  readonly typeName = 'range'
  readonly start: number
  readonly stop: number
  readonly step: number
  readonly length: number
  constructor(start: number, stop: number, step: number) {
    super()
    if (step === 0) throw new TemplateFault('ValueError', 'range() arg 3 must not be zero')
    this.start = start
    this.stop = stop
    this.step = step
    this.length = Math.max(0, Math.ceil((stop - start) / step))
  }
  override pyLen(): number {
    return this.length
  }
  override *pyIter(): Generator<Value> {
    for (let i = 0; i < this.length; i++) yield this.start + i * this.step
  }
  override getItem(key: Value): Value | undefined {
    const index = typeof key === 'boolean' ? Number(key) : key
    if (typeof index !== 'number' || !Number.isInteger(index)) return undefined
    const at = index < 0 ? index + this.length : index
    return at < 0 || at >= this.length ? undefined : this.start + at * this.step
  }
  override pySlice(start: Value, stop: Value, step: Value): Value {
    const taken = indices(this.length, start, stop, step)
    const stride = (step === null ? 1 : intArgument(step)) * this.step
    const first = taken[0] === undefined ? this.#boundary(start, step) : this.start + taken[0] * this.step
    const end = taken.length === 0 ? first : this.#end(taken.at(-1)!, stop, step, stride)
    return new PyRange(first, end, stride)
  }
  #boundary(start: Value, step: Value): number {
    const [at] = bounds(this.length, step !== null && intArgument(step) < 0 ? null : start, null)
    return this.start + Math.min(at, this.length) * this.step
  }
  #end(last: number, stop: Value, step: Value, stride: number): number {
    if (stride === this.step && step === null) {
      const [, to] = bounds(this.length, null, stop)
      return this.start + to * this.step
    }
    return this.start + last * this.step + stride
  }
  override pyContains(value: Value): boolean {
    const number = numeric(value)
    if (number === undefined) return false
    const at = (Number(number) - this.start) / this.step
    return Number.isInteger(at) && at >= 0 && at < this.length
  }
  override pyEquals(other: Value): boolean {
    if (!(other instanceof PyRange) || other.length !== this.length) return false
    return this.length === 0 || (other.start === this.start && (this.length === 1 || other.step === this.step))
  }
  override pyHash(): string {
    return `range:${this.length}:${this.start}:${this.step}`
  }
  override pyRepr(): string {
    return `range(${this.start}, ${this.stop}${this.step === 1 ? '' : `, ${this.step}`})`
  }
  override getAttr(name: string): Value | undefined {
    switch (name) {
      case 'start':
        return this.start
      case 'stop':
        return this.stop
      case 'step':
        return this.step
      case 'count':
        return new PyFunction('count', ([value]) => (this.pyContains(value ?? null) ? 1 : 0))
      case 'index':
        return new PyFunction('index', ([value]) => {
          if (!this.pyContains(value ?? null)) throw new TemplateFault('ValueError', 'value is not in range')
          return (Number(numeric(value!)) - this.start) / this.step
        })
    }
    return undefined
  }
}

/** The longest range that Jinja2's sandbox makes. */
const MAX_RANGE = 100_000

/** The sandbox's `range`: at most 100 000 items. */
export function makeRange(args: readonly Value[]): PyRange {
  if (args.length === 0) throw new TemplateFault('TypeError', 'range expected at least 1 argument, got 0')
  if (args.length > 3) throw new TemplateFault('TypeError', `range expected at most 3 arguments, got ${args.length}`)
  const [a, b, c] = args.map(intArgument)
  const range = b === undefined ? new PyRange(0, a!, 1) : new PyRange(a!, b, c ?? 1)
  if (range.length > MAX_RANGE) {
    throw new TemplateFault(
      'OverflowError',
      `Range too big. The sandbox blocks ranges larger than MAX_RANGE (${MAX_RANGE}).`,
    )
  }
  return range
}
