import { spawn } from 'node:child_process'
import { QuernError } from '../../errors/quern-error.ts'

/** A git command that ended with an error; `message` is what git said. */
export class GitFailure extends Error {}

/** What could hand a program to git, or a folder that is not meant (as in a hook of git): not passed on. */
const FOREIGN =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|PREFIX|COMMON_DIR)$/

/** Not for git, nor for what it starts. */
const SECRET = /^(?:DBT|QUERN)_ENV_SECRET/

/**
 * Whatever the user's settings say: no transport runs a program of the address's choosing, no hook runs, no submodule is fetched, nothing goes on in
 * the background.
 */
const SAFE = [
  'protocol.ext.allow=never', 'protocol.fd.allow=never', 'core.hooksPath=/dev/null', 'core.fsmonitor=false', 'submodule.recurse=false',
  'fetch.recurseSubmodules=false', 'gc.auto=0', 'maintenance.auto=false', 'advice.detachedHead=false',
].flatMap((setting) => ['-c', setting]) // biome-ignore format: one list

export interface GitSettings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
}

/**
 * Runs git in a folder and gives its standard output. Nobody is asked for a password: several packages are fetched at a time. Throws a `GitFailure` with what git wrote to standard error, a Runtime Error
 * when there is no git on this machine.
 */
export async function git(cwd: string, args: readonly string[], settings: GitSettings): Promise<string> {
  const kept = Object.entries(settings.env).filter(([name]) => !FOREIGN.test(name) && !SECRET.test(name))
  const env = { GIT_TERMINAL_PROMPT: '0', ...Object.fromEntries(kept), LC_ALL: 'C', GIT_LITERAL_PATHSPECS: '1' }
  return await new Promise((done, fail) => {
    const child = spawn('git', [...SAFE, ...args], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: settings.signal,
    })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (data: Buffer) => out.push(data))
    child.stderr.on('data', (data: Buffer) => err.push(data))
    child.on('error', (error) => fail(notStarted(error)))
    child.on('close', (code) => {
      if (code === 0) done(Buffer.concat(out).toString('utf8'))
      else fail(new GitFailure(Buffer.concat(err).toString('utf8').trim() || `git ended with code ${code}`))
    })
  })
}

function notStarted(error: NodeJS.ErrnoException): Error {
  if (error.code !== 'ENOENT' && error.code !== 'EACCES') return error
  return new QuernError('Runtime', 'git_missing', 'Make sure git is installed on your machine.', {
    hint: 'packages with the key `git` are fetched by the program git, which was not found on the PATH; packages of the hub do without it',
    cause: error,
  })
}
