import { isHidden, type Project, tagsOf, titleOf } from './project.ts'

/** What search looks through: one per resource, macro and column. */
interface Entry {
  readonly id: string
  readonly type: string
  readonly title: string
  readonly name: string
  readonly columns: string
  readonly tags: string
  readonly description: string
  readonly path: string
}

export interface Hit {
  readonly id: string
  readonly type: string
  readonly title: string
  /** Where it was found beside the name: `column is_late`, `tag nightly`, `description`. */
  readonly where: string | undefined
  readonly score: number
}

/** Texts in lower case, once; columns and tags each on a line of their own. */
export class SearchIndex {
  readonly #project: Project
  readonly #entries: Entry[] = []
  readonly #waiting: Iterator<Entry>
  #complete = false

  constructor(project: Project) {
    this.#project = project
    this.#waiting = entriesOf(project)
  }

  /** Goes on building for so many milliseconds; true when there is nothing left to do. */
  build(milliseconds: number, now: () => number = () => performance.now()): boolean {
    const end = now() + milliseconds
    while (!this.#complete) {
      for (let count = 0; count < 50 && !this.#complete; count++) {
        const next = this.#waiting.next()
        if (next.done === true) this.#complete = true
        else this.#entries.push(next.value)
      }
      if (now() >= end) break
    }
    return this.#complete
  }

  /**
   * The best matches. Every word has to be found, as part of the name, a column, a tag, the path or the description; names count most, and the
   * nearer a word is to the whole or the beginning of a name the more. `type:` narrows: `type:model orders`.
   */
  search(query: string, limit = 40): { readonly hits: readonly Hit[]; readonly total: number } {
    this.build(Number.POSITIVE_INFINITY)
    const words = query
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '')
    const types = words.filter((word) => word.startsWith('type:')).map((word) => word.slice(5))
    const terms = words.filter((word) => !word.startsWith('type:'))
    if (terms.length === 0 && types.length === 0) return { hits: [], total: 0 }
    const found: { entry: Entry; score: number; where: string | undefined }[] = []
    for (const entry of this.#entries) {
      if (types.length > 0 && !types.some((type) => entry.type.startsWith(type))) continue
      let score = 0
      let where: string | undefined
      let all = true
      for (const term of terms) {
        const match = matchTerm(entry, term)
        if (match === undefined) {
          all = false
          break
        }
        score += match.score
        where ??= match.where
      }
      if (all) found.push({ entry, score: score + bonus(entry), where })
    }
    found.sort(
      (a, b) => b.score - a.score || a.entry.title.length - b.entry.title.length || (a.entry.id < b.entry.id ? -1 : 1),
    )
    const hits = found.slice(0, limit).map(({ entry, score, where }) => ({
      id: entry.id,
      type: entry.type,
      title: entry.title,
      where: where === undefined ? undefined : this.#spelled(entry, where),
      score,
    }))
    return { hits, total: found.length }
  }

  /** A column in the project's spelling. */
  #spelled(entry: Entry, where: string): string {
    if (!where.startsWith('column ')) return where
    const wanted = where.slice('column '.length)
    const spelled = columnNames(this.#project, entry.id).find((name) => name.toLowerCase() === wanted)
    return `column ${spelled ?? wanted}`
  }
}

const BONUS: Readonly<Record<string, number>> = {
  model: 4,
  source: 3,
  seed: 3,
  snapshot: 3,
  exposure: 3,
  metric: 3,
  macro: -1,
  test: -6,
}
const bonus = ({ type, id }: Entry): number => (BONUS[type] ?? 0) - (/^macro\.dbt(_\w+)?\./.test(id) ? 6 : 0)

function matchTerm(entry: Entry, term: string): { score: number; where?: string } | undefined {
  const inName = nameScore(entry.name, term)
  if (inName > 0) return { score: inName }
  const column = lineWith(entry.columns, term)
  if (column !== undefined) return { score: column === term ? 34 : 24, where: `column ${column}` }
  const tag = lineWith(entry.tags, term)
  if (tag !== undefined) return { score: tag === term ? 32 : 20, where: `tag ${tag}` }
  if (entry.path.includes(term)) return { score: 14, where: 'path' }
  if (entry.description.includes(term)) return { score: 10, where: 'description' }
  const spread = subsequenceScore(entry.name, term)
  return spread > 0 ? { score: spread } : undefined
}

/** 0 = not in it; the whole name, its beginning, the beginning of a word in it, anything. */
function nameScore(name: string, term: string): number {
  const at = name.indexOf(term)
  if (at === -1) return 0
  if (name.length === term.length) return 100
  if (at === 0) return 70
  for (let place = at; place !== -1; place = name.indexOf(term, place + 1)) {
    if (/[^a-z0-9]/.test(name[place - 1]!)) return 55
  }
  return 40
}

/** `fctfl` finds `fct_flights`: letters in order, the first at the beginning of a word; short words would find anything. */
function subsequenceScore(name: string, term: string): number {
  if (term.length < 3) return 0
  let at = 0
  let jumps = 0
  for (const letter of term) {
    const next = name.indexOf(letter, at)
    if (next === -1) return 0
    if (next !== at) {
      if (next !== 0 && /[a-z0-9]/.test(name[next - 1]!)) return 0
      jumps++
    }
    at = next + 1
  }
  return Math.max(1, 9 - jumps)
}

function lineWith(lines: string, term: string): string | undefined {
  let at = lines.indexOf(term)
  if (at === -1) return undefined
  const whole = lines.indexOf(`\n${term}\n`)
  if (whole !== -1) at = whole + 1
  const start = lines.lastIndexOf('\n', at) + 1
  return lines.slice(start, lines.indexOf('\n', at))
}

const asLines = (texts: readonly string[]): string =>
  texts.length === 0 ? '' : `\n${texts.join('\n').toLowerCase()}\n`

function columnNames(project: Project, id: string): string[] {
  const { catalog } = project.artifacts
  const names = new Map<string, string>()
  const table = catalog?.nodes[id] ?? catalog?.sources[id]
  for (const { name } of Object.values(table?.columns ?? {})) names.set(name.toLowerCase(), name)
  for (const { name } of Object.values(project.nodes.get(id)?.columns ?? {}))
    if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name)
  return [...names.values()]
}

function* entriesOf(project: Project): Generator<Entry> {
  for (const [id, node] of project.nodes) {
    if (isHidden(node)) continue
    const columns = Object.values(node.columns ?? {})
    const descriptions = [node.description, ...columns.map((column) => column.description), node.label]
    yield {
      id,
      type: node.resource_type,
      title: titleOf(node),
      name: titleOf(node).toLowerCase(),
      columns: asLines(columnNames(project, id)),
      tags: asLines(tagsOf(node)),
      description: descriptions.filter(Boolean).join('\n').toLowerCase(),
      path: (node.original_file_path ?? '').toLowerCase(),
    }
  }
  for (const [id, macro] of project.macros) {
    if (isHidden(macro)) continue
    yield {
      id,
      type: 'macro',
      title: macro.name,
      name: macro.name.toLowerCase(),
      columns: '',
      tags: '',
      description: (macro.description ?? '').toLowerCase(),
      path: (macro.original_file_path ?? '').toLowerCase(),
    }
  }
}
