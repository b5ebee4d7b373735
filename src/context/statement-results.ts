import { Table } from '../adapter/table.ts'
import { repr, toText } from '../jinja/runtime/text.ts'
import { hostFunction, PyDict, PyObject, type Value } from '../jinja/runtime/value.ts'
import { compilationError } from './compilation-error.ts'

/** The adapter's answer to a statement: prints as its message, fields by name (dbt: AdapterResponse). */
export class AdapterResponse extends PyObject {
  readonly typeName = 'AdapterResponse'
  /** `{_message, code?, rows_affected?, ...}` */
  readonly fields: Record<string, Value>
  constructor(fields: Record<string, Value>) {
    super()
    this.fields = fields
  }
  override getAttr(name: string): Value | undefined {
    if (name === 'message') return this.fields['_message'] ?? null
    if (name === 'to_dict') return hostFunction('to_dict', [['omit_none', false]], (omit) => this.asDict(omit === true))
    const value = Object.hasOwn(this.fields, name) ? this.fields[name] : undefined
    return value ?? (name === 'code' || name === 'rows_affected' || name === 'query_id' ? null : undefined)
  }
  override getItem(key: Value): Value | undefined {
    return typeof key === 'string' ? this.getAttr(key) : undefined
  }
  override pyStr(): string {
    return toText(this.fields['_message'] ?? null)
  }
  override pyRepr(): string {
    const field = (name: string): string => repr(this.fields[name] ?? null)
    return `AdapterResponse(_message=${field('_message')}, code=${field('code')}, rows_affected=${field('rows_affected')}, query_id=${field('query_id')})`
  }
  /** The form of artifacts: fields without None. */
  asDict(omitNone = true): Record<string, Value> {
    return Object.fromEntries(Object.entries(this.fields).filter(([, value]) => !omitNone || value !== null))
  }
}

/** The rows of a table become values when somebody asks for them: those of a large seed are seldom wanted. */
class StoredResult {
  readonly response: Value
  readonly table: Table
  #data: Value | undefined
  #value: Value | undefined

  constructor(response: Value, table: Table) {
    this.response = response
    this.table = table
  }
  get data(): Value {
    this.#data ??= [...this.table.rowTuples()]
    return this.#data
  }
  /** What `load_result` gives. */
  get value(): Value {
    this.#value ??= PyDict.from([
      ['response', this.response],
      ['data', this.data],
      ['table', this.table],
    ])
    return this.#value
  }
}

/**
 * `store_result`, `store_raw_result` and `load_result` of one node. dbt-core 1.11: a result can be loaded once, except `main`;
 * a name that was never stored gives None.
 */
export class StatementResults {
  readonly #results = new Map<string, StoredResult | null>()

  store(name: string, response: Value, table: Table): void {
    this.#results.set(name, new StoredResult(response, table))
  }

  load(name: string): Value {
    const result = this.#results.get(name)
    if (result === undefined) return null
    if (result === null) {
      throw compilationError(
        'result_already_loaded',
        `The 'statement' result named '${name}' has already been loaded into a variable`,
        'load it once and keep it in a variable',
      )
    }
    if (name !== 'main') this.#results.set(name, null)
    return result.value
  }

  /** The result of the main statement, for the runner. */
  get main(): StoredResult | undefined {
    return this.#results.get('main') ?? undefined
  }
}

/** The names by which templates reach the results of a node's statements. */
export const RESULT_MEMBERS: readonly (readonly [string, (results: StatementResults) => Value])[] = [
  ['load_result', (results) => hostFunction('load_result', ['name'], (name) => results.load(toText(name as Value)))],
  [
    'store_result',
    (results) =>
      hostFunction('store_result', ['name', 'response', ['agate_table', null]], (name, response, table) => {
        results.store(toText(name as Value), response as Value, table instanceof Table ? table : Table.empty())
        return ''
      }),
  ],
  [
    'store_raw_result',
    (results) =>
      hostFunction(
        'store_raw_result',
        ['name', ['message', null], ['code', null], ['rows_affected', null], ['agate_table', null]],
        (name, message, code, rows, table) => {
          const response = new AdapterResponse({
            _message: message as Value,
            code: code as Value,
            rows_affected: rows as Value,
          })
          results.store(toText(name as Value), response, table instanceof Table ? table : Table.empty())
          return ''
        },
      ),
  ],
]
