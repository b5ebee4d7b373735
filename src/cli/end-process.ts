import { isLeftBehind } from '../util/left-behind.ts'

/**
 * Ends this process. Node waits for the threads of libuv's pool then, and one that is inside a call which does not return (see
 * `leaveBehind`) would be waited for without end: the process has itself ended by a signal instead, SIGINT for 130 and SIGTERM for all other codes, which shells
 * show as 130 and 143.
 */
export function endProcess(code: number): void {
  if (!isLeftBehind()) process.exit(code)
  const signal = code === 130 ? 'SIGINT' : 'SIGTERM'
  process.exitCode = code
  process.emit('exit', code)
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
}
