import { QuernError } from '../errors/quern-error.ts'
import { isDict, type PlainDict, type Value } from '../jinja/runtime/value.ts'
import type { Project, ProjectConfig } from './project-config.ts'
import { asPlainDict } from './python-data.ts'

type VarSources = Pick<ProjectConfig, 'project' | 'packages' | 'cliVars'>

/**
 * All vars that a resource of a package sees, unrendered, by precedence (dbt-core 1.11): `--vars`; the root project's vars for
 * the package; the root project's global vars; for a resource of a package, that package's own vars for itself and its global ones.
 * A key that names the package and holds a dict stays visible as a var too, as in dbt.
 */
export function varsOf(sources: VarSources, packageName: string): PlainDict {
  const merged: PlainDict = {}
  const own = packageName === sources.project.name ? undefined : sources.packages.get(packageName)
  if (own !== undefined) addVars(merged, own, packageName)
  addVars(merged, sources.project, packageName)
  Object.assign(merged, sources.cliVars)
  return merged
}

function addVars(into: PlainDict, project: Pick<Project, 'vars'>, packageName: string): void {
  Object.assign(into, project.vars, scoped(project.vars, packageName))
}

const scoped = (vars: PlainDict, packageName: string): PlainDict | undefined =>
  Object.hasOwn(vars, packageName) ? asPlainDict(vars[packageName]) : undefined

/** The value of one var as written (strings may hold Jinja), or undefined when no level has it. */
export function resolveVar(sources: VarSources, packageName: string, name: string): Value | undefined {
  if (Object.hasOwn(sources.cliVars, name)) return sources.cliVars[name]
  const projects =
    packageName === sources.project.name ? [sources.project] : [sources.project, sources.packages.get(packageName)]
  for (const project of projects) {
    if (project === undefined) continue
    const own = scoped(project.vars, packageName)
    if (own !== undefined && Object.hasOwn(own, name)) return own[name]
    if (Object.hasOwn(project.vars, name)) return project.vars[name]
  }
  return undefined
}

/**
 * Reads the text of `--vars` or `--args`: a YAML (or JSON) dict. `parse` reads YAML.
 * Throws a Usage error (`String 'a' is not valid YAML`) for anything else.
 */
export function parseVarsText(text: string, option: string, parse: (text: string) => Value): PlainDict {
  let value: Value
  try {
    value = parse(text)
  } catch (cause) {
    throw invalidVars(text, option, cause instanceof Error ? cause.message.split('\n')[0] : undefined, cause)
  }
  if (!isDict(value)) throw invalidVars(text, option, `it must be a dict, such as '{my_var: my_value}'`)
  return asPlainDict(value)!
}

const invalidVars = (text: string, option: string, why: string | undefined, cause?: unknown): QuernError =>
  new QuernError('Usage', 'invalid_yaml_option', `Invalid value for '${option}': String '${text}' is not valid YAML`, {
    hint: why,
    ...(cause === undefined ? {} : { cause }),
  })
