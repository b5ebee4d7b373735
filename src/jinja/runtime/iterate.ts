import { checkItems } from './size-limits.ts'
import { typeName } from './type-name.ts'
import { PyDict, PyObject, TemplateFault, type Value } from './value.ts'

/** iter(v): items of sequences, keys of dicts, characters (code points) of texts. Throws Python's TypeError for others. */
export function iterate(value: Value): Iterable<Value> {
  if (Array.isArray(value) || typeof value === 'string') return value
  if (value instanceof PyObject) {
    if (value.pyIter !== undefined) return value.pyIter()
    if (value instanceof PyDict) return guarded(value)
  } else if (value !== null && typeof value === 'object') {
    return Object.keys(value)
  }
  throw new TemplateFault('TypeError', `'${typeName(value)}' object is not iterable`)
}

function* guarded(dict: PyDict): Generator<Value> {
  const size = dict.size
  for (const key of dict.keys()) {
    yield key
    if (dict.size !== size) throw new TemplateFault('RuntimeError', 'dictionary changed size during iteration')
  }
}

/** True when `iterate` would succeed. */
export const isIterable = (value: Value): boolean =>
  typeof value === 'string' ||
  (typeof value === 'object' &&
    value !== null &&
    (!(value instanceof PyObject) || value.pyIter !== undefined || value instanceof PyDict))

/** len(v). Throws Python's TypeError for values without one. */
export function length(value: Value): number {
  if (typeof value === 'string') return textLength(value)
  if (Array.isArray(value)) return value.length
  if (value instanceof PyObject) {
    if (value.pyLen !== undefined) return value.pyLen()
  } else if (value !== null && typeof value === 'object') {
    return Object.keys(value).length
  }
  throw new TemplateFault('TypeError', `object of type '${typeName(value)}' has no len()`)
}

const ASTRAL = /[\ud800-\udbff]/

/** True when a text has characters of two UTF-16 units, so that indexes by code point need care. */
export const hasAstral = (text: string): boolean => ASTRAL.test(text)

/** The number of code points. */
export function textLength(text: string): number {
  if (!hasAstral(text)) return text.length
  let count = 0
  for (const _ of text) count++
  return count
}

/** The code points of a text, one string each. */
export const characters = (text: string): string[] => (hasAstral(text) ? Array.from(text) : text.split(''))

/** An iterator as Python has them: it can be walked once, has no length and is true. */
export class PyIterator extends PyObject {
  readonly typeName: string
  readonly #source: Iterator<Value>
  #drawn = 0
  constructor(typeName: string, source: Iterable<Value>) {
    super()
    this.typeName = typeName
    this.#source = source[Symbol.iterator]()
  }
  /** The next item, or undefined at the end. */
  next(): Value | undefined {
    const step = this.#next()
    return step.done === true ? undefined : step.value
  }
  override pyIter(): Iterable<Value> {
    const next = (): IteratorResult<Value> => this.#next()
    return { [Symbol.iterator]: () => ({ next }) }
  }
  /** Some iterators never end (`itertools.count`), and nobody but them can know. */
  #next(): IteratorResult<Value> {
    const step = this.#source.next()
    this.#drawn += Array.isArray(step.value) ? step.value.length + 1 : 1
    checkItems(this.#drawn)
    return step
  }
  override pyRepr(): string {
    return this.typeName === 'generator' ? '<generator object>' : `<${this.typeName} object>`
  }
  override pyBool(): boolean {
    return true
  }
}

/** A generator: what Jinja2's lazy filters (map, select, batch ...) give. */
export const generator = (source: Iterable<Value>): PyIterator => new PyIterator('generator', source)
