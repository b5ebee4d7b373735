import { QuernError } from '../errors/quern-error.ts'
import { repr, toText } from '../jinja/runtime/text.ts'
import { dictEntries, isDict, PyFunction, PyObject, Undefined, type Value } from '../jinja/runtime/value.ts'

export interface IndexConfigShape {
  /** Python's class of the reference, for printing: `PostgresIndexConfig`. */
  readonly className: string
  /** Whether an index method can be chosen (`type`). */
  readonly hasType: boolean
  md5(text: string): string
  now(): Date
}

/** One entry of the config `indexes`: what `adapter.parse_index` gives. */
export class IndexConfig extends PyObject {
  readonly typeName: string
  readonly columns: readonly string[]
  readonly unique: boolean
  readonly method: string | null
  readonly #shape: IndexConfigShape

  constructor(columns: readonly string[], unique: boolean, method: string | null, shape: IndexConfigShape) {
    super()
    this.typeName = shape.className
    this.columns = columns
    this.unique = unique
    this.method = method
    this.#shape = shape
  }
  override getAttr(name: string): Value | undefined {
    switch (name) {
      case 'columns':
        return [...this.columns]
      case 'unique':
        return this.unique
      case 'type':
        return this.#shape.hasType ? this.method : undefined
      case 'render':
        return new PyFunction(name, (args) => this.render(args[0] ?? null))
      default:
        return undefined
    }
  }
  /** The name of the index: md5 over what it is made of and the time, so that each build makes a new one (as dbt). */
  render(relation: Value): string {
    const target = relation instanceof PyObject ? relation.getAttr('render') : undefined
    const name = target instanceof PyFunction ? toText(target.pyCall([], new Map()) as Value) : toText(relation)
    const time = this.#shape.now().toISOString().replace('Z', '000')
    const parts = [...this.columns, name, repr(this.unique)]
    if (this.#shape.hasType) parts.push(this.method ?? 'None')
    return this.#shape.md5([...parts, time].join('_'))
  }
  override pyRepr(): string {
    const type = this.#shape.hasType ? `, type=${repr(this.method)}` : ''
    return `${this.typeName}(columns=${repr([...this.columns])}, unique=${repr(this.unique)}${type})`
  }
}

/** Checks an entry of `indexes`; null for null. Throws `Could not parse index config: ...`. */
export function parseIndex(raw: Value, shape: IndexConfigShape): IndexConfig | null {
  if (raw === null || raw instanceof Undefined) return null
  const fail = (message: string, path: readonly string[] = []): never => {
    const at = `at path ${repr([...path])}: `
    throw new QuernError('Compilation', 'index_config_invalid', `Could not parse index config: ${at}${message}`, {
      hint: `write it as {'columns': ['a', 'b'], 'unique': true${shape.hasType ? ", 'type': 'btree'" : ''}}`,
    })
  }
  if (!isDict(raw)) return fail(`${repr(raw)} is not of type 'object'`)
  const fields = new Map([...dictEntries(raw)].map(([key, value]) => [toText(key), value]))
  const columns = fields.get('columns')
  const unique = fields.get('unique') ?? false
  const method = fields.get('type') ?? null
  if (columns === undefined) return fail("'columns' is a required property")
  if (!Array.isArray(columns)) return fail(`${repr(columns)} is not of type 'array'`, ['columns'])
  const odd = columns.find((column) => typeof column !== 'string')
  if (odd !== undefined) return fail(`${repr(odd)} is not of type 'string'`, ['columns', String(columns.indexOf(odd))])
  if (typeof unique !== 'boolean') return fail(`${repr(unique)} is not of type 'boolean'`, ['unique'])
  const known = shape.hasType ? ['columns', 'unique', 'type'] : ['columns', 'unique']
  const unknown = [...fields.keys()].filter((key) => !known.includes(key))
  if (unknown.length > 0) {
    const list = unknown.map((key) => repr(key)).join(', ')
    return fail(`Additional properties are not allowed (${list} ${unknown.length === 1 ? 'was' : 'were'} unexpected)`)
  }
  if (method !== null && typeof method !== 'string')
    return fail(`${repr(method)} is not valid under any of the given schemas`, ['type'])
  return new IndexConfig(columns as string[], unique, method, shape)
}
