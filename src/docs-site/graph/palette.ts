import type { Scene } from './scene.ts'

/** The colours of a picture: those of the page as it looks now. */
export interface Palette {
  readonly background: string
  readonly card: string
  readonly ink: string
  readonly muted: string
  readonly line: string
  readonly accent: string
  readonly edge: string
  readonly edgeOf: (how: string | undefined) => string
  readonly colourOf: (scene: Scene, category: string) => string
}

/** For tags, groups and packages, by how frequent they are; all that come after share the last. */
const SERIES = 8

/** Reads the colours of the page's style sheet; `readNow` gives a custom property of it, and is asked once for each. */
export function makePalette(readNow: (name: string) => string): Palette {
  const known = new Map<string, string>()
  const read = (name: string): string => {
    let value = known.get(name)
    if (value === undefined) known.set(name, (value = readNow(name)))
    return value
  }
  const edge = read('--edge')
  const hows: Readonly<Record<string, string>> = {
    copied: read('--how-copied'),
    renamed: read('--how-renamed'),
    computed: read('--how-computed'),
    aggregated: read('--how-aggregated'),
  }
  return {
    background: read('--page'),
    card: read('--card'),
    ink: read('--ink'),
    muted: read('--muted'),
    line: read('--line-strong'),
    accent: read('--accent'),
    edge,
    edgeOf: (how) => (how === undefined ? edge : (hows[how] ?? read('--how-used'))),
    colourOf: (scene, category) => read(colourName(scene, category)),
  }
}

/** The custom property that holds the colour of a category. */
export function colourName(scene: Pick<Scene, 'colouring' | 'legend'>, category: string): string {
  if (scene.colouring === 'type') return `--type-${category.replaceAll('_', '-')}`
  if (scene.colouring === 'status') return `--health-${category}`
  if (category.startsWith('no ')) return '--type-other'
  const at = scene.legend.filter((one) => !one.category.startsWith('no ')).findIndex((one) => one.category === category)
  return `--series-${Math.min(at, SERIES - 1) + 1}`
}
