import { expect, test } from 'vitest'
import { graphSummary } from '../../../src/artifacts/graph-summary.ts'
import type { UniqueId } from '../../../src/manifest/unique-id.ts'

test('vertices by number, with the edges that build adds only for build', () => {
  const graph = {
    ids: ['model.p.a', 'model.p.b', 'test.p.t'] as UniqueId[],
    nodes: [{ resource_type: 'model' }, { resource_type: 'model' }, { resource_type: 'test' }],
    children: [[1, 2], [], []],
  }
  const linked = {
    0: { name: 'model.p.a', type: 'model', succ: [1, 2] },
    1: { name: 'model.p.b', type: 'model' },
    2: { name: 'test.p.t', type: 'test' },
  }
  expect(graphSummary('i', graph)).toEqual({ _invocation_id: 'i', linked })
  expect(graphSummary('i', graph, [[2, 1]])).toEqual({
    _invocation_id: 'i',
    linked,
    with_test_edges: { ...linked, 2: { name: 'test.p.t', type: 'test', succ: [1] } },
  })
})
