import { stringRepr } from './text.ts'
import { derivedText, PyObject, type Value } from './value.ts'

/**
 * A text that is already escaped (`|e`, `|safe`): a str that escapes what is added to it. Its methods are those of str
 * (see methods.ts); here is what arithmetic and comparison need.
 */
export class Markup extends PyObject {
  readonly typeName = 'Markup'
  override readonly moduleName = 'markupsafe'
  override readonly isJsonNative = true
  readonly text: string
  constructor(text: string) {
    super()
    this.text = text
  }
  override pyStr(): string {
    return this.text
  }
  override pyRepr(): string {
    return `Markup(${stringRepr(this.text)})`
  }
  override pyLen(): number {
    return Array.from(this.text).length
  }
  override pyIter(): Iterable<Value> {
    return Array.from(this.text, (char) => new Markup(char))
  }
  override pyEquals(other: Value): boolean {
    return asText(other) === this.text
  }
  override pyHash(): string {
    return `=s${this.text}`
  }
  override pyCompare(other: Value): number | undefined {
    const text = asText(other)
    if (text === undefined) return undefined
    return this.text < text ? -1 : this.text > text ? 1 : 0
  }
  override toPlain(): Value {
    return this.text
  }
}

/** The text of a str, Markup, or object of another class derived from str; undefined for other values. */
export const asText = (value: Value): string | undefined =>
  typeof value === 'string' ? value : value instanceof PyObject ? derivedText(value) : undefined

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&#39;',
  '"': '&#34;',
}

/** The five characters that HTML minds, as MarkupSafe writes them. */
export const escapeHtml = (text: string): string => text.replace(/[&<>'"]/g, (char) => ENTITIES[char]!)
