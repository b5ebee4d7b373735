import type { SourceFile } from '../errors/source-file.ts'
import type { PlainDict, PyFunction, Value } from '../jinja/runtime/value.ts'
import type { Connection, Driver } from './driver.ts'

/** What a database can do, as data, so that callers branch on the ability and not on the product. */
export interface Capabilities {
  /** When false, a table is built under a temporary name and then swapped. */
  readonly transactionalDdl: boolean
  /** `(select ... limit 0)` of `--empty` needs an alias. */
  readonly subqueryNeedsAlias: boolean
  /** Longest identifier in characters, undefined = no limit to check. */
  readonly maxIdentifierLength: number | undefined
  /** Kind word of errors from the database (dbt-duckdb raises Runtime Error, dbt-postgres Database Error). */
  readonly errorKind: 'Database' | 'Runtime'
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
}

/** What adapter-specific template methods may use of the running node. */
export interface AdapterHost {
  readonly target: PlainDict
  /** Absolute folder of the root project. */
  readonly projectRoot: string
  /** Opens the node's connection on first use. */
  connection(): Promise<Connection>
  /** Runs SQL as `adapter.execute` does (query comment, BEGIN when asked, events). */
  execute(sql: string, options?: { autoBegin?: boolean; fetch?: boolean }): Promise<{ response: PlainDict; rows: Value[][]; columns: readonly string[] }>
  /** Calls a macro by name, resolved as from the root project with the adapter's packages. */
  executeMacro(name: string, kwargs: PlainDict): Promise<Value>
}

/** One kind of database. Loading the module must not load a driver: that happens in `open`. */
export interface Adapter {
  readonly type: string
  /** Version shown as `Registered adapter: duckdb=1.11.1` (the compatible dbt adapter's). */
  readonly version: string
  /** The built-in macro package of this adapter: `dbt_duckdb`; its files are in `adapters/<type>/macros`. */
  readonly macroPackage: string
  /** Prefixes that dispatch tries before `default`, most specific first: `['duckdb']`. */
  readonly dispatchPrefixes: readonly string[]
  readonly capabilities: Capabilities
  readonly defaultQuoting: { readonly database: boolean; readonly schema: boolean; readonly identifier: boolean }
  /** Config keys that the adapter adds to nodes, for did-you-mean. */
  readonly configKeys: readonly string[]
  /** Checks a profile output. Throws a `QuernError` (`Credentials in profile "p", target "t" invalid: ...`). `baseDir` is the process's working directory. */
  credentials(fields: PlainDict, where: { profile: string; target: string; file?: SourceFile; baseDir: string }): Credentials
  open(fields: PlainDict, where: { baseDir: string; threads: number }): Driver
  /** SQL type of an inferred seed column. */
  seedType(kind: SeedColumnKind): string
  /** The text that a source relation renders as instead of its name, or undefined (DuckDB: external_location). `source` is the manifest node as dict. */
  sourceLocation?(source: PlainDict): string | undefined
  /** Column's `translate_type` table: generic name -> this database's. */
  readonly columnTypeNames: Readonly<Record<string, string>>
  /** Methods that only this adapter has, by name; the boolean says whether it may run while parsing. */
  templateMethods(host: AdapterHost): Readonly<Record<string, { readonly fn: PyFunction; readonly duringParse: boolean }>>
  /** The relation exists under another database name? Postgres raises `Cross-db references not allowed`. */
  verifyDatabase?(database: string, targetDatabase: string): void
}

export type SeedColumnKind = 'Integer' | 'Number' | 'Boolean' | 'Date' | 'DateTime' | 'Time' | 'Text'
