import type { Ended } from './child.ts'

/** What of the end of a disturbed run a person could not use: a stack trace, a hang, an end without a word. */
export function badEnd({ exit, signal, output }: Ended, allowed: readonly number[] = [0, 1, 2]): string[] {
  const wrong: string[] = []
  if (signal !== null) wrong.push(`it ended by ${signal}`)
  else if (exit === null || !allowed.includes(exit)) wrong.push(`it ended with ${exit}`)
  if (/^\s+at .+:\d+:\d+\)?$/m.test(output)) wrong.push('it printed a stack trace')
  if (/please report|Internal Error|unexpected error/i.test(output))
    wrong.push('it took the fault for a bug of its own')
  return wrong.length === 0 ? [] : [...wrong, `it printed: ${output.slice(-2500)}`]
}
