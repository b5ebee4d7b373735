import { createHash } from 'node:crypto'
import { QuernError } from '../../src/errors/quern-error.ts'
import { getAttribute, getItem } from '../../src/jinja/runtime/access.ts'
import { repr, toText } from '../../src/jinja/runtime/text.ts'
import { dictGet, hostFunction, isDict, PyObject, PySet, Undefined, type Value } from '../../src/jinja/runtime/value.ts'
import type { Relation } from '../../src/manifest/relation.ts'
import { RecordObject } from '../../src/manifest/relation-attributes.ts'

const METHODS = ['btree', 'hash', 'gist', 'spgist', 'gin', 'brin']

/** An index of a materialized view, as the config or the database describes it. Names do not count when indexes are compared. */
interface ViewIndex {
  readonly name: string
  readonly columns: readonly string[]
  readonly unique: boolean
  readonly method: string
}

const keyOf = (index: ViewIndex): string => JSON.stringify([[...index.columns].sort(), index.unique, index.method])

/** Methods that relations have on Postgres only. */
export function relationMethod(relation: Relation, name: string): Value | undefined {
  switch (name) {
    case 'relation_max_name_length':
      return hostFunction(name, [], () => relation.fields.dialect.maxIdentifierLength ?? null)
    case 'identifier_within':
      return hostFunction(name, ['bytes'], (bytes) => identifierWithin(relation.identifier ?? '', Number(bytes)))
    case 'get_materialized_view_config_change_collection':
      return hostFunction(name, ['relation_results', 'relation_config'], (results, config) =>
        configChanges(results!, config!),
      )
    default:
      return undefined
  }
}

/** Hexadecimal digits that tell shortened names apart. */
const DIGITS = 8

/**
 * A name in no more than so many bytes of UTF-8, which is what Postgres counts. One that is longer is its beginning and digits of its hash: names of two nodes that
 * begin alike stay two. (dbt-postgres 1.11 cuts them after so many characters; two such nodes at once then fail, or not, by chance.)
 */
export function identifierWithin(name: string, bytes: number): string {
  if (Buffer.byteLength(name) <= bytes) return name
  if (bytes <= DIGITS + 1) return beginning(name, bytes)
  const digits = createHash('md5').update(name).digest('hex').slice(0, DIGITS)
  return `${beginning(name, bytes - DIGITS - 1)}_${digits}`
}

/** The characters at the beginning of a name that fit whole into so many bytes. */
function beginning(name: string, bytes: number): string {
  let text = ''
  let room = bytes
  for (const character of name) {
    room -= Buffer.byteLength(character)
    if (room < 0) break
    text += character
  }
  return text
}

/** What has to change on a materialized view: indexes to drop, then indexes to create; None when nothing has. */
function configChanges(results: Value, config: Value): Value {
  const existing = indexesOfDatabase(isDict(results) ? (dictGet(results, 'indexes') ?? null) : null)
  const wanted = indexesOfConfig(config)
  const existingKeys = new Set(existing.map(keyOf))
  const wantedKeys = new Set(wanted.map(keyOf))
  const drops = existing.filter((index) => !wantedKeys.has(keyOf(index)))
  const creates = wanted.filter((index) => !existingKeys.has(keyOf(index)))
  if (drops.length + creates.length === 0) return null
  const indexes = [...drops.map((index) => change('drop', index)), ...creates.map((index) => change('create', index))]
  return new RecordObject('PostgresMaterializedViewConfigChangeCollection', {
    indexes,
    requires_full_refresh: false,
    has_changes: true,
  })
}

const change = (action: string, index: ViewIndex): Value =>
  new RecordObject('PostgresIndexConfigChange', {
    action,
    context: new RecordObject('PostgresIndexConfig', {
      name: index.name,
      column_names: PySet.from(index.columns),
      unique: index.unique,
      method: index.method,
      as_node_config: { columns: [...index.columns], unique: index.unique, type: index.method },
    }),
    requires_full_refresh: false,
  })

function indexesOfDatabase(table: Value): ViewIndex[] {
  const rows: Iterable<Value> = table instanceof PyObject ? (table.pyIter?.() ?? []) : Array.isArray(table) ? table : []
  return [...rows].map((row) => ({
    name: toText(getItem(row, 'name')),
    columns: toText(getItem(row, 'column_names')).toLowerCase().split(','),
    unique: getItem(row, 'unique') === true,
    method: toText(getItem(row, 'method')),
  }))
}

/** `indexes` of the model's config, each once. Throws for an unknown index type. */
function indexesOfConfig(model: Value): ViewIndex[] {
  const config = isDict(model) ? (dictGet(model, 'config') ?? null) : getAttribute(model, 'config')
  const indexes = isDict(config) ? (dictGet(config, 'indexes') ?? null) : null
  const byKey = new Map<string, ViewIndex>()
  for (const raw of Array.isArray(indexes) ? indexes : []) {
    const get = (key: string): Value => (isDict(raw) ? (dictGet(raw, key) ?? null) : getAttribute(raw, key))
    const columns = get('columns')
    const method = get('type')
    const index: ViewIndex = {
      name: '',
      columns: (Array.isArray(columns) ? columns : []).map((column) => toText(column).toLowerCase()),
      unique: get('unique') === true,
      method: method === null || method instanceof Undefined ? 'btree' : toText(method),
    }
    if (!METHODS.includes(index.method)) {
      throw new QuernError('Runtime', 'index_method_unknown', `${repr(method)} is not a valid PostgresIndexMethod`, {
        hint: `known: ${METHODS.join(', ')}`,
      })
    }
    byKey.set(keyOf(index), index)
  }
  return [...byKey.values()]
}
