/*
 * Calls into native code that nobody waits for any more, of the whole process. A thread that is inside one of them cannot be stopped, and
 * `process.exit` waits for it (Node joins libuv's threads before it ends): who ends the process has to know.
 */
let count = 0

/** Notes a call that is given up although it goes on, until it ends by itself. */
export function leaveBehind(call: Promise<unknown>): void {
  count++
  const ended = (): void => void count--
  call.then(ended, ended)
}

/** Whether `process.exit` would wait. */
export const isLeftBehind = (): boolean => count > 0
