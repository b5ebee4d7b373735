import type { RunLockOptions, WrittenRelation } from '../../src/adapter/adapter.ts'
import type { Connection } from '../../src/adapter/driver.ts'
import { QuernError } from '../../src/errors/quern-error.ts'

/** The first of the two numbers of our advisory locks: `quer`, so that others who use such locks have others. */
const CLASS = 0x71756572
/** The second: relations fall into so many groups, since a server has room for some thousand locks and a project may have more relations. */
const GROUPS = 256

/**
 * Keeps other runs from writing the same relations until the connection's transaction ends: two runs would take each other's
 * intermediate tables for their own. Runs of other relations go on side by side, but for the few that share a group by chance.
 * In a transaction, not for the session: behind a pool, where a session does not end with its client, nothing is left locked.
 * Rejects when the wait is over or the run is cancelled. Servers that know no such locks are used without.
 */
export async function lockRelations(
  connection: Connection,
  relations: readonly WrittenRelation[],
  how: RunLockOptions,
): Promise<void> {
  const groups = `array[${[...new Set(relations.map(groupOf))].sort((a, b) => a - b).join(', ')}]::int[]`
  const { wait, tell } = how
  const startedAt = performance.now()
  try {
    if (await tryAll(connection, groups)) return
    await connection.rollback()
    const holder = await holderOf(connection, groups)
    await connection.rollback()
    if (wait !== null && wait <= 0) throw inUse(holder, 0)
    tell(`Waiting for another run that writes the same tables${holder}`)
    const left = wait === null ? 0 : Math.max(1, Math.round(wait * 1000 - (performance.now() - startedAt)))
    // In order: two that wait for each other's locks would never end.
    await connection.query(
      `${beginning(connection)}set local lock_timeout = ${left}; select pg_advisory_xact_lock(${CLASS}, place) from (select place from unnest(${groups}) as place order by place offset 0) as places`,
    )
  } catch (error) {
    await connection.rollback()
    const code = error instanceof QuernError ? error.code : ''
    if (code === '55P03') throw inUse('', wait ?? 0)
    // the function does not exist, or may not be called
    if (!['42883', '42501', '0A000'].includes(code)) throw error
  }
}

/** FNV-1a. Names that differ in case only may be the same. */
export function groupOf({ schema, identifier }: WrittenRelation): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(`${schema}.${identifier}`.toLowerCase()))
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash % GROUPS
}

/**
 * What comes first. The driver begins a transaction by itself, unless the profile says `autocommit`. It is idle for as long as the run takes; what the
 * server would end it for is not known to all versions.
 */
const beginning = ({ transactions }: Connection): string =>
  `${transactions === 'none' ? 'begin; ' : ''}select set_config(name, '0', true) from pg_settings where name in ('statement_timeout', 'lock_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout'); `

async function tryAll(connection: Connection, groups: string): Promise<boolean> {
  const { rows } = await connection.query(
    `${beginning(connection)}select count(*) from (select pg_try_advisory_xact_lock(${CLASS}, place) as got from unnest(${groups}) as place) as tried where not got`,
  )
  return Number(rows[0]?.[0]) === 0
}

/** ` (server process 4711 of etl at 10.0.0.7, since 2026-11-30 15:10:03+00)`, or '' when it is gone by now. */
async function holderOf(connection: Connection, groups: string): Promise<string> {
  const { rows } = await connection.query(
    `select l.pid::text || coalesce(' of ' || a.usename, '') || coalesce(' at ' || host(a.client_addr), '') || coalesce(', since ' || date_trunc('second', a.xact_start)::text, '')
     from pg_locks as l left join pg_stat_activity as a on a.pid = l.pid
     where l.locktype = 'advisory' and l.granted and l.classid = ${CLASS} and l.objid::int = any (${groups})
       and l.database = (select oid from pg_database where datname = current_database())
     limit 1`,
  )
  const text = rows[0]?.[0]
  return typeof text === 'string' ? ` (server process ${text})` : ''
}

const inUse = (holder: string, waited: number): QuernError =>
  new QuernError(
    'Runtime',
    'run_lock_timeout',
    waited === 0
      ? `Another run writes the same tables${holder}`
      : `Another run still writes the same tables after ${waited} seconds`,
    { hint: 'let it end, end it, or wait longer: --lock-wait SECONDS' },
  )
