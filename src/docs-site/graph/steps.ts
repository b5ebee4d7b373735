import type { Scene } from './scene.ts'

/** Where an arrow key leads: left and right along an edge to the nearest node, up and down within the column. The first node when none has the focus. */
export function neighbourOf(scene: Scene, at: number | undefined, key: string): number | undefined {
  if (!['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'].includes(key)) return undefined
  if (at === undefined) return scene.nodes.length === 0 ? undefined : 0
  const here = scene.nodes[at]!
  const middle = here.y + here.height / 2
  let candidates: number[]
  if (key === 'ArrowLeft') candidates = scene.edges.flatMap((edge) => (edge.to === at ? [edge.from] : []))
  else if (key === 'ArrowRight') candidates = scene.edges.flatMap((edge) => (edge.from === at ? [edge.to] : []))
  else {
    const down = key === 'ArrowDown'
    candidates = [...scene.nodes.keys()].filter((other) => {
      const node = scene.nodes[other]!
      return other !== at && Math.abs(node.x - here.x) < 1 && (down ? node.y > here.y : node.y < here.y)
    })
  }
  const distance = (other: number): number => Math.abs(scene.nodes[other]!.y + scene.nodes[other]!.height / 2 - middle)
  return candidates.reduce<number | undefined>(
    (best, other) => (best === undefined || distance(other) < distance(best) ? other : best),
    undefined,
  )
}
