import { dateTimeFromIso } from '../jinja/python/datetime/datetime-module.ts'
import { TextObject } from '../jinja/runtime/text-object.ts'
import { hostFunction, isPlainDict, type PlainDict, PyObject, type Value } from '../jinja/runtime/value.ts'
import { withoutNone } from './model.ts'

/** A member of an enum of dbt's that is a str: `resource_type`, `status`. */
export class EnumText extends TextObject {
  readonly typeName: string
  constructor(typeName: string, text: string) {
    super(text)
    this.typeName = typeName
  }
  override getAttr(name: string): Value | undefined {
    return name === 'value' ? this.text : super.getAttr(name)
  }
  override pyRepr(): string {
    const member = this.text
      .replace('runtime error', 'runtime err')
      .replaceAll(/(?:^|[ _-])(\w)/g, (_, letter: string) => letter.toUpperCase())
    return `<${this.typeName}.${member}: '${this.text}'>`
  }
}

/**
 * An object of dbt's with fields and `to_dict()`. Unlike a dict it has no `get` and is no mapping.
 * `shown` gives fields that are objects themselves; others are those of `fields`.
 */
export class FieldsObject extends PyObject {
  readonly typeName: string
  readonly #fields: PlainDict
  readonly #shown: (name: string) => Value | undefined

  constructor(typeName: string, fields: PlainDict, shown: (name: string) => Value | undefined = () => undefined) {
    super()
    this.typeName = typeName
    this.#fields = fields
    this.#shown = shown
  }
  override getAttr(name: string): Value | undefined {
    if (name === 'to_dict')
      return hostFunction('to_dict', [['omit_none', false]], (omit) =>
        omit === true ? withoutNone(this.#fields) : this.#fields,
      )
    return this.#shown(name) ?? (Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined)
  }
  override pyRepr(): string {
    return `${this.typeName}(...)`
  }
}

/** `node.config`: fields by attribute and by key, None for those that it does not have. */
class ConfigObject extends FieldsObject {
  readonly #config: PlainDict
  constructor(config: PlainDict) {
    super('NodeConfig', config)
    this.#config = config
  }
  override getAttr(name: string): Value | undefined {
    if (name === 'get')
      return hostFunction('get', ['key', ['default', null]], (key, fallback) =>
        this.pyContains(key as Value) ? (this.getItem(key as Value) as Value) : (fallback as Value),
      )
    if (name === 'to_dict') return super.getAttr(name)
    return this.getItem(name)
  }
  override getItem(key: Value): Value | undefined {
    const name = key === 'pre_hook' || key === 'post_hook' ? key.replace('_', '-') : key
    return typeof name === 'string' && Object.hasOwn(this.#config, name) ? this.#config[name] : null
  }
  override pyContains(key: Value): boolean {
    return typeof key === 'string' && Object.hasOwn(this.#config, key)
  }
  override pyIter(): Iterable<Value> {
    return Object.keys(this.#config)
  }
  override pyLen(): number {
    return Object.keys(this.#config).length
  }
}

/** Fields of a node that hold objects of dbt's. */
const OBJECTS: Readonly<Record<string, string>> = {
  depends_on: 'DependsOn',
  checksum: 'FileHash',
  docs: 'Docs',
  contract: 'Contract',
  test_metadata: 'TestMetadata',
}

/** A node as dbt's objects show it (`result.node` in on-run-end): attributes, `to_dict()`; its config, columns and `depends_on` are objects as well. */
export function nodeObject(node: PlainDict): PyObject {
  const dict = (name: string): PlainDict | undefined => {
    const value = node[name]
    return value !== undefined && isPlainDict(value) ? value : undefined
  }
  return new FieldsObject('Node', node, (name) => {
    const own = dict(name)
    if (name === 'resource_type') return new EnumText('NodeType', String(node[name]))
    if (own === undefined) return undefined
    if (name === 'config') return new ConfigObject(own)
    if (name === 'columns')
      return Object.fromEntries(
        Object.entries(own).map(([column, info]) => [column, new FieldsObject('ColumnInfo', info as PlainDict)]),
      )
    const type = Object.hasOwn(OBJECTS, name) ? OBJECTS[name] : undefined
    return type === undefined ? undefined : new FieldsObject(type, own)
  })
}

/** A span of time of a result: its ends are datetimes as attributes, texts in `to_dict()`. */
export const timingObject = (timing: { name: string; started_at: string; completed_at: string }): PyObject =>
  new FieldsObject('TimingInfo', timing, (name) =>
    name === 'started_at' || name === 'completed_at' ? dateTimeFromIso(timing[name].replace(/Z$/, '')) : undefined,
  )
