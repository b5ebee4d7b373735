import { QuernError } from '../errors/quern-error.ts'

/** A Compilation Error of a template's call; the engine adds the place and the template stack. */
export const compilationError = (code: string, message: string, hint?: string): QuernError =>
  new QuernError('Compilation', code, message, { hint })
