/** A database file that an instance opens. */
export interface FileClaim {
  /** Absolute, with links resolved: see `realPath`. */
  readonly path: string
  /** Opened for reading only. */
  readonly readOnly: boolean
}

/** Who wants which files. */
export interface Turn {
  /** Turns with the same key work on one instance of DuckDB. */
  readonly instance: string
  readonly files: readonly FileClaim[]
  /** It may change what is in the files; turns of one instance that only read go along with one that writes. */
  readonly writes: boolean
}

interface Waiting extends Turn {
  readonly grant: () => void
}

/**
 * Who may work on which database files, first come first served. Two turns exclude each other when they would open one file through two
 * instances (unless both only read), or write through the same one. All files of a turn are given at once, so that turns cannot
 * wait for each other.
 */
export class FileTurns {
  readonly #running = new Set<Turn>()
  #waiting: Waiting[] = []

  /**
   * Resolves with the function that ends the turn. `onWait` is called, with a file that is in use, when it does not begin at once.
   * Rejects with the signal's reason when it is aborted before the turn has begun.
   */
  async take(turn: Turn, options: { signal?: AbortSignal; onWait?: (path: string) => void } = {}): Promise<() => void> {
    const { signal, onWait } = options
    signal?.throwIfAborted()
    const obstacle = this.#obstacle(turn, this.#waiting)
    if (obstacle !== undefined) {
      onWait?.(obstacle)
      signal?.throwIfAborted()
      await this.#wait(turn, signal)
    } else this.#running.add(turn)
    let over = false
    return () => {
      if (over) return
      over = true
      this.#running.delete(turn)
      this.#grant()
    }
  }

  #wait(turn: Turn, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.#waiting = this.#waiting.filter((one) => one !== waiting)
        this.#grant()
        reject(signal?.reason)
      }
      const waiting: Waiting = {
        ...turn,
        grant: () => {
          signal?.removeEventListener('abort', giveUp)
          this.#running.add(turn)
          resolve()
        },
      }
      this.#waiting.push(waiting)
      signal?.addEventListener('abort', giveUp, { once: true })
    })
  }

  /** Lets everyone begin for whom there is no obstacle any more. */
  #grant(): void {
    const left: Waiting[] = []
    for (const waiting of this.#waiting) {
      if (this.#obstacle(waiting, left) === undefined) waiting.grant()
      else left.push(waiting)
    }
    this.#waiting = left
  }

  /** A file for which a turn has to wait: for those that run, and for those that came before it. */
  #obstacle(turn: Turn, before: readonly Turn[]): string | undefined {
    for (const other of [...this.#running, ...before]) {
      const file = contested(turn, other)
      if (file !== undefined) return file
    }
    return undefined
  }
}

/** The file that keeps two turns apart, if any does. */
function contested(a: Turn, b: Turn): string | undefined {
  if (a.instance === b.instance && !(a.writes && b.writes)) return undefined
  for (const one of a.files) {
    const other = b.files.find(({ path }) => path === one.path)
    if (other !== undefined && !(one.readOnly && other.readOnly)) return one.path
  }
  return undefined
}
