import type { JSX, Ref } from 'preact'
import { useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { HEALTH_WORDS } from '../data/status.ts'
import { hit, paint, prepare } from '../graph/paint.ts'
import { makePalette, type Palette } from '../graph/palette.ts'
import type { Scene } from '../graph/scene.ts'
import { neighbourOf } from '../graph/steps.ts'
import { centre, fitScene, type Size, toScene, type Viewport, zoomAt } from '../graph/viewport.ts'
import { toResource } from '../route.ts'
import { typeWord } from '../text/format.ts'
import { THEME_CHANGED } from '../theme.ts'
import { Icon } from './icons.tsx'
import { followPointers } from './pointers.ts'

/** What the page may ask of the picture. */
export interface GraphHandle {
  readonly palette: () => Palette
  /** Brings a node into the middle. */
  readonly show: (id: string) => void
  readonly showAll: () => void
}

/** The colours as the style sheet has them now. */
export const currentPalette = (): Palette => {
  const style = getComputedStyle(document.documentElement)
  return makePalette((name) => style.getPropertyValue(name).trim() || '#888')
}

/**
 * A graph that is dragged, zoomed with the wheel or two fingers, and walked through with the arrow keys: left and right along edges, up and down
 * within a column; enter opens. Readers of the screen find every node as a link inside it.
 */
export function GraphCanvas({
  scene,
  current,
  label,
  handle,
  onPick,
  onOpen,
}: {
  readonly scene: Scene
  /** Id of the node that has the focus. */
  readonly current: string | undefined
  readonly label: string
  readonly handle: Ref<GraphHandle | null>
  readonly onPick: (id: string | undefined, column: string | undefined) => void
  readonly onOpen: (id: string) => void
}): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null)
  const view = useRef<Viewport>({ scale: 1, x: 0, y: 0 })
  const size = useRef<Size>({ width: 0, height: 0 })
  const hovered = useRef<number | undefined>(undefined)
  /** Nobody has moved the picture yet: it may be fitted anew when there is more or less room. */
  const fitted = useRef(true)
  const [palette, setPalette] = useState(currentPalette)
  const at = current === undefined ? undefined : scene.index.get(current)
  const related = useMemo(() => relatedTo(scene, at), [scene, at])
  const prepared = useMemo(() => prepare(scene), [scene])
  const frame = useRef(0)
  const draw = useRef<() => void>(() => {})
  draw.current = () => {
    const context = canvas.current?.getContext('2d')
    if (context == null) return
    const ratio = window.devicePixelRatio || 1
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    const hover = hovered.current
    const emphasis = {
      current: at,
      hovered: hover,
      related: hover !== undefined && hover !== at ? relatedTo(scene, hover) : related,
    }
    paint(context, prepared, palette, view.current, size.current, emphasis)
  }
  const redraw = (): void => {
    cancelAnimationFrame(frame.current)
    frame.current = requestAnimationFrame(() => draw.current())
  }
  /** The whole graph, but never so small that the node in the focus cannot be read. */
  const fitAll = (): void => {
    view.current = fitScene(scene, size.current)
    const node = at === undefined ? undefined : scene.nodes[at]
    if (node !== undefined && view.current.scale < 0.45) view.current = centre(view.current, node, size.current, 0.8)
  }
  const refit = useRef(fitAll)
  refit.current = fitAll
  const showAll = (): void => {
    fitted.current = true
    view.current = fitScene(scene, size.current)
    redraw()
  }
  const show = (id: string): void => {
    const node = scene.nodes[scene.index.get(id) ?? -1]
    if (node === undefined) return
    fitted.current = false
    view.current = centre(view.current, node, size.current, 0.8)
    redraw()
  }
  useImperativeHandle(handle, () => ({ palette: () => palette, show, showAll }), [scene, palette])

  useLayoutEffect(() => {
    const element = canvas.current!
    const measure = (): void => {
      const { width, height } = element.getBoundingClientRect()
      const ratio = window.devicePixelRatio || 1
      size.current = { width, height }
      element.width = Math.round(width * ratio)
      element.height = Math.round(height * ratio)
      if (fitted.current) refit.current()
      draw.current()
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  useLayoutEffect(() => {
    if (size.current.width === 0) return
    hovered.current = undefined
    fitted.current = true
    fitAll()
    draw.current()
  }, [scene])
  useEffect(redraw, [at, palette])
  useEffect(() => {
    const renew = (): void => setPalette(currentPalette())
    const system = matchMedia('(prefers-color-scheme: dark)')
    addEventListener(THEME_CHANGED, renew)
    system.addEventListener('change', renew)
    return () => {
      removeEventListener(THEME_CHANGED, renew)
      system.removeEventListener('change', renew)
      cancelAnimationFrame(frame.current)
    }
  }, [])
  useEffect(() => {
    const at = (point: { x: number; y: number }) => hit(scene, toScene(view.current, point))
    return followPointers(canvas.current!, {
      onPan: (x, y) => {
        fitted.current = false
        view.current = { ...view.current, x: view.current.x + x, y: view.current.y + y }
        redraw()
      },
      onZoom: (factor, point) => {
        fitted.current = false
        view.current = zoomAt(view.current, factor, point)
        redraw()
      },
      onHover: (point) => {
        const node = point === undefined ? undefined : at(point)?.node
        if (node === hovered.current) return
        hovered.current = node
        canvas.current!.style.cursor = node === undefined ? 'grab' : 'pointer'
        redraw()
      },
      onClick: (point) => {
        const found = at(point)
        onPick(found === undefined ? undefined : scene.nodes[found.node]!.id, found?.column)
      },
      onDoubleClick: (point) => {
        const found = at(point)
        if (found !== undefined) onOpen(scene.nodes[found.node]!.id)
      },
    })
  }, [scene, onPick, onOpen])

  const zoom = (factor: number): void => {
    fitted.current = false
    view.current = zoomAt(view.current, factor, { x: size.current.width / 2, y: size.current.height / 2 })
    redraw()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === '+' || event.key === '=') zoom(1.25)
    else if (event.key === '-') zoom(0.8)
    else if (event.key === '0') showAll()
    else if (event.key === 'Enter' && current !== undefined) onOpen(current)
    else if (event.key === 'Escape') onPick(undefined, undefined)
    else {
      const next = neighbourOf(scene, at, event.key)
      if (next === undefined) return
      const { id } = scene.nodes[next]!
      onPick(id, undefined)
      show(id)
    }
    event.preventDefault()
  }
  const focused = at === undefined ? undefined : scene.nodes[at]
  return (
    <div class="graph-canvas">
      <canvas
        ref={canvas}
        tabIndex={0}
        role="application"
        aria-label={`${label}. Arrow keys walk along the edges, enter opens, plus and minus zoom.`}
        aria-activedescendant={focused === undefined ? undefined : `graph-node-${at}`}
        onKeyDown={onKeyDown}
      >
        <ul>
          {scene.nodes.map((node, place) => (
            <li key={node.id}>
              <a id={`graph-node-${place}`} href={toResource(node.id)} tabIndex={-1}>
                {`${node.label}, ${typeWord(node.type)}`}
              </a>
            </li>
          ))}
        </ul>
      </canvas>
      <p class="unseen" role="status">
        {focused === undefined ? '' : `${focused.label}, ${typeWord(focused.type)}, ${HEALTH_WORDS[focused.health]}`}
      </p>
      <div class="graph-zoom" role="group" aria-label="Zoom">
        <button type="button" class="icon-button" onClick={() => zoom(1.4)} aria-label="Zoom in">
          <Icon name="plus" />
        </button>
        <button type="button" class="icon-button" onClick={() => zoom(1 / 1.4)} aria-label="Zoom out">
          <Icon name="minus" />
        </button>
        <button type="button" class="icon-button" onClick={showAll} aria-label="Show the whole graph">
          <Icon name="frame" />
        </button>
      </div>
    </div>
  )
}

/** A node with all that it is made of and all that is made of it, as far as it is drawn. */
function relatedTo(scene: Scene, at: number | undefined): ReadonlySet<number> | undefined {
  if (at === undefined) return undefined
  if (scene.nodes.some((node) => node.rows.length > 0)) return undefined
  const related = new Set([at])
  for (const end of ['from', 'to'] as const) {
    const next = new Map<number, number[]>()
    for (const edge of scene.edges) {
      const list = next.get(edge[end])
      const other = edge[end === 'from' ? 'to' : 'from']
      if (list === undefined) next.set(edge[end], [other])
      else list.push(other)
    }
    const queue = [at]
    const seen = new Set(queue)
    for (let place = 0; place < queue.length; place++)
      for (const other of next.get(queue[place]!) ?? []) {
        if (seen.has(other)) continue
        seen.add(other)
        related.add(other)
        queue.push(other)
      }
  }
  return related
}
