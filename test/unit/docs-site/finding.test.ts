import { describe, expect, test } from 'vitest'
import { makeProject } from '../../../src/docs-site/data/project.ts'
import { SearchIndex } from '../../../src/docs-site/data/search.ts'
import { Selecting } from '../../../src/docs-site/data/selection.ts'
import {
  databaseTree,
  foldersAbove,
  projectTree,
  type TreeItem,
  visibleRows,
} from '../../../src/docs-site/data/trees.ts'
import { linkCompiled, linkTemplate } from '../../../src/docs-site/text/code-links.ts'
import { highlight } from '../../../src/docs-site/text/highlight.ts'
import { bigProject, manifest, node } from '../../support/docs-artifacts.ts'
import { ORDERS, project } from '../../support/docs-shop.ts'

describe('search', () => {
  const index = new SearchIndex(project)
  const found = (query: string): string[] =>
    index.search(query).hits.map((hit) => `${hit.title}${hit.where === undefined ? '' : ` (${hit.where})`}`)
  test('the name first, as a whole, from its beginning, from a word of it', () => {
    expect(found('orders').slice(0, 2)).toEqual(['orders', 'not_null_orders_id'])
    expect(found('pay')).toEqual(['stg_payments', 'raw.payments'])
    expect(found('stgp')).toEqual(['stg_payments'])
  })
  test('columns, tags, descriptions, files', () => {
    expect(found('amount')).toEqual(['orders (column amount)'])
    expect(found('night')).toEqual(['orders (tag nightly)'])
    expect(found('money')).toEqual(['raw.payments (description)'])
    expect(found('macros/cents')).toEqual(['cents (path)'])
  })
  test('all words count, in any place; a type narrows', () => {
    expect(found('orders nightly')).toEqual(['orders (tag nightly)'])
    expect(found('orders nothing')).toEqual([])
    expect(found('type:exp')).toEqual(['report'])
    expect(found('type:test orders')).toEqual(['not_null_orders_id'])
  })
  test('the project’s macros before dbt’s', () => expect(found('type:macro')).toEqual(['cents', 'run_query']))
  test('nothing', () =>
    expect([index.search(''), index.search('  '), index.search('\\')]).toEqual(Array(3).fill({ hits: [], total: 0 })))
  test('it is built bit by bit, and complete when it is asked', () => {
    const files = bigProject(400)
    const big = makeProject({ manifest: files['manifest.json'], catalog: files['catalog.json'] } as never)
    const slow = new SearchIndex(big)
    // a clock on which every look takes a millisecond
    let time = 0
    const clock = (): number => time++
    expect(slow.build(1, clock)).toBe(false)
    expect(slow.search('fct_').total).toBe(new SearchIndex(big).search('fct_').total)
    expect(slow.build(1, clock)).toBe(true)
  })
})

describe('selection', () => {
  const selecting = new Selecting(project)
  const ids = (select: string, exclude = ''): readonly string[] | undefined => selecting.select(select, exclude).ids
  test('the command line’s grammar', () => {
    expect(ids('+orders')).toEqual([
      'model.shop.orders',
      'model.shop.stg_payments',
      'source.shop.raw.payments',
      'test.shop.not_null_orders_id',
      'test.shop.sums',
    ])
    expect(ids('orders+,resource_type:exposure')).toEqual(['exposure.shop.report'])
    expect(ids('tag:nightly tag:staging', 'resource_type:test')).toEqual([
      'model.shop.orders',
      'model.shop.stg_payments',
    ])
    expect(ids('selector:nightly', 'resource_type:test')).toEqual([
      'exposure.shop.report',
      'model.shop.orders',
      'model.shop.versions.v2',
    ])
    expect(ids('@stg_payments', 'resource_type:test')).toHaveLength(5)
    expect(ids('path:models/staging', 'resource_type:test')).toEqual([
      'model.shop.stg_payments',
      'source.shop.raw.payments',
    ])
    expect(ids('group:finance', 'resource_type:test')).toEqual([])
  })
  test('what makes no sense, and what is not there', () => {
    expect(selecting.select('nosuch:x', '')).toMatchObject({ problem: "'nosuch' is not a valid method name" })
    expect(selecting.select('state:modified', '')).toMatchObject({
      hint: 'This page knows one state of the project only: state: needs two.',
    })
    expect(selecting.select('ordres', '')).toMatchObject({
      ids: [],
      warning: expect.stringContaining("did you mean 'orders'?"),
    })
  })
})

describe('trees', () => {
  const labels = (items: readonly TreeItem[]): string[] =>
    visibleRows(items, () => true).map(({ item, depth }) => `${'  '.repeat(depth)}${item.label}`)
  test('the project', () => {
    expect(labels(projectTree(project))).toEqual([
      'shop', '  macros', '    cents', '  models', '    staging', '      raw', '        payments', '      stg_payments', '    orders', '    report', '    versions.v2',
      'pack', '  models', '    other',
    ]) // biome-ignore format: one list
  })
  test('the database, without what is not in it', () =>
    expect(labels(databaseTree(project))).toEqual([
      'db',
      '  far',
      '    other',
      '  main',
      '    orders',
      '    orders_v',
      '    payments',
    ]))
  test('the way to a resource', () =>
    expect(foldersAbove(projectTree(project), 'model.shop.stg_payments')).toEqual([
      '/shop',
      '/shop/models',
      '/shop/models/staging',
    ]))
})

describe('links in code', () => {
  const owner = (parents: string[], macros: string[] = []) =>
    node('model', 'x', { depends_on: { nodes: parents, macros } }) as never
  const versioned = makeProject({
    manifest: manifest(
      [
        node('model', 'a'),
        ...[1, 2].map((version) =>
          node('model', 'v', { unique_id: `model.shop.v.v${version}`, version, latest_version: 2 }),
        ),
        node('source', 's'),
      ],
      { macros: { 'macro.shop.m': { unique_id: 'macro.shop.m', name: 'm', package_name: 'shop', macro_sql: '' } } },
    ) as never,
  })
  const links = (code: string): [string, string][] =>
    linkTemplate(
      versioned,
      owner(['model.shop.a', 'model.shop.v.v1', 'model.shop.v.v2', 'source.shop.raw.s'], ['macro.shop.m']),
      highlight(code, 'jinja'),
    ).flatMap(({ text, to }) => (to === undefined ? [] : [[text, to]]))
  test('ref, source and macros', () => {
    expect(links("{{ ref('a') }} {{ ref(\"shop\", 'a') }}")).toEqual([
      ['ref', 'model.shop.a'],
      ["'a'", 'model.shop.a'],
      ['ref', 'model.shop.a'],
      ['"shop"', 'model.shop.a'],
      ["'a'", 'model.shop.a'],
    ])
    expect(links("{{ source('raw', 's') }}").map(([, to]) => to)).toEqual(Array(3).fill('source.shop.raw.s'))
    expect(links('{{ m(1) }}')).toEqual([['m', 'macro.shop.m']])
  })
  test('versions', () => {
    expect(links("{{ ref('v', v=1) }}")[0]).toEqual(['ref', 'model.shop.v.v1'])
    expect(links("{{ ref('v', version='2') }}")[0]).toEqual(['ref', 'model.shop.v.v2'])
    expect(links("{{ ref('v') }}")[0]).toEqual(['ref', 'model.shop.v.v2'])
  })
  test('nothing that is not a dependency, nothing that is no call', () =>
    expect([
      links("{{ ref('zzz') }}"),
      links('ref (a) source'),
      links('{{ ref(name) }}'),
      links("{{ ref('other', 'a') }}"),
    ]).toEqual([[], [], [], []]))
  test('relations in compiled code', () => {
    const parts = linkCompiled(
      project,
      owner([ORDERS, 'model.shop.stg_payments']),
      'from "db"."main"."orders" join __dbt__cte__stg_payments, __dbt__cte__stg_payments_2',
    )
    expect(parts.filter((part) => part.to !== undefined)).toEqual([
      { text: '"db"."main"."orders"', to: ORDERS },
      { text: '__dbt__cte__stg_payments', to: 'model.shop.stg_payments' },
    ])
    expect(parts.map((part) => part.text).join('')).toBe(
      'from "db"."main"."orders" join __dbt__cte__stg_payments, __dbt__cte__stg_payments_2',
    )
  })
})
