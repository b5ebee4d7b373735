interface Point {
  readonly x: number
  readonly y: number
}

export interface PointerListeners {
  readonly onPan: (x: number, y: number) => void
  readonly onZoom: (factor: number, at: Point) => void
  /** Undefined: the pointer left. */
  readonly onHover: (at: Point | undefined) => void
  readonly onClick: (at: Point) => void
  readonly onDoubleClick: (at: Point) => void
}

/** A press that moves less than this, in pixels, is a click. */
const CLICK = 4

/** Mouse, pen and fingers on a canvas as panning, zooming and clicks. Ends with the function that it gives back. */
export function followPointers(element: HTMLElement, listeners: PointerListeners): () => void {
  const down = new Map<number, Point>()
  let moved = 0
  const place = (event: MouseEvent): Point => {
    const box = element.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }
  const onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return
    element.setPointerCapture(event.pointerId)
    down.set(event.pointerId, place(event))
    moved = down.size > 1 ? CLICK : 0
  }
  const onMove = (event: PointerEvent): void => {
    const now = place(event)
    const before = down.get(event.pointerId)
    if (before === undefined) {
      if (event.pointerType === 'mouse') listeners.onHover(now)
      return
    }
    if (down.size === 2) {
      const [other] = [...down].flatMap(([id, point]) => (id === event.pointerId ? [] : [point]))
      const middle = { x: (now.x + other!.x) / 2, y: (now.y + other!.y) / 2 }
      listeners.onZoom(distance(now, other!) / Math.max(1, distance(before, other!)), middle)
      listeners.onPan((now.x - before.x) / 2, (now.y - before.y) / 2)
    } else {
      moved += distance(now, before)
      if (moved >= CLICK) listeners.onPan(now.x - before.x, now.y - before.y)
    }
    down.set(event.pointerId, now)
  }
  const onUp = (event: PointerEvent): void => {
    const wasDown = down.delete(event.pointerId)
    if (wasDown && moved < CLICK && event.type === 'pointerup') listeners.onClick(place(event))
  }
  const onLeave = (): void => listeners.onHover(undefined)
  const onDouble = (event: MouseEvent): void => listeners.onDoubleClick(place(event))
  const onWheel = (event: WheelEvent): void => {
    event.preventDefault()
    // lines and pages, where the browser counts in them, as pixels
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1)
    listeners.onZoom(Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.0018)), place(event))
  }
  const handlers = {
    pointerdown: onDown, pointermove: onMove, pointerup: onUp, pointercancel: onUp, pointerleave: onLeave, dblclick: onDouble, wheel: onWheel,
  } as const // biome-ignore format: one table
  for (const [name, handler] of Object.entries(handlers))
    element.addEventListener(name, handler as EventListener, { passive: false })
  return () => {
    for (const [name, handler] of Object.entries(handlers)) element.removeEventListener(name, handler as EventListener)
  }
}

const distance = (one: Point, other: Point): number => Math.hypot(one.x - other.x, one.y - other.y)
