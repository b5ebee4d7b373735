import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { arch, platform, release } from 'node:os'
import { join, relative } from 'node:path'
import type { Invocation } from '../../config/invocation.ts'
import { type ConfigNames, projectRoot, resolveTarget } from '../../config/load-config.ts'
import { type AdapterSource, PROFILES_FILE, readProfiles } from '../../config/load-profile.ts'
import { buildProject, PROJECT_FILE, type RawProject, readRawProject } from '../../config/load-project.ts'
import { nativeRenderer } from '../../config/native-renderer.ts'
import type { Target } from '../../config/project-config.ts'
import { DBT_VERSION, QUERN_VERSION } from '../../config/version.ts'
import { isQuernError } from '../../errors/quern-error.ts'
import type { Message } from '../../events/run-event.ts'
import { ExitCode } from '../exit-code.ts'
import { say } from '../say.ts'

type Colour = NonNullable<Message['accent']>['colour']

/** What came of one check. */
interface Check {
  /** What stands in the brackets. */
  readonly shown: string
  /** What is wrong, for the end; absent = passed. */
  readonly problem?: string
}
const OK = { shown: 'OK found and valid' } as const

/**
 * `debug`: which files are used, whether they are valid, whether the database answers. Exit code 1 when a check fails.
 * `--connection` leaves out all but the connection, `--config-dir` only says how to open the folder of profiles.yml.
 */
export async function debugCommand(
  invocation: Invocation,
  names: ConfigNames,
  adapters: AdapterSource,
): Promise<ExitCode> {
  const { flags, emit, answer } = invocation
  const profilesDir = flags.profilesDir ?? invocation.cwd
  if (flags.configDir) {
    const open = platform() === 'win32' ? 'start' : platform() === 'darwin' ? 'open' : 'xdg-open'
    say(emit, 'OpenCommand', 'Z016', `To view your profiles.yml file, run:\n\n${open} ${profilesDir}`, {
      data: { open_cmd: open, profiles_dir: profilesDir },
    })
    return ExitCode.success
  }
  const out = (text: string, colour?: Colour): void =>
    say(emit, 'DebugCmdOut', 'Z047', text, colour === undefined ? {} : { accent: { text: bracketed(text), colour } })
  const root = projectRoot(invocation)
  const { raw, check: readCheck } = readProject(root, invocation.cwd)
  const profile = await checkProfile(invocation, names, adapters, raw, profilesDir)
  out(`dbt version: ${DBT_VERSION}`)
  out(`quern version: ${QUERN_VERSION}`)
  out(`node version: ${process.versions.node}`)
  out(`os info: ${platform()}-${release()}-${arch()}`)
  out(`Using profiles dir at ${profilesDir}`)
  out(`Using profiles.yml file at ${join(profilesDir, PROFILES_FILE)}`)
  out(`Using dbt_project.yml file at ${join(root, PROJECT_FILE)}`)
  const adapter = profile.target === undefined ? undefined : await adapters.load(profile.target.type)
  if (adapter !== undefined) {
    out(`adapter type: ${adapter.type}`)
    out(`adapter version: ${adapter.version}`)
  }
  const project = raw === undefined ? readCheck : checkProject(invocation, names, raw, profile.target)
  const checks: Check[] = [profile.check, project]
  const checked = (name: string, { problem }: Check): void =>
    answer?.({ kind: 'checked', name, problem: problem ?? null })
  checked('profile', profile.check)
  checked('project', project)
  if (flags.connection) out('Skipping steps before connection verification')
  else {
    out('Configuration:')
    for (const [file, check] of [
      [PROFILES_FILE, profile.check],
      [PROJECT_FILE, project],
    ] as const) {
      out(`  ${file} file [${check.shown}]`, check.problem === undefined ? 'green' : 'red')
    }
    out('Required dependencies:')
    const git = gitShown()
    say(emit, 'DebugCmdResult', 'Z048', ` - git [${git}]\n`, {
      accent: { text: git, colour: git === 'OK found' ? 'green' : 'yellow' },
    })
  }
  if (profile.target === undefined) out('Connection test skipped since no profile was found')
  else {
    const connection = await checkConnection(invocation, profile.target, adapters, out)
    checks.push(connection)
    checked('connection', connection)
  }
  return conclude(invocation, checks)
}

const bracketed = (text: string): string => /\[(.*)\]/.exec(text)?.[1] ?? text

function conclude(invocation: Invocation, checks: readonly Check[]): ExitCode {
  const result = (text: string, colour?: Colour): void =>
    say(invocation.emit, 'DebugCmdResult', 'Z048', text, colour === undefined ? {} : { accent: { text, colour } })
  const failed = checks.flatMap((check) => (check.problem === undefined ? [] : [check.problem]))
  if (failed.length === 0) {
    result('All checks passed!', 'green')
    return ExitCode.success
  }
  result(`${failed.length} ${failed.length === 1 ? 'check' : 'checks'} failed:`, 'red')
  for (const problem of failed) result(`${problem}\n`)
  return ExitCode.failure
}

/** git fetches packages only: its absence fails nothing. */
const gitShown = (): string =>
  spawnSync('git', ['--version'], { stdio: 'ignore' }).status === 0
    ? 'OK found'
    : 'not found, needed for packages from git'

function readProject(root: string, cwd: string): { readonly raw?: RawProject; readonly check: Check } {
  const path = join(root, PROJECT_FILE)
  if (!existsSync(path)) {
    return {
      check: {
        shown: 'ERROR not found',
        problem: `Project loading failed for the following reason:\n project path <${path}> not found`,
      },
    }
  }
  try {
    return { raw: readRawProject(root, cwd), check: OK }
  } catch (error) {
    return { check: invalid('Project', error) }
  }
}

function checkProject(invocation: Invocation, names: ConfigNames, raw: RawProject, target: Target | undefined): Check {
  const known = target === undefined ? names.withoutTarget : names.target(target.shown, invocation.flags.vars)
  try {
    buildProject(raw, {
      render: nativeRenderer(known),
      versionCheck: invocation.flags.versionCheck,
      emit: invocation.emit,
    })
    return OK
  } catch (error) {
    return invalid('Project', error)
  }
}

const invalid = (what: 'Project' | 'Profile', error: unknown): Check => {
  if (!isQuernError(error)) throw error
  return { shown: 'ERROR invalid', problem: `${what} loading failed for the following reason:\n${error.render()}\n` }
}

async function checkProfile(
  invocation: Invocation,
  names: ConfigNames,
  adapters: AdapterSource,
  raw: RawProject | undefined,
  profilesDir: string,
): Promise<{ readonly target?: Target; readonly check: Check }> {
  const path = join(profilesDir, PROFILES_FILE)
  if (!existsSync(path)) {
    const near = relative(invocation.cwd, profilesDir)
    const folder = near === '' || near.startsWith('..') ? profilesDir : near
    return {
      check: {
        shown: 'ERROR not found',
        problem: `dbt looked for a profiles.yml file in ${folder}, but did\nnot find one.\n\nhint: \`quern init\` writes one, --profiles-dir names another folder\n`,
      },
    }
  }
  try {
    const target = await resolveTarget(
      { invocation, names, adapters },
      raw,
      raw === undefined ? onlyProfile(profilesDir, invocation.cwd) : undefined,
    )
    return { target, check: OK }
  } catch (error) {
    return { check: invalid('Profile', error) }
  }
}

/** Outside of a project the only profile of the file is meant. */
function onlyProfile(profilesDir: string, cwd: string): string | undefined {
  const profiles = Object.keys(readProfiles(profilesDir, cwd).data).filter((name) => name !== 'config')
  return profiles.length === 1 ? profiles[0] : undefined
}

async function checkConnection(
  invocation: Invocation,
  target: Target,
  adapters: AdapterSource,
  out: (text: string, colour?: Colour) => void,
): Promise<Check> {
  const adapter = await adapters.load(target.type)
  const baseDir = invocation.cwd
  const credentials = adapter.credentials(target.fields, { profile: target.profileName, target: target.name, baseDir })
  out('Connection:')
  for (const [field, value] of credentials.connectionInfo) out(`  ${field}: ${value}`)
  try {
    const driver = adapter.open(target.fields, {
      baseDir,
      threads: 1,
      behavior: invocation.flags.behavior,
      writes: false,
      signal: invocation.signal,
      tell: (text) => out(`  ${text}`),
    })
    try {
      const connection = await driver.connect('debug')
      await connection.query('select 1 as id')
      await driver.release(connection)
    } finally {
      await driver.close()
    }
  } catch (error) {
    if (!isQuernError(error)) throw error
    out('  Connection test: [ERROR]\n', 'red')
    const hint = error.hint === undefined ? '' : `\nhint: ${error.hint}`
    return {
      shown: 'ERROR',
      problem: `dbt was unable to connect to the specified database.\nThe database returned the following error:\n\n  >${error.message}\n\nCheck your database credentials and try again.${hint}\n`,
    }
  }
  out('  Connection test: [OK connection ok]\n', 'green')
  return { shown: 'OK connection ok' }
}
