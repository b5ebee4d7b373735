import { expect, test } from 'vitest'
import type { ModelNode } from '../../../src/manifest/node.ts'
import { parseFiles } from './parse-files.ts'

const MODELS = {
  'models/a.sql': "{{ config(schema='x') }} select 1",
  'models/b.sql': "{{ config(schema='x', alias=' other ') }} select 1",
  'models/c.sql': "{{ config(database='db') }} select 1",
}

const names = async (files: Readonly<Record<string, string>>): Promise<unknown> => {
  const { manifest } = await parseFiles({ ...MODELS, ...files })
  return [...manifest.nodes.values()].map((node) => {
    const { name, database, schema, alias } = node as ModelNode
    return [name, database, schema, alias]
  })
}

test('names by the built-in macros', async () => {
  expect(await names({})).toEqual([
    ['a', 'shop', 'main_x', 'a'],
    ['b', 'shop', 'main_x', 'other'],
    ['c', 'db', 'main', 'c'],
  ])
})

test('versions are part of the alias', async () => {
  const properties = 'models:\n  - name: v\n    versions: [{v: 1}, {v: 2.5}]\n'
  const { manifest } = await parseFiles({
    'models/v_v1.sql': 'select 1',
    'models/v_v2.5.sql': 'select 1',
    'models/v.yml': properties,
  })
  expect([...manifest.nodes.values()].map((node) => (node as ModelNode).alias)).toEqual(['v_v1', 'v_v2_5'])
})

test.each([
  ['the macro', 'generate_schema_name(custom_schema_name, node)'],
  ['what it dispatches to', 'default__generate_schema_name(custom_schema_name, node)'],
  ["the adapter's own", 'duckdb__generate_schema_name(custom_schema_name, node)'],
])('a project that replaces %s is asked for each node', async (_, signature) => {
  const macro = `{% macro ${signature} %}{{ custom_schema_name or 'none' }}_{{ node.name }}{% endmacro %}`
  expect(await names({ 'macros/names.sql': macro })).toEqual([
    ['a', 'shop', 'x_a', 'a'],
    ['b', 'shop', 'x_b', 'other'],
    ['c', 'db', 'none_c', 'c'],
  ])
})

test('a macro that looks at the wanted name and the target only is asked once for each name', async () => {
  const macro =
    '{% macro generate_schema_name(wanted, target_node) %}{{ target.schema if wanted is none else wanted | upper }}{% endmacro %}'
  expect(await names({ 'macros/names.sql': macro })).toEqual([
    ['a', 'shop', 'X', 'a'],
    ['b', 'shop', 'X', 'other'],
    ['c', 'db', 'main', 'c'],
  ])
})

test('a macro whose second argument is called like the target is asked for each node', async () => {
  const macro = '{% macro generate_schema_name(wanted, target) %}{{ target.name }}{% endmacro %}'
  expect((await names({ 'macros/names.sql': macro })) as unknown[][]).toEqual([
    ['a', 'shop', 'a', 'a'],
    ['b', 'shop', 'b', 'other'],
    ['c', 'db', 'c', 'c'],
  ])
})
