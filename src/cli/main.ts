import { homedir } from 'node:os'
import { untilNothingIsLeftBehind } from '../util/left-behind.ts'
import { endProcess } from './end-process.ts'
import { interruptible } from './interruptible.ts'
import type { Io } from './io.ts'

/** The edge of the process: arguments, environment, streams, signals and the exit code; all else gets them as values. */
export async function main(argv: readonly string[], sizeThreadPool?: Io['sizeThreadPool']): Promise<number> {
  const { runCli } = await import('./run-cli.ts')
  const signal = abortOnSignal()
  const io: Io = {
    argv,
    env: process.env,
    cwd: process.cwd(),
    home: process.env['HOME'] ?? homedir(),
    stdout: process.stdout,
    stderr: process.stderr,
    interactive: process.stdin.isTTY === true && process.stdout.isTTY === true,
    signal,
    now: () => performance.timeOrigin + performance.now(),
    earlyEvents: [],
    sizeThreadPool,
    interruptible: (work) => interruptible(work, signal),
    atExit: (work) => {
      process.on('exit', work)
      return () => void process.off('exit', work)
    },
  }
  return runCli(io, async () => (await import('./wire.ts')).runCommand)
}

/** The first SIGINT or SIGTERM asks the command to stop; the second ends the process at once. */
function abortOnSignal(): AbortSignal {
  const controller = new AbortController()
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) endProcess(code)
      controller.abort()
    })
  }
  return controller.signal
}

/** Threads of libuv's pool beside those for statements: files are written there too, and names of hosts looked up. */
const OTHER_WORK = 4

/** How many statements are prepared for where the profile has not been read when the pool is first used. */
const UNKNOWN_THREADS = 60

/**
 * DuckDB's addon runs statements on libuv's threads. Their number is fixed when something is first done on them, and none is needed until the profile
 * and with it the number of `threads` is known. A size that the user gave is left as it is.
 */
function threadPoolSizer(): Io['sizeThreadPool'] {
  if (process.env['UV_THREADPOOL_SIZE'] !== undefined) return undefined
  return (statements) => {
    process.env['UV_THREADPOOL_SIZE'] = String(Math.min(1024, statements + OTHER_WORK))
  }
}

/**
 * Milliseconds for native calls that were given up, such as opening a file of DuckDB, to end by themselves. Most need a moment only, and then the process can
 * end with its exit code (see `endProcess`).
 */
const LAST_MOMENT = 500

/** Runs the command line of this process to its end. */
export async function start(): Promise<void> {
  const sizeThreadPool = threadPoolSizer()
  sizeThreadPool?.(UNKNOWN_THREADS)
  for (const stream of [process.stdout, process.stderr]) {
    // A reader that left (`quern build | head`) is no error: the work goes on to its end.
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') process.exit(2)
    })
  }
  const code = await main(process.argv.slice(2), sizeThreadPool)
  await untilNothingIsLeftBehind(LAST_MOMENT)
  process.stdout.write('', () => endProcess(code))
}
