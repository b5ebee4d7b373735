import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { quern, REPOSITORY } from '../support/quern.ts'

/** Runs what docs/selection.md shows, by the command line, over the shop that it speaks of. */
const page = readFileSync(join(REPOSITORY, 'docs', 'selection.md'), 'utf8')
const root = mkdtempSync(join(tmpdir(), 'quern-selection-docs-'))
const SELECTORS = /```yaml\n([\s\S]*?)```/.exec(page)![1]!

const FILES: Readonly<Record<string, string>> = {
  'dbt_project.yml': `
name: shop
profile: shop
models: {shop: {marts: {+tags: nightly}}}
`,
  'profiles.yml': `
shop:
  target: dev
  outputs:
    dev: {type: duckdb, path: shop.duckdb}
    prod: {type: duckdb, path: shop.duckdb}
`,
  'selectors.yml': SELECTORS,
  'models/staging/stg_orders.sql': "select 1 as id, date '2026-01-01' as day from {{ source('raw', 'orders') }}",
  'models/staging/stg_customers.sql': "select 1 as id from {{ source('raw', 'customers') }}",
  'models/marts/orders.sql':
    "{{ config(materialized='incremental', meta={'owner': 'ann'}) }}\nselect * from {{ ref('stg_orders') }}",
  'models/marts/customers.sql': "select c.id from {{ ref('stg_customers') }} c join {{ ref('orders') }} o using (id)",
  'models/marts/revenue_v1.sql': "select * from {{ ref('orders') }}",
  'models/marts/revenue_v2.sql': "select * from {{ ref('orders') }}",
  'models/marts/days.sql': "select date '2026-01-01' as day",
  'models/marts/marts.yml': `
groups: [{name: finance, owner: {name: Ann}}]
models:
  - name: orders
    config: {group: finance, access: public}
    columns: [{name: id, data_tests: [not_null, {relationships: {arguments: {to: ref('stg_customers'), field: id}}}]}]
  - {name: revenue, latest_version: 2, versions: [{v: 1}, {v: 2}]}
  - name: days
    time_spine: {standard_granularity_column: day}
    columns: [{name: day, granularity: day}]
semantic_models:
  - name: orders
    model: ref('orders')
    defaults: {agg_time_dimension: ordered}
    entities: [{name: id, type: primary}]
    dimensions: [{name: ordered, expr: day, type: time, type_params: {time_granularity: day}}]
    measures: [{name: count_orders, agg: count, expr: id}]
metrics: [{name: total, label: Total, type: simple, type_params: {measure: count_orders}}]
saved_queries: [{name: weekly, query_params: {metrics: [total], group_by: ["TimeDimension('id__ordered', 'day')"]}}]
exposures: [{name: board, type: dashboard, owner: {name: Ann}, depends_on: [ref('customers')]}]
unit_tests:
  - {name: orders_add_up, model: orders, overrides: {macros: {is_incremental: false}}, given: [{input: ref('stg_orders'), rows: [{id: 1}]}], expect: {rows: [{id: 1}]}}
`,
  'models/staging/sources.yml': 'sources: [{name: raw, tables: [{name: orders}, {name: customers}]}]\n',
  'snapshots/past.yml':
    "snapshots: [{name: past, relation: ref('orders'), config: {unique_key: id, strategy: check, check_cols: all}}]\n",
  'tests/sane.sql': "select 1 from {{ ref('orders') }} where false",
}

beforeAll(async () => {
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  await quern(['parse', '--target-path', 'state'], { cwd: root })
  const metadata = (kind: string, version: number) => ({
    dbt_schema_version: `https://schemas.getdbt.com/dbt/${kind}/v${version}.json`,
  })
  const results = [{ unique_id: 'model.shop.orders', status: 'error' }]
  write('state/run_results.json', { metadata: metadata('run-results', 6), results })
  const sources = (day: number) => ({
    metadata: metadata('sources', 3),
    results: [{ unique_id: 'source.shop.raw.orders', status: 'pass', max_loaded_at: `2026-01-0${day}T00:00:00Z` }],
  })
  write('state/sources.json', sources(1))
  write('target/sources.json', sources(2))
  writeFileSync(join(root, 'models/marts/orders.sql'), `${FILES['models/marts/orders.sql']}\nwhere id > 0`)
}, 60_000)
afterAll(() => rmSync(root, { recursive: true, force: true }))

function write(path: string, json: object): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), JSON.stringify(json))
}

async function listed(...args: readonly string[]): Promise<readonly string[]> {
  const { exit, stdout, stderr } = await quern(
    ['ls', '--log-format', 'json', '--output', 'name', '--state', 'state', ...args],
    { cwd: root },
  )
  expect(exit, stderr + stdout).toBe(0)
  const events = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { info: { name: string; msg: string; level: string } })
  expect(events.filter(({ info }) => info.level === 'warn').map(({ info }) => info.msg)).toEqual([])
  return events.flatMap(({ info }) => (info.name === 'PrintEvent' ? [info.msg] : []))
}

/** The first column of a table: what stands in backticks. */
const examples = (title: string): string[] => {
  const [, section = ''] = page.split(`\n## ${title}\n`)
  return [...section.split('\n## ')[0]!.matchAll(/^\| `([^`]+)` \|/gm)].map(([, text]) => text!)
}

describe('docs/selection.md', () => {
  for (const title of ['Putting criteria together', 'Methods'])
    for (const example of examples(title))
      test.concurrent(example, async () => {
        const args = example.startsWith('--') ? example.split(' ') : ['--select', example]
        expect(await listed(...args)).not.toEqual([])
      })

  test.concurrent('operators', async () => {
    const models = async (select: string): Promise<readonly string[]> =>
      await listed('--select', select, '--resource-type', 'model')
    expect(await models('+orders')).toEqual(['orders', 'stg_orders'])
    expect(await models('orders+')).toEqual(['customers', 'orders', 'revenue.v1', 'revenue.v2'])
    expect(await models('@stg_orders')).toEqual([
      'customers',
      'orders',
      'revenue.v1',
      'revenue.v2',
      'stg_customers',
      'stg_orders',
    ])
  })

  test.concurrent('modes', async () => {
    const tests = async (mode: string): Promise<readonly string[]> =>
      await listed('--select', 'orders', '--resource-type', 'test', '--indirect-selection', mode)
    expect(await tests('eager')).toEqual([
      'not_null_orders_id',
      'relationships_orders_id__id__ref_stg_customers_',
      'sane',
    ])
    expect(await tests('cautious')).toEqual(['not_null_orders_id', 'sane'])
    expect(await listed('--select', 'orders', '--indirect-selection', 'empty')).toEqual(['orders', 'orders'])
    expect(examples('Tests')).toEqual(['eager', 'cautious', 'buildable', 'empty'])
  })

  test.concurrent('selectors.yml', async () => {
    expect(await listed('--selector', 'daily_models')).toEqual(['days', 'revenue.v1', 'revenue.v2'])
    expect(await listed('--target', 'prod')).toEqual(await listed('--selector', 'daily'))
  })

  test.concurrent('the hint', async () => {
    const { exit, stdout } = await quern(['ls', '--select', 'odrers'], { cwd: root, env: { NO_COLOR: '1' } })
    const shown = /```\n(The selection criterion[\s\S]*?)```/.exec(page)![1]!
    expect(stdout.replaceAll(/^\d\d:\d\d:\d\d {2}/gm, '')).toContain(shown)
    expect(exit).toBe(0)
  })
})
