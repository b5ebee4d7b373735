import { relative, resolve } from 'node:path'
import type { Adapter } from '../adapter/adapter.ts'
import { readRunResults, readState } from '../artifacts/read-state.ts'
import type { Invocation } from '../config/invocation.ts'
import type { ProjectConfig } from '../config/project-config.ts'
import type { RetriedRun } from '../context/run-context.ts'
import { QuernError } from '../errors/quern-error.ts'
import type { Warning } from '../events/run-event.ts'
import { makeWarning } from '../events/warnings.ts'
import type { Comparison } from '../graph/state/comparison.ts'
import type { PreviousState, StateManifest } from '../manifest/previous-state.ts'
import type { UniqueId } from '../manifest/unique-id.ts'

/** The earlier runs that an invocation looks at. */
export interface PreviousStates {
  readonly state: PreviousState | undefined
  readonly deferState: PreviousState | undefined
}

/** What `retry` repeats. */
export interface Retry {
  readonly ids: ReadonlySet<UniqueId>
  readonly run: RetriedRun
}

/** Reads the folders of `--state` and `--defer-state`; warns of one that this run writes into. */
export function readStates(invocation: Invocation, config: ProjectConfig, targetDir: string): PreviousStates {
  const { root } = config.project
  const read = (folder: string | null): PreviousState | undefined => {
    if (folder === null) return undefined
    if (relative(resolve(root, folder), targetDir) === '') invocation.emit(sameFolder(folder))
    return readState(folder, root, targetDir)
  }
  return { state: read(invocation.flags.state), deferState: read(invocation.flags.deferState) }
}

const sameFolder = (folder: string): Warning =>
  makeWarning(
    'WarnStateTargetEqual',
    'I072',
    `Warning: The state and target directories are the same: '${folder}'. This could lead to missing changes due to overwritten state including non-idempotent retries.`,
    { style: 'plain', data: { state_path: folder } },
  )

/** What selectors compare with; undefined without `--state`. */
export function comparisonOf(
  state: PreviousState | undefined,
  invocation: Invocation,
  adapter: Pick<Adapter, 'constraintSupport'>,
  builtinPackages: ReadonlySet<string>,
): Comparison | undefined {
  if (state === undefined) return undefined
  return {
    state,
    constraintSupport: adapter.constraintSupport,
    moreUnrendered: invocation.flags.behavior['state_modified_compare_more_unrendered_values'] === true,
    builtinPackages,
    now: invocation.now(),
  }
}

/** The manifest that is deferred to. Throws dbt's errors when there is none. */
export function deferManifest(states: PreviousStates): StateManifest {
  const state = states.deferState ?? states.state
  if (state === undefined) {
    throw new QuernError(
      'Runtime',
      'deferral_without_state',
      '--state or --defer-state are required for deferral, but neither was provided',
      { hint: 'give the folder with the manifest.json of the other environment: --state DIRECTORY' },
    )
  }
  if (state.manifest !== undefined) return state.manifest
  throw new QuernError(
    'Runtime',
    'state_manifest_missing',
    `Could not find manifest in --state path: "${state.folder}"`,
    { hint: 'the folder must hold the manifest.json of an earlier run; it is looked for relative to the project' },
  )
}

/** How many seconds each node of the last run took, of which the target folder still tells. Where nothing can be read, nothing is known. */
export function previousSeconds(targetDir: string): ReadonlyMap<string, number> {
  try {
    const results = readRunResults(resolve(targetDir, 'run_results.json'))?.results ?? []
    return new Map(results.flatMap(({ id, seconds }) => (seconds > 0 ? [[id, seconds] as const] : [])))
  } catch {
    return new Map()
  }
}
