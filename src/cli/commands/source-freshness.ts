import { resolve } from 'node:path'
import { sourcesJson } from '../../artifacts/sources.ts'
import { makeDeprecation, warning } from '../../events/warnings.ts'
import { runFreshness } from '../../execute/freshness/run-freshness.ts'
import { type HookType, projectHooks } from '../../execute/project-hooks.ts'
import type { Value } from '../../jinja/runtime/value.ts'
import { graphNode } from '../../manifest/manifest.ts'
import type { GraphNode } from '../../manifest/node.ts'
import type { NodeResult } from '../../manifest/node-result.ts'
import { finishedLine, foundLine } from '../../report/stat-lines.ts'
import { ExitCode } from '../exit-code.ts'
import { hookResults } from '../hook-results.ts'
import { type Loaded, writeManifest } from '../load-manifest.ts'
import { errorsOf, publish } from '../publish.ts'
import { artifactMetadata } from '../run-artifacts.ts'
import { makeRuntime, type Runtime } from '../run-services.ts'
import { prepare, runHooks, selectNodes, skippedResult, summaryEntry } from '../task.ts'

const GOOD: ReadonlySet<string> = new Set(['pass', 'warn', 'success'])

/** `source freshness`: how old the rows of the selected sources are that have a rule for it. Writes sources.json. */
export async function sourceFreshnessCommand(loaded: Loaded): Promise<ExitCode> {
  const { invocation, manifest, config } = loaded
  const { emit, now, flags } = invocation
  writeManifest(loaded)
  loaded.states()
  emit({ kind: 'found-stats', statLine: foundLine(manifest) })
  const { selection } = selectNodes(loaded, 'freshness')
  const sources = selection.ids.flatMap((id) => manifest.sources.get(id) ?? [])
  const results: NodeResult[] = []
  const startedAt = now()
  if (sources.length === 0) {
    emit(warning.nothingToDo())
    writeSources(loaded, results, 0)
    emit({ kind: 'run-reported', results, selected: [], interrupted: false })
    emit({ kind: 'freshness-summary', results: [] })
    return ExitCode.success
  }
  const ids = sources.map((source) => source.unique_id)
  const runtime = makeRuntime(loaded)
  runtime.select(ids)
  const { threads } = config.target
  emit({ kind: 'concurrency', threads, targetName: config.target.name, nodeCount: sources.length })
  const record = (result: NodeResult): void => {
    results.push(result)
  }
  let interrupted = false
  try {
    await prepare(runtime, ids)
    const started = await hooks(runtime, 'on-run-start', new Map(), record)
    if (started || flags.behavior['skip_nodes_if_on_run_start_fails'] !== true) {
      const { services, database } = runtime
      const end = await runFreshness({
        services,
        database,
        sources,
        threads,
        failFast: flags.failFast,
        onResult: record,
      })
      interrupted = end.ended === 'cancelled'
      if (end.ended === 'fail-fast') {
        const failed = results.find((result) => result.id === end.failed)
        if (failed !== undefined) emit({ kind: 'fail-fast', result: summaryEntry(runtime, failed) })
        for (const id of end.notStarted) record(skippedResult(id, 'Skipping due to fail_fast'))
      }
    } else for (const id of ids) record(skippedResult(id, null))
    if (!interrupted) await hooks(runtime, 'on-run-end', hookResults(runtime, results), record)
  } finally {
    await runtime.database.close()
    const elapsed = (now() - startedAt) / 1000
    const nodes = results.map((result) => graphNode(manifest, result.id) as GraphNode)
    emit({ kind: 'run-finished', statLine: finishedLine(nodes), elapsed })
    writeManifest(loaded)
    writeSources(loaded, results, elapsed)
    emit({ kind: 'run-reported', results, selected: ids, interrupted })
  }
  const entries = results.map((result) => summaryEntry(runtime, result))
  if (interrupted) emit({ kind: 'run-summary', results: entries, interrupted })
  else emit({ kind: 'freshness-summary', results: entries })
  return !interrupted && results.every(({ status }) => GOOD.has(status)) ? ExitCode.success : ExitCode.failure
}

/** Project hooks run, unless `source_freshness_run_project_hooks` is off. */
function hooks(
  runtime: Runtime,
  type: HookType,
  extra: ReadonlyMap<string, Value>,
  onResult: (result: NodeResult) => void,
): Promise<boolean> {
  const { services } = runtime
  const { flags, emit } = services.invocation
  if (flags.behavior['source_freshness_run_project_hooks'] === true) return runHooks(type, runtime, extra, onResult)
  if (projectHooks(services, type).length > 0) emit(hooksNotRun())
  return Promise.resolve(true)
}

function writeSources(loaded: Loaded, results: readonly NodeResult[], elapsed: number): void {
  const { invocation, manifest, targetDir } = loaded
  const { output } = invocation.flags
  if (output !== null) invocation.emit(customOutputPath(output))
  publish(invocation, {
    name: 'sources.json',
    type: 'FreshnessResult',
    path: resolve(invocation.cwd, output ?? resolve(targetDir, 'sources.json')),
    errors: errorsOf(results),
    text: () => sourcesJson({ metadata: artifactMetadata(loaded), results, manifest, elapsed }),
  })
}

const customOutputPath = (path: string) =>
  makeDeprecation(
    'CustomOutputPathInSourceFreshnessDeprecation',
    'D029',
    `Custom output path usage \`--output ${path}\` usage detected in \`dbt source freshness\` command.`,
    { data: { path } },
  )

const hooksNotRun = () =>
  makeDeprecation(
    'SourceFreshnessProjectHooksNotRun',
    'D017',
    'The hooks on-run-start and on-run-end do not run here, because the flag `source_freshness_run_project_hooks` is off. Later versions of dbt always run them.',
    { data: {} },
  )
