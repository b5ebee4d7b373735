import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { writeFileAtomically } from '../../artifacts/write-file.ts'
import { asPlainDict } from '../../config/python-data.ts'
import { parseYaml } from '../../jinja/python/yaml.ts'
import type { Value } from '../../jinja/runtime/value.ts'
import { NO_SECRETS } from '../../util/secrets.ts'
import type { ProjectNames } from './candidates.ts'

interface Surroundings {
  readonly words: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly home: string
}

/** What completion needs of a manifest: lists of names by what they are. */
type Index = Readonly<Record<string, readonly string[]>>

/** Beside the manifest: its names alone, so that a large one is read once and not at each key. */
const INDEX_FILE = 'completion-index.json'

/**
 * The names of the project around the working directory, from files that are there: dbt_project.yml, profiles.yml, selectors.yml and
 * target/manifest.json. The project is never parsed. What is missing or broken gives no names and no error.
 */
export function projectNames(around: Surroundings): ProjectNames {
  const given = (option: string, variable: string): string | undefined =>
    optionIn(around.words, option) ?? around.env[`DBT_ENGINE_${variable}`] ?? around.env[`DBT_${variable}`]
  const folder = (option: string, variable: string): string | undefined => {
    const found = given(option, variable)
    return found === undefined ? undefined : resolve(around.cwd, found)
  }
  const root = folder('--project-dir', 'PROJECT_DIR') ?? nearest(around.cwd)
  const project = once(() => dictOf(join(root, 'dbt_project.yml')))
  const profiles = once(() => {
    const here = existsSync(join(around.cwd, 'profiles.yml')) ? around.cwd : join(around.home, '.dbt')
    return dictOf(join(folder('--profiles-dir', 'PROFILES_DIR') ?? here, 'profiles.yml'))
  })
  const index = once(() => {
    const path = given('--target-path', 'TARGET_PATH') ?? textIn(project()['target-path']) ?? 'target'
    return readIndex(resolve(root, path))
  })
  return {
    nodes: () => index()['nodes'] ?? [],
    values: (method) => index()[`${method}:`] ?? [],
    macros: () => index()['macros'] ?? [],
    selectors: () => {
      const listed = dictOf(join(root, 'selectors.yml'))['selectors']
      return Array.isArray(listed) ? listed.flatMap((one) => textIn(asRecord(one)['name']) ?? []) : []
    },
    profiles: () => Object.keys(profiles()).filter((name) => name !== 'config'),
    targets: () => {
      const name = given('--profile', 'PROFILE') ?? textIn(project()['profile'])
      return Object.keys(asRecord(asRecord(profiles()[name ?? ''])['outputs']))
    },
  }
}

/** The value of an option on the command line: of its long form, and of no other. */
function optionIn(words: readonly string[], option: string): string | undefined {
  const at = words.indexOf(option)
  if (at >= 0 && at + 1 < words.length - 1) return words[at + 1]
  return words.find((word) => word.startsWith(`${option}=`))?.slice(option.length + 1)
}

function nearest(cwd: string): string {
  for (let dir = cwd; ; dir = dirname(dir)) {
    if (existsSync(join(dir, 'dbt_project.yml'))) return dir
    if (dirname(dir) === dir) return cwd
  }
}

function readIndex(target: string): Index {
  try {
    const manifest = join(target, 'manifest.json')
    const path = join(target, INDEX_FILE)
    const { mtimeMs, size } = statSync(manifest)
    const stamp = `${mtimeMs} ${size}`
    const kept = existsSync(path) ? asRecord(JSON.parse(readFileSync(path, 'utf8'))) : {}
    if (kept['stamp'] === stamp) return kept['names'] as Index
    const names = indexOf(asRecord(JSON.parse(readFileSync(manifest, 'utf8'))))
    writeFileAtomically(path, JSON.stringify({ stamp, names }), { secrets: NO_SECRETS, durable: false })
    return names
  } catch {
    return {}
  }
}

function indexOf(manifest: Readonly<Record<string, unknown>>): Index {
  const lists = new Map<string, Set<string>>()
  const add = (list: string, name: unknown): void => {
    if (typeof name !== 'string' || name === '') return
    const found = lists.get(list) ?? new Set()
    lists.set(list, found.add(name))
  }
  for (const one of every(manifest, 'nodes')) {
    const type = String(one['resource_type'])
    if (type === 'test') {
      add('test_name:', asRecord(one['test_metadata'])['name'])
    } else {
      add('nodes', one['name'])
      add('file:', String(one['original_file_path']).split('/').at(-1))
      for (let path = dirname(String(one['original_file_path'])); path !== '.' && path !== '/'; path = dirname(path))
        add('path:', path)
    }
    add('resource_type:', type)
    add('package:', one['package_name'])
    add('group:', one['group'])
    for (const tag of listIn(one['tags'])) add('tag:', tag)
    const config = asRecord(one['config'])
    add('config.materialized:', config['materialized'])
    add('config.schema:', config['schema'])
  }
  for (const one of every(manifest, 'sources')) {
    add('source:', one['source_name'])
    add('source:', `${String(one['source_name'])}.${String(one['name'])}`)
    for (const tag of listIn(one['tags'])) add('tag:', tag)
  }
  for (const [key, list] of [
    ['exposures', 'exposure:'],
    ['metrics', 'metric:'],
    ['semantic_models', 'semantic_model:'],
    ['saved_queries', 'saved_query:'],
    ['unit_tests', 'unit_test:'],
  ] as const)
    for (const one of every(manifest, key)) add(list, one['name'])
  const project = asRecord(manifest['metadata'])['project_name']
  for (const one of every(manifest, 'macros')) {
    const builtin = /^dbt(_\w+)?$/.test(String(one['package_name'])) && one['package_name'] !== project
    if (builtin) continue
    add(
      'macros',
      one['package_name'] === project ? one['name'] : `${String(one['package_name'])}.${String(one['name'])}`,
    )
  }
  return Object.fromEntries([...lists].map(([list, found]) => [list, [...found].sort()]))
}

const every = (manifest: Readonly<Record<string, unknown>>, key: string): Readonly<Record<string, unknown>>[] =>
  Object.values(asRecord(manifest[key])).map(asRecord)

function dictOf(path: string): Readonly<Record<string, unknown>> {
  try {
    return asRecord(parseYaml(readFileSync(path, 'utf8')))
  } catch {
    return {}
  }
}

const asRecord = (value: unknown): Readonly<Record<string, unknown>> => asPlainDict(value as Value) ?? {}
const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const textIn = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
