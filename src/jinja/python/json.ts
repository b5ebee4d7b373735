import { dictSet } from '../runtime/collection-methods.ts'
import { order } from '../runtime/compare.ts'
import { int } from '../runtime/integers.ts'
import { checkTextLength, walkInto, walkOut } from '../runtime/size-limits.ts'
import { isFloat, typeName } from '../runtime/type-name.ts'
import {
  dictEntries,
  float,
  floatRepr,
  isDict,
  type PlainDict,
  PyDict,
  PyFloat,
  PyObject,
  TemplateFault,
  type Value,
} from '../runtime/value.ts'

export interface JsonOptions {
  readonly sortKeys?: boolean | undefined
  /** Spaces per level; without it everything stands on one line with `, ` and `: `. */
  readonly indent?: number | undefined
  /** As templates have it: dates, Decimals, relations ... are refused, not written in their plain form. */
  readonly strict?: boolean | undefined
}

/** json.dumps(value): Python's separators, everything outside ASCII escaped. Throws Python's TypeError for other objects. */
export function toJson(value: Value, options: JsonOptions = {}): string {
  if (options.indent !== undefined) checkTextLength(options.indent)
  return write(value, options, 0, [])
}

function write(value: Value, options: JsonOptions, depth: number, open: unknown[]): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value === 'string') return quote(value)
  if (isFloat(value)) return floatText(value instanceof PyFloat ? value.value : value)
  if (typeof value === 'number') return String(value)
  if (open.includes(value)) throw new TemplateFault('ValueError', 'Circular reference detected')
  walkInto(Array.isArray(value) ? value.length : 1)
  try {
    return writeCollection(value, options, depth, open)
  } finally {
    walkOut()
  }
}

function writeCollection(
  value: Value[] | PlainDict | PyObject,
  options: JsonOptions,
  depth: number,
  open: unknown[],
): string {
  if (Array.isArray(value)) {
    const items = value.map((item) => write(item, options, depth + 1, [...open, value]))
    return enclosed('[', ']', items, options, depth)
  }
  if (isDict(value)) {
    const entries = [...dictEntries(value)]
    if (options.sortKeys === true) entries.sort(([a], [b]) => order(a, b))
    const items = entries.map(
      ([key, item]) => `${quote(keyText(key))}: ${write(item, options, depth + 1, [...open, value])}`,
    )
    return enclosed('{', '}', items, options, depth)
  }
  if (value.toPlain !== undefined && (options.strict !== true || value.isJsonNative === true))
    return write(value.toPlain(), options, depth, open)
  throw new TemplateFault('TypeError', `Object of type ${shortName(typeName(value))} is not JSON serializable`)
}

const shortName = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

function enclosed(start: string, end: string, items: readonly string[], options: JsonOptions, depth: number): string {
  if (items.length === 0) return start + end
  if (options.indent === undefined) return start + items.join(', ') + end
  const inner = `\n${' '.repeat(options.indent * (depth + 1))}`
  return `${start}${inner}${items.join(`,${inner}`)}\n${' '.repeat(options.indent * depth)}${end}`
}

function keyText(key: Value): string {
  if (typeof key === 'string') return key
  if (key === null) return 'null'
  if (typeof key === 'boolean' || typeof key === 'bigint') return String(key)
  if (isFloat(key)) return floatText(key instanceof PyFloat ? key.value : key)
  if (typeof key === 'number') return String(key)
  if (key instanceof PyObject && key.typeName === 'Markup') return key.pyStr()
  throw new TemplateFault('TypeError', `keys must be str, int, float, bool or None, not ${shortName(typeName(key))}`)
}

const floatText = (value: number): string =>
  Number.isNaN(value) ? 'NaN' : Number.isFinite(value) ? floatRepr(value) : value > 0 ? 'Infinity' : '-Infinity'

/** A JSON string with all that is outside ASCII escaped. */
export const quote = (text: string): string =>
  JSON.stringify(text).replace(/[\x7f-\uffff]/g, (char) => {
    const code = char.charCodeAt(0)
    return `\\u${code.toString(16).padStart(4, '0')}`
  })

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/y
const LITERALS: readonly (readonly [string, () => Value])[] = [
  ['null', () => null],
  ['true', () => true],
  ['false', () => false],
  ['NaN', () => Number.NaN],
  ['Infinity', () => Number.POSITIVE_INFINITY],
  ['-Infinity', () => Number.NEGATIVE_INFINITY],
]

/**
 * json.loads(text): ints of any size and floats are told apart. Dicts are plain objects where their keys keep their order
 * there, else PyDicts. Throws a ValueError with Python's message (`Expecting value: line 1 column 1 (char 0)`).
 */
export function fromJson(text: string): Value {
  const reader = new JsonReader(text)
  return reader.document()
}

class JsonReader {
  readonly #text: string
  #at = 0
  constructor(text: string) {
    this.#text = text
  }
  document(): Value {
    this.#space()
    const value = this.#value()
    this.#space()
    if (this.#at < this.#text.length) throw this.#fault('Extra data', this.#at)
    return value
  }
  #fault(message: string, at: number): TemplateFault {
    const before = this.#text.slice(0, at)
    const line = before.split('\n').length
    const column = at - before.lastIndexOf('\n')
    return new TemplateFault('JSONDecodeError', `${message}: line ${line} column ${column} (char ${at})`)
  }
  #space(): void {
    while (' \t\n\r'.includes(this.#text[this.#at] ?? 'x')) this.#at++
  }
  #value(): Value {
    const char = this.#text[this.#at]
    if (char === '"') return this.#string()
    if (char === '{') return this.#object()
    if (char === '[') return this.#array()
    NUMBER.lastIndex = this.#at
    const number = NUMBER.exec(this.#text)
    if (number !== null) {
      this.#at += number[0].length
      if (number[1] !== undefined || number[2] !== undefined) return float(Number(number[0]))
      const plain = Number(number[0])
      return Number.isSafeInteger(plain) ? plain + 0 : int(BigInt(number[0]))
    }
    for (const [word, make] of LITERALS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length
        return make()
      }
    }
    throw this.#fault('Expecting value', this.#at)
  }
  #string(): string {
    const start = this.#at
    let at = start + 1
    for (;;) {
      const char = this.#text[at]
      if (char === undefined) throw this.#fault('Unterminated string starting at', start)
      if (char === '"') break
      if (char < ' ') throw this.#fault('Invalid control character at', at)
      if (char === '\\') {
        if (!/^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.test(this.#text.slice(at, at + 6))) {
          throw this.#text[at + 1] === 'u'
            ? this.#fault('Invalid \\uXXXX escape', at + 2)
            : this.#text[at + 1] === undefined
              ? this.#fault('Unterminated string starting at', start)
              : this.#fault('Invalid \\escape', at)
        }
        at++
      }
      at++
    }
    this.#at = at + 1
    return JSON.parse(this.#text.slice(start, this.#at)) as string
  }
  #array(): Value {
    const items: Value[] = []
    this.#at++
    this.#space()
    if (this.#text[this.#at] === ']') {
      this.#at++
      return items
    }
    for (;;) {
      this.#space()
      items.push(this.#value())
      this.#space()
      const char = this.#text[this.#at++]
      if (char === ']') return items
      if (char !== ',') throw this.#fault("Expecting ',' delimiter", this.#at - 1)
    }
  }
  #object(): Value {
    const entries: [string, Value][] = []
    this.#at++
    this.#space()
    if (this.#text[this.#at] === '}') {
      this.#at++
      return {}
    }
    for (;;) {
      this.#space()
      if (this.#text[this.#at] !== '"') {
        throw this.#fault('Expecting property name enclosed in double quotes', this.#at)
      }
      const key = this.#string()
      this.#space()
      if (this.#text[this.#at] !== ':') throw this.#fault("Expecting ':' delimiter", this.#at)
      this.#at++
      this.#space()
      entries.push([key, this.#value()])
      this.#space()
      const char = this.#text[this.#at++]
      if (char === '}') return dictOf(entries)
      if (char !== ',') throw this.#fault("Expecting ',' delimiter", this.#at - 1)
    }
  }
}

/** True for keys that a plain object would put in another order, or that mean something else there. */
export const isAwkwardKey = (key: string): boolean => key === '__proto__' || /^(0|[1-9]\d*)$/.test(key)

/** A dict of text keys: a plain object unless a key would lose its place there. */
export function dictOf(entries: readonly (readonly [string, Value])[]): PyDict | PlainDict {
  if (entries.some(([key]) => isAwkwardKey(key))) return PyDict.from(entries)
  const dict: PlainDict = {}
  for (const [key, value] of entries) dictSet(dict, key, value)
  return dict
}
