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
  const { resource_type: type } = node
  if (type === 'semantic_model' || type === 'saved_query') return sameValue(node['config'], old['config'])
  const mine = dict(node['unrendered_config'])
  const theirs = dict(old['unrendered_config'])
  if (type === 'test') return TEST_MODIFIERS.every((key) => sameKey(mine, theirs, key))
  const apart = type === 'source' || type === 'exposure' ? NOTHING : type === 'metric' ? GROUP : APART
  return [...new Set([...Object.keys(mine), ...Object.keys(theirs)])].every(
    (key) => apart.has(key) || sameKey(mine, theirs, key),
  )
}

const sameKey = (mine: Dict, theirs: Dict, key: string): boolean =>
  key in mine ? key in theirs && sameWritten(mine[key], theirs[key]) : !(key in theirs)

const dict = (value: unknown): Dict => (typeof value === 'object' && value !== null ? (value as Dict) : {})
