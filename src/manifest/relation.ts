import { QuernError } from '../errors/quern-error.ts'
import { toText } from '../jinja/runtime/text.ts'
import { PyObject, type Value } from '../jinja/runtime/value.ts'
import { relationAttribute } from './relation-attributes.ts'
import { ephemeralName, type PerPart, RELATION_PARTS, type RelationType } from './relation-type.ts'

export type { PerPart, RelationPart, RelationType } from './relation-type.ts'

/** What a database's relations have of their own. */
export interface RelationDialect {
  /** Python's class of the reference, which templates can print: `DuckDBRelation`. */
  readonly className: string
  readonly moduleName: string
  readonly quoteCharacter: string
  /** Longest name of a relation whose type is known, in characters; undefined = not checked. */
  /** Longest name of a table that the database keeps whole, in characters and in bytes of UTF-8; undefined: any. */
  readonly maxIdentifierLength: number | undefined
  /** Whether the subqueries of `--empty` and of microbatch get an alias. */
  readonly subqueryNeedsAlias: boolean
  readonly renameableTypes: readonly RelationType[]
  readonly replaceableTypes: readonly RelationType[]
  /** Methods that only relations of this database have; `undefined` for other names. */
  method?(relation: Relation, name: string): Value | undefined
}

export interface EventTimeFilter {
  readonly fieldName: string
  /** Datetimes (or their texts); null = open. */
  readonly start: Value
  readonly end: Value
}

export interface RelationFields {
  readonly path: PerPart<string | null>
  readonly type: RelationType | null
  readonly quotePolicy: PerPart<boolean>
  readonly includePolicy: PerPart<boolean>
  /** True when the name was made by dbt: unquoted parts then match in any case. */
  readonly dbtCreated: boolean
  readonly limit: number | null
  readonly eventTimeFilter: EventTimeFilter | null
  readonly requireAlias: boolean
  readonly catalog: string | null
  /** Text that is printed instead of the name (DuckDB: `external_location`). */
  readonly external: string | null
  /** Set for `information_schema` relations only: the view that follows the name, or null. */
  readonly informationSchemaView?: string | null
  readonly dialect: RelationDialect
}

export const ALL_PARTS: PerPart<boolean> = { database: true, schema: true, identifier: true }
const INFORMATION_SCHEMA_CLASS = { className: 'InformationSchema', moduleName: 'dbt.adapters.base.relation' } as const

/**
 * A table, view or other thing in a database: its path, type and the rules of quoting. Immutable; prints as SQL.
 * Rules of dbt-adapters' BaseRelation: equality compares every field, `matches` raises on an approximate match.
 */
export class Relation extends PyObject {
  readonly fields: RelationFields
  override readonly moduleName: string

  constructor(fields: RelationFields) {
    super()
    this.fields = fields
    this.moduleName = this.isInformationSchema ? INFORMATION_SCHEMA_CLASS.moduleName : fields.dialect.moduleName
    checkPath(fields.path)
    checkLength(fields)
  }

  override get typeName(): string {
    return this.isInformationSchema ? INFORMATION_SCHEMA_CLASS.className : this.fields.dialect.className
  }
  get isInformationSchema(): boolean {
    return this.fields.informationSchemaView !== undefined
  }
  get database(): string | null {
    return this.fields.path.database
  }
  get schema(): string | null {
    return this.fields.path.schema
  }
  get identifier(): string | null {
    return this.fields.path.identifier
  }
  get type(): RelationType | null {
    return this.fields.type
  }

  /** The same relation with some fields replaced. */
  with(changes: Partial<RelationFields>): Relation {
    return new Relation({ ...this.fields, ...changes })
  }
  withPath(changes: Partial<PerPart<string | null>>): Relation {
    return this.with({ path: { ...this.fields.path, ...changes } })
  }
  /** Prints only these parts. */
  include(parts: Partial<PerPart<boolean>>): Relation {
    return this.with({ includePolicy: { ...this.fields.includePolicy, ...parts } })
  }
  quote(parts: Partial<PerPart<boolean>>): Relation {
    return this.with({ quotePolicy: { ...this.fields.quotePolicy, ...parts } })
  }
  /** The schema of the relation; `render()` gives its quoted name. */
  withoutIdentifier(): Relation {
    return this.include({ identifier: false }).withPath({ identifier: null })
  }
  /** The information schema of the relation's database, with one of its views. */
  informationSchema(view: string | null = null): Relation {
    return this.with({
      type: 'view',
      path: { database: this.database, schema: null, identifier: 'INFORMATION_SCHEMA' },
      includePolicy: {
        ...this.fields.includePolicy,
        database: this.database !== null,
        schema: false,
        identifier: true,
      },
      quotePolicy: { ...this.fields.quotePolicy, identifier: false },
      dbtCreated: false,
      limit: null,
      eventTimeFilter: null,
      requireAlias: true,
      catalog: null,
      external: null,
      informationSchemaView: view,
    })
  }

  /** The quoted name, without the subqueries of `--empty` and microbatch. */
  render(): string {
    const { external, path, includePolicy, quotePolicy, informationSchemaView } = this.fields
    if (external !== null) return external
    const parts: string[] = []
    for (const part of RELATION_PARTS) {
      const name = path[part]
      if (includePolicy[part] && name !== null) parts.push(quotePolicy[part] ? this.quoted(name) : name)
    }
    if (typeof informationSchemaView === 'string') parts.push(informationSchemaView)
    return parts.join('.')
  }
  quoted(name: string): string {
    const { quoteCharacter } = this.fields.dialect
    return `${quoteCharacter}${name.replaceAll(quoteCharacter, quoteCharacter.repeat(2))}${quoteCharacter}`
  }
  renderLimited(): string {
    const { limit } = this.fields
    if (limit === null) return this.render()
    return `(select * from ${this.render()} ${limit === 0 ? 'where false limit 0' : `limit ${limit}`})${this.#alias('limit')}`
  }
  renderEventTimeFiltered(rendered = this.render()): string {
    const filter = this.fields.eventTimeFilter
    if (filter === null) return rendered
    const conditions: string[] = []
    if (filter.start !== null) conditions.push(`${filter.fieldName} >= '${toText(filter.start)}'`)
    if (filter.end !== null) conditions.push(`${filter.fieldName} < '${toText(filter.end)}'`)
    if (conditions.length === 0) return rendered
    return `(select * from ${rendered} where ${conditions.join(' and ')})${this.#alias('et_filter')}`
  }
  #alias(kind: string): string {
    return this.fields.requireAlias ? ` _dbt_${kind}_subq_${this.identifier ?? 'None'}` : ''
  }

  /**
   * Whether the given parts name this relation. Throws when a part only differs in case or quotes, because
   * guessing would hit the wrong table.
   */
  matches(search: Partial<PerPart<string | null>>): boolean {
    const parts = RELATION_PARTS.filter((part) => typeof search[part] === 'string')
    if (parts.length === 0) {
      throw new QuernError('Runtime', 'relation_match_empty', 'Tried to match relation, but no search path was passed!')
    }
    let exact = true
    let approximate = true
    for (const part of parts) {
      const wanted = search[part]!
      const found = this.fields.path[part]
      const sameText =
        this.fields.dbtCreated && !this.fields.quotePolicy[part]
          ? found?.toLowerCase() === wanted.toLowerCase()
          : found === wanted
      if (!sameText) exact = false
      if (bareName(found, this.fields.dialect) !== bareName(wanted, this.fields.dialect)) approximate = false
    }
    if (approximate && !exact) this.#rejectApproximateMatch(search)
    return exact
  }
  #rejectApproximateMatch(search: Partial<PerPart<string | null>>): never {
    const target = relation({
      database: search.database ?? null,
      schema: search.schema ?? null,
      identifier: search.identifier ?? null,
      dialect: this.fields.dialect,
    })
    throw new QuernError(
      'Compilation',
      'relation_approximate_match',
      `When searching for a relation, dbt found an approximate match. Instead of guessing \nwhich relation to use, dbt will move on. ` +
        `Please delete ${this.pyStr()}, or rename it to be less ambiguous.\nSearched for: ${target.pyStr()}\nFound: ${this.pyStr()}`,
      { hint: 'the names differ only in case or quotes; drop the old relation or give the node an alias' },
    )
  }

  get canBeRenamed(): boolean {
    return this.type !== null && this.fields.dialect.renameableTypes.includes(this.type)
  }
  get canBeReplaced(): boolean {
    return this.type !== null && this.fields.dialect.replaceableTypes.includes(this.type)
  }

  override getAttr(name: string): Value | undefined {
    return relationAttribute(this, name)
  }
  override getItem(key: Value): Value | undefined {
    return typeof key === 'string' && !key.startsWith('_') ? this.getAttr(key) : undefined
  }
  /** What a template prints: the name, wrapped for `--empty` and microbatch. */
  override pyStr(): string {
    if (this.type === 'function') return this.render()
    return this.renderEventTimeFiltered(this.renderLimited())
  }
  override pyRepr(): string {
    return `<${this.typeName} ${this.render()}>`
  }
  override pyBool(): boolean {
    return true
  }
  /** Relations are mappings by type (`is mapping`), as packages expect, but have no items. */
  override pyItems(): Iterable<readonly [Value, Value]> {
    throw this.notADict()
  }
  override pyContains(key: Value): boolean {
    return this.getItem(key) !== undefined
  }
  override pyIter(): Iterable<Value> {
    throw this.notADict()
  }
  override pyLen(): number {
    throw this.notADict()
  }
  notADict(): QuernError {
    return new QuernError(
      'Compilation',
      'relation_not_a_dict',
      `The object ("${this.pyStr()}") was used as a dictionary. This capability has been removed from objects of this type.`,
      { hint: 'use its attributes: .database, .schema, .identifier, .type' },
    )
  }
  override pyHash(): string {
    const { dialect, eventTimeFilter: filter, ...rest } = this.fields
    const times = filter === null ? null : [filter.fieldName, toText(filter.start), toText(filter.end)]
    return `relation:${this.typeName}:${dialect.className}:${JSON.stringify([rest, times])}`
  }
  override pyEquals(other: Value): boolean {
    return other instanceof Relation && other.pyHash() === this.pyHash()
  }
}

/** A name without case and without quotes around it: names of which this is the same match at least approximately. No name is Python's `None`. */
export function bareName(
  name: string | null,
  { quoteCharacter: quote }: Pick<RelationDialect, 'quoteCharacter'>,
): string {
  let text = (name ?? 'None').toLowerCase()
  while (text.startsWith(quote)) text = text.slice(quote.length)
  while (text.endsWith(quote)) text = text.slice(0, -quote.length)
  return text
}

/** What `relation()` needs; what is left out takes the default. */
export interface RelationInput {
  readonly database?: string | null
  readonly schema?: string | null
  readonly identifier?: string | null
  readonly type?: RelationType | null
  readonly quotePolicy?: Partial<PerPart<boolean>>
  readonly includePolicy?: Partial<PerPart<boolean>>
  readonly dbtCreated?: boolean
  readonly limit?: number | null
  readonly eventTimeFilter?: EventTimeFilter | null
  readonly catalog?: string | null
  readonly external?: string | null
  readonly dialect: RelationDialect
}

/** Makes a relation; parts are quoted and printed unless said otherwise. */
export function relation(input: RelationInput): Relation {
  return new Relation({
    path: { database: input.database ?? null, schema: input.schema ?? null, identifier: input.identifier ?? null },
    type: input.type ?? null,
    quotePolicy: { ...ALL_PARTS, ...input.quotePolicy },
    includePolicy: { ...ALL_PARTS, ...input.includePolicy },
    dbtCreated: input.dbtCreated ?? false,
    limit: input.limit ?? null,
    eventTimeFilter: input.eventTimeFilter ?? null,
    requireAlias: input.dialect.subqueryNeedsAlias,
    catalog: input.catalog ?? null,
    external: input.external ?? null,
    dialect: input.dialect,
  })
}

/** The relation that a `ref` to an ephemeral model prints: the unquoted name of its CTE. */
export const ephemeralRelation = (input: {
  readonly identifier: string
  readonly limit?: number | null
  readonly eventTimeFilter?: EventTimeFilter | null
  readonly dialect: RelationDialect
}): Relation =>
  relation({ ...input, identifier: ephemeralName(input.identifier), type: 'cte', quotePolicy: { identifier: false } })

/** Throws when a part is not a text: an undefined variable would otherwise end up in the SQL. */
function checkPath(path: PerPart<Value>): void {
  for (const part of RELATION_PARTS) {
    const name = path[part]
    if (name !== null && typeof name !== 'string') {
      throw new QuernError('Compilation', 'relation_invalid_path', `Got an invalid path ${part}: ${toText(name)}`)
    }
  }
}

function checkLength({ path, type, dialect, informationSchemaView }: RelationFields): void {
  const limit = dialect.maxIdentifierLength
  if (limit === undefined || type === null || path.identifier === null || informationSchemaView !== undefined) return
  // a byte is the least that a character of UTF-8 takes, three the most that a unit of UTF-16 does
  if (path.identifier.length * 3 <= limit) return
  const hint = 'give the node a shorter name, or an `alias` in its config'
  const tooLong = (unit: string): QuernError =>
    new QuernError(
      'Runtime',
      'relation_name_too_long',
      `Relation name '${path.identifier}' is longer than ${limit} ${unit}`,
      { hint },
    )
  if ([...path.identifier].length > limit) throw tooLong('characters')
  // CTEs are cut where they are made and where they are read, in the same way
  const bytes = Buffer.byteLength(path.identifier)
  if (bytes > limit && type !== 'cte') throw tooLong(`bytes (it takes ${bytes})`)
}
