import type { StateNode } from '../../manifest/previous-state.ts'
import { sameValue, sameWritten } from './same-value.ts'

type Dict = Readonly<Record<string, unknown>>

/** Where a node is built is compared apart, and what only sorts nodes is no change (dbt-core 1.11). */
const APART: ReadonlySet<string> = new Set(['alias', 'schema', 'database', 'tags', 'group'])

/** All that counts of a test's config. */
const TEST_MODIFIERS = [
  'severity', 'where', 'limit', 'fail_calc', 'warn_if', 'error_if', 'store_failures', 'store_failures_as',
] as const // biome-ignore format: one list

const NOTHING: ReadonlySet<string> = new Set()
const GROUP: ReadonlySet<string> = new Set(['group'])

/** Whether what was written as config is the same. dbt-core 1.11: compared unrendered, key by key; semantic models and saved queries as they are. */
export function sameConfig(node: Dict & { readonly resource_type: string }, old: StateNode): boolean {
  if (comparedAsIs(node)) return sameValue(node['config'], old['config'])
  return changedConfigKeys(node, old).length === 0
}

const comparedAsIs = ({ resource_type: type }: { readonly resource_type: string }): boolean =>
  type === 'semantic_model' || type === 'saved_query'

/** The keys for which `sameConfig` says no, sorted; of semantic models and saved queries those of the config as it is. */
export function changedConfigKeys(node: Dict & { readonly resource_type: string }, old: StateNode): string[] {
  const { resource_type: type } = node
  if (comparedAsIs(node)) {
    const [mine, theirs] = [dict(node['config']), dict(old['config'])]
    return keysOf(mine, theirs).filter((key) => !sameValue(mine[key], theirs[key]))
  }
  const mine = dict(node['unrendered_config'])
  const theirs = dict(old['unrendered_config'])
  if (type === 'test') return TEST_MODIFIERS.filter((key) => !sameKey(mine, theirs, key))
  const apart = type === 'source' || type === 'exposure' ? NOTHING : type === 'metric' ? GROUP : APART
  return keysOf(mine, theirs).filter((key) => !apart.has(key) && !sameKey(mine, theirs, key))
}

const keysOf = (a: Dict, b: Dict): string[] => [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()

const sameKey = (mine: Dict, theirs: Dict, key: string): boolean =>
  key in mine ? key in theirs && sameWritten(mine[key], theirs[key]) : !(key in theirs)

const dict = (value: unknown): Dict => (typeof value === 'object' && value !== null ? (value as Dict) : {})
