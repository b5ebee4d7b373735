import vm from 'node:vm'

const WORK = Symbol.for('quern.work')
/** Made when it is first needed: most commands that only say something never do. */
let call: vm.Script | undefined
const globals = globalThis as unknown as Record<symbol, unknown>

/** `work` as V8 can break it off: within it, nothing else of this process runs. */
function breakable<T>(work: () => T, options: vm.RunningScriptOptions): T {
  const outer = globals[WORK]
  call ??= new vm.Script("globalThis[Symbol.for('quern.work')]()", { filename: 'quern' })
  globals[WORK] = work
  try {
    return call.runInThisContext({ displayErrors: false, ...options }) as T
  } finally {
    globals[WORK] = outer
  }
}

const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown } | null)?.code

/**
 * Does work that waits for nothing, such as parsing, in a way that signals end it at once: usually they are heard when there is time for them, and a
 * template that does not come to an end leaves none. SIGINT ends the work with an AbortError, and is given on to whoever listens; SIGTERM ends the process, as it
 * does where nobody listens: there is nothing to put in order yet. `signal`: aborted by those who listen; the work is not begun then.
 */
export async function interruptible<T>(work: () => T, signal: AbortSignal): Promise<T> {
  // Nobody listens during the work, and what came before and was not heard yet would be lost with the listeners: everything that waits is heard first.
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve))
  signal.throwIfAborted()
  const listeners = process.listeners('SIGTERM')
  process.removeAllListeners('SIGTERM')
  try {
    return breakable(work, { breakOnSigint: true })
  } catch (error) {
    if (codeOf(error) !== 'ERR_SCRIPT_EXECUTION_INTERRUPTED') throw error
    process.kill(process.pid, 'SIGINT')
    throw Object.assign(new Error('interrupted'), { name: 'AbortError' })
  } finally {
    for (const listener of listeners) process.on('SIGTERM', listener)
  }
}

/** Does work that takes a moment; undefined when it takes longer than that. */
export function withinTime<T>(work: () => T, milliseconds: number): { readonly done: T } | undefined {
  try {
    return { done: breakable(work, { timeout: milliseconds }) }
  } catch (error) {
    if (codeOf(error) === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined
    throw error
  }
}
