import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** The repository's folder. */
export const REPOSITORY = join(import.meta.dirname, '..', '..')
/** The built command line; `npm test` builds it first. */
export const CLI = join(REPOSITORY, 'dist', 'cli.js')

export interface Ended {
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs quern as a user would, with no environment but the given one (and PATH). */
export function quern(
  args: readonly string[],
  options: { cwd: string; env?: Readonly<Record<string, string>>; seconds?: number; uid?: number | undefined },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd: options.cwd,
      env: { PATH: process.env['PATH'] ?? '', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: (options.seconds ?? 60) * 1000,
      killSignal: 'SIGKILL',
      ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
    })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (data: Buffer) => out.push(data))
    child.stderr.on('data', (data: Buffer) => err.push(data))
    child.on('error', reject)
    child.on('close', (exit) =>
      resolve({ exit, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8') }),
    )
  })
}
