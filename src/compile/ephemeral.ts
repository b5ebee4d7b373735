import { type MappedPart, SqlMap } from './sql-map.ts'

/** A rendered text and, where somebody asked for it, what it is from. */
export interface RenderedSql {
  readonly sql: string
  readonly origin?: Pick<MappedPart, 'file' | 'trace'> | undefined
}

/** The SQL of an ephemeral model, ready to stand in a WITH clause: ` __dbt__cte__x as (\n...\n)`. */
export interface InjectedCte {
  readonly id: string
  readonly sql: string
  readonly origin?: RenderedSql['origin']
}

const cteHead = (cteName: string): string => ` ${cteName} as (\n`
const CTE_TAIL = '\n)'

/** The CTE of one ephemeral model. */
export const cteOf = (id: string, cteName: string, { sql, origin }: RenderedSql): InjectedCte => ({
  id,
  sql: `${cteHead(cteName)}${sql}${CTE_TAIL}`,
  origin,
})

/**
 * Adds CTEs in front of a query. dbt-core 1.11: a leading WITH (RECURSIVE) is continued after the blanks that follow it, otherwise
 * one is put before the first token that is not white space.
 */
export function injectCtes(sql: string, ctes: readonly InjectedCte[]): string {
  const { before, after, at } = insertion(sql, ctes)
  return `${sql.slice(0, at)}${before}${joined(ctes)}${after}${sql.slice(at)}`
}

/** Where the text that `injectCtes` gives is from; undefined when nobody asked for origins. */
export function mapInjected({ sql, origin }: RenderedSql, ctes: readonly InjectedCte[]): SqlMap | undefined {
  if (origin === undefined) return undefined
  const { before, after, at } = insertion(sql, ctes)
  const parts: MappedPart[] = [{ at: 0, length: at, from: 0, ...origin }]
  let next = at + before.length
  for (const [index, cte] of ctes.entries()) {
    if (index > 0) next += SEPARATOR.length
    const head = cte.sql.indexOf('\n') + 1
    if (cte.origin !== undefined) {
      parts.push({ at: next + head, length: cte.sql.length - head - CTE_TAIL.length, from: 0, ...cte.origin })
    }
    next += cte.sql.length
  }
  return new SqlMap([...parts, { at: next + after.length, length: sql.length - at, from: at, ...origin }])
}

const SEPARATOR = ', '
const joined = (ctes: readonly InjectedCte[]): string => ctes.map((cte) => cte.sql).join(SEPARATOR)

/** Where CTEs are put, and the words around them. */
function insertion(sql: string, ctes: readonly InjectedCte[]): { before: string; after: string; at: number } {
  if (ctes.length === 0) return { before: '', after: '', at: 0 }
  const start = skipSpace(sql, 0)
  const code = skipSpaceAndComments(sql, start)
  const keyword = /^with\b/i.exec(sql.slice(code, code + 5))
  if (keyword === null) return { before: 'with', after: ' ', at: start }
  let next = skipSpace(sql, code + 4)
  if (/^recursive\b/i.test(sql.slice(next, next + 10))) next = skipSpace(sql, next + 9)
  return { before: '', after: SEPARATOR, at: next }
}

function skipSpace(sql: string, from: number): number {
  let at = from
  while (at < sql.length && /\s/.test(sql.charAt(at))) at++
  return at
}

function skipSpaceAndComments(sql: string, from: number): number {
  let at = from
  for (;;) {
    at = skipSpace(sql, at)
    if (sql.startsWith('--', at)) {
      const end = sql.indexOf('\n', at)
      at = end === -1 ? sql.length : end + 1
    } else if (sql.startsWith('/*', at)) {
      const end = sql.indexOf('*/', at + 2)
      at = end === -1 ? sql.length : end + 2
    } else return at
  }
}
