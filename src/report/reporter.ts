import type { RunEvent } from '../events/run-event.ts'

/** A consumer of events. */
export interface Reporter {
  on(event: RunEvent): void
  /** Writes at once what is held back: before the process may die. */
  flush(): void
  /** The last call: everything is written when it resolves. */
  end(): Promise<void>
}

/** The part of a stream that reporters use. */
export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

/** Replaces secrets; see scrub.ts. */
export type Scrub = (text: string) => string
