import { orderLayers } from './layer-order.ts'

export interface LayoutNode {
  readonly width: number
  readonly height: number
}

/** An edge by positions in the list of nodes; offsets are heights within the node at which it leaves and arrives, its middle by default. */
export interface LayoutEdge {
  readonly from: number
  readonly to: number
  readonly fromY?: number
  readonly toY?: number
}

export interface Layout {
  /** Left upper corners, in the order of the nodes. */
  readonly x: Float64Array
  readonly y: Float64Array
  /** Points of each edge from left to right, in the order of the edges: x, y, x, y ... */
  readonly paths: readonly (readonly number[])[]
  readonly width: number
  readonly height: number
}

export interface LayoutOptions {
  /** Between two columns. */
  readonly columnGap: number
  /** Between two nodes of a column. */
  readonly rowGap: number
}

const DEFAULTS: LayoutOptions = { columnGap: 72, rowGap: 14 }
/** With more bends than this, long edges go straight: a picture of that size shows no bends. */
const MOST_BENDS = 40_000

/**
 * Draws a graph without cycles from left to right: parents stand left of their children, as near as they can; long edges go round nodes, and few
 * edges cross. In time about linear in nodes and bends: 2 000 nodes take a fraction of a second.
 */
export function layoutLayers(
  nodes: readonly LayoutNode[],
  edges: readonly LayoutEdge[],
  options: LayoutOptions = DEFAULTS,
): Layout {
  const rank = ranksOf(nodes.length, edges)
  const world = bend(nodes, edges, rank)
  const layers = orderLayers(world.rank, world.above, world.below)
  const y = placeRows(layers, world, options.rowGap)
  const x = placeColumns(layers, world.width, columnGapOf(layers, world, y, options.columnGap))
  return finish(nodes, edges, world, x, y)
}

/** Longest way from a root; roots, and nodes with fewer parents than children, are then moved right to where they are read. */
export function ranksOf(size: number, edges: readonly LayoutEdge[]): Int32Array {
  const above: number[][] = Array.from({ length: size }, () => [])
  const below: number[][] = Array.from({ length: size }, () => [])
  for (const { from, to } of edges) {
    below[from]!.push(to)
    above[to]!.push(from)
  }
  const rank = new Int32Array(size)
  const waiting = Int32Array.from(above, (list) => list.length)
  const order: number[] = []
  for (let vertex = 0; vertex < size; vertex++) if (waiting[vertex] === 0) order.push(vertex)
  for (let at = 0; at < order.length; at++) {
    const vertex = order[at]!
    for (const child of below[vertex]!) {
      rank[child] = Math.max(rank[child]!, rank[vertex]! + 1)
      if (--waiting[child]! === 0) order.push(child)
    }
  }
  for (let at = order.length - 1; at >= 0; at--) {
    const vertex = order[at]!
    const children = below[vertex]!
    if (children.length === 0 || above[vertex]!.length > children.length) continue
    let nearest = Number.POSITIVE_INFINITY
    for (const child of children) nearest = Math.min(nearest, rank[child]!)
    rank[vertex] = Math.max(rank[vertex]!, nearest - 1)
  }
  return rank
}

/** The graph with a bend of an edge as a vertex of its own in each column that the edge passes. */
interface World {
  readonly rank: number[]
  readonly width: number[]
  readonly height: number[]
  readonly isBend: boolean[]
  readonly above: number[][]
  readonly below: number[][]
  /** Where a neighbour's edge is fixed at, relative to the middles: [vertex above, vertex below] -> offsets. */
  readonly chains: readonly (readonly number[])[]
}

function bend(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[], ranks: Int32Array): World {
  const rank = [...ranks]
  const width = nodes.map((node) => node.width)
  const height = nodes.map((node) => node.height)
  const isBend = nodes.map(() => false)
  const above: number[][] = nodes.map(() => [])
  const below: number[][] = nodes.map(() => [])
  let bends = 0
  for (const { from, to } of edges) bends += Math.max(0, ranks[to]! - ranks[from]! - 1)
  const chains = edges.map(({ from, to }) => {
    const chain = [from]
    if (bends <= MOST_BENDS) {
      for (let column = ranks[from]! + 1; column < ranks[to]!; column++) {
        chain.push(rank.length)
        rank.push(column)
        width.push(0)
        height.push(2)
        isBend.push(true)
        above.push([])
        below.push([])
      }
      chain.push(to)
      for (let at = 1; at < chain.length; at++) {
        below[chain[at - 1]!]!.push(chain[at]!)
        above[chain[at]!]!.push(chain[at - 1]!)
      }
    } else {
      chain.push(to)
      if (ranks[to]! - ranks[from]! === 1) {
        below[from]!.push(to)
        above[to]!.push(from)
      }
    }
    return chain
  })
  return { rank, width, height, isBend, above, below, chains }
}

/** A picture that is much higher than wide shows nothing: its columns stand further apart. */
function columnGapOf(layers: readonly (readonly number[])[], world: World, y: Float64Array, gap: number): number {
  let [top, bottom, nodes] = [0, 0, 0]
  for (const [vertex, middle] of y.entries()) {
    top = Math.min(top, middle - world.height[vertex]! / 2)
    bottom = Math.max(bottom, middle + world.height[vertex]! / 2)
    nodes = Math.max(nodes, world.width[vertex]!)
  }
  const columns = Math.max(1, layers.length - 1)
  return Math.min(WIDEST_GAP, Math.max(gap, (bottom - top) / HIGHEST / columns - nodes))
}

/** How many times as high as wide a picture may be, and how far the columns are moved apart for it. */
const HIGHEST = 1.4
const WIDEST_GAP = 1600

function placeColumns(layers: readonly (readonly number[])[], width: readonly number[], gap: number): Float64Array {
  const x = new Float64Array(width.length)
  let left = 0
  for (const layer of layers) {
    let widest = 0
    for (const vertex of layer) widest = Math.max(widest, width[vertex]!)
    for (const vertex of layer) x[vertex] = width[vertex] === 0 ? left + widest / 2 : left
    // a column that many edges leave needs room for them to turn
    left += widest + gap + Math.min(gap * 2, layer.length * 1.5)
  }
  return x
}

/** Middles of vertices: each as near to its neighbours as the order of its column allows, going forth and back over the columns. */
function placeRows(layers: readonly (readonly number[])[], world: World, rowGap: number): Float64Array {
  const { above, below, height, isBend } = world
  const y = new Float64Array(height.length)
  for (const layer of layers) {
    let top = 0
    for (const vertex of layer) {
      y[vertex] = top + height[vertex]! / 2
      top += height[vertex]! + gapAfter(vertex)
    }
  }
  function gapAfter(vertex: number): number {
    return isBend[vertex] ? rowGap / 2 : rowGap
  }
  const settle = (layer: readonly number[], neighbours: readonly (readonly number[])[]): void => {
    const wanted = layer.map((vertex) => middleOf(neighbours[vertex]!, y) ?? y[vertex]!)
    const weight = layer.map((vertex) => (neighbours[vertex]!.length === 0 ? 0.1 : isBend[vertex] ? 4 : 1))
    const distance = layer.map((vertex, at) => {
      const before = layer[at - 1]
      return before === undefined
        ? 0
        : (height[before]! + height[vertex]!) / 2 + Math.min(gapAfter(before), gapAfter(vertex))
    })
    const placed = spread(wanted, weight, distance)
    layer.forEach((vertex, at) => {
      y[vertex] = placed[at]!
    })
  }
  const both = above.map((list, vertex) => [...list, ...below[vertex]!])
  for (let pass = 0; pass < 6; pass++) {
    for (const layer of layers) settle(layer, above)
    for (const layer of layers.toReversed()) settle(layer, below)
  }
  for (const layer of layers) settle(layer, both)
  return y
}

/** The median of the neighbours' places: of an even number the mean of the middle two. */
function middleOf(neighbours: readonly number[], y: Float64Array): number | undefined {
  const { length } = neighbours
  if (length === 0) return undefined
  if (length === 1) return y[neighbours[0]!]!
  const places = neighbours.map((vertex) => y[vertex]!).sort((a, b) => a - b)
  const half = length >> 1
  return length % 2 === 1 ? places[half]! : (places[half - 1]! + places[half]!) / 2
}

/**
 * Places in the given order, at least `distance[i]` after the one before, and together as near to the wanted places as can be (least squares, by
 * pooling adjacent violators).
 */
export function spread(wanted: readonly number[], weight: readonly number[], distance: readonly number[]): number[] {
  const offset: number[] = []
  let sum = 0
  const blocks: { start: number; mean: number; weight: number }[] = []
  for (const [at, place] of wanted.entries()) {
    sum += distance[at]!
    offset.push(sum)
    let block = { start: at, mean: place - sum, weight: weight[at]! }
    while (blocks.length > 0 && blocks.at(-1)!.mean >= block.mean) {
      const before = blocks.pop()!
      const total = before.weight + block.weight
      block = {
        start: before.start,
        mean: (before.mean * before.weight + block.mean * block.weight) / total,
        weight: total,
      }
    }
    blocks.push(block)
  }
  const placed: number[] = []
  for (const [at, block] of blocks.entries()) {
    const end = blocks[at + 1]?.start ?? wanted.length
    for (let position = block.start; position < end; position++) placed.push(block.mean + offset[position]!)
  }
  return placed
}

function finish(
  nodes: readonly LayoutNode[],
  edges: readonly LayoutEdge[],
  world: World,
  x: Float64Array,
  middles: Float64Array,
): Layout {
  let top = Number.POSITIVE_INFINITY
  for (let vertex = 0; vertex < nodes.length; vertex++)
    top = Math.min(top, middles[vertex]! - nodes[vertex]!.height / 2)
  for (let vertex = nodes.length; vertex < middles.length; vertex++) top = Math.min(top, middles[vertex]!)
  if (!Number.isFinite(top)) top = 0
  const left = x.slice(0, nodes.length)
  const upper = new Float64Array(nodes.length)
  let width = 0
  let height = 0
  for (const [vertex, node] of nodes.entries()) {
    upper[vertex] = middles[vertex]! - node.height / 2 - top
    width = Math.max(width, left[vertex]! + node.width)
    height = Math.max(height, upper[vertex]! + node.height)
  }
  const paths = edges.map(({ from, to, fromY, toY }, at) => {
    const points = [left[from]! + nodes[from]!.width, upper[from]! + (fromY ?? nodes[from]!.height / 2)]
    for (const vertex of world.chains[at]!.slice(1, -1)) {
      points.push(x[vertex]!, middles[vertex]! - top)
      height = Math.max(height, middles[vertex]! - top)
    }
    points.push(left[to]!, upper[to]! + (toY ?? nodes[to]!.height / 2))
    return points
  })
  return { x: left, y: upper, paths, width, height }
}
