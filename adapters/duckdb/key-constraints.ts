import type { AdapterHost } from '../../src/adapter/adapter.ts'
import { toText } from '../../src/jinja/runtime/text.ts'
import { isDict, type PlainDict, type Value } from '../../src/jinja/runtime/value.ts'
import { escapeSqlString } from './startup-sql.ts'

interface Parts {
  readonly database: string
  readonly schema: string
  readonly identifier: string
}

const CATALOGS_WITH_KEYS = new Set(['duckdb', 'motherduck'])
const KEY_TYPES: Readonly<Record<string, string>> = {
  'PRIMARY KEY': 'primary_key',
  UNIQUE: 'unique',
  'FOREIGN KEY': 'foreign_key',
}

/** A value that is computed once per invocation. */
function once<T>(host: AdapterHost, key: string, compute: () => Promise<T>): Promise<T> {
  const known = host.shared.get(key) as Promise<T> | undefined
  if (known !== undefined) return known
  const made = compute()
  host.shared.set(key, made)
  made.catch(() => host.shared.delete(key))
  return made
}

const lower = (text: string): string => `lower('${escapeSqlString(text)}')`

/** Whether a database is one whose tables can have foreign keys (attached Postgres, SQLite, DuckLake ... manage their own). */
export async function catalogSupportsForeignKeys(host: AdapterHost, database: string): Promise<boolean> {
  const types = await once(host, 'duckdb:catalogs', async () => {
    const { rows } = await host.execute('select database_name, type from duckdb_databases()', { fetch: true })
    return new Map(rows.map(([name, type]) => [toText(name!).toLowerCase(), toText(type!).toLowerCase()]))
  })
  return CATALOGS_WITH_KEYS.has(types.get(database.toLowerCase()) ?? '')
}

/**
 * The kinds of key constraints that a table has in the database: `primary_key`, `unique`, `foreign_key`. Read once per schema,
 * before the first model of the run: what the run adds stands in the models' configs.
 */
export async function existingKeyConstraints(
  host: AdapterHost,
  { database, schema, identifier }: Parts,
): Promise<ReadonlySet<string>> {
  if (!(await catalogSupportsForeignKeys(host, database))) return new Set()
  const byTable = await once(host, `duckdb:keys:${database.toLowerCase()}.${schema.toLowerCase()}`, async () => {
    const { rows } = await host.execute(
      `select table_name, constraint_type from duckdb_constraints() where lower(database_name) = ${lower(database)} ` +
        `and lower(schema_name) = ${lower(schema)} and constraint_type in ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY')`,
      { fetch: true },
    )
    const found = new Map<string, Set<string>>()
    for (const [table, type] of rows) {
      const key = toText(table!).toLowerCase()
      const types = found.get(key) ?? new Set()
      types.add(KEY_TYPES[toText(type!)]!)
      found.set(key, types)
    }
    return found
  })
  return byTable.get(identifier.toLowerCase()) ?? new Set()
}

async function isForeignKeyTarget(host: AdapterHost, { database, schema, identifier }: Parts): Promise<boolean> {
  const { rows } = await host.execute(
    `select 1 from duckdb_constraints() where constraint_type = 'FOREIGN KEY' and lower(database_name) = ${lower(database)} ` +
      `and lower(schema_name) = ${lower(schema)} and lower(referenced_table) = ${lower(identifier)} ` +
      'and lower(table_name) <> lower(referenced_table) limit 1',
    { fetch: true },
  )
  return rows.length > 0
}

/** Kinds of keys that an enforced contract declares. */
function declaredKeys(node: PlainDict): Set<string> {
  const contract = node.contract ?? null
  const found = new Set<string>()
  if (!isDict(contract) || (contract as PlainDict).enforced !== true) return found
  const add = (constraints: Value | undefined): void => {
    for (const constraint of Array.isArray(constraints) ? constraints : []) {
      const type = isDict(constraint) ? toText((constraint as PlainDict).type ?? null) : ''
      if (Object.values(KEY_TYPES).includes(type)) found.add(type)
    }
  }
  add(node.constraints)
  const columns = node.columns ?? null
  if (isDict(columns))
    for (const column of Object.values(columns as PlainDict)) if (isDict(column)) add((column as PlainDict).constraints)
  return found
}

/**
 * Serialises the models that foreign keys connect: making or dropping a table with a foreign key alters the referenced table too, and
 * DuckDB refuses two transactions that do so at the same time. Gives the function that lets the next one in; undefined = not needed.
 */
export async function foreignKeyTurn(host: AdapterHost): Promise<(() => Promise<void>) | undefined> {
  const { node } = host
  if (node === null || typeof node.database !== 'string' || typeof node.schema !== 'string') return undefined
  const parts: Parts = {
    database: node.database,
    schema: node.schema,
    identifier: toText(node.alias ?? node.name ?? null),
  }
  if (!(await catalogSupportsForeignKeys(host, parts.database))) return undefined
  const declared = declaredKeys(node)
  const existing = await existingKeyConstraints(host, parts)
  if (declared.size === 0 && existing.size === 0) return undefined
  const release = await takeTurn(host)
  try {
    // Only now: a model that is being built hides its references until it commits.
    if (declared.has('foreign_key') || existing.has('foreign_key') || (await isForeignKeyTarget(host, parts)))
      return release
  } catch (error) {
    await release()
    throw error
  }
  await release()
  return undefined
}

async function takeTurn(host: AdapterHost): Promise<() => Promise<void>> {
  const before = (host.shared.get('duckdb:foreign-key-turn') as Promise<void> | undefined) ?? Promise.resolve()
  let free: () => void = () => undefined
  host.shared.set(
    'duckdb:foreign-key-turn',
    before.then(
      () =>
        new Promise<void>((done) => {
          free = done
        }),
    ),
  )
  await before
  return async () => free()
}
