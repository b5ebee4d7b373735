import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { writeTree } from './package-hub.ts'

/** Runs git with an author and a time that never change, so that commits are the same everywhere. */
export function git(folder: string, ...args: string[]): string {
  const who = { NAME: 'quern', EMAIL: 'quern@example.org', DATE: '2026-01-01T00:00:00Z' }
  const env: Record<string, string> = { PATH: process.env['PATH'] ?? '', HOME: folder, GIT_CONFIG_NOSYSTEM: '1' }
  for (const [key, value] of Object.entries(who)) {
    env[`GIT_AUTHOR_${key}`] = value
    env[`GIT_COMMITTER_${key}`] = value
  }
  return execFileSync('git', args, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
}

/**
 * A repository with a commit tagged v1 and a later one on main, the default branch; a branch `side` starts from v1, with a commit of
 * its own. Gives the three commits.
 */
export function makeRepository(
  folder: string,
  first: Readonly<Record<string, string>>,
  second: Readonly<Record<string, string>>,
): { v1: string; main: string; side: string } {
  mkdirSync(folder, { recursive: true })
  git(folder, 'init', '-q', '-b', 'main')
  const commit = (files: Readonly<Record<string, string>>, message: string): string => {
    writeTree(folder, files)
    git(folder, 'add', '-A')
    git(folder, 'commit', '-q', '-m', message)
    return git(folder, 'rev-parse', 'HEAD')
  }
  const v1 = commit(first, 'one')
  git(folder, 'tag', 'v1')
  git(folder, 'checkout', '-q', '-b', 'side')
  const side = commit({ 'side.md': 'side\n' }, 'side')
  git(folder, 'checkout', '-q', 'main')
  return { v1, side, main: commit(second, 'two') }
}
