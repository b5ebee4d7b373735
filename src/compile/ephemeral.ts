/** The SQL of an ephemeral model, ready to stand in a WITH clause: ` __dbt__cte__x as (\n...\n)`. */
export interface InjectedCte {
  readonly id: string
  readonly sql: string
}

/** The text of one CTE. */
export const cteText = (cteName: string, sql: string): string => ` ${cteName} as (\n${sql}\n)`

/**
 * Adds CTEs in front of a query. dbt-core 1.11: a leading WITH (RECURSIVE) is continued after the blanks that follow it, otherwise
 * one is put before the first token that is not white space.
 */
export function injectCtes(sql: string, ctes: readonly InjectedCte[]): string {
  if (ctes.length === 0) return sql
  const joined = ctes.map((cte) => cte.sql).join(', ')
  const start = skipSpace(sql, 0)
  const code = skipSpaceAndComments(sql, start)
  const keyword = /^with\b/i.exec(sql.slice(code, code + 5))
  if (keyword === null) return `${sql.slice(0, start)}with${joined} ${sql.slice(start)}`
  let next = skipSpace(sql, code + 4)
  if (/^recursive\b/i.test(sql.slice(next, next + 10))) next = skipSpace(sql, next + 9)
  return `${sql.slice(0, next)}${joined}, ${sql.slice(next)}`
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
