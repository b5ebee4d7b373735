import { homedir } from 'node:os'
import { resolve } from 'node:path'
import type { ParsedArgv } from '../cli/parse-argv.ts'
import { isQuernError, QuernError } from '../errors/quern-error.ts'
import type { RunEvent } from '../events/run-event.ts'
import type { JsonRecord } from '../report/record-listener.ts'
import type { Output } from '../report/reporter.ts'
import type { InvokeResult } from './results.ts'
import { checkedSurroundings } from './surroundings.ts'

/** The surroundings of an invocation; whatever is left out is the process's own, except the streams. */
export interface InvokeOptions {
  /** Working folder. Relative paths in SQL are DuckDB's business: it takes them from the process's folder. */
  readonly cwd?: string | undefined
  /** The whole environment, in place of `process.env`; it is read once, at the call. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Gets what the command line would print to standard output. Left out: nothing is printed. */
  readonly stdout?: Output | undefined
  /** Likewise for standard error: usage errors. */
  readonly stderr?: Pick<Output, 'write'> | undefined
  /** Aborting it is ctrl-C: running statements are cancelled and artifacts are still written. */
  readonly signal?: AbortSignal | undefined
  /** Hears of every event while it happens. Unlike printed lines and records, events may hold secrets (SQL, errors, variables). */
  readonly onEvent?: ((event: RunEvent) => void) | undefined
  /** Gets every line of the log, debug lines included, as `--log-format json` writes it; secrets are starred out. */
  readonly onRecord?: ((record: JsonRecord) => void) | undefined
}

/**
 * Runs a command as the command line does: `invoke(['build', '--select', 'orders+'])`. Resolves for every outcome, bad arguments included;
 * never writes to the process's streams, never ends the process, changes nothing of it. Invocations may run at the same time; those
 * that write into one DuckDB file take turns (docs/decisions/0004).
 *
 * A listener or stream of the caller that throws is not called again; the run goes on, and then the promise rejects with what was thrown. Nothing else rejects.
 */
export async function invoke(args: readonly string[], options: InvokeOptions = {}): Promise<InvokeResult> {
  const given: unknown = args
  if (Array.isArray(given) && given.every((word) => typeof word === 'string')) return await invokeParsed(given, options)
  const error = new QuernError('Usage', 'option_type', 'The arguments of invoke have to be a list of texts', {
    hint: "such as ['build', '--select', 'orders+']",
  })
  return await refused(error, options)
}

/** The same for arguments that were not typed: `given` is what `argv` means. */
export async function invokeParsed(
  argv: readonly string[],
  surroundings: InvokeOptions,
  given?: ParsedArgv,
): Promise<InvokeResult> {
  let options: InvokeOptions
  try {
    options = checkedSurroundings(surroundings)
  } catch (error) {
    if (isQuernError(error)) return await refused(error, {})
    throw error
  }
  const env = { ...(options.env ?? process.env) }
  const cwd = resolve(options.cwd ?? '.')
  const faults: unknown[] = []
  const stdout = new Recorder(guarded(options.stdout, faults), options.stdout)
  const stderr = new Recorder(guarded(options.stderr, faults))
  const onEvent = guard(options.onEvent, faults)
  const onRecord = options.onRecord === undefined ? undefined : guard(options.onRecord, faults)
  const [{ runCli }, { Collector }] = await Promise.all([import('../cli/run-cli.ts'), import('./collect.ts')])
  const collector = new Collector(argv)
  const { signal, release } = linked(options.signal)
  try {
    const code = await runCli(
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
        threadPool: threadPool(),
        onFailure: (error) => collector.onFailure(error),
      },
      async () => {
        const { runCommand } = await import('../cli/wire.ts')
        return (command, flags, io) =>
          runCommand(command, flags, {
            ...io,
            onRecord,
            onAnswer: (answer) => collector.onAnswer(answer),
            onEvent: (event) => {
              collector.onEvent(event)
              onEvent(event)
            },
          })
      },
      given,
    )
    if (faults.length > 0) throw faults[0]
    return collector.result({
      exitCode: code === 0 ? 0 : code === 1 ? 1 : 2,
      output: stdout.text,
      errorOutput: stderr.text,
      aborted: signal.aborted,
    })
  } finally {
    release()
  }
}

/** What an invocation with wrong options comes to. */
export async function refused(error: QuernError, surroundings: InvokeOptions | null): Promise<InvokeResult> {
  const { Collector } = await import('./collect.ts')
  const collector = new Collector([])
  collector.onFailure(error)
  const errorOutput = `${error.render()}\n`
  surroundings?.stderr?.write?.(errorOutput)
  return collector.result({ exitCode: 2, output: '', errorOutput, aborted: false })
}

/** By signal of a caller: the invocations that end with it. However many they are, the signal carries one listener of ours. */
const followers = new WeakMap<AbortSignal, { readonly controllers: Set<AbortController>; readonly abort: () => void }>()

/** A signal of the invocation's own, which follows the caller's until it is released. */
function linked(callers: AbortSignal | undefined): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController()
  const { signal } = controller
  if (callers === undefined) return { signal, release: () => undefined }
  if (callers.aborted) {
    controller.abort(callers.reason)
    return { signal, release: () => undefined }
  }
  const known = followers.get(callers)
  const { controllers, abort } = known ?? follow(callers)
  controllers.add(controller)
  return {
    signal,
    release: () => {
      controllers.delete(controller)
      if (controllers.size > 0) return
      callers.removeEventListener('abort', abort)
      followers.delete(callers)
    },
  }
}

function follow(callers: AbortSignal) {
  const controllers = new Set<AbortController>()
  const abort = (): void => {
    for (const controller of controllers) controller.abort(callers.reason)
  }
  const made = { controllers, abort }
  followers.set(callers, made)
  callers.addEventListener('abort', abort, { once: true })
  return made
}

/** A function of the caller that is called until it throws. */
function guard<T>(listener: ((value: T) => unknown) | undefined, faults: unknown[]): (value: T) => void {
  let broken = false
  return (value) => {
    if (broken) return
    try {
      listener?.(value)
    } catch (error) {
      broken = true
      faults.push(error)
    }
  }
}

const guarded = (target: Pick<Output, 'write'> | undefined, faults: unknown[]): ((text: string) => void) | undefined =>
  target === undefined ? undefined : guard((text: string) => target.write(text), faults)

/** How many statements of DuckDB run at a time: the size of libuv's pool. */
const threadPool = (): number => {
  const size = Number(process.env['UV_THREADPOOL_SIZE'])
  return Number.isInteger(size) && size > 0 ? size : 4
}

/** Keeps what is written, and passes it on where the caller wants it. */
class Recorder implements Output {
  readonly #parts: string[] = []
  readonly #pass: ((text: string) => void) | undefined
  readonly isTTY: boolean | undefined
  readonly columns: number | undefined

  constructor(pass: ((text: string) => void) | undefined, like?: Output) {
    this.#pass = pass
    this.isTTY = like?.isTTY
    this.columns = like?.columns
  }

  get text(): string {
    return this.#parts.join('')
  }

  write(text: string): void {
    this.#parts.push(text)
    this.#pass?.(text)
  }
}
