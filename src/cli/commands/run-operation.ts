import { resolve } from 'node:path'
import { runResultsArgs, runResultsJson } from '../../artifacts/run-results.ts'
import { findMacro, macroContext, macroNotFound } from '../../context/run-context.ts'
import { dbtText } from '../../errors/dbt-text.ts'
import { didYouMean } from '../../errors/did-you-mean.ts'
import { QuernError } from '../../errors/quern-error.ts'
import type { NodeResult, TimingInfo } from '../../manifest/node-result.ts'
import { foundLine } from '../../report/stat-lines.ts'
import { ExitCode } from '../exit-code.ts'
import { type Loaded, writeManifest } from '../load-manifest.ts'
import { errorsOf, publish } from '../publish.ts'
import { artifactMetadata } from '../run-artifacts.ts'
import { makeRuntime } from '../run-services.ts'
import { sqlOperation } from '../sql-operation.ts'

/** `run-operation`: one macro with arguments, or the template of `--sql`, outside of any node. */
export async function runOperationCommand(loaded: Loaded): Promise<ExitCode> {
  const { invocation } = loaded
  const { flags, emit, now } = invocation
  writeManifest(loaded)
  emit({ kind: 'found-stats', statLine: foundLine(loaded.manifest) })
  const runtime = makeRuntime(loaded)
  const [packageName, name] = macroParts(flags.macro ?? '')
  const macro = flags.sql === null ? findMacro(runtime.services, name, packageName) : sqlOperation(loaded, flags.sql)
  if (macro === undefined) {
    tellError(loaded, macroNotFound(name, packageName))
    await runtime.database.close()
    throw unknownMacro(loaded, name)
  }
  const session = runtime.database.session(`macro_${macro.node.name}`)
  const timing: TimingInfo[] = []
  const startedAt = now()
  timing.push({ name: 'compile', startedAt, completedAt: now() })
  let error: QuernError | undefined
  try {
    await session.clearTransaction()
    const { context } = macroContext(runtime.services, session, macro, packageName)
    await context.bind(macro).pyCall([], new Map(Object.entries(flags.args)))
  } catch (thrown) {
    if (!(thrown instanceof QuernError)) throw thrown
    error = thrown
    if (error.kind === 'Compilation' && error.frames.length > 0)
      error.node ??= `macro ${macro.node.name} (${macro.node.original_file_path})`
    tellError(loaded, thrown)
  } finally {
    await session.release()
    await runtime.database.close()
  }
  timing.push({ name: 'execute', startedAt, completedAt: now() })
  const elapsed = ((timing.at(-1)?.completedAt ?? 0) - (timing[0]?.startedAt ?? 0)) / 1000
  const result: NodeResult = {
    id: macro.node.unique_id,
    status: error === undefined ? 'success' : 'error',
    executionTime: elapsed,
    threadId: 'MainThread',
    timing,
    message: null,
    failures: error === undefined ? 0 : 1,
    adapterResponse: {},
  }
  const reported = error === undefined ? result : { ...result, error }
  writeOperationResult(loaded, reported)
  emit({ kind: 'run-reported', results: [reported], selected: [], interrupted: invocation.signal.aborted })
  return error === undefined ? ExitCode.success : ExitCode.failure
}

/** `package.macro` or `macro`. */
function macroParts(text: string): [string | null, string] {
  const dot = text.indexOf('.')
  return dot === -1 ? [null, text] : [text.slice(0, dot), text.slice(dot + 1)]
}

function tellError({ invocation }: Loaded, error: QuernError): void {
  invocation.emit({
    kind: 'message',
    level: 'error',
    name: 'RunningOperationCaughtError',
    code: 'Q001',
    text: `Encountered an error while running operation: ${dbtText(error)}`,
    data: { exc: dbtText(error) },
  })
}

/** dbt-core 1.11: looked for once more when there should be a result, which ends the command (exit code 2, no artifact of results). */
function unknownMacro(loaded: Loaded, name: string): QuernError {
  const near = didYouMean(name, loaded.services.macros.byName.keys())
  return new QuernError(
    'Compilation',
    'macro_not_found',
    `dbt could not find a macro with the name '${name}' in any package`,
    {
      hint:
        near === undefined
          ? 'macros are files of `macro-paths`; those of packages are there after `quern deps`'
          : `did you mean '${near}'?`,
    },
  )
}

function writeOperationResult(loaded: Loaded, result: NodeResult): void {
  const { invocation, manifest, targetDir } = loaded
  publish(invocation, {
    name: 'run_results.json',
    type: 'RunResultsArtifact',
    path: resolve(targetDir, 'run_results.json'),
    errors: errorsOf([result]),
    text: () =>
      runResultsJson({
        results: [result],
        manifest,
        metadata: artifactMetadata(loaded),
        elapsed: result.executionTime,
        args: runResultsArgs(invocation.flags),
      }),
  })
}
