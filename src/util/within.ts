/** Waits for work to settle, well or not, but no longer than so many milliseconds. Gives whether it has. */
export function settlesWithin(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), milliseconds)
    const settled = (): void => {
      clearTimeout(timer)
      resolve(true)
    }
    work.then(settled, settled)
  })
}

/** The outcome of work, or a rejection with what `reason` gives as soon as the signal is aborted; the work itself goes on then. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined, reason: () => unknown): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(reason())
    if (signal.aborted) giveUp()
    else signal.addEventListener('abort', giveUp, { once: true })
    const done = (): void => signal.removeEventListener('abort', giveUp)
    work.then(
      (value) => {
        done()
        resolve(value)
      },
      (error: unknown) => {
        done()
        reject(error)
      },
    )
  })
}
