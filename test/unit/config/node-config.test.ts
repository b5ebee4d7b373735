import { describe, expect, test } from 'vitest'
import { mergeConfigCalls } from '../../../src/config/merge-config.ts'
import { hookDict, resolveConfig, snapshotProblem } from '../../../src/config/node-config.ts'
import type { PlainDict } from '../../../src/jinja/runtime/value.ts'
import { caught } from './caught.ts'

// Expected values: dbt-core 1.11.16, `get_config_for(type).from_dict({}).update_from(...).finalize_and_validate()`.

test('the defaults of a model in published order', () => {
  expect(Object.entries(resolveConfig('model', []))).toEqual(
    Object.entries({
      enabled: true, alias: null, schema: null, database: null, tags: [], meta: {}, group: null, static_analysis: null,
      materialized: 'view', incremental_strategy: null, batch_size: null, lookback: 1, begin: null, persist_docs: {},
      'post-hook': [], 'pre-hook': [], quoting: {}, column_types: {}, full_refresh: null, unique_key: null,
      on_schema_change: 'ignore', on_configuration_change: 'apply', grants: {}, packages: [],
      docs: { show: true, node_color: null }, contract: { enforced: false, alias_types: true }, event_time: null,
      concurrent_batches: null, access: 'protected', freshness: null,
    }), // biome-ignore format: as in the manifest
  )
})

test('the defaults of tests, sources and exposures', () => {
  expect(resolveConfig('test', [])).toEqual({
    enabled: true, alias: null, schema: 'dbt_test__audit', database: null, tags: [], meta: {}, group: null, static_analysis: null,
    materialized: 'test', severity: 'ERROR', store_failures: null, store_failures_as: null, where: null, limit: null,
    fail_calc: 'count(*)', warn_if: '!= 0', error_if: '!= 0',
  }) // biome-ignore format: as in the manifest
  expect(resolveConfig('source', [])).toEqual({
    enabled: true, event_time: null,
    freshness: { warn_after: { count: null, period: null }, error_after: { count: null, period: null }, filter: null },
    loaded_at_field: null, loaded_at_query: null, meta: {}, tags: [], static_analysis: null,
  }) // biome-ignore format: as in the manifest
  expect(resolveConfig('exposure', [])).toEqual({ enabled: true, tags: [], meta: {} })
})

describe('merging', () => {
  const only = (key: string, ...levels: PlainDict[]) => resolveConfig('model', levels)[key]

  test('tags and packages append, scalars as lists', () => {
    expect(only('tags', { tags: 'a' }, { tags: ['b', 'a'] })).toEqual(['a', 'b', 'a'])
    expect(only('packages', { packages: 'x' })).toEqual(['x'])
  })
  test('meta, quoting, column_types, docs and contract update one level deep', () => {
    expect(only('meta', { meta: { a: { x: 1 }, b: 1 } }, { meta: { a: { y: 2 } } })).toEqual({ a: { y: 2 }, b: 1 })
    expect(only('docs', { docs: { node_color: '#FFF' } })).toEqual({ show: true, node_color: '#FFF' })
    expect(only('contract', { contract: { enforced: true } })).toEqual({ enforced: true, alias_types: true })
  })
  test('grants replace a privilege, + extends it', () => {
    expect(
      only('grants', { grants: { select: 'a', insert: ['x'] } }, { grants: { '+select': 'b', insert: 'y' } }),
    ).toEqual({
      select: ['a', 'b'],
      insert: ['y'],
    })
  })
  test('everything else is replaced, unknown keys are kept with their nulls', () => {
    expect(only('persist_docs', { persist_docs: { relation: true } }, { persist_docs: { columns: true } })).toEqual({
      columns: true,
    })
    expect(only('foo', { foo: { a: 1 } }, { foo: null })).toBe(null)
  })
  test('a null means the default again', () => {
    expect(only('lookback', { lookback: 5 }, { lookback: null })).toBe(1)
    expect(only('on_schema_change', { on_schema_change: 'fail' }, { on_schema_change: null })).toBe('ignore')
  })
  test('hooks append in every form, under both names', () => {
    expect(
      only('pre-hook', { 'pre-hook': 'a' }, { pre_hook: ['{"sql": "b", "transaction": false}', { sql: 'c' }] }),
    ).toEqual([
      { sql: 'a', transaction: true, index: null },
      { sql: 'b', transaction: false, index: null },
      { sql: 'c', transaction: true, index: null },
    ])
  })
})

describe('what dbt refuses', () => {
  const refusal = (type: 'model' | 'test' | 'seed', config: PlainDict): string =>
    caught(() => resolveConfig(type, [config])).message
  test.each([
    [{ enabled: 'yes' }, "at path ['enabled']: 'yes' is not of type 'boolean'"],
    [{ materialized: null }, "at path ['materialized']: None is not of type 'string'"],
    [{ tags: { a: 1 } }, "at path ['tags']: [{'a': 1}] is not valid under any of the given schemas"],
    [{ unique_key: { a: 1 } }, "at path ['unique_key']: {'a': 1} is not valid under any of the given schemas"],
    [{ docs: { show: null } }, "at path ['docs']: None is not of type 'boolean'"],
    [
      { docs: { node_color: 'zzz' } },
      "at path ['docs']: Invalid color name for docs.node_color: zzz. It is neither a valid HTML color name nor a valid HEX code.",
    ],
    [
      { materialized: 'incremental', contract: { enforced: true } },
      "at path ['on_schema_change']: Invalid value for on_schema_change: ignore. Models materialized as incremental with contracts enabled must set on_schema_change to 'append_new_columns' or 'fail'",
    ],
    [{ meta: null }, "Invalid value for config 'meta': expected dict, got None"],
  ])('model %j', (config, message) => {
    expect(refusal('model', config as PlainDict)).toBe(message)
  })
  test('tests and seeds', () => {
    expect(refusal('test', { severity: 'foo' })).toBe(
      "at path ['severity']: Severity must be either 'warn' or 'error'. Got 'foo'",
    )
    expect(refusal('seed', { materialized: 'view' })).toBe(
      "at path ['materialized']: A seed must have a materialized value of 'seed'",
    )
  })
})

test('static_analysis is a word, limit a number', () => {
  expect(resolveConfig('model', [{ static_analysis: false }])['static_analysis']).toBe('off')
  expect(resolveConfig('test', [{ limit: '10' }])['limit']).toBe(10)
})

test.each([
  [{ store_failures: true }, true, 'table'],
  [{ store_failures: false }, false, 'ephemeral'],
  [{ store_failures: false, store_failures_as: 'view' }, true, 'view'],
  [{ store_failures: true, store_failures_as: 'ephemeral' }, false, 'ephemeral'],
  [{}, null, null],
])('store_failures of %j', (config, store, as) => {
  const resolved = resolveConfig('test', [config as PlainDict])
  expect([resolved['store_failures'], resolved['store_failures_as']]).toEqual([store, as])
})

describe('mergeConfigCalls', () => {
  test('the first call is taken as written, later ones join it', () => {
    expect(mergeConfigCalls([{ tags: 'a', materialized: 'table' }])).toEqual({ tags: 'a', materialized: 'table' })
    expect(
      mergeConfigCalls([
        { tags: 'a', meta: { x: 1 } },
        { tags: ['b'], meta: { y: 2 }, pre_hook: 'select 9' },
      ]),
    ).toEqual({
      tags: ['a', 'b'],
      meta: { x: 1, y: 2 },
      'pre-hook': ['select 9'],
    })
  })
  test('keeps the + of grants', () => {
    expect(
      mergeConfigCalls([{ a: 1 }, { grants: { '+select': 'u' } }, { grants: { '+select': 'v', insert: 'w' } }])[
        'grants'
      ],
    ).toEqual({
      '+select': ['u', 'v'],
      insert: ['w'],
    })
  })
  test('both spellings of a hook are too many', () => {
    expect(caught(() => mergeConfigCalls([{ 'pre-hook': 'a', pre_hook: 'b' }])).message).toBe(
      'Invalid config, has conflicting keys "pre_hook" and "pre-hook"',
    )
  })
})

test('a hook needs SQL', () => {
  expect(caught(() => hookDict('pre-hook', { a: 1 })).code).toBe('invalid_config')
  expect(hookDict('pre-hook', '')).toEqual({ sql: '', transaction: true, index: null })
})

test.each([
  [{ strategy: 'timestamp' }, "Snapshots must be configured with a 'strategy' and 'unique_key'."],
  [
    { strategy: 'check', unique_key: 'id' },
    'A snapshot configured with the check strategy must specify a check_cols configuration.',
  ],
  [
    { strategy: 'check', unique_key: 'id', check_cols: 'a' },
    "Invalid value for 'check_cols': a. Expected 'all' or a list of strings.",
  ],
  [
    { strategy: 'timestamp', unique_key: 'id' },
    'A snapshot configured with the timestamp strategy must specify an updated_at configuration.',
  ],
  [
    { strategy: 'timestamp', unique_key: 'id', updated_at: 't', check_cols: 'all' },
    "A 'timestamp' snapshot should not have 'check_cols'",
  ],
  [{ strategy: 'custom', unique_key: 'id' }, undefined],
])('snapshot %j', (config, problem) => {
  expect(snapshotProblem(resolveConfig('snapshot', [config]))).toBe(problem)
})
