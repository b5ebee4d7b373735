import { existsSync, readFileSync } from 'node:fs'
import Ajv from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { expect, test } from 'vitest'
import { manifestJson } from '../../../src/artifacts/manifest-json.ts'
import { parseFiles } from '../parse/parse-files.ts'

const FILES = {
  'models/a.sql': 'select 1 as id',
  'models/b.sql': "{{ config(meta={'n': 1.0, 2: 'two'}) }} select * from {{ ref('a') }}",
  'seeds/raw.csv': 'id\n1\n',
  'snapshots/s.sql':
    "{% snapshot snap %}{{ config(strategy='check', unique_key='id', check_cols='all') }}select 1 as id{% endsnapshot %}",
  'models/s.yml': [
    'groups: [{name: g, owner: {name: me}}]',
    'models: [{name: a, config: {group: g}, columns: [{name: id, data_tests: [unique, not_null]}]}]',
    "exposures: [{name: e, type: dashboard, owner: {email: x@y.z}, depends_on: [ref('a')]}]".replace(
      "[ref('a')]",
      `["ref('a')"]`,
    ),
    'sources: [{name: s, tables: [{name: t}]}]',
  ].join('\n'),
}

test('top-level keys, maps and numbers are those of dbt', async () => {
  const loaded = await parseFiles(FILES)
  const text = manifestJson(loaded.manifest, loaded)
  const document = JSON.parse(text)
  expect(Object.keys(document)).toEqual([
    'metadata', 'nodes', 'sources', 'macros', 'docs', 'exposures', 'metrics', 'groups', 'selectors', 'disabled', 'parent_map', 'child_map',
    'group_map', 'saved_queries', 'semantic_models', 'unit_tests', 'functions',
  ]) // biome-ignore format: one list
  expect(text).toContain('"meta": {"n": 1.0, "2": "two"}')
  expect(document.parent_map['model.p.b']).toEqual(['model.p.a'])
  expect(document.child_map['model.p.a']).toContain('exposure.p.e')
  expect(document.group_map.g[0]).toBe('model.p.a')
  expect(document.nodes['model.p.a'].primary_key).toEqual(['id'])
})

// dbt's published schema is not part of this repository: the test runs where a copy is named.
const schema = process.env['QUERN_MANIFEST_SCHEMA'] ?? ''
test.skipIf(!existsSync(schema))('manifest.json fits the published schema', async () => {
  const loaded = await parseFiles(FILES)
  const ajv = new Ajv({ strict: false, allErrors: true })
  addFormats(ajv)
  const validate = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')))
  validate(JSON.parse(manifestJson(loaded.manifest, loaded)))
  expect(validate.errors ?? []).toEqual([])
})
