import type { Artifacts } from '../../src/docs-site/data/artifact-types.ts'
import { makeProject } from '../../src/docs-site/data/project.ts'
import { type Json, manifest, node } from './docs-artifacts.ts'

/** A small project with something of everything. */
export const ORDERS = 'model.shop.orders'

export const nodes: Json[] = [
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

export const artifacts = (more: Partial<Artifacts> = {}): Artifacts =>
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

export const project = makeProject(artifacts())
