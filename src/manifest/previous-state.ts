import type { BatchResults } from './batch.ts'

/*
 * What an earlier run left behind, as its artifacts say it: plain JSON under the published field names. Read by `artifacts`, compared
 * by `graph`, deferred to by `context`.
 */

/** A resource of an earlier manifest.json. Fields that its schema version did not have are absent. */
export type StateNode = Readonly<Record<string, unknown>> & {
  readonly unique_id: string
  readonly resource_type: string
}

/** An earlier manifest.json, brought to the present field names. */
export interface StateManifest {
  /** Its `nodes`: models, seeds, snapshots, tests, analyses. */
  readonly nodes: ReadonlyMap<string, StateNode>
  /** Sources, exposures, metrics, semantic models, saved queries, unit tests. */
  readonly others: ReadonlyMap<string, StateNode>
  readonly functions: ReadonlyMap<string, StateNode>
  /** Id -> text. */
  readonly macros: ReadonlyMap<string, string>
}

export interface PreviousResult {
  readonly id: string
  readonly status: string
  /** 0 = not run, or not told. */
  readonly seconds: number
  /** Of a microbatch model. */
  readonly batches: BatchResults | undefined
}

/** An earlier run_results.json. */
export interface PreviousResults {
  readonly results: readonly PreviousResult[]
  /** The flags of that run under dbt's names. */
  readonly args: Readonly<Record<string, unknown>>
  /** When it started, else when the file was written; ISO text. */
  readonly startedAt: string | null
}

/** Source id -> newest `max_loaded_at` (ISO text) of a sources.json; sources whose check failed are left out. */
export type PreviousSources = ReadonlyMap<string, string>

/** What a state folder holds. What is undefined has no file there. */
export interface PreviousState {
  /** As given by the user. */
  readonly folder: string
  readonly manifest: StateManifest | undefined
  readonly results: PreviousResults | undefined
  readonly sources: PreviousSources | undefined
  /** Of the target folder: what `source_status:fresher` compares with. */
  readonly currentSources: PreviousSources | undefined
}
