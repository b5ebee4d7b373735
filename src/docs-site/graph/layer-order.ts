/**
 * The vertices of each column from top to bottom, so that few edges cross: going forth and back over the columns, each vertex moves to the mean
 * of its neighbours in the column before, and the best order that was seen is kept. Edges lead from a column to the next one.
 */
export function orderLayers(
  rank: readonly number[],
  above: readonly (readonly number[])[],
  below: readonly (readonly number[])[],
): number[][] {
  const layers = firstOrder(rank, above, below)
  const place = new Float64Array(rank.length)
  const number = (layer: readonly number[]): void => layer.forEach((vertex, at) => { place[vertex] = at }) // biome-ignore format: one line
  layers.forEach(number)
  const size = rank.length
  const passes = size > 6000 ? 4 : size > 1500 ? 8 : 16
  let best = layers.map((layer) => [...layer])
  let fewest = crossings(layers, below, place)
  let since = 0
  for (let pass = 0; pass < passes && fewest > 0 && since < 4; pass++) {
    const down = pass % 2 === 0
    const neighbours = down ? above : below
    for (const layer of down ? layers : layers.toReversed()) {
      sortByNeighbours(layer, neighbours, place)
      number(layer)
    }
    const count = crossings(layers, below, place)
    since++
    if (count < fewest) {
      fewest = count
      best = layers.map((layer) => [...layer])
      since = 0
    }
  }
  return best
}

/** Depth first from the roots: what hangs together stands together. */
function firstOrder(
  rank: readonly number[],
  above: readonly (readonly number[])[],
  below: readonly (readonly number[])[],
): number[][] {
  let last = 0
  for (const one of rank) last = Math.max(last, one)
  const layers: number[][] = rank.length === 0 ? [] : Array.from({ length: last + 1 }, () => [])
  const seen = new Uint8Array(rank.length)
  for (let root = 0; root < rank.length; root++) {
    const stack = [root]
    while (stack.length > 0) {
      const vertex = stack.pop()!
      if (seen[vertex] === 1) continue
      seen[vertex] = 1
      layers[rank[vertex]!]!.push(vertex)
      for (const next of above[vertex]!) if (seen[next] === 0) stack.push(next)
      for (const next of below[vertex]!) if (seen[next] === 0) stack.push(next)
    }
  }
  return layers
}

/** Vertices without neighbours there stay where they are; the others share the remaining places by the mean of their neighbours'. */
function sortByNeighbours(layer: number[], neighbours: readonly (readonly number[])[], place: Float64Array): void {
  const moving: { vertex: number; mean: number; was: number }[] = []
  const places: number[] = []
  for (const [at, vertex] of layer.entries()) {
    const list = neighbours[vertex]!
    if (list.length === 0) continue
    let sum = 0
    for (const other of list) sum += place[other]!
    moving.push({ vertex, mean: sum / list.length, was: at })
    places.push(at)
  }
  moving.sort((a, b) => a.mean - b.mean || a.was - b.was)
  moving.forEach(({ vertex }, at) => {
    layer[places[at]!] = vertex
  })
}

/** How many pairs of edges cross, over all columns. */
export function crossings(
  layers: readonly (readonly number[])[],
  below: readonly (readonly number[])[],
  place: Float64Array,
): number {
  let total = 0
  for (const [at, layer] of layers.entries()) {
    const next = layers[at + 1]
    if (next !== undefined) total += crossingsBetween(layer, below, place, next.length)
  }
  return total
}

/** Counts inversions of the edges' lower ends with a tree of sums. */
function crossingsBetween(
  layer: readonly number[],
  below: readonly (readonly number[])[],
  place: Float64Array,
  width: number,
): number {
  const sums = new Int32Array(width + 1)
  let total = 0
  let seen = 0
  for (const vertex of layer) {
    const ends = below[vertex]!.map((child) => place[child]!)
    for (const end of ends) {
      let smaller = 0
      for (let at = end + 1; at > 0; at -= at & -at) smaller += sums[at]!
      total += seen - smaller
    }
    for (const end of ends) {
      for (let at = end + 1; at <= width; at += at & -at) sums[at]!++
      seen++
    }
  }
  return total
}
