import { resolve } from 'node:path'
import { readRunResults } from '../../artifacts/read-state.ts'
import { runUnderWay } from '../../artifacts/run-journal.ts'
import type { Flags } from '../../config/flags.ts'
import type { Invocation } from '../../config/invocation.ts'
import type { ProjectConfig } from '../../config/project-config.ts'
import { QuernError } from '../../errors/quern-error.ts'
import type { Value } from '../../jinja/runtime/value.ts'
import type { BatchResults } from '../../manifest/batch.ts'
import { asUniqueId, typeOfId, type UniqueId } from '../../manifest/unique-id.ts'
import { STARS } from '../../util/secrets.ts'
import { buildFlags } from '../build-flags.ts'
import { OPTIONS } from '../flags-table.ts'
import type { Io } from '../io.ts'
import { type CommandName, type OptionSpec, takesOption } from '../option.ts'
import { parseArgv } from '../parse-argv.ts'
import type { Retry } from '../previous-states.ts'
import { recoverResults } from '../recover-results.ts'

/** A run to be repeated: its command and options, and the nodes that did not make it. */
export interface PreviousRun {
  readonly command: CommandName
  readonly flags: Flags
  readonly retry: Retry
}

const RETRYABLE: readonly CommandName[] = [
  'build', 'clone', 'compile', 'docs generate', 'run', 'run-operation', 'seed', 'snapshot', 'test',
] // biome-ignore format: one list

const AGAIN: ReadonlySet<string> = new Set(['error', 'fail', 'skipped', 'runtime error', 'partial success'])

/** Options of the earlier run that do not come back: this call's count (dbt-core 1.11), or they name the call itself. */
const OWN: ReadonlySet<string> = new Set([
  'which', 'invocation_command', 'log_path', 'profiles_dir', 'project_dir', 'defer_state', 'target_path', 'warn_error', 'show',
]) // biome-ignore format: one list

type Surroundings = Pick<Io, 'argv' | 'cwd' | 'home' | 'interactive'> & { readonly parseYaml: (text: string) => Value }

/**
 * The run that `retry` repeats: of the run_results.json in `--state`, else in the target folder. Its options count, except those that say where
 * things are; `--vars` and `--threads` of this call win. Undefined when it was a run-operation that did not fail: nothing is left to do.
 * A run that was killed counts as well: see `recoverRunResults`. Throws when there is no earlier run, when it is still under way, or when it was of a
 * command that cannot be repeated.
 */
export function previousRun(
  invocation: Invocation,
  config: ProjectConfig,
  surroundings: Surroundings,
): PreviousRun | undefined {
  const { flags } = invocation
  const folder = flags.state ?? config.project.targetPath
  const directory = resolve(config.project.root, folder)
  rejectRunUnderWay(directory)
  recoverResults(invocation, directory)
  const previous = readRunResults(resolve(directory, 'run_results.json'))
  // dbt-core 1.11: a run without any result counts as none.
  if (previous === undefined || previous.results.length === 0) {
    throw new QuernError('Runtime', 'no_previous_run', `Could not find previous run in '${folder}' target directory`, {
      hint: 'run something first, or name the folder of its run_results.json: --state DIRECTORY',
    })
  }
  const which = String(previous.args['which'])
  const command = RETRYABLE.find((name) => name.split(' ').at(-1) === which)
  if (command === undefined) {
    throw new QuernError('Runtime', 'cannot_retry', `The previous command '${which}' cannot be retried`, {
      hint: `commands that can be: ${RETRYABLE.join(', ')}`,
    })
  }
  const failed = previous.results.filter(
    ({ id, status }) =>
      (AGAIN.has(status) || (flags.warnError && status === 'warn')) &&
      (command === 'run-operation' || typeOfId(id) !== 'operation'),
  )
  if (failed.length === 0 && command === 'run-operation') return undefined
  checkVars(previous.args, flags)
  return {
    command,
    flags: repeatedFlags(command, previous.args, invocation, surroundings),
    retry: {
      ids: new Set(failed.map(({ id }) => asUniqueId(id))),
      run: {
        startedAt: startOf(previous.startedAt, invocation),
        batches: new Map(
          previous.results.flatMap(({ id, batches }) =>
            batches !== undefined && batches.successful.length > 0 && batches.failed.length > 0
              ? [[asUniqueId(id), batches] as [UniqueId, BatchResults]]
              : [],
          ),
        ),
      },
    },
  }
}

function rejectRunUnderWay(directory: string): void {
  const run = runUnderWay(directory)
  if (run === undefined) return
  const began = new Date(run.startedAt).toISOString().slice(11, 19)
  throw new QuernError(
    'Runtime',
    'run_under_way',
    `The run that writes to ${directory} is still under way: process ${run.pid}, since ${began} UTC`,
    { hint: 'wait for it, or end it (its results are written when it is interrupted), then retry' },
  )
}

/** Artifacts hold no secrets: what stood in the place of stars is not known any more, and stars are not what the nodes are to be built with. */
function checkVars(args: Readonly<Record<string, unknown>>, flags: Flags): void {
  if (Object.keys(flags.vars).length > 0 || !JSON.stringify(args['vars'] ?? null).includes(STARS)) return
  throw new QuernError(
    'Runtime',
    'retry_needs_vars',
    'The vars of the previous run held a secret, which run_results.json does not',
    {
      hint: 'give them again: quern retry --vars ...',
    },
  )
}

/** Milliseconds since the epoch; artifacts have UTC, with or without saying so. */
function startOf(text: string | null, invocation: Invocation): number {
  const moment = text === null ? Number.NaN : Date.parse(/Z|[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`)
  return Number.isNaN(moment) ? invocation.startedAt.getTime() : moment
}

function repeatedFlags(
  command: CommandName,
  args: Readonly<Record<string, unknown>>,
  { flags, env, now }: Invocation,
  surroundings: Surroundings,
): Flags {
  const { argv, cwd, home, interactive, parseYaml } = surroundings
  const parsed = parseArgv(commandLine(command, args))
  const built = buildFlags({ parsed: { ...parsed, command }, argv, env, cwd, home, interactive, parseYaml, now })
  return {
    ...built.flags,
    logPath: flags.logPath,
    profilesDir: flags.profilesDir,
    projectDir: flags.projectDir,
    deferState: flags.deferState,
    reports: flags.reports,
    reportRows: flags.reportRows,
    lockWait: flags.lockWait,
    longestFirst: flags.longestFirst,
    targetPath: flags.targetPath,
    warnError: flags.warnError,
    threads: flags.threads ?? built.flags.threads,
    vars: Object.keys(flags.vars).length > 0 ? flags.vars : built.flags.vars,
  }
}

/** Recorded options as words of a command line. */
function commandLine(command: CommandName, args: Readonly<Record<string, unknown>>): string[] {
  const words: string[] = command.split(' ')
  if (command === 'run-operation' && typeof args['macro'] === 'string') words.push(args['macro'])
  for (const option of OPTIONS) {
    const value = args[option.key]
    if (!takesOption(command, option) || OWN.has(option.key) || value === undefined || value === null) continue
    words.push(...optionWords(option, value))
  }
  return words
}

function optionWords(option: OptionSpec, value: unknown): string[] {
  const name = option.long[0] as string
  switch (option.kind) {
    case 'switch':
      if (value === true) return [name]
      return value === false && option.negatable ? [name.replace('--', '--no-')] : []
    case 'words':
    case 'list':
      return Array.isArray(value) && value.length > 0 ? [name, ...value.map(String)] : []
    case 'yaml':
      return isFilled(option, value) ? [`${name}=${JSON.stringify(value)}`] : []
    default:
      return [`${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`]
  }
}

/** dbt-core 1.11 writes `warn_error_options` with empty lists when nothing was asked for; then it must not stand beside --warn-error. */
const isFilled = (option: OptionSpec, value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).some((item) => option.key !== 'warn_error_options' || !Array.isArray(item) || item.length > 0)
