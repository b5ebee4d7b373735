import type { RunLock, WrittenRelation } from '../../src/adapter/adapter.ts'
import type { Connection } from '../../src/adapter/driver.ts'
import { QuernError } from '../../src/errors/quern-error.ts'

/** The first of the two numbers of our advisory locks, so that others who use such locks have others: `quer` for groups of relations, `quet` for one. */
const GROUP_CLASS = 0x71756572
const RELATION_CLASS = 0x71756574
/** Relations fall into so many groups: a server has room for some thousand locks, and a project may have more relations. */
const GROUPS = 256
/** A run of no more relations than these locks each of them, and shares their groups with its like. A larger one has the groups for itself. */
const FEW = 100

interface Lock {
  readonly lockClass: number
  readonly id: number
  readonly shared: boolean
}

/** In the order in which all runs take them: two that wait for each other's would never end. */
export function locksOf(relations: readonly WrittenRelation[]): Lock[] {
  const hashes = [...new Set(relations.map(hashOf))]
  const isFew = hashes.length <= FEW
  const groups = [...new Set(hashes.map((hash) => hash % GROUPS))].sort((a, b) => a - b)
  return [
    ...groups.map((id) => ({ lockClass: GROUP_CLASS, id, shared: isFew })),
    ...(isFew ? hashes.sort((a, b) => a - b).map((id) => ({ lockClass: RELATION_CLASS, id, shared: false })) : []),
  ]
}

/**
 * Keeps other runs from writing the same relations until the connection's transaction ends: two runs would take each other's
 * intermediate tables for their own. Runs of other relations go on side by side: an orchestrator that runs each model by itself must not have one wait for
 * another. Only beside a large run, models of others that fall into one of its groups by chance wait.
 * In a transaction, not for the session: behind a pool, where a session does not end with its client, nothing is left locked.
 * Servers that know no such locks, and pools that know no transactions, are used without.
 */
export async function lockRelations(connection: Connection, relations: readonly WrittenRelation[]): Promise<RunLock> {
  const locks = wantedLocks(locksOf(relations))
  try {
    if (await tryAll(connection, locks)) return { lock: 'held' }
    await connection.rollback()
    return { lock: 'taken', holder: await holderOf(connection, locks) }
  } catch (error) {
    if (!(error instanceof QuernError) || !knowsNoLocks(error)) throw error
    return { lock: 'unknown' }
  }
}

/** The function does not exist or may not be called; PgBouncer's `pool_mode = statement`. */
const knowsNoLocks = ({ code, message }: QuernError): boolean =>
  ['42883', '42501', '0A000'].includes(code) || /not allowed in statement pooling mode/.test(message)

/** Locks as rows of a query, in their order. */
const wantedLocks = (locks: readonly Lock[]): string =>
  `(values ${locks.map(({ lockClass, id, shared }, place) => `(${place}, ${lockClass}, ${id}, ${shared})`).join(', ')}) as wanted(place, class, id, shared)`

/** FNV-1a, 31 bits of it. Names that differ in case only may be the same. */
function hashOf({ schema, identifier }: WrittenRelation): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(`${schema}.${identifier}`.toLowerCase()))
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash & 0x7fffffff
}

/**
 * What comes first. The driver begins a transaction by itself, unless the profile says `autocommit`. It is idle for as long as the run takes: without a
 * snapshot, which would keep the server from cleaning up, and without what the server would end it for (not all versions know all of these).
 */
const beginning = ({ transactions }: Connection): string =>
  `${transactions === 'none' ? 'begin; ' : ''}set transaction isolation level read committed; select set_config(name, '0', true) from pg_settings where name in ('statement_timeout', 'lock_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout'); `

async function tryAll(connection: Connection, locks: string): Promise<boolean> {
  const { rows } = await connection.query(
    `${beginning(connection)}select count(*) from (select case when shared then pg_try_advisory_xact_lock_shared(class, id) else pg_try_advisory_xact_lock(class, id) end as got from ${locks}) as tried where not got`,
  )
  return Number(rows[0]?.[0]) === 0
}

/** ` (server process 4711 of etl at 10.0.0.7, since 2026-11-30 15:10:03+00)`, or '' when it is gone by now. */
async function holderOf(connection: Connection, locks: string): Promise<string> {
  const { rows } = await connection.query(
    `select l.pid::text || coalesce(' of ' || a.usename, '') || coalesce(' at ' || host(a.client_addr), '') || coalesce(', since ' || date_trunc('second', a.xact_start)::text, '')
     from pg_locks as l
     join ${locks} on l.classid = class::oid and l.objid = id::oid and not (shared and l.mode = 'ShareLock')
     left join pg_stat_activity as a on a.pid = l.pid
     where l.locktype = 'advisory' and l.granted and l.database = (select oid from pg_database where datname = current_database())
     limit 1`,
  )
  const text = rows[0]?.[0]
  return typeof text === 'string' ? ` (server process ${text})` : ''
}
