import { describe, expect, test } from 'vitest'
import type { GenericTestNode, ModelNode } from '../../../src/manifest/node.ts'
import { parseError, parseFiles, warningsOf } from './parse-files.ts'

const asId = (id: string): never => id as never

test('a model: name, fqn, relation, config from project, properties and file', async () => {
  const { manifest } = await parseFiles({
    'dbt_project.yml':
      'name: p\nprofile: p\nmodels:\n  +tags: [proj]\n  p:\n    sub:\n      +materialized: table\n      +schema: extra\n',
    'models/sub/orders.sql': "\n{{ config(tags=['x'], alias='o') }}\nselect 1 as id\n",
    'models/sub/s.yml':
      'models:\n  - name: orders\n    description: all orders\n    config: {tags: yml, meta: {n: 1.0}}\n',
  })
  const node = manifest.nodes.get(asId('model.p.orders')) as ModelNode
  expect(node).toMatchObject({
    name: 'orders',
    path: 'sub/orders.sql',
    original_file_path: 'models/sub/orders.sql',
    fqn: ['p', 'sub', 'orders'],
    alias: 'o',
    schema: 'main_extra',
    relation_name: '"shop"."main_extra"."o"',
    raw_code: "{{ config(tags=['x'], alias='o') }}\nselect 1 as id",
    tags: ['proj', 'x', 'yml'],
    description: 'all orders',
    patch_path: 'p://models/sub/s.yml',
  })
  expect(node.config.materialized).toBe('table')
})

test('reading calls from the tree gives the same manifest as rendering', async () => {
  const files = {
    'models/a.sql': 'select 1 as id',
    'models/b.sql':
      "{{ config(materialized='table', meta={'k': [1, 2.0]}) }} select * from {{ ref('a') }} join {{ source('s', 't') }} join {{ ref('p', 'a') }}",
    'models/s.yml': 'sources:\n  - name: s\n    tables: [{name: t}]\n',
  }
  const [fast, slow] = await Promise.all([parseFiles(files), parseFiles(files, { argv: ['--no-static-parser'] })])
  expect([...fast.manifest.nodes]).toEqual([...slow.manifest.nodes])
  expect((fast.manifest.nodes.get(asId('model.p.b')) as ModelNode).depends_on.nodes).toEqual([
    'source.p.s.t',
    'model.p.a',
  ])
})

test('generic tests get the ids, names, tags and code that dbt gives them', async () => {
  const { manifest } = await parseFiles({
    'models/a.sql': 'select 1 as id',
    'macros/t.sql': '{% test dt2(model, arg) %} select * from {{ model }} {% endtest %}',
    'models/yml/s.yml': [
      'models:',
      '  - name: a',
      '    columns:',
      '      - name: id',
      '        tags: [ct]',
      '        data_tests:',
      '          - not_null: {name: custom_nn, config: {where: "1=1", severity: error}}',
      '          - accepted_values: {arguments: {values: [1, 2, 3.0, x y, null]}}',
      '    data_tests:',
      '      - dt2: {arguments: {arg: {a: 1, b: [1, 2]}}}',
    ].join('\n'),
  })
  const tests = [...manifest.nodes.values()].filter((node) => node.resource_type === 'test') as GenericTestNode[]
  expect(tests.map((node) => [node.unique_id, node.raw_code, node.tags, node.attached_node])).toEqual([
    [
      'test.p.custom_nn.6c7a4e0546',
      '{{ test_not_null(**_dbt_generic_test_kwargs) }}{{ config(severity="error",where="1=1") }}',
      ['ct'],
      'model.p.a',
    ],
    [
      'test.p.accepted_values_a_id__1__2__3_0__x_y__None.49a882ecaa',
      '{{ test_accepted_values(**_dbt_generic_test_kwargs) }}',
      ['ct'],
      'model.p.a',
    ],
    ['test.p.dt2_a_1___1_2_.ad87a36d3a', '{{ test_dt2(**_dbt_generic_test_kwargs) }}', [], 'model.p.a'],
  ])
  expect(tests[1]!.depends_on.macros).toEqual(['macro.dbt.test_accepted_values', 'macro.dbt.get_where_subquery'])
})

test('versions: ids, fqn, alias, and what ref() without a version means', async () => {
  const { manifest } = await parseFiles({
    'models/vm_v1.sql': 'select 1 as id',
    'models/vm_two.sql': 'select 2 as id',
    'models/d.sql': "select * from {{ ref('vm') }}, {{ ref('vm', v=1) }}",
    'models/s.yml':
      'models:\n  - name: vm\n    columns: [{name: id, data_tests: [unique]}]\n    versions: [{v: 1}, {v: 2, defined_in: vm_two}]\n',
  })
  expect((manifest.nodes.get(asId('model.p.d')) as ModelNode).depends_on.nodes).toEqual([
    'model.p.vm.v2',
    'model.p.vm.v1',
  ])
  expect(manifest.nodes.get(asId('model.p.vm.v2'))).toMatchObject({
    name: 'vm',
    fqn: ['p', 'vm', 'v2'],
    alias: 'vm_v2',
    version: 2,
    latest_version: 2,
  })
  expect(manifest.nodes.has(asId('test.p.unique_vm_v1_id.838ca9ac4a'))).toBe(true)
})

test('a source merges freshness, meta, tags and quoting of source and table', async () => {
  const { manifest } = await parseFiles({
    'models/s.yml': [
      'sources:',
      '  - name: s1',
      '    schema: "sch_{{ 1 + 1 }}"',
      '    meta: {a: 1}',
      '    tags: [st]',
      '    freshness: {warn_after: {count: 1, period: day}}',
      '    loaded_at_field: ts',
      '    tables:',
      '      - name: t1',
      '        identifier: T_1',
      '        quoting: {identifier: false}',
      '        freshness: {error_after: {count: 2, period: hour}}',
      '      - {name: t2, freshness: null, config: {meta: {b: 2}, tags: x}}',
    ].join('\n'),
  })
  expect(manifest.sources.get(asId('source.p.s1.t1'))).toMatchObject({
    relation_name: '"shop"."sch_2".T_1',
    freshness: { warn_after: { count: 1, period: 'day' }, error_after: { count: 2, period: 'hour' }, filter: null },
    unrendered_schema: 'sch_{{ 1 + 1 }}',
    loaded_at_field: 'ts',
  })
  expect(manifest.sources.get(asId('source.p.s1.t2'))).toMatchObject({
    freshness: null,
    meta: { a: 1, b: 2 },
    tags: ['st', 'x'],
  })
})

describe('errors', () => {
  test('all references that lead nowhere in one run, each with its place', async () => {
    expect(
      await parseError({
        'models/stg_orders.sql': 'select 1',
        'models/a.sql': "select *\nfrom {{ ref('stg_ordrs') }}",
        'models/b.sql': "select * from {{ source('x', 'y') }}",
      }),
    ).toBe(
      [
        'Compilation Error in model b (models/b.sql)',
        "  Model 'model.p.b' (models/b.sql) depends on a source named 'x.y' which was not found",
        '  models/b.sql:1:18',
        "  > 1 | select * from {{ source('x', 'y') }}",
        '      |                  ^^^^^^^^^^^^^^^^',
        "  Model 'model.p.a' (models/a.sql) depends on a node named 'stg_ordrs' which was not found",
        "  hint: did you mean 'stg_orders' (models/stg_orders.sql)?",
        '  models/a.sql:2:9',
        '    1 | select *',
        "  > 2 | from {{ ref('stg_ordrs') }}",
        '      |         ^^^^^^^^^^^^^^^^',
      ].join('\n'),
    )
  })

  test('a wrong type in a property file points at its place', async () => {
    const text = await parseError({
      'models/a.sql': 'select 1',
      'models/s.yml': 'models:\n  - name: a\n    columns:\n      name: id\n',
    })
    expect(text).toContain(
      "Invalid models config given in models/s.yml @ models: {'name': 'a', 'columns': {'name': 'id'}} - at path ['columns']: {'name': 'id'} is not of type 'array'",
    )
    expect(text).toContain('models/s.yml:4:7')
    expect(text).toContain('hint: begin each entry with a dash')
  })

  test('an unknown key of an exposure names the one that was meant', async () => {
    const text = await parseError({
      'models/s.yml': 'exposures:\n  - name: e\n    type: dashboard\n    ownr: {name: x}\n',
    })
    expect(text).toContain("'owner' is a required property")
    expect(text).toContain("did you mean 'owner' where it says 'ownr'?")
  })

  test('a seed with a hook that refers to a model', async () => {
    const text = await parseError({
      'dbt_project.yml': 'name: p\nprofile: p\nseeds:\n  post-hook: "select * from {{ ref(\'a\') }}"\n',
      'models/a.sql': 'select 1',
      'seeds/s.csv': 'id\n1\n',
    })
    expect(text).toContain("Seeds cannot depend on other nodes. A pre- or post-hook of 'seed.p.s' calls 'ref'")
    expect(text).toContain('Parsing Error in seed s (seeds/s.csv)')
    expect(text).toContain("through a macro: select * from {{ ref('a') }}")
  })

  test('two models of one name', async () => {
    expect(await parseError({ 'models/a.sql': 'select 1', 'models/x/a.sql': 'select 2' })).toContain(
      'dbt found two models with the name "a".',
    )
  })

  test('two entries for one model', async () => {
    const text = await parseError({ 'models/a.sql': 'select 1', 'models/s.yml': 'models: [{name: a}, {name: a}]\n' })
    expect(text).toContain('dbt found two schema.yml entries for the same resource named a.')
  })

  test('two models with one relation', async () => {
    const text = await parseError({ 'models/a.sql': 'select 1', 'models/b.sql': "{{ config(alias='a') }} select 1" })
    expect(text).toContain('dbt found two resources with the database representation ""shop"."main"."a"".')
  })

  test('a folder in the place of a file', async () => {
    const text = await parseError({ 'models/s.yml/x.txt': 'x', 'models/a.sql': '{{ ref("gone") }}' })
    expect(text).toContain("depends on a node named 'gone' which was not found")
  })
})

test('what names nothing is a warning, and a test of what is missing is switched off', async () => {
  const { manifest, events } = await parseFiles({
    'models/s.yml': 'models: [{name: gone, columns: [{name: id, data_tests: [unique]}]}]\nmacros: [{name: nomacro}]\n',
  })
  expect(warningsOf(events)).toEqual([
    "NoNodeForYamlKey: Did not find matching node for patch with name 'gone' in the 'models' section of file 'models/s.yml'",
    'MacroNotFoundForPatch: Found patch for macro "nomacro" which was not found',
    expect.stringMatching(
      /^NodeNotFoundOrDisabled: Test 'test.p.unique_gone_id.\w+' \(models\/s.yml\) depends on a node named 'gone' in package '' which was not found$/,
    ),
  ])
  expect([...manifest.nodes.values()][0]!.config.enabled).toBe(false)
})

test('text around macros need not be Jinja', async () => {
  const { manifest } = await parseFiles({
    'macros/m.sql': 'see {{ nothing here }}\n{% macro one() %}1{% endmacro %}',
    'models/a.sql': 'select {{ one() }}',
  })
  expect((manifest.nodes.get(asId('model.p.a')) as ModelNode).depends_on.macros).toEqual(['macro.p.one'])
})
