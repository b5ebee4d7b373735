/** Where an error of the database points in a file, lines and columns from 1. */
export interface FilePlace {
  readonly line: number
  readonly column: number | undefined
}

/** A node's template as it stands in its file, and the SQL that was made of it. */
export interface Compiled {
  readonly template: string
  readonly sql: string
}

/** A line that a database quotes, and where in it the `^` below stands; undefined = it stands nowhere. */
interface Quoted {
  readonly text: string
  readonly caret: number | undefined
}

/**
 * Databases quote the line of the SQL that they were sent (`LINE 6:   nope` with a `^` below). Finds it in the file that the SQL was made from: word for word,
 * else by the line of the compiled SQL, as long as that has as many lines as its template. Undefined when it is not there, or more than once.
 */
export function databasePlace(message: string, file: string, compiled?: Compiled): FilePlace | undefined {
  const quoted = quotedLine(message)
  if (quoted === undefined) return undefined
  const lines = linesOf(file)
  const written = onlyLine(lines, quoted.text)
  if (written !== undefined) {
    const start = (lines[written] as string).indexOf(quoted.text)
    return { line: written + 1, column: quoted.caret === undefined ? undefined : start + quoted.caret + 1 }
  }
  const begin = compiled === undefined ? -1 : file.indexOf(compiled.template)
  if (compiled === undefined || begin === -1) return undefined
  const sql = linesOf(compiled.sql)
  const made = onlyLine(sql, quoted.text)
  if (made === undefined || sql.length !== linesOf(compiled.template).length) return undefined
  return { line: linesOf(file.slice(0, begin)).length + made, column: undefined }
}

function quotedLine(message: string): Quoted | undefined {
  const lines = message.split('\n')
  const at = lines.findIndex((line) => /^\s*LINE \d+: /.test(line))
  const line = lines[at]
  if (line === undefined) return undefined
  const start = /^\s*LINE \d+: (?:\.\.\.)?\s*/.exec(line)?.[0].length ?? 0
  const text = line.slice(start).replace(/\s*(?:\.\.\.)?\s*$/, '')
  const caret = lines[at + 1]?.indexOf('^') ?? -1
  return text === '' ? undefined : { text, caret: caret < start ? undefined : caret - start }
}

/** Index of the one line that holds a text. */
function onlyLine(lines: readonly string[], text: string): number | undefined {
  const found = lines.flatMap((line, index) => (line.includes(text) ? [index] : []))
  return found.length === 1 ? found[0] : undefined
}

const linesOf = (text: string): string[] => text.split(/\r?\n/)
