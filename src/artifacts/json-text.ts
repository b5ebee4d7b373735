/**
 * JSON as dbt writes artifacts: one line, a blank after `,` and `:`, non-ASCII text escaped as Python's `json` does by default.
 * Python-like values are written by their plain form; values that JSON does not know by their text; `undefined` members are left out.
 */
export const toJson = (value: unknown): string => new JsonWriter().text(value)

/** Writes one value after the other, and tells whether reading them would give the same. */
export class JsonWriter {
  /** False when something was written that `JSON.parse` gives back as something else: a float with an integral value, a tuple, NaN ... */
  isExact = true

  text(value: unknown): string {
    if (value === null) return 'null'
    switch (typeof value) {
      case 'string':
        return quoted(value)
      case 'boolean':
        return value ? 'true' : 'false'
      case 'number':
        return this.#number(value)
      case 'object':
        return this.#object(value as object)
      case 'undefined':
        this.isExact = false
        return 'null'
      default:
        this.isExact = false
        return typeof value === 'bigint' ? String(value) : quoted(String(value))
    }
  }

  #number(value: number): string {
    if (!Number.isFinite(value)) {
      this.isExact = false
      return 'null'
    }
    if (value === 0 && Object.is(value, -0)) this.isExact = false
    return String(value)
  }

  #object(value: object): string {
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype === Object.prototype || prototype === null) return this.#members(value)
    if (Array.isArray(value)) {
      if (prototype !== Array.prototype) this.isExact = false
      return this.#items(value)
    }
    this.isExact = false
    return this.#special(value)
  }

  #items(list: readonly unknown[]): string {
    let text = '['
    for (let at = 0; at < list.length; at++) text += at === 0 ? this.text(list[at]) : `, ${this.text(list[at])}`
    return `${text}]`
  }

  #members(dict: object): string {
    let text = ''
    // own keys only: plain objects inherit none that can be enumerated
    for (const key in dict) {
      const item = (dict as Record<string, unknown>)[key]
      if (item === undefined) continue
      text += text === '' ? `{${quoted(key)}: ${this.text(item)}` : `, ${quoted(key)}: ${this.text(item)}`
    }
    return text === '' ? '{}' : `${text}}`
  }

  /** Objects of classes: values of templates and the like. */
  #special(value: object): string {
    const special = value as {
      toPlain?: () => unknown
      pyItems?: () => Iterable<readonly [unknown, unknown]>
      pyStr?: () => string
      value?: unknown
      typeName?: string
    }
    if (special.typeName === 'float' && typeof special.value === 'number')
      return Number.isInteger(special.value) ? `${special.value}.0` : String(special.value)
    if (typeof special.toPlain === 'function') return this.text(special.toPlain())
    if (typeof special.pyItems === 'function') {
      const items = Array.from(special.pyItems(), ([key, item]) => `${quoted(String(key))}: ${this.text(item)}`)
      return `{${items.join(', ')}}`
    }
    if (typeof special.pyStr === 'function') return quoted(special.pyStr())
    return this.#members(Object.fromEntries(Object.entries(value)))
  }
}

const ESCAPED = /["\\\u0000-\u001f\u007f-\uffff]/
const NOT_ASCII = /[\u007f-\uffff]/g
/** Up to this length looking for what has to be escaped is faster than `JSON.stringify`. */
const SHORT = 40

function quoted(text: string): string {
  if (text.length < SHORT && !ESCAPED.test(text)) return `"${text}"`
  return JSON.stringify(text).replace(NOT_ASCII, escaped)
}

const escaped = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
