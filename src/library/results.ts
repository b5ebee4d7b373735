import type { ArtifactName } from '../config/answer.ts'
import type { QuernError } from '../errors/quern-error.ts'
import type { CheckDocument, CheckFinding } from '../events/check-document.ts'
import type { DiffDocument } from '../events/diff-document.ts'
import type { Row } from './cells.ts'
import type {
  Catalog,
  ColumnLineage,
  ColumnLineageNode,
  JsonDict,
  Manifest,
  RunResultEntry,
  RunResults,
  SourceEntry,
  Sources,
} from './published.ts'

/** What every invocation comes to. */
export interface Outcome {
  /** 0 success, 1 it ran and something in it failed, 2 it could not run. */
  readonly exitCode: 0 | 1 | 2
  /** `exitCode` is 0. */
  readonly success: boolean
  /** The signal was aborted before it was done. */
  readonly cancelled: boolean
  /**
   * What ended the invocation, if something did: wrong options, a broken project, no connection. With kind `Internal` and code `bug` it is
   * a mistake of quern, and `cause` has it. What failed in a run that went on is in `results`.
   */
  readonly error: QuernError | undefined
  /** Absolute paths of the artifacts that were written. */
  readonly artifacts: Readonly<Partial<Record<ArtifactName, string>>>
  /** What the command line would have printed to standard output. */
  readonly output: string
  /** And to standard error: usage errors. */
  readonly errorOutput: string
}

/** What became of a node: its entry in run_results.json, with the error as an object. */
export interface NodeResult extends RunResultEntry {
  /** Place in the file, template stack, hint. */
  readonly error?: QuernError
}

/** Of `build`, `ci`, `run`, `test`, `seed`, `snapshot`, `retry`, `clone` and `runOperation`. */
export interface RunOutcome extends Outcome {
  /** In order of completion, hooks included. Empty when nothing ran. */
  readonly results: readonly NodeResult[]
  /** run_results.json as it was written, or would have been without `writeJson: false`. Undefined when it did not come to that. */
  readonly runResults: RunResults | undefined
}

export interface CompiledNode {
  readonly uniqueId: string
  readonly name: string
  readonly sql: string
}
export interface CompileOutcome extends RunOutcome {
  /** The selected nodes, or the inline query. */
  readonly nodes: readonly CompiledNode[]
}

export interface ShownTable {
  readonly uniqueId: string
  readonly name: string
  readonly columns: readonly ShownColumn[]
  readonly rows: readonly Row[]
}
export interface ShownColumn {
  readonly name: string
  /** What the values are, in dbt's words. */
  readonly type: 'Integer' | 'Number' | 'Boolean' | 'Date' | 'DateTime' | 'ISODateTime' | 'Text' | 'TimeDelta'
}
export interface ShowOutcome extends RunOutcome {
  /** One for each selected node. */
  readonly tables: readonly ShownTable[]
  /** Of the first table. */
  readonly columns: readonly ShownColumn[]
  readonly rows: readonly Row[]
}

export interface ListOutcome<T extends string | JsonDict = string> extends Outcome {
  /** The lines of `quern ls`; objects with `output: 'json'`. */
  readonly nodes: readonly T[]
}

export interface ParseOutcome extends Outcome {
  /** A copy of its own: do with it what you like. Undefined when the project is broken. */
  readonly manifest: Manifest | undefined
}

export interface CheckOutcome extends Outcome {
  /** What the rules found, gravest first; empty also when it could not be checked (see `error`). */
  readonly findings: readonly CheckFinding[]
  /** The JSON form of `quern check`. Undefined when it could not be checked. */
  readonly check: CheckDocument | undefined
}

export interface DiffOutcome extends Outcome {
  /** What differs: the JSON form of `quern diff`. Undefined when it could not be compared. */
  readonly diff: DiffDocument | undefined
}

export interface DocsOutcome extends RunOutcome {
  readonly catalog: Catalog | undefined
  /** Undefined where it was not written. */
  readonly columnLineage: ColumnLineage | undefined
}

export interface LineageOutcome extends Outcome {
  /** By unique id: the columns that were reached. */
  readonly nodes: Readonly<Record<string, ColumnLineageNode>>
}

export interface FreshnessResult {
  readonly unique_id: string
  readonly status: SourceEntry['status'] | 'runtime error' | 'skipped' | 'success'
  readonly message: string | null
  readonly error?: QuernError
  /** Its entry in sources.json; undefined when its age could not be found. */
  readonly freshness: SourceEntry | undefined
}
export interface FreshnessOutcome extends Outcome {
  /** In order of completion, hooks included. */
  readonly results: readonly FreshnessResult[]
  readonly sources: Sources | undefined
}

export interface Check {
  readonly name: 'profile' | 'project' | 'connection'
  readonly ok: boolean
  /** What is wrong. */
  readonly problem: string | undefined
}
export interface DebugOutcome extends Outcome {
  readonly checks: readonly Check[]
}

/** What any command may come to: parts that the command does not have are empty or undefined. */
export interface InvokeResult extends RunOutcome {
  readonly listed: readonly string[]
  readonly compiled: readonly CompiledNode[]
  readonly tables: readonly ShownTable[]
  readonly freshness: readonly FreshnessResult[]
  readonly checks: readonly Check[]
  readonly check: CheckDocument | undefined
  readonly diff: DiffDocument | undefined
  readonly manifest: Manifest | undefined
  readonly catalog: Catalog | undefined
  readonly columnLineage: ColumnLineage | undefined
  readonly lineage: LineageOutcome['nodes']
  readonly sources: Sources | undefined
}
