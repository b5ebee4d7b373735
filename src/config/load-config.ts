import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { writtenSecrets } from '../adapter/profile-secrets.ts'
import { didYouMean } from '../errors/did-you-mean.ts'
import { isQuernError, QuernError } from '../errors/quern-error.ts'
import { SourceFile } from '../errors/source-file.ts'
import { repr } from '../jinja/runtime/text.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import {
  checkInstalled,
  type DeclaredPackages,
  installedPackageDirs,
  type RenderPackages,
  readPackages,
} from '../project/packages.ts'
import { readText, withoutMark } from '../project/read-file.ts'
import { locate, readYaml } from '../project/read-yaml.ts'
import type { Invocation } from './invocation.ts'
import { type AdapterSource, loadTarget, pickProfileName, readProfiles } from './load-profile.ts'
import { buildProject, displayPath, PROJECT_FILE, type RawProject, readRawProject } from './load-project.ts'
import { nativeRenderer } from './native-renderer.ts'
import type { Project, ProjectConfig, SelectorDefinition, Target } from './project-config.ts'
import { unknownProjectKeys } from './project-keys.ts'
import { asPlainDict } from './python-data.ts'
import { type RenderText, renderAt, renderData, renderDict } from './render-values.ts'

/** The names that configuration files may use; made by whoever knows the invocation (src/context-base). */
export interface ConfigNames {
  /** profiles.yml and packages.yml: secrets come as marks. */
  readonly secret: ReadonlyMap<string, Value>
  /** dbt_project.yml and selectors.yml. Packages do not see `--vars`. */
  target(shown: PlainDict, cliVars: PlainDict): ReadonlyMap<string, Value>
  /** dbt_project.yml where no profile is loaded (`deps`, `clean`): `target` is empty and vars may be missing. */
  readonly withoutTarget: ReadonlyMap<string, Value>
  /** Puts secrets in the place of their marks. */
  readonly reveal: (text: string) => string
  readonly secrets: readonly string[]
}

export interface LoadRequest {
  readonly invocation: Invocation
  readonly names: ConfigNames
  readonly adapters: AdapterSource
  /** Called when project and target are known, before packages are loaded: dbt-core 1.11 registers the adapter here. */
  readonly targetKnown?: (target: Target) => Promise<void>
  /** In place of the target's own schema. */
  readonly schema?: string
}

/**
 * Everything that configures an invocation: the project, its installed packages, the target, vars and selectors.
 * Throws a `QuernError` for whatever is wrong in dbt_project.yml, profiles.yml, packages.yml or selectors.yml.
 */
export async function loadConfig(request: LoadRequest): Promise<ProjectConfig> {
  const { invocation, names } = request
  const { flags, cwd, emit } = invocation
  const root = projectRoot(invocation)
  const raw = readRawProject(root, cwd)
  const target = await resolveTarget(request, raw)
  const render = nativeRenderer(names.target(target.shown, flags.vars))
  const project = withFlags(buildProject(raw, { render, versionCheck: flags.versionCheck, emit }), invocation)
  const declared = readPackages(root, cwd, packageRenderer(names))
  const selectors = loadSelectors(root, cwd, render)
  await request.targetKnown?.(target)
  refuseBuiltinName(project, target)
  const packages = loadPackages(project, declared, cwd, (dir) =>
    buildProject(dir, { render: nativeRenderer(names.target(target.shown, {})), versionCheck: flags.versionCheck }),
  )
  return { project, packages, target, cliVars: flags.vars, selectors }
}

/**
 * The target: profile from `--profile`, else from the project, else `fallback` (`debug` outside of a project).
 * Throws a `QuernError` for whatever is wrong in profiles.yml.
 */
export async function resolveTarget(
  request: LoadRequest,
  raw: RawProject | undefined,
  fallback?: string,
): Promise<Target> {
  const { invocation, names, adapters } = request
  const { flags, cwd, emit } = invocation
  const profilesDir = flags.profilesDir ?? cwd
  const written = raw?.data['profile']
  const name =
    typeof written === 'string'
      ? renderAt(written, secretRenderer(names), raw?.file, ['profile'])
      : (written ?? fallback)
  // errors show lines of the file
  const onBroken = (text: string): void => invocation.secrets.add(writtenSecrets(text))
  const profiles = readProfiles(profilesDir, cwd, onBroken)
  const loading = loadTarget({
    profiles,
    profileName: pickProfileName(flags.profile, name, profilesDir),
    target: flags.target,
    threads: flags.singleThreaded ? 1 : flags.threads,
    render: nativeRenderer(names.secret),
    reveal: names.reveal,
    secrets: names.secrets,
    hide: (texts, known) => invocation.secrets.add(texts, { known }),
    adapters,
    cwd,
    root: raw === undefined ? undefined : projectRoot(invocation),
    emit,
  })
  const target = await loading.catch((error: unknown) => {
    onBroken(profiles.file?.text ?? '')
    throw error
  })
  return request.schema === undefined ? target : withSchema(target, request.schema)
}

const withSchema = (target: Target, schema: string): Target => ({
  ...target,
  schema,
  fields: { ...target.fields, schema },
  shown: { ...target.shown, schema },
})

/** The project alone, for commands that need no profile (`clean`, `deps`). */
export function loadProjectOnly(
  invocation: Invocation,
  names: ConfigNames,
): { readonly project: Project; readonly declared: DeclaredPackages } {
  const root = projectRoot(invocation)
  const raw = readRawProject(root, invocation.cwd)
  for (const event of unknownProjectKeys(raw)) invocation.emit(event)
  const render = nativeRenderer(names.withoutTarget)
  const options = { render, versionCheck: invocation.flags.versionCheck, emit: invocation.emit }
  return {
    project: withFlags(buildProject(raw, options), invocation),
    declared: readPackages(root, invocation.cwd, packageRenderer(names)),
  }
}

export const projectRoot = (invocation: Invocation): string =>
  resolve(invocation.cwd, invocation.flags.projectDir ?? '.')

/** Renders as `nativeRenderer`, then puts secrets in. */
const secretRenderer = (names: ConfigNames): RenderText => {
  const render = nativeRenderer(names.secret)
  return (text, path) => {
    const value = render(text, path)
    return typeof value === 'string' ? names.reveal(value) : value
  }
}

/** Renders the data of packages.yml, dependencies.yml of packages, and package-lock.yml; secrets are put in. */
export const packageRenderer = (names: ConfigNames): RenderPackages => {
  const render = secretRenderer(names)
  return (data, file) => renderDict(data, render, { file })
}

/** `--target-path` (below the project) and `--log-path` (below the working directory) beat the project's own paths. */
function withFlags(project: Project, invocation: Invocation): Project {
  const { targetPath, logPath } = invocation.flags
  const cleanTargets =
    targetPath !== null && project.cleanTargets.length === 1 && project.cleanTargets[0] === project.targetPath
      ? [targetPath]
      : project.cleanTargets
  return {
    ...project,
    ...(targetPath === null ? {} : { targetPath, cleanTargets }),
    ...(logPath === null ? {} : { logPath: resolve(invocation.cwd, logPath) }),
  }
}

/**
 * The folder of dbt.log, which is wanted before anything else is known: `--log-path` below the working directory, else the
 * project's `log-path` as written, else `logs` in the project.
 */
export function logDirectory(invocation: Pick<Invocation, 'flags' | 'cwd'>): string {
  const { flags, cwd } = invocation
  if (flags.logPath !== null) return resolve(cwd, flags.logPath)
  const root = resolve(cwd, flags.projectDir ?? '.')
  try {
    const written = readRawProject(root, cwd).data['log-path']
    return resolve(root, typeof written === 'string' && written !== '' ? written : 'logs')
  } catch {
    return resolve(cwd, 'logs')
  }
}

function loadPackages(
  root: Project,
  declared: DeclaredPackages,
  cwd: string,
  build: (raw: RawProject) => Project,
): ReadonlyMap<string, Project> {
  const dirs = installedPackageDirs(root.root, root.packagesInstallPath)
  checkInstalled(declared, dirs.length, root.packagesInstallPath)
  const packages = new Map<string, Project>()
  for (const dir of dirs) {
    const project = readPackage(dir, cwd, build)
    const other = project.name === root.name ? root : packages.get(project.name)
    if (other !== undefined) throw notUnique(project, other, cwd)
    packages.set(project.name, project)
  }
  return packages
}

function readPackage(dir: string, cwd: string, build: (raw: RawProject) => Project): Project {
  try {
    return build(readRawProject(dir, cwd))
  } catch (error) {
    if (!isQuernError(error)) throw error
    throw new QuernError(error.kind, error.code, `Failed to read package: ${error.message}`, {
      at: error.at,
      hint:
        error.code === 'project_not_found'
          ? 'this is no package: remove the folder, or run `quern deps` again'
          : error.hint,
      notes: error.notes,
      cause: error,
    })
  }
}

const notUnique = (project: Project, other: Project, cwd: string): QuernError =>
  new QuernError(
    'Compilation',
    'package_name_not_unique',
    `dbt found more than one package with the name "${project.name}" included in this project. Package names must be unique in a project. Please rename one of these packages.`,
    {
      at: project.file === undefined ? undefined : locate(project.file, ['name']),
      notes: [{ text: `the other one is ${join(displayPath(other.root, cwd), PROJECT_FILE)}` }],
      hint: 'remove a stale folder of an earlier `deps`, or rename the project',
    },
  )

/** The built-in macros are packages too: `dbt` and `dbt_<adapter>`. */
function refuseBuiltinName(project: Project, target: Target): void {
  if (project.name !== 'dbt' && project.name !== `dbt_${target.type}`) return
  throw new QuernError(
    'Compilation',
    'package_name_not_unique',
    `dbt found more than one package with the name "${project.name}" included in this project. Package names must be unique in a project. Please rename one of these packages.`,
    {
      at: project.file === undefined ? undefined : locate(project.file, ['name']),
      hint: 'the built-in macros have this name: give the project another',
    },
  )
}

const SELECTORS_FILE = 'selectors.yml'

/** The entries of selectors.yml, rendered like dbt_project.yml. Throws for entries without name or definition, and for two defaults. */
export function loadSelectors(root: string, cwd: string, render: RenderText): readonly SelectorDefinition[] {
  const path = join(root, SELECTORS_FILE)
  if (!existsSync(path)) return []
  const shown = displayPath(path, cwd)
  const file = new SourceFile(shown, withoutMark(readText(path, shown)))
  const written = readYaml(file)
  if (written === null) return []
  const data = asPlainDict(renderData(written, render, { file })) ?? {}
  const unknown = Object.keys(data).find((key) => key !== 'selectors' && key !== 'version')
  if (unknown !== undefined) throw unknownKey(file, [unknown], ['selectors', 'version'])
  if (data['version'] !== undefined && !Number.isInteger(data['version']))
    throw invalidSelectors(file, ['version'], `version must be a number, not ${repr(data['version'])}`)
  const list = data['selectors']
  if (!Array.isArray(list)) throw invalidSelectors(file, [], 'the file holds a list under the key `selectors`')
  const selectors = list.map((entry, index) => selectorOf(file, entry, index))
  const defaults = selectors.filter((selector) => selector.isDefault)
  if (defaults.length > 1) {
    throw new QuernError(
      'Runtime',
      'two_default_selectors',
      `Error when parsing the selector file. Found multiple selectors with \`default: true\`: ${defaults[0]!.name} and ${defaults[1]!.name}`,
      { at: locate(file, ['selectors', selectors.indexOf(defaults[1]!), 'default']) },
    )
  }
  return selectors
}

function selectorOf(file: SourceFile, entry: Value, index: number): SelectorDefinition {
  const given = asPlainDict(entry)
  const name = given?.['name']
  const definition = given?.['definition']
  const unknown = Object.keys(given ?? {}).find((key) => !SELECTOR_KEYS.includes(key))
  if (unknown !== undefined) throw unknownKey(file, ['selectors', index, unknown], SELECTOR_KEYS)
  if (given === undefined || typeof name !== 'string')
    throw invalidSelectors(file, ['selectors', index], `${repr(entry)} needs a name`)
  if (definition === undefined || definition === null)
    throw invalidSelectors(file, ['selectors', index], `selector '${name}' needs a definition`)
  if (typeof definition !== 'string' && asPlainDict(definition) === undefined)
    throw invalidSelectors(
      file,
      ['selectors', index, 'definition'],
      `the definition of selector '${name}' is ${repr(definition)}`,
    )
  if (given['description'] !== undefined && typeof given['description'] !== 'string')
    throw invalidSelectors(
      file,
      ['selectors', index, 'description'],
      `the description of selector '${name}' must be a text`,
    )
  if (given['default'] !== undefined && typeof given['default'] !== 'boolean')
    throw invalidSelectors(
      file,
      ['selectors', index, 'default'],
      `the default of selector '${name}' must be true or false, not ${repr(given['default'])}`,
    )
  return {
    name,
    description: typeof given['description'] === 'string' ? given['description'] : null,
    isDefault: given['default'] === true,
    definition,
    locate: (path) => locate(file, ['selectors', index, 'definition', ...path]),
  }
}

const SELECTOR_KEYS = ['name', 'definition', 'description', 'default']

function unknownKey(file: SourceFile, path: readonly (string | number)[], known: readonly string[]): QuernError {
  const key = String(path.at(-1))
  const near = didYouMean(key, known)
  return new QuernError('Runtime', 'invalid_selectors', `Could not parse selector file data: unknown key '${key}'`, {
    at: locate(file, path, 'key'),
    hint: near === undefined ? `known keys: ${known.join(', ')}` : `did you mean '${near}'?`,
  })
}

const invalidSelectors = (file: SourceFile, path: readonly (string | number)[], problem: string): QuernError =>
  new QuernError('Runtime', 'invalid_selectors', `Could not parse selector file data: ${problem}`, {
    at: locate(file, path),
    hint: 'a selector has a name and a definition: a text, a dict, or union / intersection with a list',
  })
