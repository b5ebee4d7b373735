import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCli } from '../../src/cli/run-cli.ts'
import { runCommand } from '../../src/cli/wire.ts'

/** What a command line left behind. */
export interface Done {
  readonly cwd: string
  readonly code: number
  readonly out: string
  readonly err: string
  /** A file below the working folder; '' when it is not there. */
  read(path: string): string
  exists(path: string): boolean
  /** Short ids of run_results.json (`model.orders`), sorted, with their status. */
  results(): string[]
}

/** A command line as typed, in this process: as fast as a call, and with streams, environment and folder of its own. */
export async function typed(
  argv: readonly string[],
  around: { readonly cwd: string; readonly env?: Readonly<Record<string, string>>; readonly signal?: AbortSignal },
): Promise<Done> {
  let out = ''
  let err = ''
  const { cwd } = around
  const code = await runCli(
    {
      argv,
      env: around.env ?? {},
      cwd,
      home: join(cwd, 'home'),
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (err += text) },
      interactive: false,
      signal: around.signal ?? new AbortController().signal,
      now: () => performance.timeOrigin + performance.now(),
      earlyEvents: [],
    },
    async () => runCommand,
  )
  const read = (path: string): string => (existsSync(join(cwd, path)) ? readFileSync(join(cwd, path), 'utf8') : '')
  return {
    cwd,
    code,
    out,
    err,
    read,
    exists: (path) => existsSync(join(cwd, path)),
    results: () => {
      const text = read('target/run_results.json')
      if (text === '') return []
      const { results } = JSON.parse(text) as { results: { unique_id: string; status: string }[] }
      return results
        .map(
          (one) =>
            `${one.unique_id
              .split('.')
              .filter((_, at) => at !== 1)
              .slice(0, 2)
              .join('.')} ${one.status}`,
        )
        .sort()
    },
  }
}
