import { runResultsArgs } from '../artifacts/run-results.ts'
import type { ConfigTreeName, Project } from '../config/project-config.ts'
import { hostFunction, type PlainDict, PyObject, type Value } from '../jinja/runtime/value.ts'
import type { ContextServices } from './services.ts'

/** An object of dbt's that a template sees as a fixed set of attributes; each is made when asked for. */
class Attributes extends PyObject {
  readonly typeName: string
  readonly #values: ReadonlyMap<string, () => Value>

  constructor(typeName: string, values: ReadonlyMap<string, () => Value>) {
    super()
    this.typeName = typeName
    this.#values = values
  }
  override getAttr(name: string): Value | undefined {
    return this.#values.get(name)?.()
  }
}

const TREES: readonly ConfigTreeName[] = [
  'models', 'seeds', 'snapshots', 'sources', 'data_tests', 'unit_tests', 'metrics',
  'semantic-models', 'saved-queries', 'exposures', 'functions',
] // biome-ignore format: one list

/**
 * `builtins.ref.config`, which packages (elementary) read although dbt does not document it: the root project with the chosen target.
 * Names are those of dbt-core 1.11's RuntimeConfig; `dependencies` has the installed packages and the root project by name, not dbt's own macros.
 * The profile's credentials are not among them: templates have `target`.
 */
export function runtimeConfig(services: ContextServices): PyObject {
  const { project, packages } = services.config
  const all = [project, ...packages.values()]
  return projectConfig(services, project, () =>
    Object.fromEntries(all.map((each) => [each.name, projectConfig(services, each, () => null)])),
  )
}

function projectConfig(services: ContextServices, project: Project, dependencies: () => Value): PyObject {
  const { config, invocation, adapter } = services
  return new Attributes(
    'RuntimeConfig',
    new Map<string, () => Value>([
      ['project_name', () => project.name],
      ['version', () => project.version],
      ['project_root', () => project.root],
      ['profile_name', () => config.target.profileName],
      ['target_name', () => config.target.name],
      ['threads', () => config.target.threads],
      ['model_paths', () => [...project.modelPaths]],
      ['seed_paths', () => [...project.seedPaths]],
      ['test_paths', () => [...project.testPaths]],
      ['analysis_paths', () => [...project.analysisPaths]],
      ['macro_paths', () => [...project.macroPaths]],
      ['snapshot_paths', () => [...project.snapshotPaths]],
      ['function_paths', () => [...project.functionPaths]],
      ['docs_paths', () => [...project.docsPaths]],
      ['asset_paths', () => [...project.assetPaths]],
      ['target_path', () => project.targetPath],
      ['log_path', () => invocation.flags.logPath],
      ['clean_targets', () => [...project.cleanTargets]],
      ['packages_install_path', () => project.packagesInstallPath],
      ['quoting', () => ({ ...adapter.defaultQuoting, ...project.quoting })],
      ['on_run_start', () => [...project.onRunStart]],
      ['on_run_end', () => [...project.onRunEnd]],
      ['dispatch', () => project.dispatch.map((rule) => ({ ...rule, search_order: [...rule.search_order] }))],
      ...TREES.map((tree): [string, () => Value] => [tree.replace('-', '_'), () => project.configTrees[tree]]),
      ['vars', () => varProvider(project.vars)],
      ['config_version', () => 2],
      ['restrict_access', () => project.restrictAccess],
      ['flags', () => project.flags],
      ['cli_vars', () => config.cliVars],
      ['args', () => argumentsOf(services)],
      ['dependencies', dependencies],
    ]),
  )
}

const varProvider = (vars: PlainDict): PyObject =>
  new Attributes(
    'VarProvider',
    new Map<string, () => Value>([
      ['vars', () => vars],
      ['to_dict', () => hostFunction('to_dict', [], () => vars)],
    ]),
  )

/** The options of the command line under dbt's names; those that the command does not have are undefined. */
const argumentsOf = (services: ContextServices): PyObject =>
  new Attributes(
    'Flags',
    new Map(
      Object.entries(runResultsArgs(services.invocation.flags)).map(([name, value]): [string, () => Value] => [
        name,
        () => value,
      ]),
    ),
  )

/** What `ref` and `source` are, besides being callable. */
export abstract class Resolver extends PyObject {
  readonly #services: ContextServices

  constructor(services: ContextServices) {
    super()
    this.#services = services
  }
  override getAttr(name: string): Value | undefined {
    if (name === 'config') return runtimeConfig(this.#services)
    return name === 'current_project' ? this.#services.config.project.name : undefined
  }
}
