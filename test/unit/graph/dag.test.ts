import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { QuernError } from '../../../src/errors/quern-error.ts'
import { runGraph } from '../../../src/execute/scheduler.ts'
import {
  ancestors,
  buildDag,
  type Dag,
  descendants,
  reachable,
  topologicalOrder,
  verticesOf,
} from '../../../src/graph/dag.ts'
import { parseSelection } from '../../../src/graph/selector/grammar.ts'
import { resourceTypesOf } from '../../../src/graph/selector/resource-types.ts'
import { select } from '../../../src/graph/selector/select.ts'
import { subDag } from '../../../src/graph/sub-dag.ts'
import { testEdges } from '../../../src/graph/test-edges.ts'
import { emptyManifest, type Manifest } from '../../../src/manifest/manifest.ts'
import type { ModelNode } from '../../../src/manifest/node.ts'
import { asUniqueId } from '../../../src/manifest/unique-id.ts'
import { shopManifest } from './shop.ts'

/** Models by name with what they read; names that begin with `t_` are tests. */
function manifestOf(reads: Record<string, string[]>): Manifest {
  const manifest = emptyManifest('p')
  const idOf = (name: string) => asUniqueId(`${name.startsWith('t_') ? 'test' : 'model'}.p.${name}`)
  for (const [name, others] of Object.entries(reads)) {
    manifest.nodes.set(idOf(name), {
      unique_id: idOf(name),
      name,
      resource_type: name.startsWith('t_') ? 'test' : 'model',
      original_file_path: `models/${name}.sql`,
      config: { enabled: true },
      depends_on: { macros: [], nodes: others.map(idOf) },
    } as unknown as ModelNode)
  }
  return manifest
}
const names = (dag: Dag, vertices: Iterable<number>): string[] =>
  [...vertices].map((vertex) => dag.nodes[vertex]!.name).sort()
const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8'))

describe('walks', () => {
  const dag = buildDag(manifestOf({ a: [], b: ['a'], c: ['b', 'a'], d: ['c'], x: [] }))
  const at = (name: string): number => dag.index.get(asUniqueId(`model.p.${name}`))!
  test('ancestors and descendants by depth', () => {
    expect(names(dag, verticesOf(ancestors(dag, [at('d')])))).toEqual(['a', 'b', 'c'])
    expect(names(dag, verticesOf(ancestors(dag, [at('d')], 2)))).toEqual(['a', 'b', 'c'])
    expect(names(dag, verticesOf(ancestors(dag, [at('d')], 1)))).toEqual(['c'])
    expect(names(dag, verticesOf(ancestors(dag, [at('d')], 0)))).toEqual([])
    expect(names(dag, verticesOf(descendants(dag, [at('a')], 1)))).toEqual(['b', 'c'])
  })
  test('a start node is among the descendants only when another start reaches it', () => {
    expect(names(dag, verticesOf(descendants(dag, [at('a'), at('c')])))).toEqual(['b', 'c', 'd'])
  })
  test('topological order', () => {
    const order = topologicalOrder(dag)
    expect(order).toHaveLength(5)
    for (const [child, parents] of dag.parents.entries()) {
      for (const parent of parents) expect(order.indexOf(parent)).toBeLessThan(order.indexOf(child))
    }
  })
})

describe('cycles', () => {
  const failure = (reads: Record<string, string[]>): QuernError => {
    try {
      buildDag(manifestOf(reads))
    } catch (error) {
      if (error instanceof QuernError) return error
    }
    throw new Error('no cycle was found')
  }
  test('are named in the order of their edges, with their files', () => {
    const error = failure({ a: ['c'], b: ['a'], c: ['b'], z: [] })
    expect(error.message).toBe('Found a cycle: model.p.a --> model.p.b --> model.p.c')
    expect(error.notes[0]!.text).toContain('model.p.b (models/b.sql)')
  })
  test('a node that reads itself', () => {
    expect(failure({ z: [], a: ['a'] }).message).toBe('Found a cycle: model.p.a')
  })
  test('a long chain has none, and is not walked by recursion', () => {
    const reads: Record<string, string[]> = {}
    for (let at = 0; at < 20_000; at++) reads[`m${at}`] = at === 0 ? [] : [`m${at - 1}`]
    expect(buildDag(manifestOf(reads)).ids).toHaveLength(20_000)
  })
  test('a dependency that is not there', () => {
    const manifest = manifestOf({ a: [] })
    ;(manifest.nodes.get(asUniqueId('model.p.a')) as ModelNode).depends_on.nodes = ['model.p.gone']
    expect(() => buildDag(manifest)).toThrow("'model.p.a' depends on 'model.p.gone' which is not in the graph!")
  })
})

describe('the edges of build', () => {
  test('whoever must wait for a test in the reference must wait for it here, and nobody else', () => {
    const dag = buildDag(shopManifest())
    const theirs = fixture('shop-test-edges.json') as Record<string, string[]>
    const children = dag.children.map((list) => [...list])
    for (const [from, to] of testEdges(dag)) children[from]!.push(to)
    const theirChildren = dag.ids.map((id) => (theirs[id] ?? []).map((other) => dag.index.get(asUniqueId(other))!))
    for (const [vertex, id] of dag.ids.entries()) {
      const ours = verticesOf(reachable(children, [vertex])).map((other) => dag.ids[other]!)
      const expected = verticesOf(reachable(theirChildren, [vertex])).map((other) => dag.ids[other]!)
      expect({ id, waiting: ours }).toEqual({ id, waiting: expected })
    }
  })
  test('a test of two models holds back only what reads both', () => {
    const dag = buildDag(
      manifestOf({ a: [], b: [], t_ab: ['a', 'b'], fromA: ['a'], both: ['a', 'b'], later: ['both'] }),
    )
    expect(testEdges(dag).map(([test, waiting]) => names(dag, [test, waiting]))).toEqual([['both', 't_ab']])
  })
})

describe('sub-graphs', () => {
  const dag = buildDag(manifestOf({ a: [], mid: ['a'], mid2: ['mid'], b: ['mid2'], side: ['a'], c: ['b'] }))
  test('keep the order through unselected nodes, and only those', () => {
    const sub = subDag(dag, [asUniqueId('model.p.a'), asUniqueId('model.p.b')])
    expect(sub.ids).toEqual(['model.p.a', 'model.p.mid', 'model.p.mid2', 'model.p.b'])
    expect(sub.selected).toEqual([true, false, false, true])
    expect(sub.level).toEqual([0, 1, 1, 1])
  })
})

test('build on one thread takes nodes in the order of the reference, and skips the same', async () => {
  const manifest = shopManifest()
  const dag = buildDag(manifest)
  const results = (fixture('shop-build.json') as [string, string][]).filter(
    ([id]) => !/^(operation|unit_test)\./.test(id),
  )
  const status = new Map(results)
  const selection = select(manifest, dag, parseSelection([], []), { resourceTypes: resourceTypesOf('build') })
  const ephemeral = (id: string): boolean => manifest.nodes.get(asUniqueId(id))?.config.materialized === 'ephemeral'
  const seen: [string, string][] = []
  await runGraph({
    // The reference runs a model's unit tests in the model's place: they are not in the queue.
    graph: subDag(
      dag,
      selection.ids.filter((id) => !id.startsWith('unit_test.')),
      { waitForTests: true },
    ),
    threads: 1,
    failFast: false,
    signal: new AbortController().signal,
    run: async (id) => {
      if (ephemeral(id)) return 'done'
      // Skipped by the failure of its own unit test.
      seen.push([id, status.get(id)!])
      return ['error', 'fail', 'skipped'].includes(status.get(id)!) ? 'failed' : 'done'
    },
    skip: (id) => {
      if (!ephemeral(id)) seen.push([id, 'skipped'])
    },
  })
  expect(seen).toEqual(results)
})
