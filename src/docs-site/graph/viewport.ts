/** What part of the picture is seen: a point of the scene is at `scale * point + offset` of the canvas, in CSS pixels. */
export interface Viewport {
  readonly scale: number
  readonly x: number
  readonly y: number
}

export interface Size {
  readonly width: number
  readonly height: number
}

export const SMALLEST = 0.004
export const LARGEST = 3

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value))

/** The whole scene in the middle of the canvas, never magnified. */
export function fitScene(scene: Size, canvas: Size, margin = 32): Viewport {
  const room = { width: Math.max(1, canvas.width - 2 * margin), height: Math.max(1, canvas.height - 2 * margin) }
  const scale = clamp(
    Math.min(room.width / Math.max(1, scene.width), room.height / Math.max(1, scene.height)),
    SMALLEST,
    1,
  )
  return {
    scale,
    x: (canvas.width - scene.width * scale) / 2,
    y: (canvas.height - scene.height * scale) / 2,
  }
}

/** Zooms by a factor; the point of the scene under `at` stays where it is. */
export function zoomAt(view: Viewport, factor: number, at: { readonly x: number; readonly y: number }): Viewport {
  const scale = clamp(view.scale * factor, SMALLEST, LARGEST)
  const real = scale / view.scale
  return { scale, x: at.x - (at.x - view.x) * real, y: at.y - (at.y - view.y) * real }
}

/** Brings a box of the scene into the middle; `scale`: at least that magnified. */
export function centre(
  view: Viewport,
  box: { x: number; y: number; width: number; height: number },
  canvas: Size,
  scale = 0,
): Viewport {
  const to = Math.max(view.scale, scale)
  return {
    scale: to,
    x: canvas.width / 2 - (box.x + box.width / 2) * to,
    y: canvas.height / 2 - (box.y + box.height / 2) * to,
  }
}

/** A point of the canvas as a point of the scene. */
export const toScene = (view: Viewport, at: { readonly x: number; readonly y: number }): { x: number; y: number } => ({
  x: (at.x - view.x) / view.scale,
  y: (at.y - view.y) / view.scale,
})
