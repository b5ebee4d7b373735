import type { NodeChange } from '../../events/report-events.ts'

/*
 * What the reports for CI are written from: one run as plain data, without secrets. Paths are relative to the repository where they are in it.
 */

/** A place in a file; lines and columns from 1, the end exclusive in columns. */
export interface Place {
  readonly path: string
  readonly line?: number | undefined
  readonly column?: number | undefined
  readonly endLine?: number | undefined
  readonly endColumn?: number | undefined
}

/** How a result counts. `fail`: a test or a source found something; `error`: it could not be done. */
export type Outcome = 'pass' | 'warn' | 'fail' | 'error' | 'skip' | 'no-op'

/** Some rows as texts; null = null. */
export interface Sample {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | null)[])[]
}

/** One result of a run. */
export interface ReportedNode {
  readonly id: string
  readonly resourceType: string
  /** As lines name it: `orders`, `shop.raw_orders` of a source, `orders::adds_up` of a unit test. */
  readonly name: string
  /** What `--select` takes for it. */
  readonly selector: string
  /** Id of the model, seed, snapshot or source that it is or tests. */
  readonly suite: string
  readonly outcome: Outcome
  /** As in run_results.json. */
  readonly status: string
  readonly seconds: number
  /** Milliseconds since the epoch; undefined when it did not start. */
  readonly startedAt: number | undefined
  /** One line; null = nothing to say. */
  readonly message: string | null
  /** Error with code frame and hint, or the difference of a unit test. */
  readonly details: string | null
  /** `ref_not_found` of errors. */
  readonly code: string | null
  readonly place: Place | undefined
  readonly compiledPath: string | undefined
  readonly sample: Sample | undefined
}

/** What ended the run, or a warning that is about no result. */
export interface Problem {
  /** Code of an error, name of a warning. */
  readonly code: string
  /** One line. */
  readonly message: string
  readonly details: string
  readonly place: Place | undefined
}

export interface RunReport {
  /** `quern build --select x`, as typed. */
  readonly command: string
  /** The command was `ci`: a missing state is worth saying. */
  readonly ci: boolean
  readonly exit: number
  readonly startedAt: number
  readonly endedAt: number
  readonly target: { readonly name: string; readonly adapter: string } | undefined
  readonly interrupted: boolean
  /** By outcome (the worst first), then by id. */
  readonly nodes: readonly ReportedNode[]
  readonly errors: readonly Problem[]
  readonly warnings: readonly Problem[]
  readonly selected: number
  /** Parents of what was selected that are read from the state where they do not exist here. */
  readonly deferred: number
  readonly state: { readonly folder: string; readonly changes: readonly NodeChange[] } | undefined
  /** For results without a place: dbt_project.yml. */
  readonly projectFile: string | undefined
}

/** Worst first. */
export const OUTCOMES: readonly Outcome[] = ['error', 'fail', 'warn', 'skip', 'pass', 'no-op']

export const count = (report: RunReport, outcome: Outcome): number =>
  report.nodes.filter((node) => node.outcome === outcome).length
