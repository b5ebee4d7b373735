import { settlesWithin } from './within.ts'

/*
 * Calls into native code that nobody waits for any more, of the whole process. A thread that is inside one of them cannot be stopped, and
 * `process.exit` waits for it (Node joins libuv's threads before it ends): who ends the process has to know.
 */
const calls = new Set<Promise<unknown>>()

/** Notes a call that is given up although it goes on, until it ends by itself. */
export function leaveBehind(call: Promise<unknown>): void {
  calls.add(call)
  const ended = (): void => void calls.delete(call)
  call.then(ended, ended)
}

/** Whether `process.exit` would wait. */
export const isLeftBehind = (): boolean => calls.size > 0

/** Waits until the calls that are left behind have ended, but no longer than so many milliseconds. */
export async function untilNothingIsLeftBehind(milliseconds: number): Promise<void> {
  if (isLeftBehind()) await settlesWithin(Promise.allSettled(calls), milliseconds)
}
