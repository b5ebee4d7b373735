import type { Manifest } from '../manifest/manifest.ts'
import type { NodeResult } from '../manifest/node-result.ts'
import type { UniqueId } from '../manifest/unique-id.ts'

/*
 * What reports for CI (`--report`) need besides the lines of a run, and what commands of ours print. dbt has none of these events.
 */

/** The project is parsed. */
export interface ProjectParsed {
  readonly kind: 'project-parsed'
  readonly thread?: string
  readonly manifest: Manifest
  /** Absolute folder of the project, and of each installed package by name (the project's own name included). */
  readonly root: string
  readonly packageRoots: ReadonlyMap<string, string>
}

/** One resource that is not as it was in the state. */
export interface NodeChange {
  readonly id: string
  readonly resourceType: string
  readonly change: 'new' | 'modified' | 'removed'
  /** Of a modified one, which of `state:modified`'s parts differ: `body`, `configs`, `macros` ...; `definition` when it is none of them. */
  readonly parts: readonly string[]
}

/** The project compared with `--state`; only when a report is asked for. */
export interface StateCompared {
  readonly kind: 'state-compared'
  readonly thread?: string
  /** As given by the user. */
  readonly folder: string
  readonly changes: readonly NodeChange[]
}

/** Some of the rows that a test found; only when a report shows them. */
export interface FailingRows {
  readonly kind: 'failing-rows'
  readonly thread?: string
  readonly id: UniqueId
  readonly columns: readonly string[]
  /** Values as text; null = null. */
  readonly rows: readonly (readonly (string | null)[])[]
}

/** What `quern diff` or `quern check` found, for the console. */
export interface DocumentResult {
  readonly kind: 'document-result'
  readonly thread?: string
  readonly name: 'DiffResult' | 'CheckResult'
  /** Plain data, as its JSON form has it. */
  readonly document: object
  /** Its text form. */
  readonly text: (colours: boolean) => string
}

/** A text that is all there is to be on standard output; the log goes elsewhere. */
export interface PipedText {
  readonly kind: 'piped-text'
  readonly thread?: string
  readonly text: string
}

/** What a run came to, node by node, also of a run that an error ended. */
export interface RunReported {
  readonly kind: 'run-reported'
  readonly thread?: string
  /** In order of completion. */
  readonly results: readonly NodeResult[]
  /** What was selected, whether it could run or not. */
  readonly selected: readonly UniqueId[]
  readonly interrupted: boolean
}
