import type { ColumnFlow, ColumnKey } from '../data/column-lineage.ts'
import { keyText } from '../data/column-lineage.ts'
import { isHidden, isTest, materializationOf, type Project, tagsOf, titleOf } from '../data/project.ts'
import { type Health, overallHealth } from '../data/status.ts'
import { type LayoutEdge, layoutLayers } from './layered-layout.ts'

/** What the colour of a node tells. */
export const COLOURINGS = ['type', 'status', 'tag', 'group', 'package'] as const
export type Colouring = (typeof COLOURINGS)[number]

/** A line of a node that stands for one of its columns. */
export interface SceneRow {
  readonly column: string
  /** Top of the line, from the top of the node. */
  readonly top: number
  readonly isStart: boolean
  /** How it came to be; undefined of a column that nothing is known to flow into. */
  readonly how: string | undefined
}

export interface SceneNode {
  readonly id: string
  readonly type: string
  readonly label: string
  readonly detail: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly health: Health
  /** Which of the colours: the name of a type, a status, a tag ... */
  readonly category: string
  /** `docs.node_color` of the project, when it is a colour. */
  readonly own: string | undefined
  readonly rows: readonly SceneRow[]
}

export interface SceneEdge {
  /** Positions in `nodes`. */
  readonly from: number
  readonly to: number
  /** x, y, x, y ... from left to right. */
  readonly points: readonly number[]
  readonly how: string | undefined
}

/** A graph with places: what is painted, exported and read out. */
export interface Scene {
  readonly nodes: readonly SceneNode[]
  readonly edges: readonly SceneEdge[]
  readonly index: ReadonlyMap<string, number>
  readonly width: number
  readonly height: number
  readonly colouring: Colouring
  /** Categories from the most frequent on. */
  readonly legend: readonly { readonly category: string; readonly count: number }[]
}

export const NODE_HEIGHT = 34
export const ROW_HEIGHT = 22
const HEADER = 34
const WIDEST = 300

/** The width of a text in the label's font. */
export type Measure = (text: string) => number

/** The nodes and the edges between them. Nodes that are not shown are bridged only where `bridge` is set (tests never). */
export function sceneOf(project: Project, ids: Iterable<string>, colouring: Colouring, measure: Measure): Scene {
  const shown = [...ids].filter((id) => project.nodes.has(id))
  const index = new Map(shown.map((id, at) => [id, at]))
  const sizes = shown.map((id) => ({
    width: Math.min(WIDEST, Math.ceil(measure(titleOf(project.nodes.get(id)!)) + 48)),
    height: NODE_HEIGHT,
  }))
  const edges: LayoutEdge[] = []
  for (const [to, id] of shown.entries())
    for (const parent of project.parents.get(id) ?? []) {
      const from = index.get(parent)
      if (from !== undefined) edges.push({ from, to })
    }
  const layout = layoutLayers(sizes, edges)
  const nodes = shown.map((id, at) => sceneNode(project, id, colouring, place(layout, sizes, at), []))
  return {
    nodes,
    edges: edges.map(({ from, to }, at) => ({ from, to, points: layout.paths[at]!, how: undefined })),
    index,
    width: layout.width,
    height: layout.height,
    colouring,
    legend: legendOf(nodes),
  }
}

/** Width of a letter of a column's line, which has a fixed one. */
const LETTER = 7.3
const rowWidth = ({ column, how }: SceneRow): number =>
  28 + column.length * LETTER + (how === undefined ? 0 : 14 + how.length * LETTER)

/** The way of a column: each node with those of its columns that take part. */
export function columnScene(project: Project, flow: ColumnFlow, withUses: boolean, measure: Measure): Scene {
  const rows = new Map<string, Map<string, { column: string; how: string | undefined }>>()
  const rowOf = ({ node, column }: ColumnKey, how?: string): void => {
    let columns = rows.get(node)
    if (columns === undefined) rows.set(node, (columns = new Map()))
    const known = columns.get(column.toLowerCase())
    columns.set(column.toLowerCase(), { column: known?.column ?? column, how: strongest(known?.how, how) })
  }
  rowOf(flow.start)
  for (const edge of flow.edges) {
    rowOf(edge.from)
    rowOf(edge.to, edge.how)
  }
  const uses = withUses ? flow.uses.filter((use) => project.nodes.has(use.node)) : []
  for (const use of uses) {
    rowOf(use.from)
    if (!rows.has(use.node)) rows.set(use.node, new Map())
  }
  const shown = [...rows.keys()].filter((id) => project.nodes.has(id))
  const index = new Map(shown.map((id, at) => [id, at]))
  const lines = shown.map((id) => {
    const sorted = [...rows.get(id)!.values()]
    return sorted.map(
      ({ column, how }, at): SceneRow => ({
        column,
        how,
        top: HEADER + at * ROW_HEIGHT,
        isStart: keyText({ node: id, column }) === keyText(flow.start),
      }),
    )
  })
  const sizes = shown.map((id, at) => {
    const texts = [measure(titleOf(project.nodes.get(id)!)) + 48, ...lines[at]!.map(rowWidth)]
    const tall = lines[at]!.length === 0 ? NODE_HEIGHT : HEADER + lines[at]!.length * ROW_HEIGHT + 8
    return { width: Math.min(WIDEST + 60, Math.ceil(Math.max(150, ...texts))), height: tall }
  })
  const middle = ({ node, column }: ColumnKey): number | undefined => {
    const at = index.get(node)
    const row =
      at === undefined ? undefined : lines[at]!.find((one) => one.column.toLowerCase() === column.toLowerCase())
    return row === undefined ? undefined : row.top + ROW_HEIGHT / 2
  }
  const drawn: { edge: LayoutEdge; how: string }[] = []
  for (const { from, to, how } of flow.edges) {
    const [source, target] = [index.get(from.node), index.get(to.node)]
    if (source === undefined || target === undefined || source === target) continue
    drawn.push({ edge: { from: source, to: target, fromY: middle(from)!, toY: middle(to)! }, how })
  }
  for (const { from, node, how } of uses) {
    const [source, target] = [index.get(from.node), index.get(node)]
    if (source === undefined || target === undefined || source === target) continue
    drawn.push({ edge: { from: source, to: target, fromY: middle(from)!, toY: NODE_HEIGHT / 2 }, how })
  }
  const layout = layoutLayers(sizes, drawn.map(({ edge }) => edge), { columnGap: 60, rowGap: 22 }) // biome-ignore format: one call
  const nodes = shown.map((id, at) => sceneNode(project, id, 'type', place(layout, sizes, at), lines[at]!))
  return {
    nodes,
    edges: drawn.map(({ edge, how }, at) => ({ from: edge.from, to: edge.to, points: layout.paths[at]!, how })),
    index,
    width: layout.width,
    height: layout.height,
    colouring: 'type',
    legend: legendOf(nodes),
  }
}

const STRENGTH = ['copied', 'renamed', 'computed', 'aggregated']
const strongest = (one: string | undefined, other: string | undefined): string | undefined =>
  STRENGTH.indexOf(one ?? '') > STRENGTH.indexOf(other ?? '') ? one : (other ?? one)

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const place = (
  layout: { x: Float64Array; y: Float64Array },
  sizes: readonly { width: number; height: number }[],
  at: number,
): Box => ({
  x: layout.x[at]!,
  y: layout.y[at]!,
  ...sizes[at]!,
})

function sceneNode(project: Project, id: string, colouring: Colouring, box: Box, rows: readonly SceneRow[]): SceneNode {
  const node = project.nodes.get(id)!
  const colour = node.docs?.node_color ?? (node.config?.['docs'] as { node_color?: unknown } | undefined)?.node_color
  return {
    id,
    type: node.resource_type,
    label: titleOf(node),
    detail: materializationOf(node) ?? node.resource_type,
    ...box,
    health: overallHealth(project, id),
    category: categoryOf(project, id, colouring),
    own: typeof colour === 'string' && colouring === 'type' && isColour(colour) ? colour : undefined,
    rows,
  }
}

/** A colour by name or in hex; what else CSS knows (functions, addresses) is nothing that a project may bring in. */
export const isColour = (text: string): boolean => /^(?:#[0-9a-f]{3,8}|[a-z]{3,30})$/i.test(text)

function categoryOf(project: Project, id: string, colouring: Colouring): string {
  const node = project.nodes.get(id)!
  switch (colouring) {
    case 'type':
      return node.resource_type
    case 'status':
      return overallHealth(project, id)
    case 'tag':
      return tagsOf(node)[0] ?? 'no tag'
    case 'group': {
      const group = node.group ?? node.config?.['group']
      return typeof group === 'string' ? group : 'no group'
    }
    case 'package':
      return node.package_name
  }
}

function legendOf(nodes: readonly SceneNode[]): { category: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const { category } of nodes) counts.set(category, (counts.get(category) ?? 0) + 1)
  return [...counts].map(([category, count]) => ({ category, count })).sort((a, b) => b.count - a.count)
}

/** What the graph shows unless tests are asked for. */
export const drawnByDefault = (project: Project): string[] =>
  [...project.nodes.values()].filter((node) => !isTest(node) && !isHidden(node)).map((node) => node.unique_id)

/** Everything within so many steps of a node, itself too. */
export function around(project: Project, id: string, up: number, down: number): Set<string> {
  const found = new Set([id])
  for (const [edges, depth] of [[project.parents, up], [project.children, down]] as const) // biome-ignore format: one line
    for (const one of walk(edges, id, depth)) found.add(one)
  return found
}

function walk(edges: ReadonlyMap<string, readonly string[]>, id: string, depth: number): Set<string> {
  const seen = new Set<string>()
  let layer = [id]
  for (let step = 0; step < depth && layer.length > 0; step++) {
    const next: string[] = []
    for (const one of layer)
      for (const other of edges.get(one) ?? [])
        if (!seen.has(other)) {
          seen.add(other)
          next.push(other)
        }
    layer = next
  }
  return seen
}

/** How many steps up and down there are from a node. */
export function reach(project: Project, id: string): { readonly up: number; readonly down: number } {
  const depth = (edges: ReadonlyMap<string, readonly string[]>): number => {
    let steps = 0
    let layer = new Set([id])
    const seen = new Set(layer)
    for (;;) {
      const next = new Set<string>()
      for (const one of layer)
        for (const other of edges.get(one) ?? []) {
          if (seen.has(other) || isTest(project.nodes.get(other)!)) continue
          seen.add(other)
          next.add(other)
        }
      if (next.size === 0) return steps
      steps++
      layer = next
    }
  }
  return { up: depth(project.parents), down: depth(project.children) }
}
