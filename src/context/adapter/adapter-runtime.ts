import type { Adapter } from '../../adapter/adapter.ts'
import type { Connection, CopyInput } from '../../adapter/driver.ts'
import type { RelationCache } from '../../adapter/relation-cache.ts'
import type { SqlOutcome } from '../../adapter/sql-client.ts'
import type { ReadLog } from '../../context-base/reads.ts'
import type { PlainDict, Value } from '../../jinja/runtime/value.ts'
import type { RelationScope } from '../../manifest/relation-class.ts'

/** What the object `adapter` of a template needs while parsing: no database. */
export interface AdapterOptions {
  readonly adapter: Adapter
  readonly relations: RelationScope
  /** `target` of templates. */
  readonly target: PlainDict
  /** Absolute folder of the root project. */
  readonly projectRoot: string
  /** Behaviour flags of the project. */
  readonly behavior: Readonly<Record<string, boolean>>
  /** The macro that `adapter.dispatch` finds. */
  dispatch(name: string, namespace: string | null): Value
  /** The profile output, for the adapter's own methods; `target` when absent. */
  readonly fields?: PlainDict
  /** Working directory of the process; the project's folder when absent. */
  readonly baseDir?: string
  /** The node that is rendered, as dict. */
  readonly node?: PlainDict | null
  /** Prints a warning. */
  readonly warn?: (message: string) => void
  /** Hears of what templates read, while parsing. */
  readonly reads?: ReadLog | undefined
  /** Prints a warning of the adapter's own, which no option makes an error. */
  readonly warnAsAdapter?: (message: string) => void
  /** Name of the root project, for messages. */
  readonly projectName?: string
}

/** What it needs while running: the node's way to the database. */
export interface AdapterRuntime extends AdapterOptions {
  /** A line for the log file (and the console with --debug), under dbt's event name and code. */
  debug(name: string, code: string, text: string): void
  readonly cache: RelationCache
  /** The node's own connection, opened when first asked for. */
  connection(): Promise<Connection>
  executeSql(
    sql: string,
    options: {
      autoBegin: boolean
      fetch: boolean
      bindings?: readonly Value[]
      input?: CopyInput
      comment?: boolean
      limit?: number
      abridge?: boolean
    },
  ): Promise<SqlOutcome>
  commit(): Promise<void>
  /** Calls a macro by name, resolved as from the root project (or in `package`). */
  executeMacro(name: string, kwargs: Readonly<Record<string, Value>>, options?: { package?: string }): Promise<Value>
}
