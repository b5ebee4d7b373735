import type { ResourceType } from '../../manifest/unique-id.ts'

const BUILD = ['model', 'snapshot', 'seed', 'test', 'unit_test', 'saved_query', 'exposure', 'function'] as const
const LIST = [...BUILD, 'source', 'metric', 'semantic_model'] as const
const COMPILE = ['model', 'test', 'snapshot', 'analysis', 'operation', 'seed', 'sql_operation', 'function'] as const

const OF_COMMAND: Readonly<Record<string, readonly ResourceType[]>> = {
  run: ['model'],
  check: ['model', 'snapshot'],
  seed: ['seed'],
  snapshot: ['snapshot'],
  test: ['test', 'unit_test'],
  build: BUILD,
  compile: COMPILE,
  show: COMPILE,
  // Compiled are those of `compile`; the catalog has sources too.
  generate: [...COMPILE, 'source'],
  clone: ['model', 'seed', 'snapshot'],
  diff: [...LIST, 'analysis'],
  list: LIST,
  ls: LIST,
  freshness: ['source'],
  lineage: ['model', 'snapshot', 'seed', 'source'],
}

/**
 * The resource types that a command handles (dbt-core 1.11), narrowed by `--resource-type` and `--exclude-resource-type`.
 * `default` and `all` are words of these options: `all` adds analyses to `ls`. `models` is the `-m` of `ls`.
 */
export function resourceTypesOf(
  command: string,
  options: { only?: readonly string[]; without?: readonly string[]; models?: boolean; inline?: boolean } = {},
): ReadonlySet<ResourceType> {
  const list = command === 'ls' || command === 'list'
  if (list && options.models === true) return new Set(['model'])
  if (options.inline === true) return new Set(['sql_operation'])
  const defaults = OF_COMMAND[command] ?? BUILD
  if (!list && command !== 'build' && command !== 'test' && command !== 'clone' && command !== 'diff')
    return new Set(defaults)
  const all: readonly ResourceType[] = list ? [...LIST, 'analysis'] : defaults
  const expand = (words: readonly string[]): ResourceType[] =>
    words.flatMap((word) => (word === 'all' ? all : word === 'default' ? defaults : [word as ResourceType]))
  const wanted = new Set(options.only === undefined || options.only.length === 0 ? defaults : expand(options.only))
  for (const type of expand(options.without ?? [])) wanted.delete(type)
  // These know no others, whatever was asked for.
  if (command === 'test' || command === 'clone')
    for (const type of [...wanted]) if (!defaults.includes(type)) wanted.delete(type)
  return wanted
}
