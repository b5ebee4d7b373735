import type { PlainDict } from '../jinja/runtime/value.ts'
import type { AddedPackage } from '../project/deps/add-package.ts'
import type { CheckFlags } from './check-flags.ts'
import type { DiffFlags } from './diff-flags.ts'
import type { EventWindow } from './event-window.ts'
import type { ReportRequest } from './report-request.ts'

export type LogFormat = 'text' | 'debug' | 'json' | 'default'
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'none'
export type IndirectSelection = 'eager' | 'cautious' | 'buildable' | 'empty'

/**
 * Every flag of an invocation, resolved (command line > DBT_ENGINE_X > DBT_X / QUERN_X > `flags:` > default).
 * Names are dbt's in camelCase; `run_results.json` `args` and the template's `flags` show them under dbt's names.
 */
export interface Flags {
  readonly which: string
  readonly cacheSelectedOnly: boolean
  readonly debug: boolean
  readonly defer: boolean
  readonly deferState: string | null
  readonly empty: boolean
  /** `--event-time-start` and `--event-time-end`: the batches that microbatch models build. */
  readonly eventTime: EventWindow | null
  readonly exclude: readonly string[]
  readonly excludeResourceTypes: readonly string[]
  /** build: asked for, and shown in `args`; saved queries are reported as NO-OP either way, as in dbt-core 1.11. */
  readonly exportSavedQueries: boolean
  readonly failFast: boolean
  readonly favorState: boolean
  readonly fullRefresh: boolean
  readonly includeSavedQuery: boolean
  readonly indirectSelection: IndirectSelection
  readonly inline: string | null
  /** show: SQL that goes to the database as it stands. */
  readonly inlineDirect: string | null
  /** compile and show: templates may ask the database while they are compiled. */
  readonly introspect: boolean
  readonly invocationCommand: string
  readonly limit: number | null
  readonly logCacheEvents: boolean
  readonly logFileMaxBytes: number
  readonly logFormat: LogFormat
  readonly logFormatFile: LogFormat
  readonly logLevel: LogLevel
  readonly logLevelFile: LogLevel
  readonly logPath: string | null
  readonly macroDebugging: boolean
  readonly output: string | null
  readonly outputKeys: readonly string[]
  readonly partialParse: boolean
  /** Where the cache of an earlier parse is, if not in the target folder; relative to the project. */
  readonly partialParseFilePath: string | null
  readonly populateCache: boolean
  readonly print: boolean
  readonly printerWidth: number
  readonly profile: string | null
  readonly profilesDir: string | null
  readonly projectDir: string | null
  readonly quiet: boolean
  /** Ours, and in no artifact: the reports for CI. */
  readonly reports: readonly ReportRequest[]
  /** Ours: failing rows that reports show of a test. */
  readonly reportRows: number
  /** Ours: seconds to wait for another run or process that has the tables or the database file; null: see the adapters. */
  readonly lockWait: number | null
  /** Ours: of ready nodes the one with the longest chain of work behind it is next, instead of the one that has been ready for longest. */
  readonly longestFirst: boolean
  /** File for a CPU profile of the invocation, as typed. */
  readonly recordTimingInfo: string | null
  readonly resourceTypes: readonly string[]
  /** `--sample`: inputs with an event time are read for this window only. */
  readonly sample: EventWindow | null
  readonly select: readonly string[]
  readonly selector: string | null
  readonly sendAnonymousUsageStats: boolean
  readonly show: boolean
  readonly showAllDeprecations: boolean
  readonly showResourceReport: boolean
  readonly singleThreaded: boolean
  /** Limits of a parser that dbt has and quern does not need: shown in `args`. */
  readonly sqlparse: { readonly MAX_GROUPING_DEPTH: number | null; readonly MAX_GROUPING_TOKENS: number | null }
  readonly state: string | null
  readonly staticParser: boolean
  readonly storeFailures: boolean
  readonly target: string | null
  readonly targetPath: string | null
  readonly threads: number | null
  /** Asked for by `--upload-to-artifacts-ingest-api`: answered with a line, nothing is uploaded. */
  readonly uploadArtifacts: boolean
  readonly useColors: boolean
  readonly useColorsFile: boolean
  readonly useExperimentalParser: boolean
  readonly useFastTestEdges: boolean
  readonly vars: PlainDict
  readonly versionCheck: boolean
  readonly warnError: boolean
  readonly warnErrorOptions: {
    readonly error: readonly string[] | 'all'
    readonly warn: readonly string[]
    readonly silence: readonly string[]
  }
  readonly writeJson: boolean
  /** run-operation */
  readonly macro: string | null
  readonly args: PlainDict
  readonly sql: string | null
  readonly injectEphemeralCtes: boolean
  /** clean: refuse folders outside the project. */
  readonly cleanProjectFilesOnly: boolean
  /** debug */
  readonly configDir: boolean
  readonly connection: boolean
  /** init */
  readonly newProjectName: string | null
  readonly skipProfileSetup: boolean
  /** A person may be asked: stdin and stdout are terminals. */
  readonly interactive: boolean
  /** lineage: `MODEL` or `MODEL.COLUMN` as typed; null = what is selected. */
  readonly lineageOf: string | null
  readonly upstream: boolean
  readonly downstream: boolean
  readonly depth: number | null
  readonly format: string | null
  /** docs generate */
  readonly compile: boolean
  readonly emptyCatalog: boolean
  /** check; null for other commands. Ours, and in no artifact. */
  readonly check: CheckFlags | null
  /** diff; null for other commands. Ours, and in no artifact. */
  readonly diff: DiffFlags | null
  /** One HTML file with everything in it, too. */
  readonly staticPage: boolean
  /** docs serve */
  readonly host: string
  readonly port: number
  readonly browser: boolean
  /** deps */
  readonly lockOnly: boolean
  readonly addPackage: AddedPackage | null
  readonly upgrade: boolean
  /** Behaviour flags of `flags:` under their published snake_case names, with defaults. */
  readonly behavior: Readonly<Record<string, boolean>>
}
