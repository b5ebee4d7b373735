import type { QuernError } from '../errors/quern-error.ts'
import type { Span } from '../errors/source-file.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'
import type { NodeResult, ResultStatus } from '../manifest/node-result.ts'
import type { NodeInfo } from './node-info.ts'
import type {
  DocumentResult,
  FailingRows,
  PipedText,
  ProjectParsed,
  RunReported,
  StateCompared,
} from './report-events.ts'

/*
 * Everything that can happen in a run. Work emits these facts through `Invocation.emit`; `src/report` turns each into the records
 * (name, code, level, data, text) that dbt's log has, and those into lines. `kind` discriminates; `thread` is shown in debug lines
 * and JSON (`MainThread` when absent).
 */

export type EventLevel = 'debug' | 'info' | 'warn' | 'error'

interface OfThread {
  readonly thread?: string
}

/** Where a line stands in `3 of 28`; absent = no counter. */
export interface Progress {
  readonly index: number
  readonly total: number
}

/** `group` of result events: name, owner and package, as strings. */
export type GroupInfo = PlainDict

// -- the run as a whole

/** MainReportVersion, MainReportArgs, and the header of the log file. */
export interface InvocationStarted extends OfThread {
  readonly kind: 'invocation-started'
  /** Compatible dbt version: `1.11.16`. */
  readonly version: string
  /** dbt's args dict: name -> text. */
  readonly args: PlainDict
}
/** AdapterRegistered */
export interface AdapterRegistered extends OfThread {
  readonly kind: 'adapter-registered'
  readonly name: string
  readonly version: string
}
/** UnableToPartialParse (info): `reason` ends the sentence `Unable to do partial parsing because ...`. */
export interface PartialParseUnavailable extends OfThread {
  readonly kind: 'partial-parse-unavailable'
  readonly reason: string
}
/** PartialParsingEnabled, or PartialParsingSkipParsing when nothing changed (both debug). */
export interface PartialParsed extends OfThread {
  readonly kind: 'partial-parsed'
  readonly deleted: number
  readonly added: number
  readonly changed: number
  /** Nothing had to be parsed. */
  readonly skipped: boolean
}
/** ParsePerfInfoPath: `Performance info: <path>`. */
export interface PerfInfoWritten extends OfThread {
  readonly kind: 'perf-info-written'
  readonly path: string
}
/** FoundStats: see `foundLine` in report/stat-lines.ts. */
export interface FoundStats extends OfThread {
  readonly kind: 'found-stats'
  readonly statLine: string
}
/** DefaultSelector */
export interface DefaultSelectorUsed extends OfThread {
  readonly kind: 'default-selector'
  readonly name: string
}
/** ConcurrencyLine between two empty lines. */
export interface Concurrency extends OfThread {
  readonly kind: 'concurrency'
  readonly threads: number
  readonly targetName: string
  readonly nodeCount: number
}
/** EndRunResult (debug): all results, before run_results.json is written. `elapsed` in seconds. */
export interface RunEnded extends OfThread {
  readonly kind: 'run-ended'
  readonly results: readonly NodeResult[]
  readonly elapsed: number
  readonly success: boolean
}
/** FinishedRunningStats after an empty line: see `countLine` in report/stat-lines.ts. `elapsed` in seconds. */
export interface RunFinished extends OfThread {
  readonly kind: 'run-finished'
  readonly statLine: string
  readonly elapsed: number
}
/** One result as the end of run tells it. */
export interface SummaryEntry {
  readonly status: ResultStatus
  readonly message: string | null
  readonly resourceType: string
  readonly name: string
  /** original_file_path */
  readonly path: string
  readonly compiledPath: string | null
  /** relation of `See test failures`, only for tests that store failures. */
  readonly failuresRelation: string | null
  readonly info: NodeInfo | null
  readonly group?: GroupInfo | undefined
  /** Carries code frame, template stack and hint, which are shown below dbt's text. */
  readonly error?: QuernError | undefined
}
/** EndOfRunSummary, one block for each error, failure and warning, and StatsLine. Entries in order of completion. */
export interface RunSummary extends OfThread {
  readonly kind: 'run-summary'
  readonly results: readonly SummaryEntry[]
  readonly interrupted: boolean
}
/** The block of the node that ended a run with --fail-fast, before the summary. */
export interface FailFast extends OfThread {
  readonly kind: 'fail-fast'
  readonly result: SummaryEntry
}
/** CommandCompleted (debug); the last event of an invocation. */
export interface CommandCompleted extends OfThread {
  readonly kind: 'command-completed'
  /** `dbt build --select x` */
  readonly command: string
  readonly success: boolean
  /** Seconds. */
  readonly elapsed: number
}
/** One block for each source that is stale or could not be asked, and `Done.` (FreshnessCheckComplete). Entries in order of completion. */
export interface FreshnessSummary extends OfThread {
  readonly kind: 'freshness-summary'
  readonly results: readonly SummaryEntry[]
}
/** ArtifactWritten (debug): `WritableManifest`, `RunExecutionResult` ... */
export interface ArtifactWritten extends OfThread {
  readonly kind: 'artifact-written'
  readonly type: string
  readonly path: string
}
/** MainEncounteredError: `Encountered an error:` and the error; the stack (MainStackTrace) is shown for bugs and with --debug. */
export interface EncounteredError extends OfThread {
  readonly kind: 'encountered-error'
  readonly error: unknown
}
/** MainKeyboardInterrupt */
export interface Interrupted extends OfThread {
  readonly kind: 'interrupted'
}

// -- one node

/** NodeStart, NodeCompiling, NodeExecuting (debug). */
export interface NodePhase extends OfThread {
  readonly kind: 'node-started' | 'node-compiling' | 'node-executing'
  readonly info: NodeInfo
}
/** NodeFinished (debug). */
export interface NodeFinished extends OfThread {
  readonly kind: 'node-finished'
  readonly info: NodeInfo
  readonly result: NodeResult
}
/** WritingInjectedSQLForNode (debug). */
export interface SqlInjected extends OfThread {
  readonly kind: 'sql-injected'
  readonly info: NodeInfo
}
/** LogStartLine: `1 of 5 START sql view model main.x ... [RUN]`; `description` without START. */
export interface StartLine extends OfThread, Progress {
  readonly kind: 'start-line'
  readonly description: string
  readonly info: NodeInfo
}
/** LogModelResult. `status` is what the bracket shows: `OK`, `CREATE VIEW`, `ERROR`, `PARTIAL SUCCESS (2/3)`. */
export interface ModelResult extends OfThread, Progress {
  readonly kind: 'model-result'
  readonly description: string
  readonly outcome: 'success' | 'error' | 'partial success'
  readonly status: string
  readonly executionTime: number
  readonly info: NodeInfo
  readonly group?: GroupInfo | undefined
}
/** LogSeedResult. `message` is what the bracket shows: `INSERT 113`. */
export interface SeedResult extends OfThread, Progress {
  readonly kind: 'seed-result'
  readonly outcome: 'success' | 'error'
  readonly message: string
  readonly schema: string
  readonly relation: string
  readonly executionTime: number
  readonly info: NodeInfo
  readonly group?: GroupInfo | undefined
}
/** LogSnapshotResult */
export interface SnapshotResult extends OfThread, Progress {
  readonly kind: 'snapshot-result'
  readonly outcome: 'success' | 'error'
  readonly message: string
  readonly description: string
  readonly config: PlainDict
  readonly executionTime: number
  readonly info: NodeInfo
  readonly group?: GroupInfo | undefined
}
/** LogFunctionResult */
export interface FunctionResult extends OfThread, Progress {
  readonly kind: 'function-result'
  readonly outcome: 'success' | 'error'
  readonly description: string
  readonly executionTime: number
  readonly info: NodeInfo
  readonly group?: GroupInfo | undefined
}
/** LogTestResult */
export interface TestResult extends OfThread, Progress {
  readonly kind: 'test-result'
  readonly name: string
  readonly status: 'pass' | 'fail' | 'warn' | 'error'
  readonly failures: number | null
  readonly executionTime: number
  readonly info: NodeInfo
  readonly attachedNode?: string | null
  readonly group?: GroupInfo | undefined
}
/** LogFreshnessResult */
export interface FreshnessResult extends OfThread, Progress {
  readonly kind: 'freshness-result'
  readonly status: 'pass' | 'warn' | 'error' | 'runtime error'
  readonly sourceName: string
  readonly tableName: string
  readonly executionTime: number
  readonly info: NodeInfo
}
/** LogHookStartLine */
export interface HookStart extends OfThread, Progress {
  readonly kind: 'hook-start'
  /** `jaffle_shop.on-run-start.0` */
  readonly statement: string
  readonly info: NodeInfo
}
/** LogHookEndLine */
export interface HookResult extends OfThread, Progress {
  readonly kind: 'hook-result'
  readonly statement: string
  readonly status: 'success' | 'error' | 'skipped'
  readonly executionTime: number
  readonly info: NodeInfo
}
/** SkippingDetails */
export interface NodeSkipped extends OfThread, Progress {
  readonly kind: 'node-skipped'
  readonly resourceType: string
  readonly schema: string
  /** Alias of relations, name of others. */
  readonly name: string
  readonly info: NodeInfo
  readonly group?: GroupInfo | undefined
}
/** LogSkipBecauseError: an upstream ephemeral model failed. */
export interface SkippedBecauseError extends OfThread, Progress {
  readonly kind: 'skipped-because-error'
  readonly schema: string
  readonly relation: string
  readonly status: string
  /** The ephemeral model's error, which is shown with every node that it skips. */
  readonly cause?: SummaryEntry | undefined
  readonly group?: GroupInfo | undefined
}
/** MarkSkippedChildren (debug) */
export interface SkippedChildrenMarked extends OfThread {
  readonly kind: 'children-skipped'
  readonly uniqueId: string
  readonly result: NodeResult
}
/** LogNodeNoOpResult */
export interface NodeNoOp extends OfThread, Progress {
  readonly kind: 'node-no-op'
  readonly description: string
  readonly executionTime: number
  readonly info: NodeInfo
}
/** LogCancelLine */
export interface QueryCancelled extends OfThread {
  readonly kind: 'query-cancelled'
  readonly connection: string
}
/** LogStartBatch */
export interface BatchStart extends OfThread, Progress {
  readonly kind: 'batch-start'
  readonly description: string
  readonly info: NodeInfo
}
/** LogBatchResult */
export interface BatchResult extends OfThread, Progress {
  readonly kind: 'batch-result'
  readonly description: string
  readonly outcome: 'success' | 'error' | 'skipped'
  /** What the bracket shows of a success: `OK`. */
  readonly status: string
  readonly executionTime: number
  readonly info: NodeInfo
  readonly group?: GroupInfo | undefined
}
/** CatchableExceptionOnRun (debug): a node's error when it happens; the summary repeats it. */
export interface NodeError extends OfThread {
  readonly kind: 'node-error'
  readonly info: NodeInfo | null
  readonly error: unknown
}

// -- the database

/** NewConnection / ConnectionUsed / ConnectionReused / ConnectionClosed / Rollback / SQLCommit (debug). */
export interface ConnectionEvent extends OfThread {
  readonly kind: 'connection'
  readonly action: 'open' | 'use' | 'reuse' | 'close' | 'rollback' | 'commit'
  /** Adapter type. */
  readonly type: string
  /** Name of node or task. */
  readonly name: string
  /** `reuse`: the name before. */
  readonly formerly?: string
  readonly info?: NodeInfo | undefined
}
/** SQLQuery (debug) */
export interface SqlQuery extends OfThread {
  readonly kind: 'sql-query'
  readonly connection: string
  readonly sql: string
  readonly info?: NodeInfo | undefined
}
/** SQLQueryStatus (debug) */
export interface SqlStatus extends OfThread {
  readonly kind: 'sql-status'
  readonly status: string
  /** Seconds. */
  readonly elapsed: number
  readonly info?: NodeInfo | undefined
}

// -- what templates and commands say

/** `log()` and `exceptions.warn`-like output of templates: JinjaLogInfo, JinjaLogDebug. The text is never cut or wrapped. */
export interface JinjaLog extends OfThread {
  readonly kind: 'jinja-log'
  readonly level: 'info' | 'debug'
  readonly text: string
  readonly info?: NodeInfo | undefined
}
/** `print()` and the lines of `ls`: PrintEvent, raw on stdout, also with --quiet. */
export interface Print extends OfThread {
  readonly kind: 'print'
  readonly text: string
}
/** ShowNode. `preview` is the table as text, or the rows as JSON on one line when `format` is json; `shown` the same as the line has it. */
export interface ShowResult extends OfThread {
  readonly kind: 'show-result'
  readonly name: string
  readonly inline: boolean
  readonly format: 'text' | 'json'
  readonly preview: string
  readonly shown: string
  readonly uniqueId: string
  readonly quiet: boolean
}
/** CompiledNode */
export interface CompileResult extends OfThread {
  readonly kind: 'compile-result'
  readonly name: string
  readonly inline: boolean
  readonly format: 'text' | 'json'
  readonly compiled: string
  readonly uniqueId: string
  readonly quiet: boolean
}
/** Empty line (Formatting). */
export interface Blank extends OfThread {
  readonly kind: 'blank'
}
/** Any other line of dbt's catalogue: `name` and `code` are the event's (`DebugCmdOut` Z047, `CheckCleanPath` Z012, `Note` Z050 ...). */
export interface Message extends OfThread {
  readonly kind: 'message'
  readonly level: EventLevel
  readonly name: string
  readonly code: string
  readonly text: string
  /** Fields of the JSON line; `{msg: text}` when absent. */
  readonly data?: PlainDict | undefined
  readonly info?: NodeInfo | undefined
  /** A word or two of the text to colour, as dbt does (`OK found` in `debug`). */
  readonly accent?: { readonly text: string; readonly colour: 'green' | 'yellow' | 'red' } | undefined
}

// -- warnings; made by the constructors of warnings.ts, judged by `withWarningPolicy`

/** A warning that --warn-error and its options may turn into an error or silence, by `name`. */
export interface Warning extends OfThread {
  readonly kind: 'warning'
  readonly name: string
  readonly code: string
  /** Without tag and colours. */
  readonly text: string
  /** How dbt decorates this one: `[WARNING]: text`, all yellow, or nothing. */
  readonly style: 'tag' | 'yellow' | 'plain'
  /** Wrapped to the printer width. */
  readonly wrap: boolean
  readonly data: PlainDict
  readonly at?: Span | undefined
  readonly hint?: string | undefined
  readonly info?: NodeInfo | undefined
}
/** A deprecation: shown the first time only (unless --show-all-deprecations), counted for the summary. */
export interface Deprecation extends OfThread {
  readonly kind: 'deprecation'
  readonly name: string
  readonly code: string
  readonly text: string
  readonly data: PlainDict
  /** `[WARNING][Name]: Deprecated functionality` (true) or the older `[WARNING]: text` (false). */
  readonly named: boolean
  readonly at?: Span | undefined
}
/** DeprecationsSummary; emitted by `warningPolicy.summarise()` at the end. */
export interface DeprecationsSummary extends OfThread {
  readonly kind: 'deprecations-summary'
  readonly summaries: readonly { readonly name: string; readonly code: string; readonly occurrences: number }[]
  readonly showAllHint: boolean
}

export type RunEvent =
  | InvocationStarted
  | AdapterRegistered
  | PartialParseUnavailable
  | PartialParsed
  | PerfInfoWritten
  | FoundStats
  | DefaultSelectorUsed
  | Concurrency
  | RunFinished
  | RunEnded
  | RunSummary
  | FailFast
  | CommandCompleted
  | FreshnessSummary
  | ArtifactWritten
  | EncounteredError
  | Interrupted
  | NodePhase
  | NodeFinished
  | SqlInjected
  | StartLine
  | ModelResult
  | SeedResult
  | SnapshotResult
  | FunctionResult
  | TestResult
  | FreshnessResult
  | HookStart
  | HookResult
  | NodeSkipped
  | SkippedBecauseError
  | SkippedChildrenMarked
  | NodeNoOp
  | QueryCancelled
  | BatchStart
  | BatchResult
  | NodeError
  | ConnectionEvent
  | SqlQuery
  | SqlStatus
  | JinjaLog
  | Print
  | ShowResult
  | CompileResult
  | Blank
  | Message
  | Warning
  | Deprecation
  | DeprecationsSummary
  | ProjectParsed
  | StateCompared
  | FailingRows
  | DocumentResult
  | PipedText
  | RunReported

/** Takes an event; may throw a `QuernError` when a warning is promoted to an error. */
export type Emit = (event: RunEvent) => void
