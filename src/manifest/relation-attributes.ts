import { QuernError } from '../errors/quern-error.ts'
import { repr, toText } from '../jinja/runtime/text.ts'
import {
  ArgumentError,
  bindArguments,
  dictEntries,
  dictGet,
  hostFunction,
  isDict,
  type Kwargs,
  type PlainDict,
  PyFunction,
  PyObject,
  PySet,
  Undefined,
  type Value,
} from '../jinja/runtime/value.ts'
import type { EventTimeFilter, Relation, RelationFields } from './relation.ts'
import {
  ephemeralName,
  RELATION_PARTS as PARTS,
  type PerPart,
  RELATION_TYPES,
  type RelationPart,
  type RelationType,
} from './relation-type.ts'

/*
 * What templates see of a relation: attribute and method names are those of dbt-adapters 1.24 (BaseRelation).
 */

const TYPE_NAMES: Readonly<Record<string, RelationType>> = {
  Table: 'table',
  View: 'view',
  CTE: 'cte',
  MaterializedView: 'materialized_view',
  External: 'external',
  PointerTable: 'pointer_table',
  Function: 'function',
}

/** An attribute of a relation, or undefined when relations have none of that name. */
export function relationAttribute(relation: Relation, name: string): Value | undefined {
  const plain = PLAIN_ATTRIBUTES[name]
  if (plain !== undefined) return plain(relation)
  const method = METHODS[name]
  if (method !== undefined) return new PyFunction(name, (args, kwargs) => method(relation, args, kwargs))
  return relationClassAttribute(name) ?? relation.fields.dialect.method?.(relation, name)
}

/** What the class itself offers (`api.Relation.Table`), besides `create` and `create_from`. */
export function relationClassAttribute(name: string): Value | undefined {
  if (Object.hasOwn(TYPE_NAMES, name)) return TYPE_NAMES[name]
  switch (name) {
    case 'get_relation_type':
      return relationTypeFunction
    case 'scd_args':
      return scdArgs
    case 'add_ephemeral_prefix':
      return hostFunction('add_ephemeral_prefix', ['name'], (text) => ephemeralName(toText(text!)))
    case 'get_default_quote_policy':
    case 'get_default_include_policy':
      return new PyFunction(name, () => policyObject({ database: true, schema: true, identifier: true }))
    default:
      return undefined
  }
}

/** `api.Relation.get_relation_type(text)`: RelationType is a class of texts; its members are attributes too. */
class RelationTypeClass extends PyObject {
  readonly typeName = 'type'
  override getAttr(name: string): Value | undefined {
    return name === 'Ephemeral' ? 'ephemeral' : Object.hasOwn(TYPE_NAMES, name) ? TYPE_NAMES[name] : undefined
  }
  override pyCall(args: readonly Value[]): Value {
    return relationType(args[0] ?? null)
  }
  override pyRepr(): string {
    return "<enum 'RelationType'>"
  }
}
const relationTypeFunction = new RelationTypeClass()

/** Throws for a text that is no relation type. */
export function relationType(value: Value): RelationType | null {
  if (value === null || value instanceof Undefined) return null
  if (typeof value === 'string' && (RELATION_TYPES as readonly string[]).includes(value)) return value as RelationType
  throw new QuernError('Runtime', 'relation_type_invalid', `${repr(value)} is not a valid RelationType`, {
    hint: `known types: ${RELATION_TYPES.join(', ')}`,
  })
}

/** A type given to `create` or `incorporate`. */
function typeField(value: Value, { dialect }: Pick<RelationFields, 'dialect'>): RelationType | null {
  if (value === null || value instanceof Undefined || (RELATION_TYPES as readonly Value[]).includes(value))
    return relationType(value)
  throw invalidField(
    'type',
    'Optional[RelationType]',
    dialect.className,
    repr(value),
    `known types: ${RELATION_TYPES.join(', ')}`,
  )
}

const invalidField = (name: string, type: string, owner: string, value: string, hint: string): QuernError =>
  new QuernError(
    'Runtime',
    'relation_field_invalid',
    `Field "${name}" of type ${type} in ${owner} has invalid value ${value}`,
    { hint },
  )

const scdArgs = hostFunction('scd_args', ['primary_key', 'updated_at'], (key, updatedAt) => [
  ...(Array.isArray(key) ? key : [key!]),
  updatedAt!,
])

const PLAIN_ATTRIBUTES: Readonly<Record<string, (relation: Relation) => Value>> = {
  database: (r) => r.database,
  schema: (r) => r.schema,
  identifier: (r) => r.identifier,
  table: (r) => r.identifier,
  name: (r) => r.identifier,
  type: (r) => r.type,
  path: (r) => pathObject(r.fields.path),
  quote_policy: (r) => policyObject(r.fields.quotePolicy),
  include_policy: (r) => policyObject(r.fields.includePolicy),
  quote_character: (r) => r.fields.dialect.quoteCharacter,
  dbt_created: (r) => r.fields.dbtCreated,
  limit: (r) => r.fields.limit,
  require_alias: (r) => r.fields.requireAlias,
  catalog: (r) => r.fields.catalog,
  event_time_filter: (r) => (r.fields.eventTimeFilter === null ? null : filterObject(r.fields.eventTimeFilter)),
  external: (r) => r.fields.external,
  renameable_relations: (r) => PySet.from(r.fields.dialect.renameableTypes),
  replaceable_relations: (r) => PySet.from(r.fields.dialect.replaceableTypes),
  is_table: (r) => r.type === 'table',
  is_view: (r) => r.type === 'view',
  is_cte: (r) => r.type === 'cte',
  is_materialized_view: (r) => r.type === 'materialized_view',
  is_pointer: (r) => r.type === 'pointer_table',
  is_function: (r) => r.type === 'function',
  can_be_renamed: (r) => r.canBeRenamed,
  can_be_replaced: (r) => r.canBeReplaced,
}

type Method = (relation: Relation, args: readonly Value[], kwargs: Kwargs) => Value

const METHODS: Readonly<Record<string, Method>> = {
  render: (r) => r.render(),
  render_limited: (r) => r.renderLimited(),
  render_event_time_filtered: (r, args) =>
    r.renderEventTimeFiltered(args[0] === undefined || args[0] === null ? undefined : toText(args[0])),
  quoted: (r, args, kwargs) => r.quoted(toText(bindArguments('quoted', ['identifier'], args, kwargs)[0]!)),
  include: (r, args, kwargs) => r.include(flagsOf('include', args, kwargs)),
  quote: (r, args, kwargs) => r.quote(flagsOf('quote', args, kwargs)),
  without_identifier: (r) => r.withoutIdentifier(),
  information_schema: (r, args, kwargs) => {
    const [view] = bindArguments('information_schema', [['view_name', null]], args, kwargs)
    return r.informationSchema(typeof view === 'string' ? view : null)
  },
  information_schema_only: (r) => r.informationSchema(),
  replace_path: (r, args, kwargs) => {
    bindArguments(
      'replace_path',
      PARTS.map((part) => [part, null] as const),
      args,
      kwargs,
    )
    return r.withPath(Object.fromEntries(kwargs) as Partial<PerPart<string | null>>)
  },
  incorporate: (r, _args, kwargs) => r.with(changedFields(r.fields, kwargs)),
  replace: (r, _args, kwargs) => r.with(changedFields(r.fields, kwargs)),
  matches: (r, args, kwargs) => {
    const [database, schema, identifier] = bindArguments(
      'matches',
      PARTS.map((part) => [part, null] as const),
      args,
      kwargs,
    )
    return r.matches({ database: nameOf(database), schema: nameOf(schema), identifier: nameOf(identifier) })
  },
  get: (r, args, kwargs) => {
    const [key, fallback] = bindArguments('get', ['key', ['default', null]], args, kwargs)
    if (key === 'metadata') return { type: r.typeName }
    return (typeof key === 'string' ? relationAttribute(r, key) : undefined) ?? fallback!
  },
  create: (r, args, kwargs) => r.with(createdFields(r.fields, args, kwargs)),
  to_dict: (r) => plainRelation(r),
  keys: (r) => {
    throw r.notADict()
  },
  values: (r) => {
    throw r.notADict()
  },
  items: (r) => {
    throw r.notADict()
  },
  get_function_config: (_r, args) => functionConfig(args[0] ?? null),
  get_function_macro_name: (_r, args) => {
    const config = args[0]
    if (!(config instanceof RecordObject)) throw new ArgumentError('get_function_macro_name() needs a function config')
    return `${toText(config.getAttr('type')!)}_function_${toText(config.getAttr('language')!)}`
  },
}

const nameOf = (value: Value | undefined): string | null =>
  typeof value === 'string'
    ? value
    : value === undefined || value === null || value instanceof Undefined
      ? null
      : toText(value)

function flagsOf(name: string, args: readonly Value[], kwargs: Kwargs): Partial<PerPart<boolean>> {
  const bound = bindArguments(
    name,
    PARTS.map((part) => [part, null] as const),
    args,
    kwargs,
  )
  const flags: Partial<Record<RelationPart, boolean>> = {}
  for (const [index, part] of PARTS.entries()) {
    const value = bound[index]!
    if (value !== null) flags[part] = booleanOf(value)
  }
  return flags
}

const booleanOf = (value: Value): boolean =>
  typeof value === 'boolean' ? value : !(value === null || value === 0 || value === '' || value instanceof Undefined)

/** A dict of parts, or an object with them (`relation.path`, `relation.quote_policy`). */
function partsOf(value: Value): Partial<Record<RelationPart, Value>> {
  const parts: Partial<Record<RelationPart, Value>> = {}
  for (const part of PARTS) {
    const found = isDict(value) ? dictGet(value, part) : value instanceof PyObject ? value.getAttr(part) : undefined
    if (found !== undefined) parts[part] = found
  }
  return parts
}

function policyOf(value: Value): Partial<PerPart<boolean>> {
  const entries = Object.entries(partsOf(value)).filter(([, flag]) => flag !== null)
  return Object.fromEntries(entries.map(([part, flag]) => [part, booleanOf(flag!)]))
}

/** The fields that keyword arguments of `incorporate` and `replace` change; dicts are merged into what is there. */
function changedFields(fields: RelationFields, kwargs: Kwargs): Partial<RelationFields> {
  const changes: { -readonly [K in keyof RelationFields]?: RelationFields[K] } = {}
  for (const [key, value] of kwargs) {
    switch (key) {
      case 'path':
        changes.path = { ...fields.path, ...(partsOf(value) as Partial<PerPart<string | null>>) }
        break
      case 'type':
        changes.type = typeField(value, fields)
        break
      case 'quote_policy':
        changes.quotePolicy = { ...fields.quotePolicy, ...policyOf(value) }
        break
      case 'include_policy':
        changes.includePolicy = { ...fields.includePolicy, ...policyOf(value) }
        break
      case 'dbt_created':
        changes.dbtCreated = booleanOf(value)
        break
      case 'limit':
        changes.limit = typeof value === 'number' ? value : null
        break
      case 'require_alias':
        changes.requireAlias = booleanOf(value)
        break
      case 'catalog':
        changes.catalog = nameOf(value)
        break
      case 'external':
        changes.external = nameOf(value)
        break
      case 'event_time_filter':
        changes.eventTimeFilter = filterOf(value)
        break
    }
  }
  return changes
}

/** The fields of `create(database, schema, identifier, type, quote_policy=..., ...)`, starting from defaults. */
export function createdFields(
  base: Pick<RelationFields, 'dialect'>,
  args: readonly Value[],
  kwargs: Kwargs,
  quoting: Partial<PerPart<boolean>> = {},
): RelationFields {
  const named = new Map<string, Value>()
  const others = new Map<string, Value>()
  for (const [key, value] of kwargs) {
    ;(['database', 'schema', 'identifier', 'type'].includes(key) ? named : others).set(key, value)
  }
  const parameters = [...PARTS, 'type'].map((part) => [part, null] as const)
  const [database, schema, identifier, type] = bindArguments('create', parameters, args, named)
  const path = { database: database!, schema: schema!, identifier: identifier! }
  for (const value of Object.values(path)) {
    if (value === null || typeof value === 'string') continue
    throw invalidField(
      'path',
      'Path',
      base.dialect.className,
      repr(path),
      'database, schema and identifier are texts or none',
    )
  }
  const fields: RelationFields = {
    path: path as PerPart<string | null>,
    type: typeField(type!, base),
    quotePolicy: { database: true, schema: true, identifier: true, ...quoting },
    includePolicy: { database: true, schema: true, identifier: true },
    dbtCreated: false,
    limit: null,
    eventTimeFilter: null,
    requireAlias: base.dialect.subqueryNeedsAlias,
    catalog: null,
    external: null,
    dialect: base.dialect,
  }
  return { ...fields, ...changedFields(fields, others) }
}

function filterOf(value: Value): EventTimeFilter | null {
  const item = (key: string): Value =>
    (isDict(value) ? dictGet(value, key) : value instanceof PyObject ? value.getAttr(key) : undefined) ?? null
  if (value === null || value instanceof Undefined) return null
  return { fieldName: toText(item('field_name')), start: item('start'), end: item('end') }
}

/** A small object of named fields, as Python's dataclasses print: `Policy(database=True, ...)`. */
export class RecordObject extends PyObject {
  readonly typeName: string
  readonly items: Readonly<Record<string, Value>>
  constructor(typeName: string, items: Readonly<Record<string, Value>>) {
    super()
    this.typeName = typeName
    this.items = items
  }
  override getAttr(name: string): Value | undefined {
    if (Object.hasOwn(this.items, name)) return this.items[name]
    switch (name) {
      case 'get_part':
        return new PyFunction(name, (args) => this.items[toText(args[0] ?? null)] ?? null)
      case 'get_lowered_part':
        return new PyFunction(name, (args) => {
          const part = this.items[toText(args[0] ?? null)] ?? null
          return typeof part === 'string' ? part.toLowerCase() : part
        })
      case 'replace':
      case 'incorporate':
        return new PyFunction(name, (_args, kwargs) => this.changed(kwargs))
      case 'replace_dict':
        return new PyFunction(name, (args) => {
          const changes = args[0] ?? null
          return isDict(changes) ? this.changed(dictEntries(changes)) : this
        })
      case 'to_dict':
        return new PyFunction(name, () => ({ ...this.items }))
      case 'get':
        return new PyFunction(name, (args) => this.items[toText(args[0] ?? null)] ?? args[1] ?? null)
      default:
        return undefined
    }
  }
  changed(changes: Iterable<readonly [Value, Value]>): RecordObject {
    const items = { ...this.items }
    for (const [key, value] of changes) items[toText(key)] = value
    return new RecordObject(this.typeName, items)
  }
  override getItem(key: Value): Value | undefined {
    return typeof key === 'string' ? this.getAttr(key) : undefined
  }
  override pyRepr(): string {
    const fields = Object.entries(this.items).map(([key, value]) => `${key}=${repr(value)}`)
    return `${this.typeName}(${fields.join(', ')})`
  }
  override pyEquals(other: Value): boolean {
    return other instanceof RecordObject && other.pyRepr() === this.pyRepr()
  }
  override pyHash(): string {
    return `record:${this.pyRepr()}`
  }
  override toPlain(): Value {
    return { ...this.items }
  }
}

const pathObject = (path: PerPart<string | null>): Value => new RecordObject('Path', { ...path })
const policyObject = (policy: PerPart<boolean>): Value => new RecordObject('Policy', { ...policy })
const filterObject = (filter: EventTimeFilter): Value =>
  new RecordObject('EventTimeFilter', { field_name: filter.fieldName, start: filter.start, end: filter.end })

/** The dict form, as `relation.to_dict()` gives. */
function plainRelation(relation: Relation): PlainDict {
  const { fields } = relation
  return {
    path: { ...fields.path },
    type: fields.type,
    quote_character: fields.dialect.quoteCharacter,
    include_policy: { ...fields.includePolicy },
    quote_policy: { ...fields.quotePolicy },
    dbt_created: fields.dbtCreated,
    limit: fields.limit,
    event_time_filter:
      fields.eventTimeFilter === null ? null : (filterObject(fields.eventTimeFilter) as RecordObject).toPlain(),
    require_alias: fields.requireAlias,
    catalog: fields.catalog,
  }
}

/** Language, type and Python settings of a function node; null for other nodes. Throws when a setting is missing. */
function functionConfig(model: Value): Value {
  if (!isDict(model) || dictGet(model, 'resource_type') !== 'function') return null
  const config = dictGet(model, 'config') ?? null
  const setting = (key: string): Value => (isDict(config) ? dictGet(config, key) : undefined) ?? null
  const language = dictGet(model, 'language') ?? ''
  const type = setting('type') ?? ''
  const [version, entryPoint] = [setting('runtime_version'), setting('entry_point')]
  const require = (ok: boolean, message: string): void => {
    if (!ok) throw new QuernError('Runtime', 'function_config_incomplete', message)
  }
  require(language !== '', 'A `language` is required for functions')
  require(type !== '', 'A `type` is required for functions')
  require(language !== 'python' || version !== null, 'A `runtime_version` is required for python functions')
  require(language !== 'python' || entryPoint !== null, 'An `entry_point` is required for python functions')
  return new RecordObject('FunctionConfig', { language, type, runtime_version: version, entry_point: entryPoint })
}
