import { getAttribute, getItem, slice } from './access.ts'
import { binary } from './arithmetic.ts'
import { compareText, contains } from './compare.ts'
import { characters, textLength } from './iterate.ts'
import { type BinaryOperator, PyObject, Undefined, type Value } from './value.ts'

/** An object of a class derived from Python's str: in every use it is its text. */
export abstract class TextObject extends PyObject {
  override readonly isJsonNative = true
  readonly text: string

  constructor(text: string) {
    super()
    this.text = text
  }
  override pyStr(): string {
    return this.text
  }
  override pyBool(): boolean {
    return this.text !== ''
  }
  override pyLen(): number {
    return textLength(this.text)
  }
  override pyIter(): Iterable<Value> {
    return characters(this.text)
  }
  override pyContains(value: Value): boolean {
    return contains(value, this.text)
  }
  override pyCompare(other: Value): number | undefined {
    const text = textOf(other)
    return typeof text === 'string' ? compareText(this.text, text) : undefined
  }
  override pyEquals(other: Value): boolean {
    return textOf(other) === this.text
  }
  override pyHash(): string {
    return `=s${this.text}`
  }
  override pyBinary(op: BinaryOperator, other: Value, reflected: boolean): Value | undefined {
    return reflected ? binary(op, textOf(other), this.text) : binary(op, this.text, textOf(other))
  }
  override getAttr(name: string): Value | undefined {
    return defined(getAttribute(this.text, name))
  }
  override getItem(key: Value): Value | undefined {
    return defined(getItem(this.text, key))
  }
  override pySlice(start: Value, stop: Value, step: Value): Value {
    return slice(this.text, start, stop, step)
  }
  override toPlain(): Value {
    return this.text
  }
}

const textOf = (value: Value): Value => (value instanceof TextObject ? value.text : value)
const defined = (value: Value): Value | undefined => (value instanceof Undefined ? undefined : value)
