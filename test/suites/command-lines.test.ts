import { expect, test } from 'vitest'
import { PROJECT } from '../flags/effects.ts'
import { typed } from '../support/in-process.ts'
import { folderWith } from '../unit/config/project-files.ts'

/** Command lines of tools and people, with what the reference (dbt-core 1.11.16, dbt-duckdb 1.11.1) printed for this project. */

const SEED = { 'seeds/countries.csv': 'code,n\nDE,1\nFR,2\n' }
const run = async (
  argv: readonly string[],
  files: Readonly<Record<string, string>> = {},
  env: Record<string, string> = {},
) => await typed(argv, { cwd: folderWith({ ...PROJECT, ...SEED, ...files }), env })
const json = (out: string): unknown => JSON.parse(out.slice(out.indexOf('{')))

test('show of a seed: all rows of its file, whatever the limit; nothing is written', async () => {
  const done = await run(['-q', 'show', '-s', 'countries', '--limit', '1'])
  expect([done.code, done.out.trim()]).toEqual([0, '| code | n |\n| ---- | - |\n| DE   | 1 |\n| FR   | 2 |'])
  const asJson = await run(['show', '-s', 'countries', '--output', 'json'])
  expect(json(asJson.out)).toEqual({
    node: 'countries',
    show: [
      { code: 'DE', n: 1 },
      { code: 'FR', n: 2 },
    ],
  })
  expect(asJson.out).toContain('"n": 1.0')
})

test('show of a query as JSON, all rows', async () => {
  const query = "select date '2024-01-01' as d, 1.5::decimal(9,2) as m, true as t, null as n, 'x' as s"
  const done = await run(['show', '--inline', query, '--favor-state', '--limit', '-1', '--output', 'json', '--quiet'])
  expect([done.code, json(done.out)]).toEqual([0, { show: [{ d: '2024-01-01', m: 1.5, t: true, n: null, s: 'x' }] }])
})

test('show --inline-direct is neither a template nor needs a project that can be read', async () => {
  const broken = { 'models/broken.sql': '{% if %}' }
  const direct = ['-q', 'show', '--inline-direct', 'select 1 as a union all select 2 order by 1', '--limit', '1']
  expect((await run(direct, broken)).out.trim()).toBe('| a |\n| - |\n| 1 |')
  const template = await run(['show', '--inline-direct', 'select {{ 1 }} as a'])
  expect([template.code, template.out]).toEqual([
    2,
    expect.stringContaining('Parser Error: syntax error at or near "{"'),
  ])
})

test('ls with the keys that dbt-mcp asks for: those that a node has, in the order asked for', async () => {
  const keys = [
    'unique_id',
    'nosuch',
    'depends_on.nodes',
    'config.materialized',
    'config.nosuch',
    'name',
    'latest_version',
    'deferred',
  ]
  const done = await run([
    '--no-use-colors',
    'list',
    '--quiet',
    '--output',
    'json',
    '--output-keys',
    ...keys,
    '--select',
    'customers',
    '--resource-type',
    'model',
  ])
  expect(done.out.trim()).toBe(
    '{"unique_id": "model.shop.customers", "depends_on.nodes": ["model.shop.orders"], "config.materialized": "view", "name": "customers", "latest_version": null}',
  )
})

test.each([
  [['--no-use-colors', 'docs', '--quiet', 'generate'], 'target/catalog.json'],
  [['--no-use-colors', 'source', '--quiet', 'freshness'], 'target/sources.json'],
  [['--no-use-colors', 'parse', '--quiet'], 'target/manifest.json'],
])('%j: --quiet between the words', async (argv, file) => {
  const done = await run(argv)
  expect([done.code, done.out, done.exists(file)]).toEqual([0, '', true])
})

test('an empty selection ends with 2 where DBT_WARN_ERROR_OPTIONS says so', async () => {
  const env = { DBT_WARN_ERROR_OPTIONS: '{"error": ["NoNodesForSelectionCriteria"]}' }
  expect((await run(['run', '--select', 'nosuch'], {}, env)).code).toBe(2)
  expect((await run(['run', '--select', 'orders'], {}, env)).code).toBe(0)
})

test('--no-introspect: what asks the database is named, and the rest compiles without a connection', async () => {
  const asks = { 'models/asks.sql': "{% if execute %}{% do run_query('select 42') %}{% endif %}select 1 as id" }
  const done = await run(['compile', '-s', 'asks', '--no-introspect'], asks)
  expect(done.out).toContain(
    'Runtime Error in model asks (models/asks.sql)\n  the template asks the database, which --no-introspect forbids',
  )
  const away = {
    'profiles.yml':
      'shop: {target: dev, outputs: {dev: {type: postgres, host: 127.0.0.1, port: 1, user: u, password: p, dbname: d, schema: s}}}\n',
  }
  expect((await run(['compile', '--no-introspect'], away)).code).toBe(0)
})

test('a flags: block with a wrong value counts for nothing, and that is said', async () => {
  const flags = { 'dbt_project.yml': `${PROJECT['dbt_project.yml']}flags: {printer_width: wide, write_json: false}\n` }
  const done = await run(['parse'], flags)
  expect([done.code, done.exists('target/manifest.json')]).toEqual([0, true])
  expect(done.out).toContain(
    "flags: of dbt_project.yml is ignored as a whole: printer_width has to be a whole number, but is 'wide'",
  )
})
