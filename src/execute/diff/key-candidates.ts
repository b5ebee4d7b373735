import { published } from '../../graph/state/same-value.ts'
import type { Manifest } from '../../manifest/manifest.ts'
import { type GenericTestNode, isGenericTest, type ManifestNode } from '../../manifest/node.ts'

/** Columns that may identify the rows of a relation. */
export interface KeyCandidate {
  readonly columns: readonly string[]
  /** Where it is written: `config unique_key`. */
  readonly from: string
  /** Somebody said that this is the key: it is taken as it is, and what it does not identify is told. */
  readonly isGiven: boolean
}

type Dict = Readonly<Record<string, unknown>>

/**
 * What may be the key of each node, best first: `primary_key` and `unique_key` of config and meta, a primary key constraint, columns that are tested to
 * be unique and not null, a combination that is tested to be unique, a column that is tested to be unique. Tests of a part of the rows (`where`) say
 * nothing of the whole.
 */
export function keyCandidates(manifest: Manifest): (node: ManifestNode) => KeyCandidate[] {
  const tests = testsByNode(manifest)
  return (node) => [...fromConfig(node), ...fromConstraints(node), ...fromTests(tests.get(node.unique_id) ?? [])]
}

function fromConfig(node: ManifestNode): KeyCandidate[] {
  const config = published(node.config) as Dict
  const meta = dict(config['meta'])
  const given = (columns: unknown, from: string): KeyCandidate[] => {
    const names = columnList(columns)
    return names.length === 0 ? [] : [{ columns: names, from, isGiven: true }]
  }
  const unique = columnList(config['unique_key'])
  return [
    ...given(config['primary_key'], 'config primary_key'),
    ...given(meta['primary_key'], 'meta primary_key'),
    ...(node.resource_type === 'snapshot'
      ? given(unique.length === 0 ? [] : [...unique, validFrom(config)], 'unique_key of the snapshot')
      : // With delete+insert it may stand for many rows.
        given(unique, 'config unique_key').map((candidate) => ({ ...candidate, isGiven: false }))),
    ...given(meta['unique_key'], 'meta unique_key'),
  ]
}

/** A snapshot has each key once for each time in which its row was the same. */
function validFrom(config: Dict): string {
  const name = dict(config['snapshot_meta_column_names'])['dbt_valid_from']
  return typeof name === 'string' ? name : 'dbt_valid_from'
}

function fromConstraints(node: ManifestNode): KeyCandidate[] {
  const from = 'constraint primary_key'
  const { constraints } = node as { readonly constraints?: readonly { type: string; columns?: readonly string[] }[] }
  const whole = constraints?.find(({ type }) => type === 'primary_key')?.columns ?? []
  if (whole.length > 0) return [{ columns: whole, from, isGiven: true }]
  return Object.values(node.columns)
    .filter((column) => (column.constraints as readonly { type: string }[]).some(({ type }) => type === 'primary_key'))
    .map(({ name }) => ({ columns: [name], from, isGiven: true }))
}

function fromTests(tests: readonly GenericTestNode[]): KeyCandidate[] {
  const candidate = (columns: readonly string[], test: GenericTestNode): KeyCandidate => ({
    columns,
    from: `test ${test.name}`,
    isGiven: false,
  })
  const notNull = new Set(tests.filter(isNamed('not_null')).map(({ column_name }) => column_name))
  const unique = tests.filter(isNamed('unique')).filter(({ column_name }) => column_name !== null)
  const combined = tests.filter(isNamed('unique_combination_of_columns'))
  return [
    ...unique
      .filter(({ column_name }) => notNull.has(column_name))
      .map((test) => candidate([test.column_name ?? ''], test)),
    ...combined.flatMap((test) => {
      const columns = columnList(published(test.test_metadata.kwargs['combination_of_columns']))
      return columns.length === 0 ? [] : [candidate(columns, test)]
    }),
    ...unique
      .filter(({ column_name }) => !notNull.has(column_name))
      .map((test) => candidate([test.column_name ?? ''], test)),
  ]
}

const isNamed =
  (name: string) =>
  ({ test_metadata }: GenericTestNode): boolean =>
    test_metadata.name === name

function testsByNode(manifest: Manifest): Map<string, GenericTestNode[]> {
  const tests = new Map<string, GenericTestNode[]>()
  for (const node of manifest.nodes.values()) {
    if (!isGenericTest(node) || node.attached_node === null || (node.config.where ?? null) !== null) continue
    tests.set(node.attached_node, [...(tests.get(node.attached_node) ?? []), node])
  }
  return tests
}

const columnList = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((name): name is string => typeof name === 'string' && name !== '')

const dict = (value: unknown): Dict =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Dict) : {}
