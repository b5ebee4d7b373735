import { isUse } from './export.ts'
import type { Palette } from './palette.ts'
import { ROW_HEIGHT, type Scene, type SceneNode } from './scene.ts'
import type { Size, Viewport } from './viewport.ts'

export interface Emphasis {
  /** The node that has the focus. */
  readonly current: number | undefined
  /** The node under the pointer. */
  readonly hovered: number | undefined
  /** What is related to the current or hovered node; all else steps back. Undefined: nothing steps back. */
  readonly related: ReadonlySet<number> | undefined
}

/** A node is never drawn smaller than this, in pixels. */
const LEAST = 2.5
/** Below these sizes of a line of text, in pixels, it is not drawn. */
const READABLE = 5.5

/** A scene with its edges as paths, which are costly to make and cheap to draw again. */
export interface PreparedScene {
  readonly scene: Scene
  /** In the order of the edges. */
  readonly paths: readonly Path2D[]
  /** All edges of a kind in one. */
  readonly together: ReadonlyMap<string | undefined, Path2D>
  /** The same without curves, which nobody sees from far away. */
  readonly straight: ReadonlyMap<string | undefined, Path2D>
}

export function prepare(scene: Scene): PreparedScene {
  const together = new Map<string | undefined, Path2D>()
  const straight = new Map<string | undefined, Path2D>()
  const of = (map: Map<string | undefined, Path2D>, how: string | undefined): Path2D => {
    let path = map.get(how)
    if (path === undefined) map.set(how, (path = new Path2D()))
    return path
  }
  const paths = scene.edges.map(({ points, how }) => {
    const path = new Path2D()
    trace(path, points)
    of(together, how).addPath(path)
    const line = of(straight, how)
    line.moveTo(points[0]!, points[1]!)
    for (let at = 2; at < points.length; at += 2) line.lineTo(points[at]!, points[at + 1]!)
    return path
  })
  return { scene, paths, together, straight }
}

/** Paints what is seen of a scene. */
export function paint(
  context: CanvasRenderingContext2D,
  prepared: PreparedScene,
  palette: Palette,
  view: Viewport,
  canvas: Size,
  emphasis: Emphasis,
): void {
  const { scene } = prepared
  context.fillStyle = palette.background
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.save()
  context.translate(view.x, view.y)
  context.scale(view.scale, view.scale)
  const seen = {
    left: -view.x / view.scale,
    top: -view.y / view.scale,
    right: (canvas.width - view.x) / view.scale,
    bottom: (canvas.height - view.y) / view.scale,
  }
  paintEdges(context, prepared, palette, view, seen, emphasis)
  const labels = 13 * view.scale >= READABLE
  for (const [at, node] of scene.nodes.entries()) {
    if (
      node.x > seen.right ||
      node.y > seen.bottom ||
      node.x + node.width < seen.left ||
      node.y + node.height < seen.top
    )
      continue
    paintNode(context, node, scene, palette, labels, at, emphasis, view.scale)
  }
  context.restore()
}

interface Seen {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Above so many edges in sight, one stroke for all of them is quicker than one for each. */
const MANY = 400
/** Below this scale curves look like lines. */
const FAR = 0.2

function paintEdges(
  context: CanvasRenderingContext2D,
  { scene, paths, together, straight }: PreparedScene,
  palette: Palette,
  view: Viewport,
  seen: Seen,
  { related, current, hovered }: Emphasis,
): void {
  const inSight: number[] = []
  for (const [at, { points }] of scene.edges.entries()) if (crosses(points, seen)) inSight.push(at)
  const isStrong = (at: number): boolean => {
    const { from, to } = scene.edges[at]!
    return related !== undefined && (hovered ?? current) !== undefined && related.has(from) && related.has(to)
  }
  const dashes = (how: string | undefined): void => context.setLineDash(isUse(how) ? [4, 4] : [])
  context.lineWidth = Math.max(1.2, 0.6 / view.scale)
  // thousands of edges on top of each other would be a wall
  const crowd = Math.max(0.12, Math.min(1, MANY / inSight.length))
  context.globalAlpha = related === undefined ? crowd : Math.min(0.25, crowd)
  if (inSight.length > MANY) {
    for (const [how, path] of view.scale < FAR ? straight : together) {
      context.strokeStyle = palette.edgeOf(how)
      dashes(how)
      context.stroke(path)
    }
  } else {
    for (const at of inSight) {
      const { how } = scene.edges[at]!
      context.strokeStyle = palette.edgeOf(how)
      dashes(how)
      context.stroke(paths[at]!)
    }
  }
  context.globalAlpha = 1
  context.lineWidth = Math.max(1.8, 1 / view.scale)
  context.strokeStyle = palette.accent
  context.setLineDash([])
  for (const at of inSight) if (isStrong(at)) context.stroke(paths[at]!)
}

function crosses(points: readonly number[], seen: Seen): boolean {
  if (points[0]! > seen.right || points.at(-2)! < seen.left) return false
  let top = Number.POSITIVE_INFINITY
  let bottom = Number.NEGATIVE_INFINITY
  for (let at = 1; at < points.length; at += 2) {
    top = Math.min(top, points[at]!)
    bottom = Math.max(bottom, points[at]!)
  }
  return top <= seen.bottom && bottom >= seen.top
}

function trace(path: Path2D, points: readonly number[]): void {
  path.moveTo(points[0]!, points[1]!)
  for (let at = 2; at < points.length; at += 2) {
    const [fromX, fromY, x, y] = [points[at - 2]!, points[at - 1]!, points[at]!, points[at + 1]!]
    const half = (x - fromX) / 2
    if (fromY === y) path.lineTo(x, y)
    else path.bezierCurveTo(fromX + half, fromY, x - half, y, x, y)
  }
}

function paintNode(
  context: CanvasRenderingContext2D,
  node: SceneNode,
  scene: Scene,
  palette: Palette,
  labels: boolean,
  at: number,
  { current, hovered, related }: Emphasis,
  scale: number,
): void {
  const { x, y, width, height } = node
  const colour = node.own ?? palette.colourOf(scene, node.category)
  context.globalAlpha = related === undefined || related.has(at) ? 1 : 0.28
  if (!labels) {
    context.fillStyle = at === current ? palette.accent : colour
    const least = LEAST / scale
    context.fillRect(x, y, Math.max(width, least), Math.max(height, least))
    context.globalAlpha = 1
    return
  }
  context.fillStyle = palette.card
  context.strokeStyle = at === current || at === hovered ? palette.accent : palette.line
  context.lineWidth = at === current ? 2.5 : 1.2
  context.beginPath()
  context.roundRect(x, y, width, height, 6)
  context.fill()
  context.fillStyle = colour
  context.save()
  context.clip()
  context.fillRect(x, y, 5, height)
  context.restore()
  context.stroke()
  context.fillStyle = palette.ink
  context.font = LABEL_FONT
  context.textBaseline = 'middle'
  const status = node.health === 'bad' || node.health === 'warn'
  context.fillText(shorten(context, node.label, width - (status ? 40 : 26)), x + 14, y + 17.5)
  if (status) {
    context.fillStyle = palette.colourOf({ ...scene, colouring: 'status' }, node.health)
    context.beginPath()
    context.arc(x + width - 13, y + 17, 4, 0, 2 * Math.PI)
    context.fill()
  }
  paintRows(context, node, palette)
  context.globalAlpha = 1
}

export const LABEL_FONT = '500 13px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif'
const ROW_FONT = '12px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace'

function paintRows(context: CanvasRenderingContext2D, node: SceneNode, palette: Palette): void {
  if (node.rows.length === 0) return
  context.fillStyle = palette.line
  context.fillRect(node.x + 5, node.y + 32, node.width - 5, 1)
  context.font = ROW_FONT
  for (const row of node.rows) {
    const middle = node.y + row.top + ROW_HEIGHT / 2
    if (row.isStart) {
      const alpha = context.globalAlpha
      context.fillStyle = palette.accent
      context.globalAlpha = alpha * 0.16
      context.beginPath()
      context.roundRect(node.x + 8, middle - ROW_HEIGHT / 2 + 1, node.width - 12, ROW_HEIGHT - 2, 4)
      context.fill()
      context.globalAlpha = alpha
    }
    context.fillStyle = row.isStart ? palette.accent : palette.ink
    const taken = row.how === undefined ? 24 : context.measureText(row.how).width + 32
    context.fillText(shorten(context, row.column, node.width - taken), node.x + 14, middle + 0.5)
    if (row.how === undefined) continue
    context.fillStyle = palette.edgeOf(row.how)
    context.textAlign = 'right'
    context.fillText(row.how, node.x + node.width - 10, middle + 0.5)
    context.textAlign = 'left'
  }
}

/** The text, or its beginning and an ellipsis. */
function shorten(context: CanvasRenderingContext2D, text: string, width: number): string {
  const whole = context.measureText(text).width
  if (whole <= width) return text
  let keep = Math.max(1, Math.floor((text.length * width) / whole) - 1)
  while (keep > 1 && context.measureText(`${text.slice(0, keep)}…`).width > width) keep--
  return `${text.slice(0, keep)}…`
}

/** The node at a point of the scene, and the column there. */
export function hit(
  scene: Scene,
  at: { readonly x: number; readonly y: number },
): { readonly node: number; readonly column: string | undefined } | undefined {
  for (let node = scene.nodes.length - 1; node >= 0; node--) {
    const { x, y, width, height, rows } = scene.nodes[node]!
    if (at.x < x || at.x > x + width || at.y < y || at.y > y + height) continue
    const row = rows.find((one) => at.y >= y + one.top && at.y < y + one.top + ROW_HEIGHT)
    return { node, column: row?.column }
  }
  return undefined
}
