import type { DiffDocument, DiffNode, KeyedRowsDiff } from '../../../../src/events/diff-document.ts'

export const diffNode = (own: Partial<DiffNode> = {}): DiffNode => ({
  unique_id: `model.shop.${own.name ?? 'orders'}`,
  resource_type: 'model',
  name: 'orders',
  path: `models/${own.name ?? 'orders'}.sql`,
  change: 'modified',
  attached_node: null,
  renamed_from: null,
  reasons: [],
  because_of: [],
  relation: null,
  columns: null,
  rows: null,
  ...own,
})

const ALL_IDENTIFIED = { null_rows: 0, duplicate_keys: 0, duplicate_rows: 0, left_out_rows: 0 }

export const keyedRows = (own: Partial<KeyedRowsDiff> = {}): KeyedRowsDiff => ({
  status: 'compared',
  by: 'key',
  key: ['id'],
  key_from: '--key',
  rows_before: 10,
  rows_after: 10,
  added: 0,
  removed: 0,
  changed: 0,
  unchanged: 10,
  changed_by_column: {},
  not_identified: { before: ALL_IDENTIFIED, after: ALL_IDENTIFIED },
  compared_columns: ['amount'],
  left_out_columns: [],
  compared_as_text: [],
  float_tolerance: null,
  examples: [],
  ...own,
})

export const diffDocument = (nodes: readonly DiffNode[], own: Partial<DiffDocument> = {}): DiffDocument => {
  const count = (change: string): number => nodes.filter((node) => node.change === change).length
  return {
    metadata: { diff_schema_version: 1, quern_version: '0', generated_at: '', invocation_id: '' },
    before: { state: 'prod', target: null, schema: null },
    after: { target: 'dev', schema: 'dev' },
    summary: {
      nodes: {
        added: count('added'),
        removed: count('removed'),
        renamed: count('renamed'),
        modified: count('modified'),
        upstream: count('upstream'),
      },
      columns: { changed: 0, breaking: 0, unknown: 0 },
      rows: { compared: 0, changed: 0, unknown: 0 },
    },
    nodes,
    notes: [],
    ...own,
  }
}
