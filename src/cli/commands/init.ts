import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Invocation } from '../../config/invocation.ts'
import { type AdapterSource, PROFILES_FILE, readProfiles } from '../../config/load-profile.ts'
import { PROJECT_FILE, readRawProject } from '../../config/load-project.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { ExitCode } from '../exit-code.ts'
import { say } from '../say.ts'
import { profileText } from '../starter/profile-text.ts'
import { starterFiles } from '../starter/starter-files.ts'

const NAME = /^[A-Za-z_]\w*$/

/**
 * `init [NAME]`: a project that runs on DuckDB at once, and a profile for it in profiles.yml (appended; nothing of the file is
 * changed). Inside of a project only the profile is written. Asks only a person at a terminal; otherwise a name must be given and
 * DuckDB is taken.
 */
export async function initCommand(invocation: Invocation, adapters: AdapterSource): Promise<ExitCode> {
  const { flags, cwd, emit } = invocation
  const root = resolve(cwd, flags.projectDir ?? '.')
  if (existsSync(join(root, PROJECT_FILE))) {
    if (flags.newProjectName !== null) {
      say(
        emit,
        'Note',
        'Z050',
        `${root} is a project already: only its profile is set up. Leave it to start another project.`,
      )
    }
    if (flags.profile !== null) {
      throw new QuernError(
        'Runtime',
        'init_in_project',
        'Can not init existing project with specified profile, edit dbt_project.yml instead',
      )
    }
    if (flags.skipProfileSetup) return ExitCode.success
    const name = readRawProject(root, cwd).data['profile']
    if (typeof name !== 'string' || name === '') {
      throw new QuernError('Runtime', 'no_profile', `${PROJECT_FILE} names no profile`, {
        hint: 'add a line `profile: name` first',
      })
    }
    return await setupProfile(invocation, adapters, name, 'dev.duckdb')
  }
  const name = await projectName(invocation)
  if (name === undefined) return ExitCode.unusable
  const folder = resolve(cwd, name)
  if (existsSync(folder)) {
    say(emit, 'ProjectNameAlreadyExists', 'A025', `A project called ${name} already exists here.`, { data: { name } })
    return ExitCode.success
  }
  if (flags.profile !== null && !Object.hasOwn(readProfiles(profilesFolder(invocation), cwd).data, flags.profile)) {
    throw new QuernError('Runtime', 'profile_not_found', `Could not find profile named '${flags.profile}'`, {
      hint: 'leave --profile out to have one written',
    })
  }
  for (const file of starterFiles(name, flags.profile ?? name)) {
    const path = join(folder, file.path)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, file.text)
  }
  say(
    emit,
    'ProjectCreated',
    'A026',
    `\nYour new project "${name}" was created in ${folder}\n\nNext:\n\n  cd ${name}\n  quern build\n`,
    { data: { project_name: name } },
  )
  if (flags.skipProfileSetup || flags.profile !== null) return ExitCode.success
  return await setupProfile(invocation, adapters, name, `${name}.duckdb`)
}

const profilesFolder = (invocation: Invocation): string => invocation.flags.profilesDir ?? invocation.cwd

async function projectName(invocation: Invocation): Promise<string | undefined> {
  const { newProjectName: given, interactive } = invocation.flags
  const problem = (name: string | undefined): string | undefined =>
    name === undefined || name === ''
      ? 'a name is needed'
      : NAME.test(name)
        ? undefined
        : `${name} is not a valid project name: letters, digits and underscores, not beginning with a digit`
  const wrong = problem(given ?? undefined)
  if (wrong === undefined) return given!
  if (!interactive) {
    throw new QuernError(
      'Usage',
      'init_name',
      given === null ? 'A name for the project is needed: quern init NAME' : `${wrong}.`,
      { hint: 'for example: quern init my_project' },
    )
  }
  const { isCancel, log, text } = await import('@clack/prompts')
  if (given !== null) log.warn(wrong)
  const answer = await text({ message: 'A name for your project (letters, digits, underscore)', validate: problem })
  return isCancel(answer) ? undefined : answer
}

/** Appends a profile to profiles.yml, unless there is one of that name. */
async function setupProfile(
  invocation: Invocation,
  adapters: AdapterSource,
  name: string,
  database: string,
): Promise<ExitCode> {
  const { emit, cwd } = invocation
  say(emit, 'SettingUpProfile', 'A023', 'Setting up your profile.', { data: {} })
  const folder = profilesFolder(invocation)
  const path = join(folder, PROFILES_FILE)
  const known = existsSync(path) ? readExisting(folder, cwd) : {}
  if (Object.hasOwn(known, name)) {
    say(emit, 'Note', 'Z050', `The profile ${name} already exists in ${path}: it was left as it is.`)
    return ExitCode.success
  }
  const type = await chooseAdapter(invocation, adapters)
  if (type === undefined) return ExitCode.unusable
  if (!existsSync(folder)) {
    say(emit, 'ConfigFolderDirectory', 'A018', `Creating dbt configuration folder at ${folder}`, {
      data: { dir: folder },
    })
    mkdirSync(folder, { recursive: true })
  }
  if (existsSync(path)) appendFileSync(path, `\n${profileText(type, name, database)}`)
  else writeFileSync(path, profileText(type, name, database))
  const next =
    type === 'duckdb'
      ? 'It can be used as it is.'
      : 'Fill in host, user and password there, then check them with `quern debug`.'
  say(emit, 'ProfileWrittenWithSample', 'A020', `Profile ${name} written to ${path}. ${next}`, { data: { name, path } })
  return ExitCode.success
}

/** An empty file has no profiles; a broken one must not be appended to. */
function readExisting(folder: string, cwd: string): object {
  try {
    return readProfiles(folder, cwd).data
  } catch (error) {
    if (error instanceof QuernError && error.code === 'empty_profiles') return {}
    throw error
  }
}

async function chooseAdapter(invocation: Invocation, adapters: AdapterSource): Promise<string | undefined> {
  if (!invocation.flags.interactive) return adapters.types.includes('duckdb') ? 'duckdb' : adapters.types[0]
  const { isCancel, select } = await import('@clack/prompts')
  const answer = await select({
    message: 'Which database would you like to use?',
    options: adapters.types.map((type) => ({ value: type, label: type })),
  })
  return isCancel(answer) ? undefined : answer
}
