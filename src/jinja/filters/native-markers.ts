import type { Filter } from '../runtime/filter.ts'
import { toText } from '../runtime/text.ts'
import { PyObject, type Value } from '../runtime/value.ts'
import { filter } from './arguments.ts'

export type MarkerKind = 'text' | 'bool' | 'native' | 'number'

/**
 * What dbt's `as_text`, `as_bool`, `as_native` and `as_number` give in native rendering: a text that says what it is to be
 * turned into when it is the whole result. In any other use it is the text.
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

const marker = (kind: MarkerKind): Filter => filter(`as_${kind}`, [], (value) => new NativeMarker(kind, toText(value)))
const KINDS: readonly MarkerKind[] = ['text', 'bool', 'native', 'number']

/** The marking filters of native rendering, by name. */
export const MARKING_FILTERS: ReadonlyMap<string, Filter> = new Map(KINDS.map((kind) => [`as_${kind}`, marker(kind)]))
/** The same names in text rendering: the value as it is. */
export const IDENTITY_FILTERS: ReadonlyMap<string, Filter> = new Map(
  KINDS.map((kind) => [`as_${kind}`, filter(`as_${kind}`, [], (value) => value)]),
)
