import { Table } from '../adapter/table.ts'
import { executeMacro, type RunServices } from '../context/run-context.ts'
import type { Session } from '../context/session.ts'
import { QuernError } from '../errors/quern-error.ts'
import { toText } from '../jinja/runtime/text.ts'
import type { Value } from '../jinja/runtime/value.ts'
import { relation } from '../manifest/relation.ts'

/** A schema that nodes will be built in. */
export interface SchemaName {
  readonly database: string | null
  readonly schema: string
}

/** The schemas of some nodes, each once (names compared without case, as dbt's cache does). */
export function schemasOf(nodes: Iterable<SchemaName>): SchemaName[] {
  const found = new Map<string, SchemaName>()
  for (const node of nodes) {
    const key = `${(node.database ?? '').toLowerCase()}.${node.schema.toLowerCase()}`
    if (!found.has(key)) found.set(key, { database: node.database, schema: node.schema })
  }
  return [...found.values()]
}

/** How often a schema is looked for and created again when another run creates it at the same moment. */
const MOST_CONFLICTS = 3

/**
 * Creates the schemas that do not exist yet, through the macros `list_schemas` and `create_schema`. Runs that begin together may want the same schema:
 * Postgres lets one of them create it and refuses the others, also those that say `if not exists`.
 */
export async function createSchemas(
  services: RunServices,
  session: Session,
  wanted: readonly SchemaName[],
): Promise<void> {
  const byDatabase = new Map<string, SchemaName[]>()
  for (const name of wanted) {
    const list = byDatabase.get(name.database ?? '')
    if (list === undefined) byDatabase.set(name.database ?? '', [name])
    else list.push(name)
  }
  for (const names of byDatabase.values()) {
    let existing = await listSchemas(services, session, names[0] as SchemaName)
    for (const name of names) {
      for (let conflicts = 0; !existing.has(name.schema.toLowerCase()); )
        try {
          await executeMacro(services, session, 'create_schema', { relation: schemaRelation(services, name) })
          await session.commit()
          existing.add(name.schema.toLowerCase())
        } catch (error) {
          const isConflict = error instanceof QuernError && services.adapter.natureOf(error) === 'conflict'
          if (!isConflict || ++conflicts > MOST_CONFLICTS) throw error
          existing = await listSchemas(services, session, name)
        }
    }
  }
}

async function listSchemas(services: RunServices, session: Session, name: SchemaName): Promise<Set<string>> {
  const { dialect, quoting } = services.relations
  const only = relation({
    database: name.database,
    quotePolicy: quoting,
    includePolicy: { schema: false, identifier: false },
    dialect,
  })
  const table = await executeMacro(services, session, 'list_schemas', { database: only.render() })
  if (!(table instanceof Table)) return new Set()
  return new Set([...table.rowTuples()].map((row) => toText(row[0] as Value).toLowerCase()))
}

/** The relation that stands for a schema. */
export const schemaRelation = (services: RunServices, name: SchemaName) =>
  relation({
    database: name.database,
    schema: name.schema,
    quotePolicy: services.relations.quoting,
    includePolicy: { identifier: false },
    dialect: services.relations.dialect,
  })

/** Fills the relation cache with what exists in the schemas of the run, through `list_relations_without_caching`. */
export async function fillCache(
  services: RunServices,
  session: Session,
  schemas: readonly SchemaName[],
): Promise<void> {
  await session.cache.fill(schemas, (name) =>
    executeMacro(services, session, 'list_relations_without_caching', {
      schema_relation: schemaRelation(services, name),
    }),
  )
  const { dependenciesMacro } = services.adapter
  if (dependenciesMacro === undefined || schemas.length === 0) return
  session.cache.addLinks(services.config.target.database, await executeMacro(services, session, dependenciesMacro, {}))
}
