import type { Connection } from '../adapter/driver.ts'
import type { RelationCache } from '../adapter/relation-cache.ts'
import type { ExecuteOptions, SqlOutcome } from '../adapter/sql-client.ts'
import type { NodeInfo } from '../events/node-info.ts'

/** One node's (or task's) way to the database: a connection that is opened when first needed. */
export interface Session {
  /** Id of the node, or a task's name (`master`). */
  readonly name: string
  /** The worker that uses it: `thread_id` in templates. Absent = the main one. */
  readonly thread?: string | undefined
  /** What log events say of the node at this moment. */
  info?(): NodeInfo | undefined
  readonly cache: RelationCache
  connection(): Promise<Connection>
  /** Runs SQL with query comment, BEGIN when asked, events, and the result as a table. */
  executeSql(sql: string, options: ExecuteOptions): Promise<SqlOutcome>
  commit(): Promise<void>
  /** The session for finding out which relations there are, when that is to be told from other questions of templates. */
  listing?(): Session
}
