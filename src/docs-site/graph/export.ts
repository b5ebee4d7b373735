import type { Palette } from './palette.ts'
import type { Scene, SceneNode } from './scene.ts'

/** The graph as a file of its own, in the colours that it is shown in. */
export function sceneSvg(scene: Scene, palette: Palette): string {
  const margin = 24
  const box = `${-margin} ${-margin} ${round(scene.width + 2 * margin)} ${round(scene.height + 2 * margin)}`
  const edges = scene.edges.map(
    ({ points, how }) =>
      `<path d="${svgPath(points)}" fill="none" stroke="${palette.edgeOf(how)}" stroke-width="1.3"${dashOf(how)}/>`,
  )
  const nodes = scene.nodes.map((node) => svgNode(node, scene, palette))
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}" width="${round(scene.width + 2 * margin)}" height="${round(scene.height + 2 * margin)}" font-family="system-ui, sans-serif" font-size="13">
<rect x="${-margin}" y="${-margin}" width="100%" height="100%" fill="${palette.background}"/>
${edges.join('\n')}
${nodes.join('\n')}
</svg>
`
}

function svgNode(node: SceneNode, scene: Scene, palette: Palette): string {
  const { x, y, width, height, rows, id } = node
  const colour = node.own ?? palette.colourOf(scene, node.category)
  const text = (left: number, top: number, content: string, fill: string, more = ''): string =>
    `<text x="${round(x + left)}" y="${round(y + top)}" fill="${fill}"${more}>${xml(content)}</text>`
  const lines = rows.flatMap(({ column, how, top, isStart }) => [
    text(
      14,
      top + 15,
      cut(column, width - (how === undefined ? 24 : 38 + how.length * LETTER)),
      isStart ? palette.accent : palette.ink,
      MONO,
    ),
    ...(how === undefined ? [] : [text(width - 10, top + 15, how, palette.edgeOf(how), `${MONO} text-anchor="end"`)]),
  ])
  const box = `x="${round(x)}" y="${round(y)}" height="${round(height)}"`
  return `<g><title>${xml(id)}</title><rect ${box} width="${round(width)}" rx="6" fill="${palette.card}" stroke="${palette.line}"/><rect ${box} width="5" rx="2.5" fill="${xml(colour)}"/>${text(14, 21.5, cut(node.label, width - 26), palette.ink)}${lines.join('')}</g>`
}

const MONO = ' font-family="ui-monospace, monospace" font-size="12"'
const LETTER = 7.3

/** What fits into a width, by the usual width of letters: nobody measures text in a file. */
const cut = (text: string, width: number): string =>
  text.length * LETTER <= width + LETTER ? text : `${text.slice(0, Math.max(1, Math.floor(width / LETTER) - 1))}…`

const dashOf = (how: string | undefined): string => (isUse(how) ? ' stroke-dasharray="4 4"' : '')

/** Whether a column is only looked at: filtered, joined, grouped, ordered by. */
export const isUse = (how: string | undefined): boolean =>
  how !== undefined && !['copied', 'renamed', 'computed', 'aggregated'].includes(how)

/** A smooth line through points from left to right. */
export function svgPath(points: readonly number[]): string {
  let path = `M${round(points[0]!)} ${round(points[1]!)}`
  for (let at = 2; at < points.length; at += 2) {
    const [fromX, fromY, x, y] = [points[at - 2]!, points[at - 1]!, points[at]!, points[at + 1]!]
    const half = (x - fromX) / 2
    path += `C${round(fromX + half)} ${round(fromY)} ${round(x - half)} ${round(y)} ${round(x)} ${round(y)}`
  }
  return path
}

const round = (value: number): number => Math.round(value * 10) / 10

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
// XML 1.0 has no control characters but these three
const xml = (text: string): string =>
  text
    .replace(/[&<>"']/g, (letter) => ENTITIES[letter]!)
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')

/** A Mermaid flowchart: for Markdown of GitHub, GitLab, Notion ... */
export function sceneMermaid(scene: Scene): string {
  const lines = scene.nodes.map((node, at) => {
    const [open, close] = SHAPES[node.type] ?? ['[', ']']
    return `  n${at}${open}"${mermaidText(node.label)}"${close}:::${node.type}`
  })
  const edges = pairsOf(scene).map(([from, to]) => `  n${from} --> n${to}`)
  const types = [...new Set(scene.nodes.map((node) => node.type))]
  const classes = types.map((type) => `  classDef ${type} stroke-width:2px`)
  return `${['flowchart LR', ...lines, ...edges, ...classes].join('\n')}\n`
}

const SHAPES: Readonly<Record<string, readonly [string, string]>> = {
  source: ['[(', ')]'],
  seed: ['[/', '/]'],
  exposure: ['([', '])'],
  metric: ['{{', '}}'],
}

const mermaidText = (text: string): string =>
  text.replace(/[#"<>&`[\]{}()|;\\\n\r]/g, (letter) => `#${letter.codePointAt(0)};`)

/** Graphviz. */
export function sceneDot(scene: Scene): string {
  const nodes = scene.nodes.map(
    (node) => `  ${dotText(node.id)} [label=${dotText(node.label)}, class=${dotText(node.type)}];`,
  )
  const edges = pairsOf(scene).map(
    ([from, to]) => `  ${dotText(scene.nodes[from]!.id)} -> ${dotText(scene.nodes[to]!.id)};`,
  )
  return `${['digraph lineage {', '  rankdir=LR;', '  node [shape=box, style=rounded];', ...nodes, ...edges, '}'].join('\n')}\n`
}

const dotText = (text: string): string => `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`

/** Nodes and edges by unique id; of a graph of columns, the columns that take part. */
export function sceneJson(scene: Scene): string {
  const nodes = scene.nodes.map(({ id, type, label, health, rows }) => ({
    unique_id: id,
    resource_type: type,
    label,
    ...(health === 'unknown' ? {} : { status: health }),
    ...(rows.length === 0 ? {} : { columns: rows.map((row) => row.column) }),
  }))
  const edges = scene.edges.map(({ from, to, how }) => ({
    from: scene.nodes[from]!.id,
    to: scene.nodes[to]!.id,
    ...(how === undefined ? {} : { how }),
  }))
  return `${JSON.stringify({ nodes, edges }, null, 2)}\n`
}

/** Each pair of nodes once: a graph of columns may have several edges between two. */
function pairsOf(scene: Scene): (readonly [number, number])[] {
  const pairs = new Map(scene.edges.map(({ from, to }) => [`${from} ${to}`, [from, to] as const]))
  return [...pairs.values()]
}
