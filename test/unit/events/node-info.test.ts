import { expect, test } from 'vitest'
import { microseconds, nodeInfo } from '../../../src/events/node-info.ts'
import type { GraphNode } from '../../../src/manifest/node.ts'

test('times have six digits, also when milliseconds carry fractions', () => {
  expect(microseconds(Date.UTC(2026, 10, 22, 19, 12, 10, 414) + 0.799)).toMatch(/^2026-11-22T19:12:10\.41479[89]$/)
  expect(microseconds(0)).toBe('1970-01-01T00:00:00.000000')
})

test('times of one second and of others follow each other in any order', () => {
  const at = Date.UTC(2026, 11, 31, 23, 59, 59)
  const texts = [at, at + 7, at + 999.5, at + 1000, at - 0.5, -1, at + 1].map(microseconds)
  expect(texts).toEqual([
    '2026-12-31T23:59:59.000000',
    '2026-12-31T23:59:59.007000',
    '2026-12-31T23:59:59.999500',
    '2027-01-01T00:00:00.000000',
    '2026-12-31T23:59:58.999500',
    '1969-12-31T23:59:59.999000',
    '2026-12-31T23:59:59.001000',
  ])
})

test('what is unknown is an empty text, as in the log of the reference', () => {
  const exposure = {
    unique_id: 'exposure.rep.board',
    name: 'board',
    resource_type: 'exposure',
    path: 'schema.yml',
    config: { enabled: true },
    meta: {},
  } as unknown as GraphNode
  expect(nodeInfo(exposure, { status: 'no-op' })).toEqual({
    materialized: '',
    meta: {},
    node_checksum: '',
    node_finished_at: '',
    node_name: 'board',
    node_path: 'schema.yml',
    node_relation: { alias: '', database: '', relation_name: '', schema: '' },
    node_started_at: '',
    node_status: 'no-op',
    resource_type: 'exposure',
    unique_id: 'exposure.rep.board',
  })
})
