/** Where an error of the database points in a file, lines and columns from 1. */
export interface FilePlace {
  readonly line: number
  readonly column: number | undefined
}

/**
 * Databases quote the line of the SQL that they were sent (`LINE 6:   nope` with a `^` below). Finds that line in the file that the SQL was made
 * from; undefined when it is not there word for word, or more than once.
 */
export function databasePlace(message: string, text: string): FilePlace | undefined {
  const lines = message.split('\n')
  const at = lines.findIndex((line) => /^\s*LINE \d+: /.test(line))
  const quoted = lines[at]
  if (quoted === undefined) return undefined
  const start = /^\s*LINE \d+: (?:\.\.\.)?\s*/.exec(quoted)?.[0].length ?? 0
  const excerpt = quoted.slice(start).replace(/\s*(?:\.\.\.)?\s*$/, '')
  if (excerpt === '') return undefined
  const found = text.split(/\r?\n/).flatMap((line, index) => (line.includes(excerpt) ? [{ line, index }] : []))
  const [only] = found
  if (only === undefined || found.length > 1) return undefined
  const caret = lines[at + 1]?.indexOf('^') ?? -1
  const column = caret < start ? undefined : only.line.indexOf(excerpt) + caret - start + 1
  return { line: only.index + 1, column }
}
