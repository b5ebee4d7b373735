import { describe, expect, test } from 'vitest'
import type { Artifacts } from '../../../src/docs-site/data/artifact-types.ts'
import { ColumnLineage } from '../../../src/docs-site/data/column-lineage.ts'
import {
  attention,
  documentation,
  overviewText,
  rowCount,
  runCounts,
  slowest,
  tested,
} from '../../../src/docs-site/data/overview.ts'
import { columnsOf, makeProject, titleOf, typeCounts } from '../../../src/docs-site/data/project.ts'
import { SearchIndex } from '../../../src/docs-site/data/search.ts'
import { Selecting } from '../../../src/docs-site/data/selection.ts'
import { overallHealth, testCounts } from '../../../src/docs-site/data/status.ts'
import { ticks, timelineOf } from '../../../src/docs-site/data/timeline.ts'
import {
  databaseTree,
  foldersAbove,
  projectTree,
  type TreeItem,
  visibleRows,
} from '../../../src/docs-site/data/trees.ts'
import { linkCompiled, linkTemplate } from '../../../src/docs-site/text/code-links.ts'
import { highlight } from '../../../src/docs-site/text/highlight.ts'
import { bigProject, type Json, manifest, node } from '../../support/docs-artifacts.ts'

const ORDERS = 'model.shop.orders'

const nodes: Json[] = [
  node('source', 'payments', {
    description: 'Money.',
    columns: { id: { name: 'id' }, at: { name: 'at' } },
    original_file_path: 'models/staging/sources.yml',
  }),
  node('model', 'stg_payments', {
    tags: ['staging'],
    original_file_path: 'models/staging/stg_payments.sql',
    depends_on: { nodes: ['source.shop.raw.payments'], macros: ['macro.shop.cents'] },
    config: { materialized: 'ephemeral' },
  }),
  node('model', 'orders', {
    description: 'One row per order.',
    tags: ['nightly', 'mart'],
    group: 'finance',
    columns: { ID: { name: 'ID', description: 'The key', data_type: 'int' }, gone: { name: 'gone', description: '' } },
    depends_on: { nodes: ['model.shop.stg_payments', 'model.shop.gone'], macros: [] },
  }),
  node('model', 'orders_v', {
    name: 'versions',
    version: 2,
    latest_version: 2,
    unique_id: 'model.shop.versions.v2',
    depends_on: { nodes: [ORDERS], macros: [] },
  }),
  node('test', 'not_null_orders_id', {
    attached_node: ORDERS,
    column_name: '"id"',
    depends_on: { nodes: [ORDERS], macros: [] },
    test_metadata: { name: 'not_null', kwargs: {} },
  }),
  node('test', 'sums', { depends_on: { nodes: [ORDERS, 'model.shop.stg_payments'], macros: [] } }),
  node('exposure', 'report', { depends_on: { nodes: ['model.shop.versions.v2'], macros: [] } }),
  node('model', 'other', { unique_id: 'model.pack.other', package_name: 'pack', schema: 'far' }),
]

const artifacts = (more: Partial<Artifacts> = {}): Artifacts =>
  ({
    manifest: manifest(nodes, {
      macros: {
        'macro.shop.cents': {
          unique_id: 'macro.shop.cents',
          name: 'cents',
          package_name: 'shop',
          original_file_path: 'macros/cents.sql',
          macro_sql: '',
          description: 'From cents.',
          depends_on: { macros: [] },
        },
        'macro.dbt.run_query': {
          unique_id: 'macro.dbt.run_query',
          name: 'run_query',
          package_name: 'dbt',
          macro_sql: '',
        },
      },
      selectors: { nightly: { name: 'nightly', definition: { method: 'tag', value: 'nightly', children: true } } },
    }),
    catalog: {
      nodes: {
        [ORDERS]: {
          metadata: { type: 'VIEW', schema: 'main', name: 'orders', database: 'db' },
          columns: {
            b: { name: 'amount', type: 'DECIMAL', index: 2, comment: 'in the database' },
            a: { name: 'id', type: 'INTEGER', index: 1, comment: null },
          },
          stats: { row_count: { id: 'row_count', label: 'Rows', value: 7, include: true } },
        },
      },
      sources: {},
    },
    ...more,
  }) as unknown as Artifacts

const result = (id: string, status: string, more: Json = {}) => ({ unique_id: id, status, execution_time: 1, ...more })
const run = (which: string, ...results: object[]) => ({ metadata: {}, results, args: { which } }) as never
const project = makeProject(artifacts())

describe('the project', () => {
  test('edges lead to what is there', () => {
    expect(project.parents.get(ORDERS)).toEqual(['model.shop.stg_payments'])
    expect(project.children.get(ORDERS)).toEqual([
      'model.shop.versions.v2',
      'test.shop.not_null_orders_id',
      'test.shop.sums',
    ])
  })
  test('tests belong to the node they are written on, others to all that they read', () => {
    expect(project.tests.get(ORDERS)).toEqual(['test.shop.not_null_orders_id', 'test.shop.sums'])
    expect(project.tests.get('model.shop.stg_payments')).toEqual(['test.shop.sums'])
  })
  test('names', () =>
    expect(nodes.slice(0, 4).map((one) => titleOf(one as never))).toEqual([
      'raw.payments',
      'stg_payments',
      'orders',
      'versions.v2',
    ]))
  test('columns: those of the database in its order, then those that only the project has', () => {
    const columns = columnsOf(project, project.nodes.get(ORDERS)!)
    expect(
      columns.map(({ name, type, description, inDatabase, tests }) => [name, type, description, inDatabase, tests]),
    ).toEqual([
      ['id', 'INTEGER', 'The key', true, ['test.shop.not_null_orders_id']],
      ['amount', 'DECIMAL', 'in the database', true, []],
      ['gone', null, '', false, []],
    ])
    expect(columnsOf(project, project.nodes.get('source.shop.raw.payments')!).map((one) => one.inDatabase)).toEqual([
      undefined,
      undefined,
    ])
  })
  test('who uses a macro', () =>
    expect(project.macroUsers.get('macro.shop.cents')).toEqual(['model.shop.stg_payments']))
  test('a manifest of another version, with little in it', () => {
    const bare = makeProject({
      manifest: {
        metadata: {},
        nodes: { x: { unique_id: 'x', resource_type: 'model', name: 'x', package_name: 'p' } },
      },
    })
    expect([
      bare.name,
      projectTree(bare).length,
      databaseTree(bare).length,
      new SearchIndex(bare).search('x').total,
    ]).toEqual(['p', 1, 1, 1])
    expect(new Selecting(bare).select('x+', '').ids).toEqual(['x'])
  })
})

test('what the project wants to be left out is in no list, and has a page', () => {
  const hidden = makeProject({
    manifest: manifest([
      node('model', 'seen'),
      node('model', 'unseen', { docs: { show: false } }),
      node('model', 'too', { config: { docs: { show: false } } }),
    ]) as never,
  })
  expect(new SearchIndex(hidden).search('type:model').hits.map((hit) => hit.title)).toEqual(['seen'])
  expect(visibleRows(projectTree(hidden), () => true).map((row) => row.item.label)).toEqual(['shop', 'models', 'seen'])
  expect(visibleRows(databaseTree(hidden), () => true).map((row) => row.item.label)).toEqual(['db', 'main', 'seen'])
  expect(Object.fromEntries(typeCounts(hidden))).toEqual({ model: 1, macro: 0 })
  expect(hidden.nodes.has('model.shop.unseen')).toBe(true)
})

describe('the last run', () => {
  test('results of compiling say nothing of data', () => {
    const kept = run('build', result(ORDERS, 'error'))
    expect(
      makeProject(artifacts({ runResults: run('generate', result(ORDERS, 'success')), lastRun: kept })).results.get(
        ORDERS,
      )?.status,
    ).toBe('error')
    expect(
      makeProject(artifacts({ runResults: run('run', result(ORDERS, 'success')), lastRun: kept })).results.get(ORDERS)
        ?.status,
    ).toBe('success')
    expect(makeProject(artifacts({ runResults: run('compile') })).run).toBeUndefined()
  })
  const failed = makeProject(
    artifacts({
      runResults: run(
        'build',
        result(ORDERS, 'success', { execution_time: 3, adapter_response: { rows_affected: 12 } }),
        result('test.shop.not_null_orders_id', 'fail', { failures: 2, message: 'Got 2' }),
        result('test.shop.sums', 'warn'),
        result('model.shop.versions.v2', 'skipped'),
      ),
      sources: { metadata: {}, results: [{ unique_id: 'source.shop.raw.payments', status: 'error' }] },
    }),
  )
  test('the worst of a node, its tests and its age', () => {
    expect(
      [
        ORDERS,
        'model.shop.stg_payments',
        'model.shop.versions.v2',
        'source.shop.raw.payments',
        'exposure.shop.report',
      ].map((id) => overallHealth(failed, id)),
    ).toEqual(['bad', 'warn', 'skipped', 'bad', 'unknown'])
    expect(testCounts(failed, ORDERS)).toEqual({ total: 2, good: 0, warn: 1, bad: 1, skipped: 0, unknown: 0 })
    expect(runCounts(failed)).toEqual({ good: 1, warn: 1, bad: 1, skipped: 1, unknown: 0 })
  })
  test('what has to be looked after', () => {
    expect(attention(failed).map((one) => one.id)).toEqual([
      'test.shop.not_null_orders_id',
      'source.shop.raw.payments',
      'test.shop.sums',
    ])
    expect(slowest(failed, 1)).toEqual([{ id: ORDERS, seconds: 3 }])
    expect([rowCount(failed, ORDERS), rowCount(project, ORDERS), rowCount(project, 'model.shop.stg_payments')]).toEqual(
      [12, 7, undefined],
    )
  })
  test('how much is described and tested', () => {
    expect(documentation(project)).toEqual({ resources: { part: 2, of: 4 }, columns: { part: 2, of: 5 } })
    expect(tested(project)).toEqual({ part: 2, of: 3 })
  })
  test('the project’s own first page, not that of dbt', () => {
    const docs = (...packages: string[]) => ({
      docs: Object.fromEntries(
        packages.map((name) => [name, { name: '__overview__', package_name: name, block_contents: name }]),
      ),
    })
    const of = (...packages: string[]) =>
      overviewText(makeProject({ manifest: manifest([], docs(...packages)) as never }))
    expect([of('dbt'), of('dbt', 'pack'), of('dbt', 'pack', 'shop')]).toEqual([undefined, 'pack', 'shop'])
  })
  test('when what ran', () => {
    const timing = (start: string, end: string) => [
      { name: 'compile', started_at: start, completed_at: start },
      { name: 'execute', started_at: start, completed_at: end },
    ]
    const { bars, lanes, seconds } = timelineOf(
      run(
        'run',
        result('b', 'success', {
          thread_id: 'Thread-10',
          timing: timing('2026-01-01T00:00:01Z', '2026-01-01T00:00:03.5Z'),
        }),
        result('a', 'success', {
          thread_id: 'Thread-2',
          timing: timing('2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z'),
        }),
        result('c', 'skipped', { timing: [] }),
      ),
    )
    expect(bars.map(({ result: { unique_id: id }, start, end, lane }) => [id, start, end, lane])).toEqual([
      ['a', 0, 1, 0],
      ['b', 1, 3.5, 1],
    ])
    expect([lanes, seconds]).toEqual([['Thread-2', 'Thread-10'], 3.5])
  })
  test('an axis', () => {
    expect([ticks(0), ticks(0.4), ticks(7), ticks(100)]).toEqual([
      [0],
      [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4],
      [0, 1, 2, 3, 4, 5, 6, 7],
      [0, 20, 40, 60, 80, 100],
    ])
  })
})

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

describe('lineage of columns', () => {
  const lineage = new ColumnLineage({
    nodes: {
      b: {
        status: 'complete',
        columns: { X: { sources: [{ node: 'a', column: 'x', how: 'copied' }] } },
        used: [{ node: 'a', column: 'y', how: 'filter' }],
      },
      c: {
        status: 'partial',
        reason: 'why',
        columns: {
          sum: {
            sources: [
              { node: 'b', column: 'x', how: 'aggregated' },
              { node: 'b', column: 'z', how: 'aggregated' },
            ],
          },
        },
        used: [],
      },
      d: { status: 'failed', columns: {}, used: [{ node: 'c', column: 'SUM', how: 'join' }] },
    },
  })
  test('both ways, whatever the case of letters', () => {
    const { edges, uses } = lineage.flow({ node: 'b', column: 'x' })
    expect(edges.map(({ from, to, how }) => `${from.node}.${from.column} ${how} ${to.node}.${to.column}`)).toEqual([
      'a.x copied b.X',
      'b.x aggregated c.sum',
    ])
    expect(uses).toEqual([{ from: { node: 'c', column: 'SUM' }, node: 'd', how: 'join' }])
  })
  test('what is known', () => {
    expect([
      lineage.knows({ node: 'a', column: 'Y' }),
      lineage.knows({ node: 'a', column: 'q' }),
      lineage.statusOf('c')?.reason,
      lineage.statusOf('q'),
    ]).toEqual([true, false, 'why', undefined])
  })
  test('circles end', () => {
    const circle = new ColumnLineage({
      nodes: { a: { status: 'complete', columns: { x: { sources: [{ node: 'a', column: 'x', how: 'copied' }] } } } },
    })
    expect(circle.flow({ node: 'a', column: 'x' }).edges).toHaveLength(1)
  })
})
