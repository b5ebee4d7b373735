import type { Output } from './reporter.ts'

/** Texts that are longer than this do not wait for others. */
const ENOUGH = 64 * 1024

/**
 * Writes in one piece what comes within one turn of the event loop: for lines that programs read, of which a node has a dozen and each would be a
 * system call. `flush` when the process may die before the turn is over.
 */
export class BatchedOutput implements Output {
  readonly isTTY = false
  readonly #output: Output
  #pending = ''
  #due: NodeJS.Immediate | undefined

  constructor(output: Output) {
    this.#output = output
  }

  get columns(): number | undefined {
    return this.#output.columns
  }

  write(text: string): void {
    this.#pending += text
    if (this.#pending.length >= ENOUGH) this.flush()
    else this.#due ??= setImmediate(() => this.flush())
  }

  flush(): void {
    clearImmediate(this.#due)
    this.#due = undefined
    const text = this.#pending
    this.#pending = ''
    if (text !== '') this.#output.write(text)
  }
}
