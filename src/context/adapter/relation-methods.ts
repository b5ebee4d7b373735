import { rowsOf } from '../../adapter/relation-cache.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { repr, toText } from '../../jinja/runtime/text.ts'
import { typeName } from '../../jinja/runtime/type-name.ts'
import { Undefined, type Value } from '../../jinja/runtime/value.ts'
import { type PerPart, Relation, relation } from '../../manifest/relation.ts'
import type { MethodTable } from './adapter-object.ts'
import type { AdapterRuntime } from './adapter-runtime.ts'

const nullable = (value: Value | undefined): string | null =>
  value === undefined || value === null || value instanceof Undefined ? null : toText(value)

/** A relation that a method was given; throws dbt's error for anything else. */
export function expectRelation(
  runtime: AdapterRuntime,
  value: Value | undefined,
  method: string,
  argument: string,
): Relation {
  const { moduleName, className } = runtime.relations.dialect
  if (value instanceof Relation) return value
  throw new QuernError(
    'Compilation',
    'macro_argument_type',
    `'adapter.${method}' expects argument '${argument}' to be of type '<class '${moduleName}.${className}'>', instead got ${toText(value ?? null)} (<class '${typeName(value ?? null)}'>)`,
    { hint: 'pass `this`, ref(...), or what adapter.get_relation(...) gives' },
  )
}

/** Methods about relations and schemas: what the cache knows, and the macros that change the database. */
export function addRelationMethods(table: MethodTable<AdapterRuntime>): void {
  table.add('get_relation', ['database', 'schema', 'identifier'], (runtime, database, schema, identifier) =>
    getRelation(runtime, nullable(database), nullable(schema), nullable(identifier)),
  )
  table.add('already_exists', ['schema', 'name'], async (runtime, schema, name) => {
    runtime.warn?.(deprecated('already_exists', 'get_relation'))
    const database = nullable(runtime.target.database ?? null)
    return (await getRelation(runtime, database, nullable(schema), nullable(name))) !== null
  })
  table.add(
    'list_relations',
    ['database', 'schema'],
    async (runtime, database, schema) => await listRelations(runtime, nullable(database), toText(schema!)),
  )
  table.add('list_relations_without_caching', ['schema_relation'], async (runtime, schema) =>
    runtime.cache.relationsOf(
      await runtime.executeMacro('list_relations_without_caching', { schema_relation: schema! }),
    ),
  )
  table.add('list_schemas', ['database'], async (runtime, database) =>
    rowsOf(await runtime.executeMacro('list_schemas', { database: database! })).map((row) => row[0] ?? null),
  )
  table.add('check_schema_exists', ['database', 'schema'], async (runtime, database, schema) => {
    const information = scoped(runtime, {
      database: nullable(database),
      schema: nullable(schema),
      identifier: 'INFORMATION_SCHEMA',
    })
    const rows = await runtime.executeMacro('check_schema_exists', {
      information_schema: information.informationSchema(),
      schema: schema!,
    })
    return Number(toText(rowsOf(rows)[0]?.[0] ?? 0)) > 0
  })

  table.add('create_schema', ['relation'], async (runtime, target) => {
    const schema = expectRelation(runtime, target, 'create_schema', 'relation').withoutIdentifier()
    await runtime.executeMacro('create_schema', { relation: schema })
    await runtime.commit()
    return null
  })
  table.add('drop_schema', ['relation'], async (runtime, target) => {
    const schema = expectRelation(runtime, target, 'drop_schema', 'relation').withoutIdentifier()
    await runtime.executeMacro('drop_schema', { relation: schema })
    await runtime.commit()
    runtime.cache.dropSchema({ database: schema.database, schema: schema.schema ?? '' })
    return null
  })
  table.add('drop_relation', ['relation'], async (runtime, target) => {
    const gone = expectRelation(runtime, target, 'drop_relation', 'relation')
    if (gone.type === null) {
      throw new QuernError(
        'Compilation',
        'drop_relation_type',
        `Tried to drop relation ${gone.pyStr()}, but its type is null.`,
        {
          hint: "give the relation a type: api.Relation.create(..., type='table')",
        },
      )
    }
    runtime.cache.dropped(gone)
    await runtime.executeMacro('drop_relation', { relation: gone })
    return null
  })
  table.add('truncate_relation', ['relation'], async (runtime, target) => {
    await runtime.executeMacro('truncate_relation', { relation: target! })
    return null
  })
  table.add('rename_relation', ['from_relation', 'to_relation'], async (runtime, from, to) => {
    await renameInCache(runtime, from!, to!)
    await runtime.executeMacro('rename_relation', { from_relation: from!, to_relation: to! })
    return null
  })
  addCacheMethods(table)
}

function addCacheMethods(table: MethodTable<AdapterRuntime>): void {
  const refuse = async (runtime: AdapterRuntime, what: string): Promise<never> => {
    const { name } = await runtime.connection()
    throw new QuernError('Compilation', 'cache_null_relation', `Attempted to ${what} a null relation for ${name}`)
  }
  table.add('cache_added', ['relation'], async (runtime, made) => {
    if (!(made instanceof Relation)) return await refuse(runtime, 'cache')
    runtime.cache.added(made)
    return ''
  })
  table.add('cache_dropped', ['relation'], async (runtime, gone) => {
    if (!(gone instanceof Relation)) return await refuse(runtime, 'drop')
    runtime.cache.dropped(gone)
    return ''
  })
  table.add('cache_renamed', ['from_relation', 'to_relation'], async (runtime, from, to) => {
    await renameInCache(runtime, from!, to!)
    return ''
  })
  table.add('cache_dependents_moved', ['from_relation', 'to_relation', 'moved'], (runtime, from, to, moved) => {
    const relations = Array.isArray(moved) ? moved.filter((one) => one instanceof Relation) : []
    if (from instanceof Relation && to instanceof Relation) runtime.cache.dependentsMoved(from, to, relations)
    return ''
  })
}

async function renameInCache(runtime: AdapterRuntime, from: Value, to: Value): Promise<void> {
  if (!(from instanceof Relation) || !(to instanceof Relation)) {
    const shown = (value: Value): string =>
      value === null || value instanceof Undefined ? 'null relation' : toText(value)
    const { name } = await runtime.connection()
    throw new QuernError(
      'Compilation',
      'cache_rename_null',
      `Attempted to rename ${shown(from)} to ${shown(to)} for ${name}`,
    )
  }
  runtime.cache.renamed(from, to)
}

const deprecated = (old: string, instead: string): string =>
  `The adapter function \`adapter.${old}\` is deprecated and will be removed in a future release of dbt. Please use \`adapter.${instead}\` instead.`

export { deprecated as deprecatedMethod }

/** A relation under the project's quoting. */
const scoped = (runtime: AdapterRuntime, path: PerPart<string | null>): Relation =>
  relation({ ...path, quotePolicy: runtime.relations.quoting, dialect: runtime.relations.dialect })

/** The relations of a schema, or those that `identifier` may mean: from the cache, else from the database and then kept. */
async function listRelations(
  runtime: AdapterRuntime,
  database: string | null,
  schema: string,
  identifier: string | null = null,
): Promise<Relation[]> {
  const { cache } = runtime
  if (cache.hasSchema({ database, schema })) {
    return identifier === null
      ? cache.relations({ database, schema })
      : cache.relationsLike({ database, schema }, identifier)
  }
  const only = scoped(runtime, { database, schema, identifier: '' }).withoutIdentifier()
  const found = cache.relationsOf(
    await runtime.executeMacro('list_relations_without_caching', { schema_relation: only }),
  )
  for (const item of found) cache.added(item)
  cache.addSchema({ database, schema })
  return found
}

/** The one relation of that name, or null. Throws when several match. */
export async function getRelation(
  runtime: AdapterRuntime,
  database: string | null,
  schema: string | null,
  identifier: string | null,
): Promise<Value> {
  const quoting = { ...runtime.adapter.defaultQuoting, ...runtime.relations.quoting }
  const wanted = (part: 'database' | 'schema' | 'identifier', name: string | null): string | null =>
    name !== null && !quoting[part] ? name.toLowerCase() : name
  const search = {
    database: wanted('database', database),
    schema: wanted('schema', schema),
    identifier: wanted('identifier', identifier),
  }
  const known = await listRelations(runtime, database, schema ?? '', identifier)
  const matches = known.filter((item) => item.matches(search))
  if (matches.length > 1) {
    throw new QuernError(
      'Compilation',
      'relation_ambiguous',
      'get_relation returned more than one relation with the given args. Please specify a database or schema to narrow down the result set.' +
        `\n${repr({ identifier, schema, database })}\n\n${repr(matches)}`,
    )
  }
  return matches[0] ?? null
}
