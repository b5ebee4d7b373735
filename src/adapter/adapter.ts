import type { QuernError } from '../errors/quern-error.ts'
import type { SourceFile } from '../errors/source-file.ts'
import type { PlainDict, PyFunction, Value } from '../jinja/runtime/value.ts'
import type { SqlReader } from '../lineage/sql-reader.ts'
import type { RelationDialect } from '../manifest/relation.ts'
import type { ColumnDialect } from './column.ts'
import type { Connection, CopyInput, Driver } from './driver.ts'

/** What a database can do, as data, so that callers branch on the ability and not on the product. */
export interface Capabilities {
  /** When false, a table is built under a temporary name and then swapped. */
  readonly transactionalDdl: boolean
  /** `(select ... limit 0)` of `--empty` needs an alias. */
  readonly subqueryNeedsAlias: boolean
  /** Batches of one microbatch model may be built side by side. */
  readonly microbatchConcurrency: boolean
  /** Its statements run on the threads of libuv's pool, so that more of them at a time than the pool has wait for each other. */
  readonly usesThreadPool: boolean
  /** Longest identifier in characters, undefined = no limit to check. */
  readonly maxIdentifierLength: number | undefined
  /** Kind word of errors from the database (dbt-duckdb raises Runtime Error, dbt-postgres Database Error). */
  readonly errorKind: 'Database' | 'Runtime'
}

/** How a database is opened. */
export interface OpenOptions {
  /** The working directory of the invocation. */
  readonly baseDir: string
  readonly threads: number
  /** Behaviour flags of the project. */
  readonly behavior?: Readonly<Record<string, boolean>>
  /** False: nothing will be changed, so that others may change things meanwhile. Left out: true. */
  readonly writes?: boolean
  /** Ends waiting for a database that is in use. */
  readonly signal?: AbortSignal
  /** Gets a line for the user. */
  readonly tell?: (text: string) => void
  /** Seconds to wait for a database that another process has locked. Left out: none. */
  readonly lockWait?: number
}

/** A relation that a run is going to write. */
export interface WrittenRelation {
  readonly schema: string
  readonly identifier: string
}

/**
 * Whether other runs are kept from writing the same relations. `taken`: one of them does it; `holder` says which, ` (server process 4711 of etl, since
 * ...)`, as far as that is known. `unknown`: the database knows no such locks.
 */
export type RunLock = { readonly lock: 'held' | 'unknown' } | { readonly lock: 'taken'; readonly holder: string }

/**
 * What an error of the database is worth another attempt. `conflict`: another transaction was in the way (serialization failure, deadlock), the
 * database has taken everything back and says to try again; `connection`: it broke or could not be had; `sql`: the statement is wrong (syntax, missing names, types,
 * constraints, rights), and will be next time; `other`: anything else, also what is no error of the database.
 */
export type ErrorNature = 'conflict' | 'connection' | 'sql' | 'other'

/** How one connection reads two targets. */
export interface Beside {
  readonly fields: PlainDict
  /** The name that the database of the other target has there. */
  readonly database: string
  /** False: databases have other names there than where the other target's views were made, so that those would read something else. */
  readonly viewsKeepMeaning: boolean
}

/** The part of a profile output that an adapter has checked. */
export interface Credentials {
  readonly database: string
  readonly schema: string
  /** The adapter's keys of `target` in templates, in dbt's order, without secrets (type, threads, name ... are added by the caller). */
  readonly shown: PlainDict
  /** Texts that must never be printed. */
  readonly secrets: readonly string[]
  /** Key under which relations name the database when it differs (Postgres: case-insensitive comparison is the adapter's). */
  readonly uniqueField: string
  /** Lines of `debug`: field -> value, as dbt prints them. */
  readonly connectionInfo: readonly (readonly [string, string])[]
  /** Fields of the profile that the adapter does not know, with the one that was probably meant. */
  readonly unknownFields: readonly { readonly field: string; readonly meant: string | undefined }[]
}

export type ConstraintType = 'check' | 'not_null' | 'unique' | 'primary_key' | 'foreign_key' | 'custom'
export type ConstraintSupport = 'enforced' | 'not_enforced' | 'not_supported'

/** What adapter-specific template methods may use of the running node. */
export interface AdapterHost {
  readonly target: PlainDict
  /** The profile output as checked by `credentials`. */
  readonly fields: PlainDict
  /** Working directory of the process. */
  readonly baseDir: string
  /** The node that runs, as dict (`model`), or null. */
  readonly node: PlainDict | null
  /** State of the adapter that lives as long as the invocation, by name. */
  readonly shared: Map<string, unknown>
  /** Prints a warning (once per message and invocation). */
  warnOnce(message: string): void
  /** Absolute folder of the root project. */
  readonly projectRoot: string
  /** Opens the node's connection on first use. */
  connection(): Promise<Connection>
  /** Begins a transaction unless one is open, whatever the profile says. */
  ensureTransaction(): Promise<void>
  /** Runs SQL as `adapter.execute` does (query comment, BEGIN when asked, events). */
  execute(
    sql: string,
    options?: { autoBegin?: boolean; fetch?: boolean; input?: CopyInput },
  ): Promise<{ response: PlainDict; rows: Value[][]; columns: readonly string[]; types: readonly string[] }>
  /** Calls a macro by name, resolved as from the root project with the adapter's packages. */
  executeMacro(name: string, kwargs: PlainDict): Promise<Value>
}

/** One kind of database. Loading the module must not load a driver: that happens in `open`. */
export interface Adapter {
  readonly type: string
  /** As the adapter's own log lines name it: `DuckDB`. */
  readonly title: string
  /** Version shown as `Registered adapter: duckdb=1.11.1` (the compatible dbt adapter's). */
  readonly version: string
  /** The built-in macro package of this adapter: `dbt_duckdb`; its files are in `adapters/<type>/macros`. */
  readonly macroPackage: string
  /** Prefixes that dispatch tries before `default`, most specific first: `['duckdb']`. */
  readonly dispatchPrefixes: readonly string[]
  readonly capabilities: Capabilities
  readonly relationDialect: RelationDialect
  readonly columnDialect: ColumnDialect
  /** The incremental strategies that come with the adapter; others need a macro of the project. */
  readonly incrementalStrategies: readonly string[]
  readonly constraintSupport: Readonly<Record<Exclude<ConstraintType, 'custom'>, ConstraintSupport>>
  /** Foreign keys name their target without the database (DuckDB). */
  readonly foreignKeyWithoutDatabase: boolean
  /** Whether `expand_target_column_types` has anything to widen. */
  readonly widensColumns: boolean
  /** Behaviour flags of the adapter's own, with their defaults. */
  readonly behaviorFlags: Readonly<Record<string, boolean>>
  readonly defaultQuoting: { readonly database: boolean; readonly schema: boolean; readonly identifier: boolean }
  /** Config keys that the adapter adds to nodes, for did-you-mean. */
  readonly configKeys: readonly string[]
  /** Checks a profile output. Throws a `QuernError` (`Credentials in profile "p", target "t" invalid: ...`). `baseDir` is the process's working directory. */
  credentials(
    fields: PlainDict,
    where: { profile: string; target: string; file?: SourceFile; baseDir: string },
  ): Credentials
  /** Opens nothing yet: the first `connect` does. Throws for fields that cannot work here. */
  open(fields: PlainDict, options: OpenOptions): Driver
  /** SQL type of an inferred seed column. */
  seedType(kind: SeedColumnKind): string
  /** SQL type for a seed column out of a file that has types (JSON, Parquet): `type` is DuckDB's name, such as `DECIMAL(18,3)` or `VARCHAR[]`. */
  fileType(type: string): string
  /** The text that a source relation renders as instead of its name, or undefined (DuckDB: external_location). `source` is the manifest node as dict. */
  sourceLocation?(source: PlainDict): string | undefined
  /** Called when a source is resolved at run time; throws when the source needs what quern has not (dbt-duckdb's Python plugins). */
  checkSource?(source: PlainDict): void
  /** Whether a query for a missing relation's columns failed because the relation is missing: the answer is then no columns. */
  isMissingRelation?(error: Error): boolean
  /**
   * The database's own parser with its rules of names, for the lineage of columns; nothing is connected. Loads the parser. Left out: no parser of
   * this database can be had.
   */
  sqlReader?(): Promise<SqlReader>
  /** What OpenLineage calls the database of a checked profile output: `postgres://host:5432`. */
  datasetNamespace?(fields: PlainDict): string
  /** What kind of error it is, for `retries`; see there. The first two are transient. */
  natureOf(error: QuernError): ErrorNature
  /** Columns of a query's result, by another way than running it (DuckDB: DESCRIBE); structs flattened. */
  readonly describeQuery?: (sql: string) => string
  /** The dependent views of tables, linked into the relation cache: name of the macro that lists them (Postgres). */
  readonly dependenciesMacro?: string
  /** Column's `translate_type` table: generic name -> this database's. */
  readonly columnTypeNames: Readonly<Record<string, string>>
  /** Methods that only this adapter has, by name; the boolean says whether it may run while parsing. */
  templateMethods(
    host: AdapterHost,
  ): Readonly<Record<string, { readonly fn: PyFunction; readonly duringParse: boolean }>>
  /**
   * Called with the node's connection before a model's, seed's or snapshot's materialization; what it gives is called afterwards,
   * whatever happened (dbt: pre_model_hook, post_model_hook).
   */
  beforeNode?(host: AdapterHost): Promise<(() => Promise<void>) | undefined>
  /**
   * How one connection can read the database of another target of this adapter as well. Throws a `QuernError` where it cannot. Files are relative to
   * `baseDir`.
   */
  beside(fields: PlainDict, other: PlainDict, options: { readonly baseDir: string }): Beside
  /** Keeps other runs from writing the same relations, for as long as the connection is neither released nor closed. Does not wait for them. */
  lockRelations?(connection: Connection, relations: readonly WrittenRelation[]): Promise<RunLock>
  /** Throws when another database than the target's is named (Postgres: `Cross-db references not allowed`). */
  verifyDatabase?(database: string, targetDatabase: string): void
}

export type SeedColumnKind = 'Integer' | 'Number' | 'Boolean' | 'Date' | 'DateTime' | 'Time' | 'Text'
