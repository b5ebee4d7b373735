import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readBytes } from '../project/read-file.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The environment of an invocation: the process's own, then what a `.env` file at or above the working directory adds (dbt 1.12;
 * it overrides nothing), then each `QUERN_X` as `DBT_X` unless that is set.
 */
export function environment(own: Environment, cwd: string): Record<string, string | undefined> {
  const env: Record<string, string | undefined> = { ...own }
  for (const [name, value] of dotenvValues(cwd)) env[name] ??= value
  for (const [name, value] of Object.entries(env)) {
    if (name.startsWith('QUERN_')) env[`DBT_${name.slice('QUERN_'.length)}`] ??= value
  }
  return env
}

function dotenvValues(cwd: string): (readonly [string, string])[] {
  for (let dir = cwd; ; dir = dirname(dir)) {
    const path = join(dir, '.env')
    if (existsSync(path)) {
      try {
        return parseDotenv(readBytes(path, '.env').toString('utf8'))
      } catch {
        return []
      }
    }
    if (dirname(dir) === dir) return []
  }
}

/**
 * The variables of a `.env` text: `NAME=value` lines, `export` allowed, `#` comments, single quotes (as written) and double
 * quotes (`\n`, `\"`, `\\` understood). Other lines are passed over.
 */
export function parseDotenv(text: string): (readonly [string, string])[] {
  const found: (readonly [string, string])[] = []
  const line =
    /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.]*)[ \t]*=[ \t]*(?:'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|([^\n#]*?(?:[^\n\s#]#[^\n#]*)*?))[ \t]*(?:[ \t]#[^\n]*)?\r?$/gm
  for (const [, name, single, double, bare] of text.matchAll(line)) {
    const value =
      single ??
      (double === undefined
        ? (bare ?? '').trim()
        : double.replace(/\\([\s\S])/g, (_, char: string) => (char === 'n' ? '\n' : char === 't' ? '\t' : char)))
    found.push([name!, value])
  }
  return found
}
