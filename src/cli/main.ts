import { homedir } from 'node:os'
import type { Io } from './io.ts'

/** The edge of the process: arguments, environment, streams, signals and the exit code; all else gets them as values. */
export async function main(argv: readonly string[]): Promise<number> {
  const { runCli } = await import('./run-cli.ts')
  const io: Io = {
    argv,
    env: process.env,
    cwd: process.cwd(),
    home: process.env['HOME'] ?? homedir(),
    stdout: process.stdout,
    stderr: process.stderr,
    interactive: process.stdin.isTTY === true && process.stdout.isTTY === true,
    signal: abortOnSignal(),
    now: () => performance.timeOrigin + performance.now(),
    earlyEvents: [],
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
      if (controller.signal.aborted) process.exit(code)
      controller.abort()
    })
  }
  return controller.signal
}

/**
 * DuckDB's addon runs statements on libuv's threads, whose number is fixed when the first file is read asynchronously:
 * it must cover the threads of any run.
 */
function sizeThreadPool(): void {
  const typed = process.argv.join(' ').match(/ --threads[ =](\d+)/)?.[1]
  const wanted = typed === undefined ? 0 : Number(typed)
  process.env['UV_THREADPOOL_SIZE'] ??= String(Math.min(1024, Math.max(64, wanted + 8)))
}

/** Runs the command line of this process to its end. */
export async function start(): Promise<void> {
  sizeThreadPool()
  for (const stream of [process.stdout, process.stderr]) {
    // A reader that left (`quern build | head`) is no error: the work goes on to its end.
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') process.exit(2)
    })
  }
  const code = await main(process.argv.slice(2))
  process.stdout.write('', () => process.exit(code))
}
