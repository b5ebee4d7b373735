/** Placeholder of the union; the full one follows. Work emits facts, reporters turn them into lines. */
export interface RunEvent {
  readonly kind: string
}
export type Emit = (event: RunEvent) => void
