import { cpSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DiffDocument, type DiffNode, quern } from '../../../src/index.ts'
import { duckdbProfile, inFolder, newFolder, removeFolders } from '../../support/library-project.ts'

/*
 * Each reason for which a resource can differ from the state, and none other.
 */

const yaml = (change: (name: string, before: string, after: string) => string): string => `sources:
  - name: raw
    schema: ${change('schema', 'landing', 'landed')}
    tables:
      - name: orders
        loaded_at_field: ${change('field', 'at', 'loaded_at')}
models:
  - name: described
    description: ${change('described', 'one', 'two')}
    config: {persist_docs: {relation: true}}
    columns: [{name: id, description: ${change('column', 'the id', 'an id')}}]
  - name: contracted
    config: {contract: {enforced: true}}
    columns: [{name: id, data_type: ${change('type', 'integer', 'bigint')}}]
  - name: labelled
    config: {tags: [${change('tag', 'a', 'b')}], group: ${change('group', 'one', 'two')}}
  - name: opened
    access: ${change('access', 'private', 'public')}
    group: one
  - name: tested
    columns:
      - name: id
        data_tests:
          - unique
          - not_null: {config: {severity: ${change('severity', 'error', 'warn')}}}
  - name: configured
    config: {meta: {owner: ${change('owner', 'ann', 'bob')}, kept: 1}}
  - name: placed
    config: {alias: ${change('alias', 'here', 'there')}}
groups:
  - {name: one, owner: {name: x}}
  - {name: two, owner: {name: x}}
exposures:
  - {name: board, type: dashboard, owner: {name: ${change('exposed', 'ann', 'bob')}}, depends_on: [ref('tested')]}
unit_tests:
  - name: counted
    model: tested
    given: []
    expect: {rows: [{id: ${change('expected', '1', '2')}}]}
`

const MODELS = [
  'described',
  'contracted',
  'labelled',
  'opened',
  'tested',
  'configured',
  'placed',
  'moved',
  'disabled',
  'emptied',
  'same',
]

let document: DiffDocument
beforeAll(async () => {
  const folder = newFolder({
    'dbt_project.yml': 'name: shop\nprofile: p\n',
    'profiles.yml': duckdbProfile('own.duckdb'),
    'models/all.yml': yaml((_, before) => before),
    ...Object.fromEntries(MODELS.map((name) => [`models/${name}.sql`, 'select 1 as id'])),
    'models/copied.sql': 'select 7 as id',
  }) // biome-ignore format: one project
  const parsed = await quern.parse({ targetPath: 'prod' }, inFolder(folder))
  expect(parsed.error).toBeUndefined()
  cpSync(join(folder, 'prod'), join(folder, 'state'), { recursive: true })
  writeFileSync(
    join(folder, 'models/all.yml'),
    yaml((_, __, after) => after),
  )
  mkdirSync(join(folder, 'models/sub'))
  renameSync(join(folder, 'models/moved.sql'), join(folder, 'models/sub/moved.sql'))
  writeFileSync(join(folder, 'models/disabled.sql'), '{{ config(enabled=false) }} select 1 as id')
  writeFileSync(join(folder, 'models/emptied.sql'), '')
  // gone, and two new ones have its text: no rename
  renameSync(join(folder, 'models/copied.sql'), join(folder, 'models/copy_a.sql'))
  writeFileSync(join(folder, 'models/copy_b.sql'), 'select 7 as id')
  const end = await quern.diff({ state: 'state', columns: false }, inFolder(folder))
  expect(end.error).toBeUndefined()
  document = end.diff as DiffDocument
}, 60_000)
afterAll(removeFolders)

const nodeOf = (id: string): DiffNode => {
  const node = document.nodes.find(({ unique_id }) => unique_id.startsWith(id))
  if (node === undefined) throw new Error(`no ${id}: ${document.nodes.map(({ unique_id }) => unique_id).join(', ')}`)
  return node
}
const change = (key: string, before: unknown, after: unknown) => ({ key, before, after })

test.each([
  ['model.shop.described', [{
    kind: 'descriptions',
    rule: 'state:modified.persisted_descriptions',
    changes: [change('description', 'one', 'two'), change('columns.id', 'the id', 'an id')],
  }]],
  ['model.shop.contracted', [
    { kind: 'contract', rule: 'state:modified.contract', changes: [change('columns.id.data_type', 'integer', 'bigint')] },
  ]],
  ['model.shop.labelled', [
    { kind: 'labels', rule: null, changes: [change('tags', ['a'], ['b']), change('group', 'one', 'two')] },
  ]],
  ['model.shop.opened', [{ kind: 'configs', rule: 'state:modified.configs', changes: [change('access', 'private', 'public')] }]],
  ['model.shop.tested', [
    { kind: 'tests', rule: null, added: [], removed: [], modified: ['counted', 'not_null_tested_id'] },
  ]],
  ['model.shop.configured', [
    { kind: 'configs', rule: 'state:modified.configs', changes: [change('meta.owner', 'ann', 'bob')] },
  ]],
  ['model.shop.placed', [
    { kind: 'relation', rule: 'state:modified.relation', changes: [change('alias', 'here', 'there')] },
  ]],
  ['model.shop.moved', [
    { kind: 'definition', rule: 'state:modified', changes: [change('file', 'models/moved.sql', 'models/sub/moved.sql')] },
  ]],
  ['test.shop.not_null_tested_id', [
    { kind: 'configs', rule: 'state:modified.configs', changes: [change('severity', 'error', 'warn')] },
  ]],
  ['source.shop.raw.orders', [
    { kind: 'configs', rule: 'state:modified.configs', changes: [change('loaded_at_field', 'at', 'loaded_at')] },
    { kind: 'relation', rule: 'state:modified.relation', changes: [change('schema', 'landing', 'landed')] },
  ]],
  ['exposure.shop.board', [{ kind: 'definition', rule: 'state:modified', changes: [change('owner.name', 'ann', 'bob')] }]],
  ['unit_test.shop.tested.counted', [
    { kind: 'definition', rule: 'state:modified', changes: [change('expect.rows', [{ id: 1 }], [{ id: 2 }])] },
  ]],
])('%s', (id, reasons) => expect([nodeOf(id).change, nodeOf(id).reasons]).toEqual(['modified', reasons])) // biome-ignore format: a table

test('what was disabled is gone, and that is said', () => {
  expect(nodeOf('model.shop.disabled')).toMatchObject({
    change: 'removed',
    reasons: [{ kind: 'configs', rule: null, changes: [change('enabled', true, false)] }],
  })
})

test('a model without its text', () => {
  expect(nodeOf('model.shop.emptied').reasons[0]).toEqual({
    kind: 'code',
    rule: 'state:modified.body',
    diff: '@@ -1 +0,0 @@\n-select 1 as id',
  })
})

test('a text that is there twice was copied, not renamed', () => {
  for (const [name, expected] of Object.entries({ copied: 'removed', copy_a: 'added', copy_b: 'added' }))
    expect([name, nodeOf(`model.shop.${name}`).change]).toEqual([name, expected])
})

test('nothing else differs', () => {
  expect(document.nodes.some(({ name }) => name === 'same')).toBe(false)
  // descriptions that the database gets count as a modification, labels and tests do not
  const upstream = document.nodes.filter((node) => node.change === 'upstream').map(({ unique_id: id }) => id)
  expect(upstream).toEqual([])
})
