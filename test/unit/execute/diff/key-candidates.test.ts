import { expect, test } from 'vitest'
import { keyCandidates } from '../../../../src/execute/diff/key-candidates.ts'
import { emptyManifest } from '../../../../src/manifest/manifest.ts'
import type { ManifestNode } from '../../../../src/manifest/node.ts'
import { asUniqueId } from '../../../../src/manifest/unique-id.ts'

interface Tested {
  readonly name: string
  readonly column?: string
  readonly columns?: readonly string[]
  readonly where?: string
}

/** Candidates of a model with this config, constraints and tests, as `columns from`. */
function candidates(model: object, tests: readonly Tested[] = []): string[] {
  const manifest = emptyManifest('shop')
  const node = {
    unique_id: 'model.shop.orders',
    resource_type: 'model',
    config: {},
    constraints: [],
    columns: {},
    ...model,
  } as unknown as ManifestNode
  manifest.nodes.set(node.unique_id, node)
  for (const [at, { name, column, columns, where }] of tests.entries()) {
    const id = asUniqueId(`test.shop.${name}_${at}`)
    manifest.nodes.set(id, {
      unique_id: id,
      name: `${name}_${at}`,
      resource_type: 'test',
      attached_node: node.unique_id,
      column_name: column ?? null,
      config: { where: where ?? null },
      test_metadata: { name, namespace: null, kwargs: { column_name: column, combination_of_columns: columns } },
    } as unknown as ManifestNode)
  }
  return keyCandidates(manifest)(node).map(
    ({ columns, from, isGiven }) => `${columns.join('+')} ${from}${isGiven ? ' given' : ''}`,
  )
}

test('config and meta come first, and only primary keys are taken as they are', () => {
  const config = { primary_key: ['a', 'b'], unique_key: 'c', meta: { primary_key: 'd', unique_key: ['e'] } }
  expect(candidates({ config })).toEqual([
    'a+b config primary_key given',
    'd meta primary_key given',
    'c config unique_key',
    'e meta unique_key given',
  ])
})

test('a snapshot has its key once for each time', () => {
  const snapshot = { resource_type: 'snapshot', config: { unique_key: 'id' } }
  expect(candidates(snapshot)).toEqual(['id+dbt_valid_from unique_key of the snapshot given'])
  const renamed = { ...snapshot.config, snapshot_meta_column_names: { dbt_valid_from: 'since' } }
  expect(candidates({ ...snapshot, config: renamed })).toEqual(['id+since unique_key of the snapshot given'])
})

test('constraints of the model, else of a column', () => {
  const column = { id: { name: 'id', constraints: [{ type: 'not_null' }, { type: 'primary_key' }] } }
  expect(candidates({ columns: column })).toEqual(['id constraint primary_key given'])
  const constraints = [{ type: 'primary_key', columns: ['x', 'y'] }]
  expect(candidates({ columns: column, constraints })).toEqual(['x+y constraint primary_key given'])
})

test('tests: unique and not null, a combination, unique alone; none with a condition', () => {
  expect(
    candidates({}, [
      { name: 'unique', column: 'code' },
      { name: 'unique', column: 'part', where: 'x > 1' },
      { name: 'unique_combination_of_columns', columns: ['a', 'b'] },
      { name: 'unique', column: 'id' },
      { name: 'not_null', column: 'id' },
      { name: 'not_null', column: 'other' },
    ]),
  ).toEqual(['id test unique_3', 'a+b test unique_combination_of_columns_2', 'code test unique_0'])
})
