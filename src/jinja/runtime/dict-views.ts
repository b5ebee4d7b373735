import { equals } from './compare.ts'
import { isIterable, iterate } from './iterate.ts'
import { repr } from './text.ts'
import {
  dictEntries,
  dictGet,
  hashKey,
  type PlainDict,
  PyDict,
  PyFunction,
  PyObject,
  PySet,
  PyTuple,
  tuple,
  type Value,
} from './value.ts'

type ViewKind = 'dict_keys' | 'dict_values' | 'dict_items'

/** What keys(), values() and items() give: a live view of the dict, printed `dict_keys(['a'])`. */
export class DictView extends PyObject {
  readonly typeName: ViewKind
  readonly #dict: PyDict | PlainDict
  constructor(typeName: ViewKind, dict: PyDict | PlainDict) {
    super()
    this.typeName = typeName
    this.#dict = dict
  }
  override pyLen(): number {
    return this.#dict instanceof PyDict ? this.#dict.size : Object.keys(this.#dict).length
  }
  override *pyIter(): Generator<Value> {
    if (this.typeName === 'dict_keys') {
      yield* iterate(this.#dict)
      return
    }
    for (const [key, value] of dictEntries(this.#dict))
      yield this.typeName === 'dict_values' ? value : tuple(key, value)
  }
  override pyContains(value: Value): boolean {
    if (this.typeName === 'dict_keys')
      return this.#dict instanceof PyDict ? this.#dict.has(value) : dictGet(this.#dict, value) !== undefined
    if (this.typeName === 'dict_items') {
      if (!(value instanceof PyTuple) || value.length !== 2) return false
      const found = dictGet(this.#dict, value[0]!)
      return found !== undefined && equals(found, value[1]!)
    }
    for (const item of this.pyIter()) if (equals(item, value)) return true
    return false
  }
  override pyRepr(): string {
    return `${this.typeName}([${Array.from(this.pyIter(), repr).join(', ')}])`
  }
  override pyEquals(other: Value): boolean {
    if (other === this) return true
    if (this.typeName === 'dict_values') return false
    if (other instanceof DictView ? other.typeName === 'dict_values' : !(other instanceof PySet)) return false
    if ((other as DictView | PySet).pyLen() !== this.pyLen()) return false
    for (const item of iterate(other)) if (!this.pyContains(item)) return false
    return true
  }
  override pyCompare(other: Value): number | undefined {
    if (this.typeName === 'dict_values' || !(other instanceof DictView || other instanceof PySet)) return undefined
    if (this.pyEquals(other)) return 0
    for (const item of this.pyIter()) if (!(other instanceof PySet ? other.has(item) : other.pyContains(item))) return 1
    return -1
  }
  override pyBinary(op: string, other: Value, reflected: boolean): Value | undefined {
    if (op !== '-' || reflected || this.typeName === 'dict_values' || !isIterable(other)) return undefined
    const removed = new Set(Array.from(iterate(other), hashKey))
    return PySet.from([...this.pyIter()].filter((item) => !removed.has(hashKey(item))))
  }
  override pyHash(): string {
    return ''
  }
  override getAttr(name: string): Value | undefined {
    if (name === 'mapping') return this.#dict
    if (name === 'isdisjoint' && this.typeName !== 'dict_values') {
      return new PyFunction('isdisjoint', ([other]) => {
        for (const item of iterate(other!)) if (this.pyContains(item)) return false
        return true
      })
    }
    return undefined
  }
}
