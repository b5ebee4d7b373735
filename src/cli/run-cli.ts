import { isQuernError, QuernError } from '../errors/quern-error.ts'
import { ExitCode } from './exit-code.ts'
import type { Io } from './io.ts'
import type { ParsedArgv } from './parse-argv.ts'
import { UsageError } from './usage-error.ts'
import { versionText } from './version-text.ts'

/** Runs a command with its flags; rejects only for what could not be told through events. See wire.ts. */
export type RunCommand = typeof import('./wire.ts')['runCommand']

/**
 * One call of the command line, from arguments to exit code. Help and version go to stdout, usage errors to stderr (exit code 2);
 * everything else is the command's own. `load` gives the command runner, late, because help and errors do not need it.
 * `given`: what the arguments mean, when they were not typed.
 */
export async function runCli(io: Io, load: () => Promise<RunCommand>, given?: ParsedArgv): Promise<number> {
  let debug = io.argv.includes('--debug') || io.argv.includes('-d')
  try {
    if (io.argv.length === 0 && given === undefined) {
      const { programHelp } = await import('./help.ts')
      io.stderr.write(programHelp(helpWidth(io)))
      return ExitCode.unusable
    }
    if (given === undefined && io.argv.length === 1 && HELP.has(io.argv[0]!)) {
      const { programHelp } = await import('./help.ts')
      io.stdout.write(programHelp(helpWidth(io)))
      return ExitCode.success
    }
    const own = given === undefined ? await ownCommand(io) : undefined
    if (own !== undefined) return own
    const parsed = given ?? (await import('./parse-argv.ts')).parseArgv(io.argv)
    const { command } = parsed
    if (parsed.version) {
      io.stdout.write(versionText())
      return ExitCode.success
    }
    if (parsed.group !== undefined) {
      const { groupHelp } = await import('./help.ts')
      const text = groupHelp(parsed.group, helpWidth(io))
      if (parsed.help) io.stdout.write(text)
      else io.stderr.write(text)
      return parsed.help ? ExitCode.success : ExitCode.unusable
    }
    if (parsed.help || command === undefined) {
      const { commandHelp, programHelp } = await import('./help.ts')
      io.stdout.write(command === undefined ? programHelp(helpWidth(io)) : commandHelp(command, helpWidth(io)))
      return ExitCode.success
    }
    const { environment } = await import('./environment.ts')
    const { buildFlags } = await import('./build-flags.ts')
    const { parseYaml } = await import('../jinja/python/yaml.ts')
    const env = environment(io.env, io.cwd)
    const { cwd, home, interactive } = io
    const built = buildFlags({
      parsed: { ...parsed, command },
      argv: io.argv,
      env,
      cwd,
      home,
      interactive,
      parseYaml,
      now: io.now,
    })
    debug = built.flags.debug
    const runCommand = await load()
    return await runCommand(command, built.flags, { ...io, env, earlyEvents: built.events })
  } catch (error) {
    io.onFailure?.(error)
    if (error instanceof UsageError) {
      io.stderr.write(error.render())
      return ExitCode.unusable
    }
    io.stdout.write(encounteredError(error, io.now(), debug))
    return isQuernError(error) ? error.exitCode : ExitCode.unusable
  }
}

const HELP: ReadonlySet<string> = new Set(['--help', '-h'])

/** The commands beside the table of options; `complete` is what shells ask at a key. Undefined for all others. */
async function ownCommand(io: Io): Promise<number | undefined> {
  const [command, ...rest] = io.argv
  if (command === 'complete') return (await import('./completion/complete.ts')).completeCommand(io)
  if (command !== 'completion') return undefined
  if (rest.includes('--help') || rest.includes('-h')) {
    io.stdout.write((await import('./help.ts')).ownCommandHelp(command, helpWidth(io)))
    return ExitCode.success
  }
  return (await import('./completion/complete.ts')).completionCommand(io)
}

const helpWidth = (io: Io): number => Math.min(110, Math.max(60, io.stdout.columns ?? 90))

/** dbt's line for an error that ended everything; bugs ask for a report and show their stack with --debug. */
export function encounteredError(error: unknown, now: number, debug: boolean): string {
  const time = new Date(now).toISOString().slice(11, 19)
  return `${time}  Encountered an error:\n${errorText(error, debug)}\n`
}

function errorText(error: unknown, debug: boolean): string {
  if (isQuernError(error)) return error.render()
  const shown = new QuernError(
    'Internal',
    'bug',
    error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    {
      hint: debug
        ? 'this is a bug in quern: please report it with the lines below'
        : 'this is a bug in quern: please report it; --debug shows where it happened',
    },
  )
  const stack = debug && error instanceof Error && error.stack !== undefined ? `\n${error.stack}` : ''
  return `${shown.render()}${stack}`
}
