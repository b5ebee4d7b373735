import { treeOf } from '../config/config-tree.ts'
import { type CalculatedConfig, calculateConfig } from '../config/node-config.ts'
import type { ConfigTreeName, Project } from '../config/project-config.ts'
import { asPlainDict, copyDict } from '../config/python-data.ts'
import { QuernError } from '../errors/quern-error.ts'
import type { SourceFile, Span } from '../errors/source-file.ts'
import { isPlainDict, type PlainDict, type Value } from '../jinja/runtime/value.ts'
import type { NodeConfig } from '../manifest/node.ts'
import type { ResourceType } from '../manifest/unique-id.ts'
import { locate } from '../project/read-yaml.ts'
import { dataText, NotData } from './cache/data-text.ts'
import type { ParseSession } from './session.ts'

/** The config of one resource and what it was made from (see `calculateConfig`); wrong values are reported at the file that holds them. */
export function computeConfig(
  session: ParseSession,
  resourceType: ResourceType,
  project: Project,
  fqn: readonly string[],
  from: {
    readonly patch?: PlainDict | undefined
    /** What stands for the patch and the calls in `unrendered_config`; absent = themselves. */
    readonly unrenderedPatch?: PlainDict | undefined
    readonly unrenderedCall?: PlainDict | undefined
    readonly calls?: readonly PlainDict[]
    readonly file?: SourceFile
    readonly before?: PlainDict
  } = {},
): CalculatedConfig {
  const calls = from.calls?.filter((call) => Object.keys(call).length > 0) ?? []
  if (calls.length > 0 || (from.patch !== undefined && Object.keys(from.patch).length > 0))
    return calculate(session, resourceType, project, fqn, from)
  const known = projectConfig(session, resourceType, project, fqn, from)
  return {
    config: copyDict(known.config as unknown as PlainDict) as unknown as NodeConfig,
    unrenderedConfig: copyDict(known.unrenderedConfig),
  }
}

/** What the project files alone give a resource; shared, to be copied. */
function projectConfig(
  session: ParseSession,
  resourceType: ResourceType,
  project: Project,
  fqn: readonly string[],
  from: Parameters<typeof calculate>[4],
): SharedConfig {
  const root = session.config.project
  const own = treePath(project, resourceType, fqn)
  const key = `${resourceType} ${project.name} ${own} ${root === project ? own : treePath(root, resourceType, fqn)}`
  let known = session.projectConfigs.get(key)
  if (known === undefined) {
    const calculated = calculate(session, resourceType, project, fqn, from)
    known = { ...calculated, basis: textOf(calculated.config) }
    session.projectConfigs.set(key, known)
  }
  return known
}

/** A config of the project files, and what it adds to the basis of a template of its node: its text, or itself when it is no data. */
export interface SharedConfig extends CalculatedConfig {
  readonly basis: unknown
}

function textOf(config: NodeConfig): unknown {
  try {
    return dataText(config)
  } catch (error) {
    if (error instanceof NotData) return config
    throw error
  }
}

/** See `SharedConfig`. */
export const configBasis = (
  session: ParseSession,
  resourceType: ResourceType,
  project: Project,
  fqn: readonly string[],
): unknown => projectConfig(session, resourceType, project, fqn, {}).basis

/** The part of an fqn for which a project's tree has levels: nodes that share it get the same config from the project files. */
function treePath(project: Project, resourceType: ResourceType, fqn: readonly string[]): string {
  const trees = [project.configTrees[treeOf(resourceType)], project.unrenderedConfigTrees[treeOf(resourceType)]]
  let depth = 0
  for (const tree of trees) {
    let level: Value | undefined = tree
    let reached = 0
    for (const name of fqn) {
      if (level === undefined || !isPlainDict(level) || !Object.hasOwn(level, name)) break
      level = level[name]
      reached++
    }
    depth = Math.max(depth, reached)
  }
  return fqn.slice(0, depth).join('.')
}

const UNCOMPILED: ReadonlySet<ResourceType> = new Set([
  'source',
  'exposure',
  'metric',
  'semantic_model',
  'saved_query',
  'unit_test',
  'group',
])

function calculate(
  session: ParseSession,
  resourceType: ResourceType,
  project: Project,
  fqn: readonly string[],
  from: {
    readonly patch?: PlainDict | undefined
    /** What stands for the patch and the calls in `unrendered_config`; absent = themselves. */
    readonly unrenderedPatch?: PlainDict | undefined
    readonly unrenderedCall?: PlainDict | undefined
    readonly calls?: readonly PlainDict[]
    readonly file?: SourceFile
    readonly before?: PlainDict
  },
): CalculatedConfig {
  try {
    return calculateConfig({
      resourceType,
      fqn,
      packageName: project.name,
      patchConfig: from.patch,
      unrenderedPatchConfig: from.unrenderedPatch,
      inFileConfigs: from.calls,
      unrenderedInFileConfig: from.unrenderedCall,
      before: from.before,
      config: session.config,
    })
  } catch (error) {
    if (!(error instanceof QuernError) || error.at !== undefined) throw error
    const key = /^at path \['([^']+)'\]/.exec(error.message)?.[1]
    // dbt-core 1.11 has another heading for what is no node
    const kind = error.kind === 'Parsing' && UNCOMPILED.has(resourceType) ? 'Validation' : error.kind
    throw new QuernError(kind, error.code, error.message, {
      at: key === undefined ? undefined : placeOfConfig(session, resourceType, project, fqn, key, from.file),
      hint: error.hint,
      notes: error.notes,
      cause: error,
    })
  }
}

/** Where a config key is written: in the resource's own file, else at the innermost level of a project file that applies to it. */
function placeOfConfig(
  session: ParseSession,
  resourceType: ResourceType,
  project: Project,
  fqn: readonly string[],
  key: string,
  file: SourceFile | undefined,
): Span | undefined {
  const own = file === undefined ? undefined : placeOfKey(file, key)
  if (own !== undefined) return own
  for (const one of new Set([session.config.project, project])) {
    const place = one.file === undefined ? undefined : placeInProject(one.file, one, treeOf(resourceType), fqn, key)
    if (place !== undefined) return place
  }
  return undefined
}

function placeInProject(
  file: SourceFile,
  project: Project,
  tree: ConfigTreeName,
  fqn: readonly string[],
  key: string,
): Span | undefined {
  let level: PlainDict | undefined = project.unrenderedConfigTrees[tree]
  let place: Span | undefined
  const path: string[] = [tree]
  for (const name of [...fqn, undefined]) {
    if (level === undefined) break
    const written = Object.keys(level).find(
      (one) => one.replace(/^\+\s*/, '').replace(/-/g, '_') === key.replace(/-/g, '_'),
    )
    if (written !== undefined) place = locate(file, [...path, written]) ?? place
    if (name === undefined) break
    path.push(name)
    level = asPlainDict(level[name] ?? null)
  }
  return place
}

/** The first place where a config key is written as one, or nothing. */
export function placeOfKey(file: SourceFile, key: string): Span | undefined {
  const found = new RegExp(`(?<![\\w-])['"]?${key.replace(/[-_]/g, '[-_]')}['"]?\\s*[=:]`).exec(file.text)
  return found === null ? undefined : { file, start: found.index, end: found.index + key.length }
}
