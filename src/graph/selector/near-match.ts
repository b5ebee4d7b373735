import { didYouMean } from '../../errors/did-you-mean.ts'
import { isDict, type Value } from '../../jinja/runtime/value.ts'
import { graphNode, type Manifest } from '../../manifest/manifest.ts'
import type { GraphNode } from '../../manifest/node.ts'
import type { NodeOutline } from '../../manifest/node-map.ts'
import type { Criterion, SpecGroup } from './spec.ts'
import { hasWildcard } from './wildcard.ts'

/** What may have been meant by a group of criteria that matches nothing; undefined when nothing is near. `matches` tells whether a criterion matches by itself. */
export function nearMatch(
  group: SpecGroup,
  manifest: Manifest,
  nodes: readonly NodeOutline[],
  matches: (criterion: Criterion) => boolean,
): string | undefined {
  if (group.raw === '') return 'the criterion is empty: is it a variable without a value, or are there two spaces?'
  const criteria = group.parts.filter((part) => part.op === 'criterion')
  const missing = criteria.find((criterion) => !matches(criterion))
  if (missing === undefined)
    return criteria.length > 1 ? 'each part matches something, but nothing matches all of them' : undefined
  if (typeof missing.value !== 'string') return undefined
  const { value } = missing
  if (value === '' && criteria.length > 1) return `a comma stands at the beginning or end of '${group.raw}'`
  const disabled = missing.method === 'fqn' ? disabledNode(manifest, value) : undefined
  if (disabled !== undefined)
    return `${disabled.resource_type} '${disabled.name}' (${disabled.original_file_path}) is disabled`
  const other = missing.method === 'fqn' ? otherMethod(value, nodes) : undefined
  if (other !== undefined) return `did you mean '${other}'?`
  if (hasWildcard(value)) return undefined
  const near = didYouMean(value, candidates(missing, nodes, manifest))
  return near === undefined ? undefined : `did you mean '${withMethod(missing, near)}'?`
}

function disabledNode(manifest: Manifest, name: string): GraphNode | undefined {
  for (const [node] of manifest.disabled.values()) if (node?.name === name) return node
  return undefined
}

/** A name that is no model's, but a source's, a tag's, a group's ... */
function otherMethod(value: string, nodes: readonly NodeOutline[]): string | undefined {
  const [first, second] = value.split('.')
  for (const node of nodes) {
    if (node.resource_type !== 'source' || node.source_name !== first) continue
    if (second === undefined || node.name === second) return `source:${value}`
  }
  for (const node of nodes) {
    if (tagsOf(node).includes(value)) return `tag:${value}`
    if (node.config.group === value) return `group:${value}`
  }
  return undefined
}

const withMethod = (criterion: Criterion, value: string): string =>
  criterion.raw.includes(':') ? `${[criterion.method, ...criterion.arguments].join('.')}:${value}` : value

function* candidates(
  { method, arguments: keys }: Criterion,
  nodes: readonly NodeOutline[],
  manifest: Manifest,
): Generator<string> {
  for (const node of nodes) {
    switch (method) {
      case 'fqn':
        yield* node.fqn
        for (let end = 2; end <= node.fqn.length; end++) {
          yield node.fqn.slice(0, end).join('.')
          yield node.fqn.slice(1, end).join('.')
        }
        break
      case 'tag':
        yield* tagsOf(node)
        break
      case 'group':
        if (typeof node.config.group === 'string') yield node.config.group
        break
      case 'access':
        yield* ['public', 'protected', 'private']
        break
      case 'package':
        yield node.package_name
        break
      case 'path':
        yield* pathsOf(node)
        break
      case 'file':
        yield node.original_file_path.split('/').at(-1)!
        break
      case 'source':
        if (node.resource_type === 'source') yield* [node.source_name ?? '', `${node.source_name}.${node.name}`]
        break
      case 'test_name':
        if (node.resource_type === 'test' && 'test_metadata' in node)
          yield String((node.test_metadata as { name?: unknown } | undefined)?.name)
        break
      case 'config':
        yield* configTexts(graphNode(manifest, node.unique_id)?.config as Value, keys)
        break
      default:
        if (node.resource_type === method) yield* [node.name, `${node.package_name}.${node.name}`]
    }
  }
}

const tagsOf = (node: NodeOutline): string[] => {
  const tags = node.tags ?? node.config.tags
  return Array.isArray(tags) ? tags.map(String) : typeof tags === 'string' ? [tags] : []
}

function* pathsOf({ original_file_path: file }: NodeOutline): Generator<string> {
  for (let path = file; path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('/')))) yield path
}

function* configTexts(config: Value, keys: readonly string[]): Generator<string> {
  let value: unknown = config
  for (const key of keys) value = isDict(value as Value) ? (value as Record<string, unknown>)[key] : undefined
  for (const one of Array.isArray(value) ? value : [value]) if (typeof one === 'string') yield one
}
