import { QuernError } from '../../../src/errors/quern-error.ts'

/** The QuernError that a call throws. */
export function caught(run: () => unknown): QuernError {
  try {
    run()
  } catch (error) {
    if (error instanceof QuernError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
