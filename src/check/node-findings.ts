import type { SqlMap } from '../compile/sql-map.ts'
import { didYouMean } from '../errors/did-you-mean.ts'
import type { Span } from '../errors/source-file.ts'
import type { NodeLineage } from '../lineage/project/project-lineage.ts'
import type { CteUse, Problem, RelationUse } from '../lineage/statement-lineage.ts'
import type { CheckedNode, RuleFinding } from './check-project.ts'
import { cteNameAt, nameEnd, readsFrom } from './sql-names.ts'

/** Columns that a hint lists at most. */
const MOST_NAMES = 12

/**
 * What the analysis of one node's SQL found. Without a map nothing has a place.
 * `unsettled`: the SQL has columns as they were in the database, so that nothing is said of columns that seem to be missing.
 */
export function nodeFindings(
  node: CheckedNode,
  lineage: NodeLineage,
  map: SqlMap | undefined,
  unsettled: boolean,
): RuleFinding[] {
  const sql = node.compiled_code ?? ''
  const at = (start: number | undefined): Span | undefined =>
    start === undefined ? undefined : map?.spanOf(start, nameEnd(sql, start))
  if (lineage.status === 'failed') {
    const message = `'${node.name}' is not checked: ${lineage.reason ?? 'its SQL cannot be analysed'}`
    return [{ rule: 'not-analysed', message, hint: undefined, at: undefined }]
  }
  const counts = ({ kind }: Problem): boolean => !unsettled || kind === 'ambiguous_column' || kind === 'unknown_table'
  const problems = lineage.problems.filter(counts).flatMap((problem) => problemFinding(problem, at(problem.at)) ?? [])
  const unused = lineage.ctes.filter((cte) => cte.unused).flatMap((cte) => unusedCte(cte, sql, map) ?? [])
  const misspelt = lineage.relations.flatMap((use) => misspeltCte(use, lineage.ctes, at(use.at)) ?? [])
  return [...problems, ...misspelt, ...unused]
}

/** Whether the words of the SQL stand in the file as they are. */
const isVerbatim = (sql: string, start: number | undefined, span: Span | undefined): boolean =>
  start !== undefined && span?.file.text.slice(span.start, span.end) === sql.slice(start, nameEnd(sql, start))

/** Undefined for what is no mistake: only more is not known than is needed. */
function problemFinding({ kind, name, candidates }: Problem, at: Span | undefined): RuleFinding | undefined {
  const column = name.split('.').at(-1) ?? name
  switch (kind) {
    case 'unknown_column':
      return {
        rule: 'unknown-column',
        message: name.includes('.')
          ? `There is no column '${column}' in '${name.slice(0, -column.length - 1)}'`
          : `There is no column '${name}' in what the query reads`,
        hint: nearest(column, candidates, 'it has'),
        at,
      }
    case 'unknown_table':
      return {
        rule: 'unknown-table',
        message: `Nothing in the query is called '${name.slice(0, -column.length - 1)}', as '${name}' says`,
        hint: nearest(name.split('.').at(-2) ?? name, candidates, 'it reads'),
        at,
      }
    case 'ambiguous_column': {
      const tables = candidates.filter((table) => table !== '')
      return {
        rule: 'ambiguous-column',
        message: `The column '${name}' is in ${tables.length > 1 ? tables.map((table) => `'${table}'`).join(' and in ') : 'more than one table'}`,
        hint: tables[0] === undefined ? undefined : `say which one: ${tables[0]}.${name}`,
        at,
      }
    }
    case 'column_count': {
      const [left = '', right = ''] = name.split(', ')
      return {
        rule: 'column-count',
        message: `The first part of the set operation has ${left} columns, the second ${right}`,
        hint: undefined,
        at,
      }
    }
    case 'refused_types':
    case 'converted_types': {
      const [left = '', right = ''] = candidates
      const isSet = name === 'set'
      return kind === 'refused_types'
        ? {
            rule: 'type-mismatch',
            message: isSet
              ? `Values of the types ${left} and ${right} do not go into one column`
              : `Values of the types ${left} and ${right} cannot be compared`,
            hint: 'cast one of them',
            at,
          }
        : {
            rule: 'mixed-types',
            message: isSet
              ? `Values of the types ${left} and ${right} go into one column, and are converted`
              : `Values of the types ${left} and ${right} are compared, after one of them is converted`,
            hint: 'cast one of them, to say what is meant',
            at,
          }
    }
    case 'undecided_column':
    case 'unexpanded_star':
      return undefined
  }
}

function nearest(name: string, candidates: readonly string[], verb: string): string | undefined {
  const near = didYouMean(name, candidates)
  if (near !== undefined) return `did you mean '${near}'?`
  if (candidates.length === 0) return undefined
  const more = candidates.length - MOST_NAMES
  return `${verb}: ${candidates.slice(0, MOST_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** A name alone that is nearly that of a CTE. Others may be anything that the database has. */
function misspeltCte(
  { path, key }: RelationUse,
  ctes: readonly CteUse[],
  at: Span | undefined,
): RuleFinding | undefined {
  const [name, more] = path
  if (key !== undefined || name === undefined || more !== undefined) return undefined
  const near = didYouMean(
    name,
    ctes.map((cte) => cte.name),
  )
  if (near === undefined) return undefined
  return {
    rule: 'unknown-relation',
    message: `The project has no relation '${name}', and the query no such CTE`,
    hint: `did you mean '${near}'?`,
    at,
  }
}

/**
 * Only for CTEs that stand word for word in a file: what a macro makes is not for the caller to tidy up. One that another branch of the template reads
 * is of use there.
 */
function unusedCte({ name, at }: CteUse, sql: string, map: SqlMap | undefined): RuleFinding | undefined {
  const start = at ?? cteNameAt(sql, name)
  if (start === undefined) return undefined
  const span = map?.spanOf(start, nameEnd(sql, start))
  if (span === undefined || !isVerbatim(sql, start, span) || readsFrom(span.file.text, name)) return undefined
  return { rule: 'unused-cte', message: `Nothing reads the CTE '${name}'`, hint: 'remove it', at: span }
}
