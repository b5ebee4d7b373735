import { describe, expect, test } from 'vitest'
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
import { databaseTree, projectTree, visibleRows } from '../../../src/docs-site/data/trees.ts'
import { type Json, manifest, node } from '../../support/docs-artifacts.ts'
import { artifacts, nodes, ORDERS, project } from '../../support/docs-shop.ts'

const result = (id: string, status: string, more: Json = {}) => ({ unique_id: id, status, execution_time: 1, ...more })
const run = (which: string, ...results: object[]) => ({ metadata: {}, results, args: { which } }) as never

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
