import type { SqlReader } from '../sql-reader.ts'

/** A node as a relation of the database. */
export interface NamedRelation {
  readonly id: string
  /** As SQL: `"db"."schema"."orders"`, or what stands for the relation, such as a call of `read_csv`. */
  readonly sql: string
}

/** Finds the nodes that a name in SQL may mean: a source may be another node's relation. */
export interface RelationIndex {
  byPath(path: readonly string[]): readonly string[]
  byCall(key: string): readonly string[]
}

const PLAIN = /^"[^"]+"(\."[^"]+")*$/

/**
 * Index of relations by name, as the database compares names. A name without its database, or without database and schema, means the node with
 * that end of the name; without a schema only in the schema that the target has.
 */
export async function indexRelations(
  reader: SqlReader,
  relations: readonly NamedRelation[],
  defaultSchema: string,
): Promise<RelationIndex> {
  const paths = new Map<string, string[]>()
  const calls = new Map<string, string[]>()
  const { normalise } = reader.rules
  const keyOf = (path: readonly string[]): string => path.map(normalise).join('\0')
  for (const { id, sql } of relations) {
    const read = await pathOf(reader, sql)
    if (read === undefined) continue
    if (typeof read === 'string') {
      add(calls, read, id)
      continue
    }
    add(paths, keyOf(read), id)
    for (let from = 1; from < read.length; from++) {
      const end = read.slice(from)
      const isDefault = read.at(-2) !== undefined && normalise(read.at(-2) as string) === normalise(defaultSchema)
      if (end.length > 1 || isDefault) add(paths, keyOf(end), id)
    }
  }
  return { byPath: (path) => paths.get(keyOf(path)) ?? [], byCall: (key) => calls.get(key) ?? [] }
}

function add(index: Map<string, string[]>, key: string, id: string): void {
  const ids = index.get(key)
  if (ids === undefined) index.set(key, [id])
  else if (!ids.includes(id)) ids.push(id)
}

/** The parts of a name, or the key of a call; undefined for what no query can read from. */
async function pathOf(reader: SqlReader, sql: string): Promise<readonly string[] | string | undefined> {
  if (PLAIN.test(sql)) return sql.slice(1, -1).split('"."')
  try {
    const { body } = await reader.read(`select * from ${sql}`)
    const [item] = body.kind === 'select' ? body.from : []
    if (item?.kind === 'table') return item.path
    return item?.kind === 'function' ? item.key : undefined
  } catch {
    return undefined
  }
}
