import type { Manifest } from '../manifest/manifest.ts'
import { type GenericTestNode, isGenericTest, type ModelNode } from '../manifest/node.ts'
import { byCodePoint } from './generic-test-names.ts'

/**
 * Fills `primary_key` of models: columns of primary key constraints; else those with a unique and a not_null test; else those with an enabled
 * unique test (or dbt_utils' unique_combination_of_columns); else with a disabled one.
 */
export function inferPrimaryKeys(manifest: Manifest): void {
  const tests = new Map<string, GenericTestNode[]>()
  const add = (test: GenericTestNode): void => {
    if (test.attached_node === null) return
    const list = tests.get(test.attached_node)
    if (list === undefined) tests.set(test.attached_node, [test])
    else list.push(test)
  }
  for (const node of manifest.nodes.values()) if (isGenericTest(node)) add(node)
  for (const nodes of manifest.disabled.values()) for (const node of nodes) if (isGenericTest(node)) add(node)
  for (const node of manifest.nodes.values()) {
    if (node.resource_type !== 'model') continue
    node.primary_key = primaryKey(node as ModelNode, tests.get(node.unique_id) ?? []).sort(byCodePoint)
  }
}

function primaryKey(model: ModelNode, tests: readonly GenericTestNode[]): string[] {
  const constraint = model.constraints.find(({ type }) => type === 'primary_key')
  if (constraint !== undefined) return [...(constraint.columns ?? [])]
  const column = Object.values(model.columns).find(({ constraints }) =>
    constraints.some(({ type }) => type === 'primary_key'),
  )
  if (column !== undefined) return [column.name]
  const enabled = new Set<string>()
  const disabled = new Set<string>()
  const notNull = new Set<string>()
  for (const test of tests) {
    const { name } = test.test_metadata
    for (const tested of testedColumns(test)) {
      if (name === 'unique' || name === 'unique_combination_of_columns')
        (test.config.enabled ? enabled : disabled).add(tested)
      else if (name === 'not_null') notNull.add(tested)
    }
  }
  const both = [...notNull].filter((name) => enabled.has(name) || disabled.has(name))
  return both.length > 0 ? both : enabled.size > 0 ? [...enabled] : [...disabled]
}

function testedColumns({ test_metadata: { kwargs } }: GenericTestNode): string[] {
  if (typeof kwargs['column_name'] === 'string') return [kwargs['column_name']]
  const columns = kwargs['combination_of_columns']
  return Array.isArray(columns) ? columns.filter((column) => typeof column === 'string') : []
}
