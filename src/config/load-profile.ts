import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Adapter, Credentials } from '../adapter/adapter.ts'
import { profileSecrets } from '../adapter/profile-secrets.ts'
import { didYouMean } from '../errors/did-you-mean.ts'
import { isQuernError, QuernError } from '../errors/quern-error.ts'
import { SourceFile } from '../errors/source-file.ts'
import type { Emit } from '../events/run-event.ts'
import { hasJinja } from '../jinja/plain-text.ts'
import { repr, toText } from '../jinja/runtime/text.ts'
import { isInt } from '../jinja/runtime/type-name.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import { readText, withoutMark } from '../project/read-file.ts'
import { locate, readYaml } from '../project/read-yaml.ts'
import { displayPath } from './load-project.ts'
import type { Target } from './project-config.ts'
import { asPlainDict, type KeyPath } from './python-data.ts'
import { type RenderText, renderAt, renderDict } from './render-values.ts'

export const PROFILES_FILE = 'profiles.yml'

/** profiles.yml as read. */
export interface RawProfiles {
  /** Absolute folder that was looked into. */
  readonly dir: string
  /** Undefined when there is no such file: then `data` is empty. */
  readonly file: SourceFile | undefined
  readonly data: PlainDict
}

/** Names of the registered adapters, and how one is loaded; rejects for a type that is not among them. */
export interface AdapterSource {
  readonly types: readonly string[]
  load(type: string): Promise<Adapter>
}

export interface TargetRequest {
  readonly profiles: RawProfiles
  /** `--profile`, else `profile:` of the project, rendered. */
  readonly profileName: string
  /** `--target` */
  readonly target: string | null
  /** `--threads` */
  readonly threads: number | null
  readonly render: RenderText
  /** Puts the values of secret environment variables in place of what `env_var` gave for them. */
  readonly reveal: (text: string) => string
  /** Values of secret environment variables. */
  readonly secrets: readonly string[]
  /** Gets what of the output must not be seen, and what the target is known by, before anything else is made of it. */
  readonly hide?: (texts: readonly string[], known: readonly string[]) => void
  readonly adapters: AdapterSource
  /** Working directory of the process: relative database paths begin there. */
  readonly cwd: string
  /** Absolute folder of the project, undefined outside of one: a profiles.yml that nobody looks at is named from there. */
  readonly root?: string | undefined
  readonly emit?: Emit | undefined
}

/** Where profiles.yml is looked for: `--profiles-dir` (or its variable), else the working directory if it has one, else `~/.dbt`. */
export const profilesDir = (given: string | null, cwd: string, home: string): string =>
  given ?? (existsSync(join(cwd, PROFILES_FILE)) ? cwd : join(home, '.dbt'))

/** Reads profiles.yml. A missing file is no error here; an empty or broken one is: `onBroken` gets its text then, of which the error shows lines. */
export function readProfiles(dir: string, cwd: string, onBroken?: (text: string) => void): RawProfiles {
  const path = join(dir, PROFILES_FILE)
  if (!existsSync(path) || !statSync(path).isFile()) return { dir, file: undefined, data: {} }
  const shown = displayPath(path, cwd)
  const file = new SourceFile(shown, withoutMark(readText(path, shown)))
  let read: Value
  try {
    read = readYaml(file)
  } catch (error) {
    onBroken?.(file.text)
    if (!isQuernError(error)) throw error
    throw new QuernError('Runtime', 'invalid_profiles', unreadable(error.message), {
      at: error.at,
      hint: error.hint,
      cause: error,
    })
  }
  if (read === null || read === '' || read === false)
    throw new QuernError('Runtime', 'empty_profiles', unreadable(`The profiles.yml file at ${path} is empty`))
  const data = asPlainDict(read)
  if (data === undefined)
    throw new QuernError(
      'Runtime',
      'invalid_profiles',
      unreadable(`The profiles.yml file at ${path} does not hold profiles by name`),
      { at: locate(file, []) },
    )
  return { dir, file, data }
}

const unreadable = (problem: string): string =>
  `dbt encountered an error while trying to read your profiles.yml file.\n\n${problem}`

/** The profile's name, or dbt's long message when neither the project nor `--profile` gives one. */
export function pickProfileName(flag: string | null, project: Value | undefined, searchDir: string): string {
  if (flag !== null) return flag
  if (typeof project === 'string' && project !== '') return project
  throw new QuernError(
    'Runtime',
    'no_profile',
    'dbt cannot run because no profile was specified for this dbt project.\n' +
      'To specify a profile, add a line such as this one to your dbt_project.yml file:\n\n' +
      'profile: [profile name]\n\n' +
      `[profile name] is a name defined in your profiles.yml file, which belongs here:\n\n${searchDir}/${PROFILES_FILE}`,
    { hint: 'or name one with --profile' },
  )
}

/**
 * Chooses and renders an output of a profile and has the adapter check it. Only the `target` value and the chosen output are
 * rendered, so what others need may be missing. Throws dbt's messages for whatever is wrong, at its place in profiles.yml.
 */
export async function loadTarget(request: TargetRequest): Promise<Target> {
  const { profiles, profileName } = request
  const profile = findProfile(profiles, profileName, request)
  const name = targetName(request, profile)
  const output = findOutput(profiles, profileName, profile, name)
  const base = [profileName, 'outputs', name] as const
  const fields = renderOutput(output, request, base)
  const { secrets, known } = profileSecrets(fields)
  request.hide?.(secrets, known)

  const threadsField = fields['threads'] ?? 1
  delete fields['threads']
  if (!isInt(threadsField) || threadsField < 1) {
    throw profileError(
      profiles,
      [...base, 'threads'],
      `at path ['threads']: ${isInt(threadsField) ? `${threadsField} is less than 1` : `${repr(threadsField)} is not of type 'integer'`}`,
      hasJinja(String(output['threads'])) ? 'add `| as_number` to the template' : 'threads is a whole number',
    )
  }
  const threads = request.threads ?? Number(threadsField)

  const type = fields['type']
  if (type === undefined) {
    throw profileError(
      profiles,
      base,
      `required field "type" not found in profile ${profileName} and target ${name}`,
      `add a type: one of ${request.adapters.types.join(', ')}`,
    )
  }
  delete fields['type']
  const adapter = await findAdapter(request, type, profileName, name)
  const credentials = checked(adapter, fields, request, name)
  request.hide?.(credentials.secrets, known)
  return {
    profileName,
    name,
    type: adapter.type,
    database: credentials.database,
    schema: credentials.schema,
    threads,
    fields,
    shown: { ...credentials.shown, type: adapter.type, threads, name, target_name: name, profile_name: profileName },
    secrets: [
      ...new Set([
        ...credentials.secrets.filter((secret) => canBeHidden(secret, toText(type), fields)),
        ...request.secrets,
      ]),
    ].filter((secret) => secret !== ''),
  }
}

/**
 * Whether hiding a password keeps the output readable: a short one, or one that is also the user, the database or the adapter (`postgres`), would
 * be struck out of every other word and tell itself.
 */
const canBeHidden = (secret: string, type: string, fields: PlainDict): boolean =>
  secret.length >= 5 && secret !== type && Object.values(fields).filter((value) => value === secret).length <= 1

/** What the adapter makes of the fields; its errors get a place in profiles.yml when they have none. */
function checked(adapter: Adapter, fields: PlainDict, request: TargetRequest, target: string): Credentials {
  const { profiles, profileName: profile, cwd: baseDir } = request
  try {
    return adapter.credentials(fields, {
      profile,
      target,
      baseDir,
      ...(profiles.file === undefined ? {} : { file: profiles.file }),
    })
  } catch (error) {
    if (!isQuernError(error) || error.at !== undefined || profiles.file === undefined) throw error
    const at = locate(profiles.file, [profile, 'outputs', target], 'key')
    throw new QuernError(error.kind, error.code, error.message, {
      at,
      hint: error.hint,
      notes: error.notes,
      cause: error,
    })
  }
}

/** dbt does not look beside dbt_project.yml when it is started elsewhere. */
function whereProfilesAre(dir: string, root: string | undefined, cwd: string): string {
  const beside = root !== undefined && root !== dir && existsSync(join(root, PROFILES_FILE))
  return beside
    ? `there is no ${PROFILES_FILE} in ${dir}; the one beside dbt_project.yml counts with --profiles-dir '${displayPath(root, cwd)}'`
    : `there is no ${PROFILES_FILE} in ${dir}; \`quern init\` writes one, --profiles-dir names another folder`
}

function findProfile(profiles: RawProfiles, name: string, { root, cwd }: TargetRequest): PlainDict {
  if (!Object.hasOwn(profiles.data, name)) {
    const names = Object.keys(profiles.data).filter((key) => key !== 'config')
    const near = didYouMean(name, names)
    const hint =
      profiles.file === undefined
        ? whereProfilesAre(profiles.dir, root, cwd)
        : near !== undefined
          ? `did you mean '${near}'?`
          : names.length === 0
            ? `${profiles.file.path} holds no profiles`
            : `${profiles.file.path} has: ${names.join(', ')}`
    throw new QuernError('Runtime', 'profile_not_found', `Could not find profile named '${name}'`, { hint })
  }
  const profile = asPlainDict(profiles.data[name])
  if (profile === undefined || Object.keys(profile).length === 0) {
    throw profileError(profiles, [name], unreadable(`Profile ${name} in profiles.yml is empty`), undefined, 'key')
  }
  return profile
}

function targetName(request: TargetRequest, profile: PlainDict): string {
  if (request.target !== null) return request.target
  if (Object.hasOwn(profile, 'target')) {
    const written = profile['target']!
    const path = [request.profileName, 'target']
    const rendered =
      typeof written === 'string' ? renderAt(written, request.render, request.profiles.file, path) : written
    return request.reveal(toText(rendered))
  }
  request.emit?.({
    kind: 'message',
    level: 'info',
    name: 'MissingProfileTarget',
    code: 'A005',
    text: `target not specified in profile '${request.profileName}', using 'default'`,
    data: { profile_name: request.profileName, target_name: 'default' },
  })
  return 'default'
}

function findOutput(profiles: RawProfiles, profileName: string, profile: PlainDict, name: string): PlainDict {
  if (!Object.hasOwn(profile, 'outputs')) {
    throw profileError(
      profiles,
      [profileName],
      `outputs not specified in profile '${profileName}'`,
      'a profile has `target: dev` and `outputs:` with one entry for each target',
      'key',
    )
  }
  const outputs = asPlainDict(profile['outputs']) ?? {}
  if (!Object.hasOwn(outputs, name)) {
    const names = Object.keys(outputs)
    const near = didYouMean(name, names)
    throw profileError(
      profiles,
      [profileName, 'outputs'],
      `The profile '${profileName}' does not have a target named '${name}'. The valid target names for this profile are:\n${names.map((one) => ` - ${one}`).join('\n')}`,
      near === undefined ? undefined : `did you mean '${near}'?`,
      'key',
    )
  }
  const output = asPlainDict(outputs[name])
  if (output === undefined) {
    throw profileError(
      profiles,
      [profileName, 'outputs', name],
      `output '${name}' of profile '${profileName}' is misconfigured in profiles.yml`,
      'an output holds keys and values, type: first of all',
    )
  }
  return output
}

function renderOutput(output: PlainDict, request: TargetRequest, base: KeyPath): PlainDict {
  const { file } = request.profiles
  // Passwords may hold braces that are no Jinja at all: what cannot be rendered stays as written.
  const render: RenderText = (text, path) => {
    const value = request.render(text, path)
    return typeof value === 'string' ? request.reveal(value) : value
  }
  const fields: PlainDict = {}
  for (const [key, value] of Object.entries(output)) {
    try {
      fields[key] = renderDict({ [key]: value }, render, { file, base })[key]!
    } catch (error) {
      if (key !== 'password') throw error
      fields[key] = value
    }
  }
  return fields
}

async function findAdapter(request: TargetRequest, type: Value, profileName: string, name: string): Promise<Adapter> {
  const { types } = request.adapters
  if (typeof type === 'string' && types.includes(type)) return request.adapters.load(type)
  const shown = toText(type)
  const near = didYouMean(shown, types)
  throw profileError(
    request.profiles,
    [profileName, 'outputs', name, 'type'],
    `Credentials in profile "${profileName}", target "${name}" invalid: Runtime Error\n  Could not find adapter type ${shown}!`,
    near === undefined
      ? `quern supports: ${types.join(', ')}`
      : `did you mean '${near}'? quern supports: ${types.join(', ')}`,
  )
}

function profileError(
  profiles: RawProfiles,
  path: KeyPath,
  message: string,
  hint?: string | undefined,
  of: 'key' | 'value' = 'value',
): QuernError {
  const at = profiles.file === undefined ? undefined : locate(profiles.file, path, of)
  return new QuernError('Runtime', 'invalid_profile', message, { at, hint })
}
