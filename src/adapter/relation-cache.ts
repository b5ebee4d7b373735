import { QuernError } from '../errors/quern-error.ts'
import { toText } from '../jinja/runtime/text.ts'
import { PyObject, type Value } from '../jinja/runtime/value.ts'
import { bareName, type Relation, type RelationDialect, relation } from '../manifest/relation.ts'
import { RELATION_TYPES, type RelationType } from '../manifest/relation-type.ts'

export interface SchemaKey {
  readonly database: string | null
  readonly schema: string
}

/** What happened to the cache, for `--log-cache-events`. */
export interface CacheAction {
  readonly action:
    | 'add_relation'
    | 'drop_relation'
    | 'drop_missing_relation'
    | 'drop_cascade'
    | 'rename_relation'
    | 'temporary_relation'
    | 'add_link'
  readonly relation: string
  readonly others: readonly string[]
}

export interface Entry {
  relation: Relation
  /** Keys of relations that fall with this one (`drop ... cascade`). */
  readonly dependents: Set<string>
  /** Keys of relations that have this one among their dependents. */
  readonly references: Set<string>
}

/** See `RelationCache.watched`: by key, which begins with database and schema. */
export type TouchedRelations = ReadonlyMap<string, Entry | undefined>

const copyOf = (entry: Entry): Entry => ({
  relation: entry.relation,
  dependents: new Set(entry.dependents),
  references: new Set(entry.references),
})

/** What is in a schema, in order of becoming known. */
interface SchemaEntries {
  readonly byKey: Map<string, Entry>
  /** The same by `bareName`: entries whose names may be meant by one name. */
  readonly alike: Map<string, Map<string, Entry>>
}

const lower = (name: string | null): string => name?.toLowerCase() ?? ''
const keyOf = (found: Relation): string => `${lower(found.database)}.${lower(found.schema)}.${lower(found.identifier)}`
const schemaKey = ({ database, schema }: SchemaKey): string => `${lower(database)}.${lower(schema)}`
const schemaOf = (found: Relation): SchemaKey => ({ database: found.database, schema: found.schema ?? '' })

/**
 * What exists in the schemas of the run, so that materializations need not ask the database. Filled once, then kept true by what they do.
 * Names are compared without case. dbt-adapters 1.24: RelationsCache.
 */
export class RelationCache {
  readonly #dialect: RelationDialect
  readonly #onAction: (action: CacheAction) => void
  readonly #entries: Map<string, Entry>
  /** The known schemas: all that is in `#entries`, by schema. */
  readonly #schemas: Map<string, SchemaEntries>
  /** State of the adapter that lives as long as the invocation, by name. */
  readonly shared: Map<string, unknown>

  /** `of`: a cache to share everything with. */
  constructor(dialect: RelationDialect, onAction: (action: CacheAction) => void = () => undefined, of?: RelationCache) {
    this.#dialect = dialect
    this.#onAction = onAction
    this.#entries = of === undefined ? new Map() : of.#entries
    this.#schemas = of === undefined ? new Map() : of.#schemas
    this.shared = of === undefined ? new Map() : of.shared
  }

  /**
   * A view of this cache, for work that may be repeated: `touched` has each relation that was added, dropped or renamed through it, as it was before that
   * (undefined: it was not there).
   */
  watched(): { readonly cache: RelationCache; readonly touched: TouchedRelations } {
    const touched = new Map<string, Entry | undefined>()
    const cache = new RelationCache(
      this.#dialect,
      (action) => {
        for (const key of [action.relation, ...action.others]) {
          const entry = this.#entries.get(key)
          if (!touched.has(key)) touched.set(key, entry && copyOf(entry))
        }
        this.#onAction(action)
      },
      this,
    )
    return { cache, touched }
  }

  /**
   * Makes the cache true again after work whose transaction was rolled back, or was not: of the relations that it touched those are there which are
   * among `listed`, with the dependents that they had.
   */
  restore(touched: TouchedRelations, listed: readonly Relation[]): void {
    const there = new Map(listed.map((found) => [keyOf(found), found]))
    for (const [key, before] of touched) {
      this.#take(key)
      const found = there.get(key)
      if (found === undefined) continue
      const { dependents, references } = before ?? { dependents: new Set<string>(), references: new Set<string>() }
      this.#put(key, { relation: found, dependents: new Set(dependents), references: new Set(references) })
      for (const other of references) this.#entries.get(other)?.dependents.add(key)
      for (const other of dependents) this.#entries.get(other)?.references.add(key)
    }
  }

  /**
   * Reads the relations of each schema through `list` (the macro `list_relations_without_caching`) and marks the schemas as known.
   * `concurrency`: how many may be asked for at the same time.
   */
  async fill<T extends SchemaKey>(
    schemas: readonly T[],
    list: (schema: T) => Promise<Value>,
    concurrency = 1,
  ): Promise<void> {
    const waiting = [...schemas]
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        for (const found of this.relationsOf(await list(next))) this.added(found)
        this.addSchema(next)
      }
    }
    await Promise.all(Array.from({ length: Math.max(1, Math.min(concurrency, schemas.length)) }, work))
  }

  /** The relations that rows (database, name, schema, type) stand for; unknown types are `external`. */
  relationsOf(rows: Value): Relation[] {
    return rowsOf(rows).map(([database, name, schema, type]) =>
      relation({
        database: nameOf(database),
        schema: nameOf(schema),
        identifier: nameOf(name),
        type: typeOf(type ?? null),
        dialect: this.#dialect,
      }),
    )
  }

  hasSchema(name: SchemaKey): boolean {
    return this.#schemas.has(schemaKey(name))
  }
  addSchema(name: SchemaKey): void {
    this.#entriesOf(name)
  }
  /** Forgets a schema and everything in it. */
  dropSchema(name: SchemaKey): void {
    if (!this.hasSchema(name)) return
    for (const found of this.relations(name)) if (this.#entries.has(keyOf(found))) this.dropped(found)
    this.#schemas.delete(schemaKey(name))
  }

  /** The known relations of a schema. */
  relations(name: SchemaKey): Relation[] {
    return relationsIn(this.#schemas.get(schemaKey(name))?.byKey)
  }

  /** Those of a schema that `identifier` may mean: whose names are the same but for case and quotes around them. See `Relation.matches`. */
  relationsLike(name: SchemaKey, identifier: string): Relation[] {
    return relationsIn(this.#schemas.get(schemaKey(name))?.alike.get(bareName(identifier, this.#dialect)))
  }

  /** A relation exists now; one that is known already is kept as it is. */
  added(made: Relation): void {
    const key = keyOf(made)
    this.addSchema(schemaOf(made))
    this.#onAction({ action: 'add_relation', relation: key, others: [] })
    if (!this.#entries.has(key)) this.#put(key, { relation: made, dependents: new Set(), references: new Set() })
  }

  /** A relation was dropped, and with it all that depends on it. Unknown ones are ignored. */
  dropped(gone: Relation): void {
    const key = keyOf(gone)
    this.#onAction({ action: 'drop_relation', relation: key, others: [] })
    if (!this.#entries.has(key)) {
      this.#onAction({ action: 'drop_missing_relation', relation: key, others: [] })
      return
    }
    const falling = this.#consequences(key)
    this.#onAction({ action: 'drop_cascade', relation: key, others: [...falling] })
    for (const name of falling) {
      const entry = this.#take(name)
      for (const other of entry?.references ?? []) this.#entries.get(other)?.dependents.delete(name)
    }
  }
  #consequences(key: string, seen = new Set<string>()): Set<string> {
    if (seen.has(key)) return seen
    seen.add(key)
    for (const dependent of this.#entries.get(key)?.dependents ?? []) this.#consequences(dependent, seen)
    return seen
  }

  /** A relation has another name now; what depends on it follows. Throws when the new name is taken. */
  renamed(from: Relation, to: Relation): void {
    const [oldKey, newKey] = [keyOf(from), keyOf(to)]
    this.#onAction({ action: 'rename_relation', relation: oldKey, others: [newKey] })
    if (this.#entries.has(newKey)) throw this.#nameTaken(newKey, to)
    this.addSchema(schemaOf(to))
    const entry = this.#take(oldKey)
    if (entry === undefined) {
      this.#onAction({ action: 'temporary_relation', relation: oldKey, others: [] })
      this.#put(newKey, { relation: to, dependents: new Set(), references: new Set() })
      return
    }
    entry.relation = entry.relation.withPath({ ...to.fields.path })
    for (const other of entry.references) replaceKey(this.#entries.get(other)?.dependents, oldKey, newKey)
    for (const other of entry.dependents) replaceKey(this.#entries.get(other)?.references, oldKey, newKey)
    this.#put(newKey, entry)
  }

  #nameTaken(key: string, to: Relation): QuernError {
    const suffix = /__dbt_backup|__dbt_tmp$/.exec(to.identifier ?? '')
    return new QuernError(
      'Internal',
      'cache_inconsistent',
      `Cache inconsistency detected: in rename, new key ${key} already in cache: ${[...this.#entries.keys()].join(', ')}`,
      suffix === null
        ? {}
        : {
            hint: `names of two models may be the same once cut to the database's limit: rename one so that they do not share the prefix '${(to.identifier ?? '').slice(0, suffix.index)}', and remove what is left of them in the database`,
          },
    )
  }

  /** Of what depends on `from`, these depend on `to` now, and do not fall with `from` any more. */
  dependentsMoved(from: Relation, to: Relation, moved: readonly Relation[]): void {
    const [oldKey, newKey] = [keyOf(from), keyOf(to)]
    for (const key of moved.map(keyOf)) {
      if (this.#entries.get(oldKey)?.dependents.delete(key) !== true) continue
      this.#entries.get(newKey)?.dependents.add(key)
      replaceKey(this.#entries.get(key)?.references, oldKey, newKey)
    }
  }

  /** `dependent` falls when `referenced` is dropped. Relations of schemas that are not known are of no interest. */
  addLink(referenced: Relation, dependent: Relation): void {
    if (!this.hasSchema({ database: referenced.database, schema: referenced.schema ?? '' })) return
    for (const item of [referenced, dependent])
      if (!this.#entries.has(keyOf(item))) this.added(item.with({ type: 'external' }))
    this.#onAction({ action: 'add_link', relation: keyOf(dependent), others: [keyOf(referenced)] })
    this.#entries.get(keyOf(referenced))!.dependents.add(keyOf(dependent))
    this.#entries.get(keyOf(dependent))!.references.add(keyOf(referenced))
  }
  /** Links from rows (dependent schema, dependent name, referenced schema, referenced name) of one database. */
  addLinks(database: string, rows: Value): void {
    const named = (schema: Value | undefined, identifier: Value | undefined): Relation =>
      relation({ database, schema: nameOf(schema), identifier: nameOf(identifier), dialect: this.#dialect })
    for (const [schema, name, referencedSchema, referencedName] of rowsOf(rows)) {
      this.addLink(named(referencedSchema, referencedName), named(schema, name))
    }
  }

  clear(): void {
    this.#entries.clear()
    this.#schemas.clear()
  }

  #entriesOf(name: SchemaKey): SchemaEntries {
    const key = schemaKey(name)
    let found = this.#schemas.get(key)
    if (found === undefined) this.#schemas.set(key, (found = { byKey: new Map(), alike: new Map() }))
    return found
  }

  #put(key: string, entry: Entry): void {
    this.#entries.set(key, entry)
    const { byKey, alike } = this.#entriesOf(schemaOf(entry.relation))
    byKey.set(key, entry)
    const bare = this.#bareNameOf(entry.relation)
    const group = alike.get(bare)
    if (group === undefined) alike.set(bare, new Map([[key, entry]]))
    else group.set(key, entry)
  }

  /** Takes an entry out; its links stay with the others. */
  #take(key: string): Entry | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#entries.delete(key)
    const { byKey, alike } = this.#entriesOf(schemaOf(entry.relation))
    byKey.delete(key)
    const bare = this.#bareNameOf(entry.relation)
    const group = alike.get(bare)
    group?.delete(key)
    if (group?.size === 0) alike.delete(bare)
    return entry
  }

  #bareNameOf({ identifier }: Relation): string {
    return bareName(identifier, this.#dialect)
  }
}

const relationsIn = (entries: ReadonlyMap<string, Entry> | undefined): Relation[] =>
  entries === undefined ? [] : [...entries.values()].map((entry) => entry.relation)

function replaceKey(keys: Set<string> | undefined, from: string, to: string): void {
  if (keys?.delete(from) === true) keys.add(to)
}

const nameOf = (value: Value | undefined): string | null =>
  value === undefined || value === null ? null : toText(value)

const typeOf = (value: Value): RelationType =>
  typeof value === 'string' && (RELATION_TYPES as readonly string[]).includes(value)
    ? (value as RelationType)
    : 'external'

/** The rows of a table (or of a list of lists), as lists of values. */
export function rowsOf(table: Value): Value[][] {
  const iterable: Iterable<Value> = Array.isArray(table)
    ? table
    : table instanceof PyObject
      ? (table.pyIter?.() ?? [])
      : []
  return [...iterable].map((row) =>
    Array.isArray(row) ? [...row] : row instanceof PyObject ? [...(row.pyIter?.() ?? [])] : [row],
  )
}
