import { dictEntries, isDict, type PlainDict, PyDict, type Value } from '../jinja/runtime/value.ts'
import type { ResourceType } from '../manifest/unique-id.ts'
import type { ConfigTreeName } from './project-config.ts'
import { asPlainDict, copyData } from './python-data.ts'

/** Which tree of dbt_project.yml configures a resource type (dbt-core 1.11: analyses, operations and inline SQL use `models`). */
export function treeOf(resourceType: ResourceType): ConfigTreeName {
  switch (resourceType) {
    case 'seed':
      return 'seeds'
    case 'snapshot':
      return 'snapshots'
    case 'source':
      return 'sources'
    case 'test':
      return 'data_tests'
    case 'unit_test':
      return 'unit_tests'
    case 'metric':
      return 'metrics'
    case 'semantic_model':
      return 'semantic-models'
    case 'saved_query':
      return 'saved-queries'
    case 'exposure':
      return 'exposures'
    case 'function':
      return 'functions'
    default:
      return 'models'
  }
}

/**
 * The configs that a tree gives a node, outermost level first: at each level along `fqn` the keys with `+` (without it and
 * the blanks after it) and the keys whose value is not a dict; a dict under a plain key is the next level, never a config.
 * `reject` is called for a key of these levels that is no text (`off:`), with the path of its level.
 */
export function treeConfigs(
  tree: PlainDict,
  fqn: readonly string[],
  reject?: (path: readonly string[], key: Value) => never,
): PlainDict[] {
  const levels: PlainDict[] = [levelConfig(tree)]
  let level: PlainDict = tree
  const path: string[] = []
  for (const name of fqn) {
    const value = Object.hasOwn(level, name) ? level[name] : undefined
    const next = asPlainDict(value)
    if (next === undefined) break
    path.push(name)
    if (reject !== undefined && value instanceof PyDict)
      for (const [key] of dictEntries(value)) if (typeof key !== 'string') reject(path, key)
    level = next
    levels.push(levelConfig(level))
  }
  return levels
}

const levelConfigs = new WeakMap<PlainDict, PlainDict>()

/** What a level itself sets. The same object each time: whoever takes a value from it copies it. */
function levelConfig(level: PlainDict): PlainDict {
  let config = levelConfigs.get(level)
  if (config === undefined) {
    config = ownConfig(level)
    levelConfigs.set(level, config)
  }
  return config
}

function ownConfig(level: PlainDict): PlainDict {
  const config: PlainDict = {}
  for (const [key, value] of Object.entries(level)) {
    if (key.startsWith('+')) config[key.slice(1).trim()] = copyData(value)
    else if (!isDict(value)) config[key] = copyData(value)
  }
  return config
}

/** The paths (below the tree's root) at which a tree sets something: what `unusedConfigPaths` compares with the nodes. */
export function configPaths(tree: PlainDict): string[][] {
  const found = new Map<string, string[]>()
  const visit = (level: PlainDict, path: readonly string[]): void => {
    for (const [key, value] of Object.entries(level)) {
      const deeper = key.startsWith('+') ? undefined : asPlainDict(value)
      if (deeper !== undefined) visit(deeper, [...path, key])
      else found.set(path.join('\u0000'), [...path])
    }
  }
  visit(tree, [])
  return [...found.values()]
}

/**
 * Config paths of a project's trees that apply to no resource (dbt: UnusedResourceConfigPath), as `models.shop.staging`.
 * `fqns` gives the fqn of every resource by tree; `disabled` the fqns of disabled resources, which count for every tree.
 */
export function unusedConfigPaths(
  trees: Readonly<Record<ConfigTreeName, PlainDict>>,
  fqns: ReadonlyMap<ConfigTreeName, readonly (readonly string[])[]>,
  disabled: readonly (readonly string[])[],
): string[] {
  const unused: string[] = []
  for (const tree of CHECKED_TREES) {
    const used = [...(fqns.get(tree) ?? []), ...disabled]
    for (const path of configPaths(trees[tree])) {
      const applies = used.some((fqn) => path.length <= fqn.length && path.every((part, index) => fqn[index] === part))
      if (!applies) unused.push([tree, ...path].join('.'))
    }
  }
  return unused
}

/** dbt-core 1.11 leaves analyses out of the check. */
const CHECKED_TREES: readonly ConfigTreeName[] = [
  'models',
  'seeds',
  'snapshots',
  'sources',
  'data_tests',
  'unit_tests',
  'metrics',
  'semantic-models',
  'saved-queries',
  'exposures',
  'functions',
]
