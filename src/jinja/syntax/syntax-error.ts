import { type ErrorNote, QuernError } from '../../errors/quern-error.ts'
import type { SourceFile } from '../../errors/source-file.ts'

/** A template that cannot be read. The message is Jinja2's. */
export const syntaxError = (
  file: SourceFile,
  message: string,
  place: { readonly start: number; readonly end: number },
  notes: readonly ErrorNote[] = [],
): QuernError =>
  new QuernError('Compilation', 'template_syntax', message, {
    at: { file, start: place.start, end: Math.max(place.end, place.start) },
    notes,
  })

/** repr() of one character, as it stands in `unexpected char '?' at 5`. */
export const quoteChar = (char: string): string => (char === "'" ? `"'"` : char === '\\' ? `'\\\\'` : `'${char}'`)
