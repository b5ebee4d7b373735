import { PyTuple, type Value } from './value.ts'

/** How a tuple with named fields prints: as a bare tuple, or `name(field=value, ...)`. */
export interface TupleShape {
  /** Python's name of the type, for messages. */
  readonly typeName: string
  readonly fields: readonly string[]
  /** The name it prints under; absent = it prints as a tuple. */
  readonly printed?: string
}

/** A tuple whose items can be had as attributes too: groupby's groups, struct_time, isocalendar(). */
export class NamedTuple extends PyTuple {
  #shape: TupleShape = { typeName: 'tuple', fields: [] }

  static make(shape: TupleShape, items: Iterable<Value>): NamedTuple {
    const made = new NamedTuple()
    made.#shape = shape
    for (const item of items) made.push(item)
    return made
  }
  override get typeName(): string {
    return this.#shape.typeName
  }
  field(name: string): Value | undefined {
    const index = this.#shape.fields.indexOf(name)
    return index < 0 ? undefined : this[index]
  }
  /** repr(), given the reprs of the items. */
  printed(items: readonly string[]): string {
    const { printed, fields } = this.#shape
    if (printed === undefined) return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`
    return `${printed}(${items.map((item, index) => `${fields[index]}=${item}`).join(', ')})`
  }
}
