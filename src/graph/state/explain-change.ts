import type { DiffReason, ValueChange } from '../../events/diff-document.ts'
import { type GraphNode, isGenericTest } from '../../manifest/node.ts'
import type { StateNode } from '../../manifest/previous-state.ts'
import { lineDiff } from './line-diff.ts'
import { changedConfigKeys } from './same-config.ts'
import { hasBody } from './same-contents.ts'
import { sameValue } from './same-value.ts'
import { valueChanges } from './value-changes.ts'

type Dict = Readonly<Record<string, unknown>>

/**
 * Why a resource is not as it was in the state: one reason for each of the `parts` that `stateChanges` gives, with what differs; besides, what dbt does
 * not count as a modification: descriptions that the database does not get, tags and group. `macros`: the changed macros that it calls.
 */
export function explainChange(
  node: GraphNode,
  old: StateNode,
  parts: readonly string[],
  macros: () => readonly string[],
): DiffReason[] {
  const mine = node as unknown as Dict & GraphNode
  const has = (part: string): boolean => parts.includes(part)
  const reasons: DiffReason[] = []
  // The text of a generic test is its config once more.
  if (has('body') && !(isGenericTest(node) && has('configs')))
    reasons.push({ kind: 'code', rule: 'state:modified.body', diff: codeDiff(mine, old) })
  const configured = has('configs') ? configs(mine, old) : []
  if (has('configs')) reasons.push({ kind: 'configs', rule: 'state:modified.configs', changes: configured })
  if (has('relation')) reasons.push({ kind: 'relation', rule: 'state:modified.relation', changes: place(mine, old) })
  if (has('contract')) reasons.push({ kind: 'contract', rule: 'state:modified.contract', changes: contract(mine, old) })
  if (has('macros')) reasons.push({ kind: 'macros', rule: 'state:modified.macros', macros: macros() })
  const told = new Set(configured.map(({ key }) => key))
  const defined = parts.length === 0 ? [] : definition(mine, old).filter(({ key }) => !told.has(key))
  if (defined.length > 0 || has('definition'))
    reasons.push({ kind: 'definition', rule: 'state:modified', changes: defined })
  if (hasBody(node) || node.resource_type === 'source') {
    const described = descriptions(mine, old)
    const rule = has('persisted_descriptions') ? 'state:modified.persisted_descriptions' : null
    if (described.length > 0 || rule !== null) reasons.push({ kind: 'descriptions', rule, changes: described })
    const labelled = labels(mine, old)
    if (labelled.length > 0) reasons.push({ kind: 'labels', rule: null, changes: labelled })
  }
  return reasons
}

const codeDiff = (node: Dict & GraphNode, old: StateNode): string | null =>
  node.resource_type === 'seed' ? null : lineDiff(text(old['raw_code']), text(node['raw_code']))

/** Values as rendered; as written where both render to the same. */
function configs(node: Dict & GraphNode, old: StateNode): ValueChange[] {
  const [mine, theirs] = [dict(node['config']), dict(old['config'])]
  const [written, writtenThen] = [dict(node['unrendered_config']), dict(old['unrendered_config'])]
  return changedConfigKeys(node, old).flatMap((key) => {
    const rendered = valueChanges(key, theirs[key], mine[key])
    return rendered.length > 0 ? rendered : valueChanges(key, writtenThen[key], written[key])
  })
}

function place(node: Dict & GraphNode, old: StateNode): ValueChange[] {
  const isSource = node.resource_type === 'source'
  const [mine, before]: [Dict, Dict] = isSource
    ? [node, old]
    : [dict(node['unrendered_config']), dict(old['unrendered_config'])]
  return ['database', 'schema', isSource ? 'identifier' : 'alias'].flatMap((key) =>
    valueChanges(key, before[key], mine[key]),
  )
}

function contract(node: Dict, old: StateNode): ValueChange[] {
  const typed = (columns: unknown): Dict =>
    Object.fromEntries(
      Object.entries(dict(columns)).map(([name, column]) => [
        name,
        { data_type: dict(column)['data_type'], constraints: dict(column)['constraints'] },
      ]),
    )
  return [
    ...valueChanges('enforced', dict(old['contract'])['enforced'], dict(node['contract'])['enforced']),
    ...valueChanges('columns', typed(old['columns']), typed(node['columns'])),
    ...valueChanges('constraints', old['constraints'], node['constraints']),
  ]
}

/** What dbt-core 1.11 compares besides code, config, relation and contract. */
const DEFINITION: Readonly<Record<string, readonly string[]>> = {
  model: ['latest_version', 'access', 'deprecation_date'],
  function: ['arguments', 'returns'],
  source: ['quoting', 'freshness', 'loaded_at_field', 'external'],
  exposure: ['type', 'owner', 'maturity', 'url', 'description', 'label', 'depends_on'],
  metric: ['type', 'description', 'label'],
  semantic_model: ['model', 'description', 'defaults', 'entities', 'dimensions', 'measures', 'primary_entity', 'group'],
  saved_query: ['query_params', 'description', 'label', 'group', 'tags', 'exports'],
  unit_test: ['model', 'given', 'expect', 'overrides', 'versions'],
}

function definition(node: Dict & GraphNode, old: StateNode): ValueChange[] {
  const fields = (DEFINITION[node.resource_type] ?? []).flatMap((key) => valueChanges(key, old[key], node[key]))
  if (sameValue(node['fqn'], old['fqn']) || node.resource_type === 'unit_test') return fields
  const moved = valueChanges('file', old['original_file_path'], node['original_file_path'])
  return [...(moved.length > 0 ? moved : valueChanges('fqn', old['fqn'], node['fqn'])), ...fields]
}

function descriptions(node: Dict, old: StateNode): ValueChange[] {
  const ofColumns = (columns: unknown): Dict =>
    Object.fromEntries(Object.entries(dict(columns)).map(([name, column]) => [name, dict(column)['description'] ?? '']))
  return [
    ...valueChanges('description', old['description'] ?? '', node['description'] ?? ''),
    ...valueChanges('columns', ofColumns(old['columns']), ofColumns(node['columns'])),
  ]
}

const labels = (node: Dict, old: StateNode): ValueChange[] => [
  ...valueChanges('tags', sorted(old['tags']), sorted(node['tags'])),
  ...valueChanges('group', old['group'], node['group']),
]

const sorted = (tags: unknown): unknown[] => (Array.isArray(tags) ? [...new Set(tags)].sort() : [])
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const dict = (value: unknown): Dict => (typeof value === 'object' && value !== null ? (value as Dict) : {})
