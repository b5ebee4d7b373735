import { didYouMean } from '../errors/did-you-mean.ts'
import { isQuernError } from '../errors/quern-error.ts'

/**
 * Adds to `'x' is undefined` what may have been meant: a name that the template knows, else where such names come from. Other errors stay.
 */
export function explainUndefined(error: unknown, names: () => Iterable<string>): unknown {
  if (!isQuernError(error) || error.hint !== undefined) return error
  const name = /^'(\w+)' is undefined$/.exec(error.message)?.[1]
  if (name === undefined) return error
  const near = didYouMean(name, names())
  const hint =
    near === undefined
      ? 'no macro, package or variable has this name; macros of packages come with `quern deps`'
      : `did you mean '${near}'?`
  return error.completed({ hint })
}
