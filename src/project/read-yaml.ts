import { QuernError } from '../errors/quern-error.ts'
import type { SourceFile, Span } from '../errors/source-file.ts'
import { parseYaml, YamlError, type YamlOptions } from '../jinja/python/yaml.ts'
import type { Value } from '../jinja/runtime/value.ts'
import { aliasProblem, MAX_DEPTH, MAX_VALUES } from './yaml-aliases.ts'
import { positionReader } from './yaml-positions.ts'
import { yamlProblem } from './yaml-problem.ts'

/**
 * The value of a YAML file, as PyYAML would read it; an empty file is None. Fast: positions are not kept (see `locate`).
 * Throws a Runtime Error (`Syntax error near line 5`, as dbt) that points at the place in the file.
 */
export function readYaml(file: SourceFile, options: YamlOptions = {}): Value {
  let value: Value
  try {
    value = parseYaml(file.text, options)
  } catch (error) {
    throw error instanceof YamlError ? yamlProblem(file, error) : error
  }
  if (HAS_ALIAS.test(file.text)) checkAliases(file, value)
  return value
}

const HAS_ALIAS = /(^|[\s[{,])\*[^\s*]/

function checkAliases(file: SourceFile, value: Value): void {
  const problem = aliasProblem(value)
  if (problem === undefined) return
  const at = locate(file, problem.path)
  if (problem.kind === 'cycle') {
    throw new QuernError('Runtime', 'yaml_cycle', 'Cycle detected: Rendering yaml input has a reference to itself', {
      at,
      hint: 'an alias cannot stand inside of what it names',
    })
  }
  if (problem.kind === 'too_deep')
    throw new QuernError('Runtime', 'yaml_too_large', `the values here are nested more than ${MAX_DEPTH} deep`, { at })
  throw new QuernError('Runtime', 'yaml_too_large', `the aliases here stand for more than ${MAX_VALUES} values`, { at })
}

/**
 * Where the value under a path of keys and indexes stands, found by reading the file again with positions.
 * `of: 'key'` gives the key itself. When the path does not exist, its longest existing part is taken;
 * undefined when the file is not YAML at all.
 */
export function locate(
  file: SourceFile,
  path: readonly (string | number)[],
  of: 'key' | 'value' = 'value',
): Span | undefined {
  const document = positionReader().parseDocument(file.text, {
    keepSourceTokens: false,
    uniqueKeys: false,
    version: '1.1',
    merge: true,
  })
  let node: unknown = document.contents
  let found: Span | undefined
  for (const step of path) {
    const next = child(node, step)
    if (next === undefined) return found
    const place = (of === 'key' ? next.key : next.value) ?? next.key
    found = spanOf(file, place) ?? found
    node = next.value
  }
  return found ?? spanOf(file, node)
}

interface YamlNode {
  readonly range?: readonly [number, number, number] | null
  readonly items?: readonly unknown[]
}
interface YamlPair {
  readonly key: unknown
  readonly value: unknown
}

function child(
  node: unknown,
  step: string | number,
): { key: YamlNode | undefined; value: YamlNode | undefined } | undefined {
  const items = (node as YamlNode | null | undefined)?.items
  if (items === undefined) return undefined
  if (typeof step === 'number') {
    const item = items[step] as YamlNode | undefined
    return item === undefined ? undefined : { key: item, value: item }
  }
  for (const item of items as readonly YamlPair[]) {
    const key = item?.key as { value?: unknown; range?: YamlNode['range'] } | null | undefined
    if (key !== null && key !== undefined && String(key.value) === step) {
      return { key: key as YamlNode, value: (item.value ?? undefined) as YamlNode | undefined }
    }
  }
  return undefined
}

function spanOf(file: SourceFile, node: unknown): Span | undefined {
  const range = (node as YamlNode | null | undefined)?.range
  return range === null || range === undefined
    ? undefined
    : { file, start: range[0], end: Math.max(range[1], range[0] + 1) }
}
