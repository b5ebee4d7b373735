import { didYouMean } from '../../errors/did-you-mean.ts'
import { environment } from '../environment.ts'
import { ExitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { UsageError } from '../usage-error.ts'
import { candidates } from './candidates.ts'
import { projectNames } from './project-names.ts'
import { SCRIPTS, SHELLS } from './scripts.ts'

type Surroundings = Pick<Io, 'argv' | 'env' | 'cwd' | 'home' | 'stdout'>

/** `completion SHELL`: prints the script for a shell. Throws a `UsageError`. */
export function completionCommand({ argv, stdout }: Pick<Io, 'argv' | 'stdout'>): ExitCode {
  const [, shell, ...more] = argv
  if (shell === undefined) throw new UsageError("Missing argument 'SHELL': bash, zsh or fish.", 'completion')
  if (more.length > 0) throw new UsageError(`Got unexpected extra argument (${more.join(' ')})`, 'completion')
  const known = SHELLS.find((name) => name === shell)
  if (known === undefined) {
    const near = didYouMean(shell, SHELLS)
    throw new UsageError(
      `Invalid value for 'SHELL': '${shell}' is not one of 'bash', 'zsh', 'fish'.`,
      'completion',
      near === undefined ? undefined : `Did you mean '${near}'?`,
    )
  }
  stdout.write(SCRIPTS[known])
  return ExitCode.success
}

/**
 * `complete -- WORDS` or `complete --line LINE`, what the scripts ask: a line `word<TAB>meaning` for each candidate. The last word is the
 * one at the cursor. Whatever goes wrong, nothing is printed: a key must not fill the screen.
 */
export function completeCommand({ argv, env, cwd, home, stdout }: Surroundings): ExitCode {
  try {
    const [, form, ...rest] = argv
    const words = form === '--line' ? splitLine(rest[0] ?? '').slice(1) : rest
    const names = projectNames({ words, env: environment(env, cwd), cwd, home })
    const lines = candidates(words.length === 0 ? [''] : words, names).map(({ word, about }) =>
      about === undefined ? word : `${word}\t${about.split(/[:.](?: |$)/)[0]}`,
    )
    if (lines.length > 0) stdout.write(`${lines.join('\n')}\n`)
  } catch {
    return ExitCode.success
  }
  return ExitCode.success
}

/** The words of a line as a shell takes them apart, as far as completion needs it; the last one is empty after a blank. */
export function splitLine(line: string): string[] {
  const words: string[] = []
  let word = ''
  let quote = ''
  let begun = false
  for (let at = 0; at < line.length; at++) {
    const char = line[at]!
    if (quote !== '') {
      if (char === quote) quote = ''
      else word += char
    } else if (char === '"' || char === "'") {
      quote = char
      begun = true
    } else if (char === '\\') {
      word += line[++at] ?? ''
      begun = true
    } else if (/\s/.test(char)) {
      if (begun) words.push(word)
      word = ''
      begun = false
    } else {
      word += char
      begun = true
    }
  }
  return [...words, word]
}
