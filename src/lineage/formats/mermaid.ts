import { columnKey, type Reach } from '../project/column-graph.ts'

/** A flowchart for Markdown: a box for each node with its columns, an arrow for each way that values take. */
export function mermaidText({ columns, edges }: Reach, named: (node: string) => string): string {
  const names = new Map<string, string>()
  const byNode = new Map<string, { readonly id: string; readonly lines: string[] }>()
  for (const [key, { node, column }] of columns) {
    const box = byNode.get(node) ?? { id: `n${byNode.size}`, lines: [] }
    byNode.set(node, box)
    const name = `${box.id}c${box.lines.length}`
    names.set(key, name)
    box.lines.push(`    ${name}["${escaped(column)}"]`)
  }
  const boxes = [...byNode].flatMap(([node, { id, lines }]) => [
    `  subgraph ${id}["${escaped(named(node))}"]`,
    ...lines,
    '  end',
  ])
  const arrows = edges.map(
    ({ from, to, how }) => `  ${names.get(columnKey(from))} -->|${how}| ${names.get(columnKey(to))}`,
  )
  return ['flowchart LR', ...boxes, ...arrows].join('\n')
}

/** What would end the text or start another thing is written as Mermaid's entity. */
const escaped = (text: string): string =>
  text.replace(/[#"&<>`\n]/g, (character) => `#${character.codePointAt(0) as number};`)
