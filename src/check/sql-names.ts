/** An identifier, or several with dots between them. */
const NAME = /(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*)(?:\s*\.\s*(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*))*/uy

/** Where the name ends that begins at an offset of a text of SQL; the next character when there is none. */
export function nameEnd(sql: string, start: number): number {
  NAME.lastIndex = start
  return NAME.test(sql) ? NAME.lastIndex : Math.min(start + 1, sql.length)
}

/** Where a CTE's name stands in front of its query; parsers that do not say where are helped out. Undefined when it is not to be found once. */
export function cteNameAt(sql: string, name: string): number | undefined {
  const quoted = escaped(name.replaceAll('"', '""'))
  const pattern = new RegExp(
    `(?<=^|[\\s,(])(?:"${quoted}"|${escaped(name)})(?=\\s*(?:\\([^()]*\\)\\s*)?as\\s*(?:not\\s+)?(?:materialized\\s*)?\\()`,
    'gi',
  )
  const [first, second] = sql.matchAll(pattern)
  return second === undefined ? first?.index : undefined
}

/** Whether a text of SQL, a template as well, has a place that reads from a name: behind `from`, `join` or a comma in such a list. */
export const readsFrom = (text: string, name: string): boolean =>
  new RegExp(`\\b(?:from|join|using)\\s+(?:"${escaped(name)}"|${escaped(name)}(?![\\p{L}\\p{N}_$]))`, 'iu').test(text)

/** Where a word stands last in a text, as a whole word in any case. */
export function lastWordAt(text: string, word: string): number | undefined {
  const found = [...text.matchAll(new RegExp(`(?<![\\p{L}\\p{N}_$])${escaped(word)}(?![\\p{L}\\p{N}_$])`, 'giu'))]
  return found.at(-1)?.index
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
