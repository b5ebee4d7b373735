import { didYouMean } from '../errors/did-you-mean.ts'
import { QuernError } from '../errors/quern-error.ts'
import type { InvokeOptions } from './invoke.ts'

/** What each one has to be. */
const WANTED = {
  cwd: ['a text', (value: unknown) => typeof value === 'string'],
  env: ['an object of texts', (value: unknown) => typeof value === 'object' && !Array.isArray(value)],
  stdout: ['an object with write()', (value: unknown) => isFunction((value as { write?: unknown }).write)],
  stderr: ['an object with write()', (value: unknown) => isFunction((value as { write?: unknown }).write)],
  signal: ['an AbortSignal', isSignal],
  onEvent: ['a function', isFunction],
  onRecord: ['a function', isFunction],
} as const satisfies Readonly<Record<keyof InvokeOptions, readonly [string, (value: unknown) => boolean]>>

export const SURROUNDINGS: readonly string[] = Object.keys(WANTED)

/**
 * The surroundings of an invocation, with undefined for null. Throws a `QuernError` for unknown names and values of another type: an invocation with a
 * misspelled `cwd` must not run in the process's own folder.
 */
export function checkedSurroundings(given: unknown): InvokeOptions {
  if (given === undefined || given === null) return {}
  if (typeof given !== 'object' || Array.isArray(given))
    throw new QuernError('Usage', 'option_type', 'The surroundings of an invocation have to be an object', {
      hint: `such as { cwd: '/path/to/project' }; they are ${SURROUNDINGS.join(', ')}`,
    })
  const entries = Object.entries(given).filter(([, value]) => value !== undefined && value !== null)
  for (const [name, value] of entries) {
    if (!Object.hasOwn(WANTED, name)) {
      const near = didYouMean(name, SURROUNDINGS)
      throw new QuernError('Usage', 'unknown_option', `The surroundings of an invocation have no '${name}'`, {
        hint: near === undefined ? `they are ${SURROUNDINGS.join(', ')}` : `did you mean '${near}'?`,
      })
    }
    const [wanted, fits] = WANTED[name as keyof InvokeOptions]
    if (!fits(value)) throw new QuernError('Usage', 'option_type', `'${name}' of the surroundings has to be ${wanted}`)
  }
  return Object.fromEntries(entries)
}

/** By its members: programs in other realms (jest, vm) have classes of their own. */
function isSignal(value: unknown): boolean {
  const { aborted, addEventListener } = value as Partial<AbortSignal>
  return typeof aborted === 'boolean' && isFunction(addEventListener)
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}
