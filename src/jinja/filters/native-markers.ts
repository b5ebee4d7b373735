import { getAttribute, getItem, slice } from '../runtime/access.ts'
import { binary } from '../runtime/arithmetic.ts'
import { compareText, contains } from '../runtime/compare.ts'
import type { Filter } from '../runtime/filter.ts'
import { characters, textLength } from '../runtime/iterate.ts'
import { toText } from '../runtime/text.ts'
import { type BinaryOperator, PyObject, Undefined, type Value } from '../runtime/value.ts'
import { filter } from './arguments.ts'

export type MarkerKind = 'text' | 'bool' | 'native' | 'number'

/**
 * What dbt's `as_text`, `as_bool`, `as_native` and `as_number` give in native rendering: a text that says what it is to be
 * turned into when it is the whole result. In any other use it is the text, also where a filter that binds tighter than its author thought
 * made it of a list: `{{ target.type in ['redshift', 'postgres'] | as_bool }}` looks for a text in a text.
 */
export class NativeMarker extends PyObject {
  readonly typeName = 'str'
  override readonly isJsonNative = true
  readonly kind: MarkerKind
  readonly text: string
  constructor(kind: MarkerKind, text: string) {
    super()
    this.kind = kind
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
    const text = other instanceof NativeMarker ? other.text : other
    return typeof text === 'string' ? compareText(this.text, text) : undefined
  }
  override pyBinary(op: BinaryOperator, other: Value, reflected: boolean): Value | undefined {
    const text = other instanceof NativeMarker ? other.text : other
    return reflected ? binary(op, text, this.text) : binary(op, this.text, text)
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
  override pyEquals(other: Value): boolean {
    return other instanceof NativeMarker ? other.text === this.text : other === this.text
  }
  override pyHash(): string {
    return `=s${this.text}`
  }
  override toPlain(): Value {
    return this.text
  }
}

const defined = (value: Value): Value | undefined => (value instanceof Undefined ? undefined : value)

const marker = (kind: MarkerKind): Filter => filter(`as_${kind}`, [], (value) => new NativeMarker(kind, toText(value)))
const KINDS: readonly MarkerKind[] = ['text', 'bool', 'native', 'number']

/** The marking filters of native rendering, by name. */
export const MARKING_FILTERS: ReadonlyMap<string, Filter> = new Map(KINDS.map((kind) => [`as_${kind}`, marker(kind)]))
/** The same names in text rendering: the value as it is. */
export const IDENTITY_FILTERS: ReadonlyMap<string, Filter> = new Map(
  KINDS.map((kind) => [`as_${kind}`, filter(`as_${kind}`, [], (value) => value)]),
)
