import type { JSX, RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { sceneDot, sceneJson, sceneMermaid, sceneSvg } from '../graph/export.ts'
import { paint, prepare } from '../graph/paint.ts'
import type { Palette } from '../graph/palette.ts'
import type { Scene } from '../graph/scene.ts'
import type { GraphHandle } from '../parts/graph-canvas.tsx'
import { Icon } from '../parts/icons.tsx'

const FORMATS = ['SVG', 'PNG', 'Mermaid', 'DOT', 'JSON'] as const
type Format = (typeof FORMATS)[number]
const ENDINGS: Readonly<Record<Format, readonly [ending: string, type: string]>> = {
  SVG: ['svg', 'image/svg+xml'],
  PNG: ['png', 'image/png'],
  Mermaid: ['mmd', 'text/plain'],
  DOT: ['dot', 'text/vnd.graphviz'],
  JSON: ['json', 'application/json'],
}

/** Saves the graph that is shown, as a picture or as text. */
export function ExportMenu({
  scene,
  handle,
  name,
}: {
  readonly scene: Scene
  readonly handle: RefObject<GraphHandle | null>
  readonly name: string
}): JSX.Element {
  const [open, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!open) return
    box.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus()
    const onPress = (event: Event): void => {
      if (!box.current?.contains(event.target as Node)) setOpen(false)
    }
    addEventListener('pointerdown', onPress)
    return () => removeEventListener('pointerdown', onPress)
  }, [open])
  const save = async (format: Format): Promise<void> => {
    setOpen(false)
    const palette = handle.current?.palette()
    if (palette === undefined) return
    const [ending, type] = ENDINGS[format]
    const content =
      format === 'PNG' ? await pngOf(scene, palette) : new Blob([textOf(format, scene, palette)], { type })
    if (content !== null) download(content, `${name.replace(/[^\w.-]+/g, '_')}.${ending}`)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const items = [...(box.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])]
    const at = items.indexOf(document.activeElement as HTMLElement)
    if (event.key === 'Escape') setOpen(false)
    else if (event.key === 'ArrowDown') items[(at + 1) % items.length]?.focus()
    else if (event.key === 'ArrowUp') items[(at - 1 + items.length) % items.length]?.focus()
    else return
    event.preventDefault()
  }
  return (
    <div class="menu" ref={box} onKeyDown={onKeyDown}>
      <button type="button" class="button" aria-haspopup="menu" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="download" size={14} />
        Export
      </button>
      {open && (
        <ul role="menu" aria-label="Export as">
          {FORMATS.map((format) => (
            <li key={format} role="none">
              <button type="button" role="menuitem" onClick={() => void save(format)}>
                {format}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function textOf(format: Exclude<Format, 'PNG'>, scene: Scene, palette: Palette): string {
  switch (format) {
    case 'SVG':
      return sceneSvg(scene, palette)
    case 'Mermaid':
      return sceneMermaid(scene)
    case 'DOT':
      return sceneDot(scene)
    case 'JSON':
      return sceneJson(scene)
  }
}

/** Browsers make no larger pictures. */
const MOST_PIXELS = 8192

/** The whole graph as a picture, twice as large as on the screen where that is possible. */
async function pngOf(scene: Scene, palette: Palette): Promise<Blob | null> {
  const margin = 24
  const size = { width: scene.width + 2 * margin, height: scene.height + 2 * margin }
  const scale = Math.min(2, MOST_PIXELS / size.width, MOST_PIXELS / size.height)
  const canvas = document.createElement('canvas')
  canvas.width = Math.ceil(size.width * scale)
  canvas.height = Math.ceil(size.height * scale)
  const context = canvas.getContext('2d')
  if (context === null) return null
  const none = { current: undefined, hovered: undefined, related: undefined }
  paint(
    context,
    prepare(scene),
    palette,
    { scale, x: margin * scale, y: margin * scale },
    { width: canvas.width, height: canvas.height },
    none,
  )
  return await new Promise((done) => canvas.toBlob(done, 'image/png'))
}

function download(content: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
