import { indices } from '../jinja/runtime/access.ts'
import { equals, order } from '../jinja/runtime/compare.ts'
import { repr } from '../jinja/runtime/text.ts'
import { truthy } from '../jinja/runtime/truth.ts'
import {
  hostFunction,
  PyDict,
  PyObject,
  PySet,
  PyTuple,
  TemplateFault,
  tuple,
  type Value,
} from '../jinja/runtime/value.ts'
import type { DataType } from './agate-data-types.ts'

/** A sequence whose items can be had by index or by name: agate's rows, columns, and the lists of them. */
export class MappedSequence extends PyObject {
  readonly typeName: string = 'MappedSequence'
  override readonly moduleName: string = 'agate.mapped_sequence'
  readonly #values: PyTuple
  readonly #keys: PyTuple | null
  #index: Map<Value, number> | undefined

  constructor(values: PyTuple, keys: PyTuple | null) {
    super()
    this.#values = values
    this.#keys = keys
  }
  values(): PyTuple {
    return this.#values
  }
  keys(): PyTuple | null {
    return this.#keys
  }
  /** The item under a name. */
  named(key: Value): Value | undefined {
    const keys = this.keys()
    if (keys === null) return undefined
    this.#index ??= new Map(keys.map((name, position) => [name, position]))
    const at = this.#index.get(key)
    return at === undefined ? undefined : this.values()[at]
  }
  #dict(): PyDict {
    const keys = this.keys()
    if (keys === null) throw new TemplateFault('KeyError', '')
    return PyDict.from(keys.map((key, index) => [key, this.values()[index]!] as const))
  }
  override getItem(key: Value): Value | undefined {
    if (typeof key === 'number' && Number.isInteger(key)) {
      const values = this.values()
      return values[key < 0 ? key + values.length : key]
    }
    return this.named(key)
  }
  override pySlice(start: Value, stop: Value, step: Value): Value {
    const values = this.values()
    return PyTuple.fromItems(indices(values.length, start, stop, step).map((index) => values[index]!))
  }
  override getAttr(name: string): Value | undefined {
    switch (name) {
      case 'values':
        return hostFunction(name, [], () => this.values())
      case 'keys':
        return hostFunction(name, [], () => this.keys())
      case 'items':
        return hostFunction(name, [], () =>
          PyTuple.fromItems((this.keys() ?? []).map((key, index) => tuple(key, this.values()[index]!))),
        )
      case 'dict':
        return hostFunction(name, [], () => this.#dict())
      case 'get':
        return hostFunction(name, ['key', ['default', null]], (key, fallback) => {
          const found = this.#dict().get(key!)
          return found ?? (truthy(fallback!) ? fallback! : null)
        })
      case 'count':
        return hostFunction(name, ['value'], (value) => this.values().filter((item) => equals(item, value!)).length)
      case 'index':
        return hostFunction(name, ['value'], (value) => {
          const at = this.values().findIndex((item) => equals(item, value!))
          if (at < 0) throw new TemplateFault('ValueError', '')
          return at
        })
    }
    return undefined
  }
  override pyLen(): number {
    return this.values().length
  }
  override pyIter(): Iterable<Value> {
    return this.values()
  }
  override pyContains(value: Value): boolean {
    return this.values().some((item) => equals(item, value))
  }
  override pyEquals(other: Value): boolean {
    if (other === this) return true
    if (!(other instanceof MappedSequence) && !Array.isArray(other)) return false
    return equals(this.values(), other instanceof MappedSequence ? other.values() : PyTuple.fromItems(other))
  }
  override pyHash(): string {
    return ''
  }
  override pyRepr(): string {
    const sample = this.values().slice(0, 5).map(repr).join(', ')
    return `<agate.${this.typeName}: (${sample}${this.pyLen() > 5 ? ', ...' : ''})>`
  }
}

export class Row extends MappedSequence {
  override readonly typeName = 'Row'
  override readonly moduleName: string = 'agate.rows'
}

/** The rows of a table, of which there may be nothing but their number until they are looked at. */
export class Rows extends MappedSequence {
  readonly #count: number
  readonly #load: () => readonly Row[]
  #values: PyTuple | undefined

  constructor(count: number, load: () => readonly Row[]) {
    super(new PyTuple(), null)
    this.#count = count
    this.#load = load
  }
  override values(): PyTuple {
    this.#values ??= PyTuple.fromItems(this.#load())
    return this.#values
  }
  override pyLen(): number {
    return this.#count
  }
}

/** None sorts after everything, as agate has it. */
export function nullsLast(a: Value, b: Value): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  if (a instanceof PyTuple && b instanceof PyTuple) {
    for (const [index, item] of a.entries()) {
      const found = nullsLast(item, b[index] ?? null)
      if (found !== 0) return found
    }
    return 0
  }
  return order(a, b)
}

export class Column extends MappedSequence {
  override readonly typeName = 'Column'
  override readonly moduleName: string = 'agate.columns'
  readonly index: number
  readonly name: string
  readonly dataType: DataType
  readonly #rows: () => readonly Row[]
  #cells: PyTuple | undefined

  constructor(index: number, name: string, type: DataType, rows: () => readonly Row[]) {
    super(new PyTuple(), null)
    this.index = index
    this.name = name
    this.dataType = type
    this.#rows = rows
  }
  override values(): PyTuple {
    this.#cells ??= PyTuple.fromItems(this.#rows().map((row) => row.values()[this.index] ?? null))
    return this.#cells
  }
  override getAttr(name: string): Value | undefined {
    switch (name) {
      case 'name':
        return this.name
      case 'data_type':
        return this.dataType
      case 'index':
        return this.index
      case 'values_distinct':
        return hostFunction(name, [], () => PyTuple.fromItems(PySet.from(this.values()).values()))
      case 'values_without_nulls':
        return hostFunction(name, [], () => PyTuple.fromItems(this.values().filter((value) => value !== null)))
      case 'values_sorted':
        return hostFunction(name, [], () => [...this.values()].sort(nullsLast))
      case 'values_without_nulls_sorted':
        return hostFunction(name, [], () =>
          this.values()
            .filter((value) => value !== null)
            .sort(nullsLast),
        )
    }
    return super.getAttr(name)
  }
}
