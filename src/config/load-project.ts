import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { didYouMean } from '../errors/did-you-mean.ts'
import { QuernError } from '../errors/quern-error.ts'
import { SourceFile } from '../errors/source-file.ts'
import type { Emit, RunEvent } from '../events/run-event.ts'
import { duplicateKey } from '../events/warnings.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import { readText, withoutMark } from '../project/read-file.ts'
import { readYaml } from '../project/read-yaml.ts'
import { InvalidVersion, parseVersionSpec, satisfiable, satisfies } from '../project/version-spec.ts'
import { checkProject, PROJECT_KEYS, projectError } from './check-project.ts'
import type { ConfigTreeName, Project, QueryComment, QuotingConfig } from './project-config.ts'
import { deprecatedPaths } from './project-deprecations.ts'
import { asPlainDict, copyDict, type KeyPath } from './python-data.ts'
import { type RenderText, renderDict } from './render-values.ts'
import { DBT_VERSION } from './version.ts'

export const PROJECT_FILE = 'dbt_project.yml'

/** dbt_project.yml as read, before rendering. */
export interface RawProject {
  /** Absolute folder. */
  readonly root: string
  readonly file: SourceFile
  /** `tests:` is already under its newer name `data_tests`. */
  readonly data: PlainDict
  /** As it stands in the file. */
  readonly written: PlainDict
  /** Keys that stand twice in one mapping, as events. */
  readonly duplicates: readonly RunEvent[]
}

/** How a project file is named in messages: below the working directory its relative path, else the whole. */
export function displayPath(path: string, cwd: string): string {
  const short = relative(cwd, path)
  return short === '' || short.startsWith('..') ? path : short
}

/** Reads dbt_project.yml of a folder. Throws when it is missing (`No dbt_project.yml found at expected path ...`), not YAML or not a dict. */
export function readRawProject(root: string, cwd: string = root): RawProject {
  const path = join(root, PROJECT_FILE)
  if (!existsSync(path)) {
    throw new QuernError(
      'Runtime',
      'project_not_found',
      `No ${PROJECT_FILE} found at expected path ${path}\nVerify that each entry within packages.yml (and their transitive dependencies) contains a file named ${PROJECT_FILE}`,
      { hint: 'run this in the folder of a dbt project, or name it with --project-dir; `quern init` makes a new one' },
    )
  }
  const shown = displayPath(path, cwd)
  const file = new SourceFile(shown, withoutMark(readText(path, shown)))
  const duplicates: RunEvent[] = []
  const onDuplicateKey = (key: string, line: number, column: number): void => {
    duplicates.push(duplicateKey(file, key, line, column))
  }
  const read = asPlainDict(readYaml(file, { onDuplicateKey }))
  if (read === undefined) {
    throw new QuernError('Runtime', 'project_not_a_dict', `${PROJECT_FILE} does not parse to a dictionary`, {
      at: { file, start: 0, end: Math.max(1, file.text.indexOf('\n')) },
      hint: 'it must hold keys and values, such as `name: my_project`',
    })
  }
  const data: PlainDict = {}
  const rename = Object.hasOwn(read, 'tests') && !Object.hasOwn(read, 'data_tests')
  for (const [key, value] of Object.entries(read)) if (!(rename && key === 'tests')) data[key] = value
  if (rename) data['data_tests'] = read['tests']!
  return { root, file, data, written: read, duplicates }
}

/** Keys whose texts stay unrendered: hooks, the query comment and vars are rendered when they are used. */
export function isRenderedLater(path: KeyPath): boolean {
  const [first] = path
  if (first === 'on-run-start' || first === 'on-run-end' || first === 'query-comment' || first === 'vars') return true
  if (
    !(first === 'models' || first === 'seeds' || first === 'snapshots' || first === 'tests' || first === 'data_tests')
  )
    return false
  return path.some((key) => typeof key === 'string' && LATE_HOOKS.has(key.replace(/^[+ ]+/, '')))
}
const LATE_HOOKS = new Set(['pre-hook', 'post-hook', 'pre_hook', 'post_hook'])

export interface ProjectOptions {
  readonly render: RenderText
  /** `--version-check`: hold `require-dbt-version` against quern's compatible version. */
  readonly versionCheck: boolean
  /** Told of deprecated keys; absent for packages, of which dbt does not speak. */
  readonly emit?: Emit | undefined
}

/** Renders and checks a project file. Throws a `QuernError` at the place in the file. */
export function buildProject(raw: RawProject, options: ProjectOptions): Project {
  const data = renderDict(raw.data, options.render, { file: raw.file, skip: isRenderedLater })
  const requireDbtVersion = checkVersion(raw, data, options.versionCheck)
  const deprecations = deprecatedPaths(raw, data)
  checkProject(raw, data)
  if (options.emit !== undefined) for (const event of [...raw.duplicates, ...deprecations]) options.emit(event)
  return assemble(raw, data, requireDbtVersion)
}

function assemble(raw: RawProject, data: PlainDict, requireDbtVersion: readonly string[]): Project {
  const texts = (key: string, fallback: readonly string[]): readonly string[] => textList(data[key]) ?? fallback
  const text = (key: string): string | null => (typeof data[key] === 'string' ? data[key] : null)
  const modelPaths = textList(data['model-paths']) ?? texts('source-paths', ['models'])
  const seedPaths = textList(data['seed-paths']) ?? texts('data-paths', ['seeds'])
  const macroPaths = texts('macro-paths', ['macros'])
  const testPaths = texts('test-paths', ['tests'])
  const analysisPaths = texts('analysis-paths', ['analyses'])
  const snapshotPaths = texts('snapshot-paths', ['snapshots'])
  const functionPaths = texts('function-paths', ['functions'])
  const all = [modelPaths, seedPaths, snapshotPaths, analysisPaths, macroPaths, testPaths, functionPaths].flat()
  const targetPath = text('target-path') ?? 'target'
  return {
    name: data['name'] as string,
    root: raw.root,
    file: raw.file,
    version: versionText(data['version']),
    modelPaths,
    seedPaths,
    testPaths,
    analysisPaths,
    macroPaths,
    snapshotPaths,
    functionPaths,
    docsPaths: textList(data['docs-paths']) ?? [...new Set(all.map((path) => path.replace(/\/+$/, '')))],
    assetPaths: texts('asset-paths', []),
    targetPath,
    // dbt takes the log path as written, because logging starts before anything is rendered.
    logPath: typeof raw.data['log-path'] === 'string' && raw.data['log-path'] !== '' ? raw.data['log-path'] : 'logs',
    cleanTargets: texts('clean-targets', [targetPath]),
    packagesInstallPath: text('packages-install-path') ?? 'dbt_packages',
    quoting: quoting(data['quoting']),
    onRunStart: hooks(data['on-run-start']),
    onRunEnd: hooks(data['on-run-end']),
    requireDbtVersion,
    dispatch: (Array.isArray(data['dispatch']) ? data['dispatch'] : []) as unknown as Project['dispatch'],
    configTrees: trees(data),
    unrenderedConfigTrees: trees(raw.data),
    vars: copyDict(asPlainDict(data['vars']) ?? {}),
    queryComment: queryComment(data),
    restrictAccess: data['restrict-access'] === true,
    flags: asPlainDict(data['flags']) ?? {},
    profileName: text('profile'),
  }
}

const textList = (value: Value | undefined): readonly string[] | undefined =>
  Array.isArray(value) ? (value as string[]) : undefined
const hooks = (value: Value | undefined): readonly string[] =>
  typeof value === 'string' ? [value] : Array.isArray(value) ? (value as string[]) : []

const versionText = (value: Value | undefined): string | null =>
  value === undefined || value === null
    ? null
    : typeof value === 'object' && 'pyStr' in value
      ? (value as { pyStr(): string }).pyStr()
      : String(value)

function quoting(value: Value | undefined): QuotingConfig {
  const given = asPlainDict(value) ?? {}
  const result: { database?: boolean; schema?: boolean; identifier?: boolean } = {}
  const database = given['database'] ?? given['project']
  if (typeof database === 'boolean') result.database = database
  if (typeof given['schema'] === 'boolean') result.schema = given['schema']
  if (typeof given['identifier'] === 'boolean') result.identifier = given['identifier']
  return result
}

const TREE_NAMES: readonly ConfigTreeName[] = [
  'models',
  'seeds',
  'snapshots',
  'analyses',
  'sources',
  'data_tests',
  'unit_tests',
  'metrics',
  'semantic-models',
  'saved-queries',
  'exposures',
  'functions',
]

const trees = (data: PlainDict): Record<ConfigTreeName, PlainDict> =>
  Object.fromEntries(TREE_NAMES.map((name) => [name, asPlainDict(data[name]) ?? {}])) as Record<
    ConfigTreeName,
    PlainDict
  >

/** Absent = dbt's default comment; an empty value of any kind = none. */
function queryComment(data: PlainDict): QueryComment {
  if (!Object.hasOwn(data, 'query-comment')) return { comment: undefined, append: false }
  const value = data['query-comment']!
  if (typeof value === 'string' && value !== '') return { comment: value, append: false }
  const dict = asPlainDict(value)
  if (dict === undefined || Object.keys(dict).length === 0) return { comment: null, append: false }
  const comment = dict['comment']
  return {
    comment: comment === undefined ? undefined : typeof comment === 'string' && comment !== '' ? comment : null,
    append: dict['append'] === true,
  }
}

/** `require-dbt-version` as bounds' texts; held against the compatible version when asked. */
function checkVersion(raw: RawProject, data: PlainDict, enforce: boolean): readonly string[] {
  const written = data['require-dbt-version'] ?? '>=0.0.0'
  const list =
    typeof written === 'string'
      ? written
      : Array.isArray(written) && written.every((one) => typeof one === 'string')
        ? (written as string[])
        : undefined
  if (list === undefined)
    throw projectError(
      raw,
      ['require-dbt-version'],
      `at path ['require-dbt-version']: it must be a version range or a list of them`,
    )
  let bounds: ReturnType<typeof parseVersionSpec>
  try {
    bounds = parseVersionSpec(list)
  } catch (error) {
    if (!(error instanceof InvalidVersion)) throw error
    throw projectError(raw, ['require-dbt-version'], error.message, 'write full versions, such as ">=1.0.0,<2.0.0"')
  }
  const texts = bounds.map((bound) => bound.text)
  if (!enforce) return texts
  const name = data['name']
  if (typeof name !== 'string') {
    const written = Object.keys(raw.data).find(
      (key) => didYouMean(key, ['name']) !== undefined && !PROJECT_KEYS.includes(key),
    )
    throw projectError(
      raw,
      written === undefined ? [] : [written],
      'Required "name" field not present in project',
      'add `name: my_project`',
    )
  }
  const shown = `[${texts.map((text) => `'${text}'`).join(', ')}]`
  const way = `Check for a different version of the '${name}' package, or run dbt again with --no-version-check`
  if (!satisfiable(bounds)) {
    throw projectError(
      raw,
      ['require-dbt-version'],
      `The package version requirement can never be satisfied for the '${name}' package.\n  Required versions of dbt for '${name}': ${shown}\n${way}`,
    )
  }
  if (!satisfies(DBT_VERSION, bounds)) {
    throw projectError(
      raw,
      ['require-dbt-version'],
      `This version of dbt is not supported with the '${name}' package.\n  Installed version of dbt: =${DBT_VERSION}\n  Required version of dbt for '${name}': ${shown}\n${way}`,
    )
  }
  return texts
}
