import { resolve } from 'node:path'
import { graphSummary } from '../artifacts/graph-summary.ts'
import { type ArtifactMetadata, metadataDict } from '../artifacts/metadata.ts'
import { RunJournal, runUnderWay } from '../artifacts/run-journal.ts'
import { type CompiledFields, runResultsArgs, runResultsJson } from '../artifacts/run-results.ts'
import { writeFileAtomically } from '../artifacts/write-file.ts'
import { DBT_VERSION } from '../config/version.ts'
import { metadataEnvs } from '../context/shared-members.ts'
import type { Dag } from '../graph/dag.ts'
import { testEdges } from '../graph/test-edges.ts'
import type { UnitTestNode } from '../manifest/node.ts'
import type { NodeResult } from '../manifest/node-result.ts'
import type { UniqueId } from '../manifest/unique-id.ts'
import type { Loaded } from './load-manifest.ts'
import { errorsOf, publish } from './publish.ts'
import { say } from './say.ts'

/** What artifacts say of the invocation. */
export const artifactMetadata = ({ invocation }: Loaded): ArtifactMetadata => ({
  dbtVersion: DBT_VERSION,
  invocationId: invocation.id,
  generatedAt: invocation.now(),
  invocationStartedAt: invocation.startedAt.getTime(),
  env: metadataEnvs(invocation.env) as Record<string, string>,
})

/** What was compiled for unit tests, which are none of the manifest's nodes. */
export const compiledOf = (results: readonly NodeResult[]): ReadonlyMap<UniqueId, CompiledFields> =>
  new Map(
    results.flatMap(({ id, unitTest }) =>
      unitTest === undefined ? [] : [[id, compiledFieldsOf(unitTest)] as [UniqueId, CompiledFields]],
    ),
  )

const compiledFieldsOf = (test: UnitTestNode): CompiledFields => ({
  compiled: test.compiled ?? false,
  compiled_code: test.compiled_code ?? null,
  relation_name: null,
})

/**
 * The journal of a run, for `retry` and the next run_results.json should this process be killed. `selected`: what will have results. None with --no-write-json.
 * Says so when another run writes into the same folder: that is allowed, but run_results.json can be one run's only.
 */
export function openJournal(loaded: Loaded, selected: readonly UniqueId[], startedAt: number): RunJournal | undefined {
  const { invocation, targetDir } = loaded
  if (!invocation.flags.writeJson) return undefined
  const other = runUnderWay(targetDir)
  if (other !== undefined) {
    const text = `Process ${other.pid} is running in the same target folder: run_results.json will be that of the run which ends last (--target-path gives each its own folder)`
    say(invocation.emit, 'Note', 'Z050', text)
  }
  const header = {
    metadata: metadataDict('run-results/v6', artifactMetadata(loaded)),
    args: runResultsArgs(invocation.flags),
    selected,
    startedAt,
  }
  return new RunJournal(targetDir, header, invocation.secrets, (error) => {
    const text = `The results of this run are not journalled: should it be killed, retry will not know what was done (${String(error)})`
    say(invocation.emit, 'Note', 'Z050', text, { level: 'warn' })
  })
}

/** Writes target/graph_summary.json, unless --no-write-json. */
export function writeGraphSummary({ invocation, targetDir }: Loaded, dag: Dag, waitForTests: boolean): void {
  if (!invocation.flags.writeJson) return
  const summary = graphSummary(invocation.id, dag, waitForTests ? testEdges(dag) : undefined)
  writeFileAtomically(resolve(targetDir, 'graph_summary.json'), JSON.stringify(summary), {
    secrets: invocation.secrets,
  })
}

/** Writes target/run_results.json, unless --no-write-json. */
export function writeResults(loaded: Loaded, results: readonly NodeResult[], startedAt: number): void {
  const { invocation, manifest, targetDir } = loaded
  publish(invocation, {
    name: 'run_results.json',
    type: 'RunExecutionResult',
    path: resolve(targetDir, 'run_results.json'),
    errors: errorsOf(results),
    text: () =>
      runResultsJson({
        results,
        manifest,
        metadata: artifactMetadata(loaded),
        elapsed: (invocation.now() - startedAt) / 1000,
        args: runResultsArgs(invocation.flags),
        compiled: compiledOf(results),
      }),
  })
}
