import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { crossings, orderLayers } from '../../../src/docs-site/graph/layer-order.ts'
import { type LayoutEdge, layoutLayers, ranksOf, spread } from '../../../src/docs-site/graph/layered-layout.ts'

/** A graph without cycles: edges lead from a smaller number to a larger one. */
const graphs = fc.integer({ min: 1, max: 40 }).chain((size) =>
  fc.record({
    nodes: fc.array(
      fc.record({ width: fc.integer({ min: 20, max: 300 }), height: fc.integer({ min: 20, max: 120 }) }),
      { minLength: size, maxLength: size },
    ),
    edges: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 90 }).map((pairs) => {
      const seen = new Set<string>()
      const edges: LayoutEdge[] = []
      for (const [a, b] of pairs) {
        if (a === b || seen.has(`${Math.min(a, b)} ${Math.max(a, b)}`)) continue
        seen.add(`${Math.min(a, b)} ${Math.max(a, b)}`)
        edges.push({ from: Math.min(a, b), to: Math.max(a, b) })
      }
      return edges
    }),
  }),
)

test('children stand right of their parents, and no two nodes overlap', () => {
  fc.assert(
    fc.property(graphs, ({ nodes, edges }) => {
      const { x, y, width, height } = layoutLayers(nodes, edges)
      for (const { from, to } of edges) expect(x[to]).toBeGreaterThan(x[from]! + nodes[from]!.width)
      for (const [a, one] of nodes.entries()) {
        expect(x[a]).toBeGreaterThanOrEqual(0)
        expect(y[a]).toBeGreaterThanOrEqual(-0.001)
        expect(x[a]! + one.width).toBeLessThanOrEqual(width + 0.001)
        expect(y[a]! + one.height).toBeLessThanOrEqual(height + 0.001)
        for (const [b, other] of nodes.entries()) {
          if (b <= a) continue
          const apart =
            x[a]! + one.width <= x[b]! ||
            x[b]! + other.width <= x[a]! ||
            y[a]! + one.height <= y[b]! + 0.001 ||
            y[b]! + other.height <= y[a]! + 0.001
          expect(apart).toBe(true)
        }
      }
    }),
    { numRuns: 150 },
  )
})

test('every edge goes from its node to its node, from left to right', () => {
  fc.assert(
    fc.property(graphs, ({ nodes, edges }) => {
      const { x, y, paths } = layoutLayers(nodes, edges)
      for (const [at, { from, to }] of edges.entries()) {
        const points = paths[at]!
        expect(points.slice(0, 2)).toEqual([x[from]! + nodes[from]!.width, y[from]! + nodes[from]!.height / 2])
        expect(points.slice(-2)).toEqual([x[to], y[to]! + nodes[to]!.height / 2])
        for (let place = 2; place < points.length; place += 2) expect(points[place]).toBeGreaterThan(points[place - 2]!)
      }
    }),
  )
})

test('the same graph is drawn the same way', () => {
  fc.assert(
    fc.property(graphs, ({ nodes, edges }) => {
      expect(layoutLayers(nodes, edges)).toEqual(layoutLayers(nodes, edges))
    }),
  )
})

test('edges may leave and arrive anywhere on their nodes', () => {
  const size = { width: 100, height: 80 }
  const { paths, y } = layoutLayers([size, size], [{ from: 0, to: 1, fromY: 10, toY: 70 }])
  expect([paths[0]![1], paths[0]![3]]).toEqual([y[0]! + 10, y[1]! + 70])
})

describe('columns', () => {
  const ranks = (size: number, ...edges: [number, number][]): number[] => [...ranksOf(size, edges.map(([from, to]) => ({ from, to })))] // biome-ignore format: one line
  test('the longest way counts', () => expect(ranks(4, [0, 1], [1, 2], [0, 3], [2, 3])).toEqual([0, 1, 2, 3]))
  test('a root stands beside what reads it', () => expect(ranks(4, [0, 1], [1, 2], [3, 2])).toEqual([0, 1, 2, 1]))
  test('nothing at all', () => expect(layoutLayers([], [])).toMatchObject({ paths: [], width: 0, height: 0 }))
})

describe('few edges cross', () => {
  /** Counted pair by pair. */
  const counted = (layers: number[][], below: number[][]): number => {
    const place = new Map(layers.flatMap((layer) => layer.map((vertex, at) => [vertex, at] as const)))
    let total = 0
    for (const layer of layers) {
      const ends = layer.flatMap((vertex) =>
        below[vertex]!.map((child) => [place.get(vertex)!, place.get(child)!] as const),
      )
      for (const [a, [from, to]] of ends.entries())
        for (const [otherFrom, otherTo] of ends.slice(a + 1)) if ((from - otherFrom) * (to - otherTo) < 0) total++
    }
    return total
  }
  const bipartite = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 30 }).map((pairs) => {
    const below: number[][] = Array.from({ length: 16 }, () => [])
    for (const key of new Set(pairs.map(([a, b]) => `${a} ${b}`))) {
      const [a, b] = key.split(' ').map(Number) as [number, number]
      below[a]!.push(b + 8)
    }
    return below
  })

  test('they are counted as one would by hand', () => {
    fc.assert(
      fc.property(bipartite, (below) => {
        const layers = [
          [0, 1, 2, 3, 4, 5, 6, 7],
          [8, 9, 10, 11, 12, 13, 14, 15],
        ]
        const place = new Float64Array(16)
        for (const layer of layers) for (const [at, vertex] of layer.entries()) place[vertex] = at
        expect(crossings(layers, below, place)).toBe(counted(layers, below))
      }),
    )
  })

  test('trees have none', () => {
    const above: number[][] = Array.from({ length: 15 }, (_, vertex) => (vertex === 0 ? [] : [(vertex - 1) >> 1]))
    const below: number[][] = Array.from({ length: 15 }, (_, vertex) =>
      vertex < 7 ? [2 * vertex + 2, 2 * vertex + 1] : [],
    )
    const rank = Array.from({ length: 15 }, (_, vertex) => Math.floor(Math.log2(vertex + 1)))
    expect(counted(orderLayers(rank, above, below), below)).toBe(0)
  })
})

test('places keep their order and distance, and come as near to the wish as they can', () => {
  const inputs = fc.array(
    fc.record({ wanted: fc.integer({ min: -500, max: 500 }), distance: fc.integer({ min: 1, max: 50 }) }),
    { minLength: 1, maxLength: 30 },
  )
  fc.assert(
    fc.property(inputs, (rows) => {
      const wanted = rows.map((row) => row.wanted)
      const distance = rows.map((row, at) => (at === 0 ? 0 : row.distance))
      const placed = spread(wanted, wanted.map(() => 1), distance) // biome-ignore format: one call
      const cost = (places: readonly number[]): number =>
        places.reduce((sum, place, at) => sum + (place - wanted[at]!) ** 2, 0)
      for (let at = 1; at < placed.length; at++)
        expect(placed[at]! - placed[at - 1]!).toBeGreaterThanOrEqual(distance[at]! - 1e-6)
      // moving everything from some place on, or up to it, does not help
      for (let at = 0; at < placed.length; at++)
        for (const step of [0.5, -0.5]) {
          const from = placed.map((place, other) => (other >= at ? place + step : place))
          const legal = from.every((place, other) => other === 0 || place - from[other - 1]! >= distance[other]! - 1e-6)
          if (legal) expect(cost(from)).toBeGreaterThanOrEqual(cost(placed) - 1e-6)
        }
    }),
  )
  expect(spread([10, 10, 10], [1, 1, 1], [0, 4, 4])).toEqual([6, 10, 14])
  expect(spread([0, 100], [1, 1], [0, 4])).toEqual([0, 100])
})
