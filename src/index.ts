import { homedir } from 'node:os'
import { runCli } from './cli/run-cli.ts'
import type { RunEvent, SummaryEntry } from './events/run-event.ts'
import type { Output } from './report/reporter.ts'

export { QuernError } from './errors/quern-error.ts'
export type { SourceFile, Span } from './errors/source-file.ts'
export type { NodeInfo } from './events/node-info.ts'
export type { RunEvent, SummaryEntry } from './events/run-event.ts'
export type {
  ColumnInfo,
  ExposureNode,
  GenericTestNode,
  GraphNode,
  MacroNode,
  ManifestNode,
  ModelNode,
  NodeConfig,
  SeedNode,
  SingularTestNode,
  SnapshotNode,
  SourceNode,
} from './manifest/node.ts'
export type { NodeResult, ResultStatus } from './manifest/node-result.ts'
export type { UniqueId } from './manifest/unique-id.ts'
export type { Output } from './report/reporter.ts'

/** The surroundings of an invocation; whatever is left out is the process's own, except the streams. */
export interface InvokeOptions {
  /** Absolute working folder. Relative paths in SQL are DuckDB's business: it takes them from the process's folder. */
  readonly cwd?: string | undefined
  /** The whole environment, in place of `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Gets what the command line would print to standard output. Left out: nothing is printed. */
  readonly stdout?: Output | undefined
  /** Likewise for standard error: usage errors. */
  readonly stderr?: Pick<Output, 'write'> | undefined
  /** Aborting it is ctrl-C: running statements are cancelled and artifacts are still written. */
  readonly signal?: AbortSignal | undefined
  /** Hears of every event while it happens. Unlike printed lines, events may hold secrets. */
  readonly onEvent?: ((event: RunEvent) => void) | undefined
}

/** What an invocation came to. */
export interface InvokeResult {
  /** 0 success, 1 it ran and something in it failed, 2 it could not run. */
  readonly exitCode: 0 | 1 | 2
  /** `exitCode` is 0. */
  readonly success: boolean
  /** Of `run`, `test`, `seed`, `build` and `source freshness`: what became of each node, in order of completion. Empty for other commands. */
  readonly results: readonly SummaryEntry[]
  /** What ended the invocation, if something did: a `QuernError`, or another error when quern has a bug. Failed nodes are in `results`. */
  readonly error: unknown
  /** What the command line would have printed to standard output. */
  readonly output: string
  /** And to standard error. */
  readonly errorOutput: string
}

/**
 * Runs a command as the command line does: `invoke(['build', '--select', 'orders+'])`. Resolves for every outcome, bad arguments included;
 * never writes to the process's streams, never ends the process.
 * Invocations may run at the same time. Two that write into one DuckDB file take turns, first come first served: docs/decisions/0004.
 */
export function invoke(args: readonly string[], options: InvokeOptions = {}): Promise<InvokeResult> {
  return run([...args], options)
}

async function run(argv: readonly string[], options: InvokeOptions): Promise<InvokeResult> {
  const { env = process.env, cwd = process.cwd(), onEvent, signal = new AbortController().signal } = options
  const stdout = new Recorder(options.stdout)
  const stderr = new Recorder(options.stderr)
  let results: readonly SummaryEntry[] = []
  let error: unknown
  const listen = (event: RunEvent): void => {
    if (event.kind === 'run-summary' || event.kind === 'freshness-summary') results = event.results
    if (event.kind === 'encountered-error') error = event.error
    onEvent?.(event)
  }
  const exitCode = await runCli(
    {
      argv,
      env,
      cwd,
      home: env['HOME'] ?? homedir(),
      stdout,
      stderr,
      interactive: false,
      signal,
      now: () => performance.timeOrigin + performance.now(),
      earlyEvents: [],
    },
    async () => {
      const { runCommand } = await import('./cli/wire.ts')
      return (command, flags, io) => runCommand(command, flags, { ...io, onEvent: listen })
    },
  )
  const code = exitCode === 0 ? 0 : exitCode === 1 ? 1 : 2
  return {
    exitCode: code,
    success: code === 0,
    results,
    error,
    output: stdout.text,
    errorOutput: stderr.text,
  }
}

/** Keeps what is written, and passes it on where the caller wants it. */
class Recorder implements Output {
  readonly #parts: string[] = []
  readonly #target: Pick<Output, 'write'> | undefined
  readonly isTTY: boolean | undefined
  readonly columns: number | undefined

  constructor(target: Output | undefined) {
    this.#target = target
    this.isTTY = target?.isTTY
    this.columns = target?.columns
  }

  get text(): string {
    return this.#parts.join('')
  }

  write(text: string): void {
    this.#parts.push(text)
    this.#target?.write(text)
  }
}
