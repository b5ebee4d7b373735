import { type Origins, Way } from '../origins.ts'
import type { NameRules } from '../sql-reader.ts'
import type { OutputColumn, Problem, ProblemKind, StatementLineage } from '../statement-lineage.ts'
import { type ColumnSource, howOf, type LineageColumn, type NodeLineage } from './project-lineage.ts'

/** Problems that keep no column from being found. */
const SAYS_NOTHING_OF_NAMES: ReadonlySet<ProblemKind> = new Set(['column_count', 'refused_types', 'converted_types'])

/** The lineage of a node out of that of its statement, in which relations are called by ids. */
export function nodeLineage(id: string, statement: StatementLineage, rules: NameRules): NodeLineage {
  const problem = statement.problems.find(
    ({ kind }) => !SAYS_NOTHING_OF_NAMES.has(kind) && (kind !== 'unexpanded_star' || !statement.complete),
  )
  return {
    id,
    status: problem === undefined ? 'complete' : 'partial',
    reason: problem === undefined ? undefined : reasonText(problem),
    columns: statement.columns.map((column) => lineageColumn(column, rules)),
    allColumns: statement.complete,
    used: statement.used.map(({ relation, column, use }) => ({ node: relation, column, how: use })),
    problems: statement.problems,
    ctes: statement.ctes,
    relations: statement.relations,
  }
}

function lineageColumn({ name, type, origins }: OutputColumn, rules: NameRules): LineageColumn {
  return { name, type, sources: columnSources(name, origins, rules), windows: windowColumns(origins) }
}

/** What values come from; the ways decide how. */
export function columnSources(name: string, origins: Origins, { normalise }: NameRules): ColumnSource[] {
  return [...origins.values()].flatMap((origin) => {
    const { relation: node, column, ways } = origin
    const how = howOf(origin, normalise(column) === normalise(name))
    return how === undefined ? [] : [{ node, column, how, ways }]
  })
}

const windowColumns = (origins: Origins): { node: string; column: string }[] =>
  [...origins.values()].flatMap(({ relation: node, column, ways }) => (ways & Way.window ? [{ node, column }] : []))

/** What a person is told of the first thing that keeps the lineage from being whole. */
function reasonText({ kind, name, candidates }: Problem): string {
  switch (kind) {
    case 'unexpanded_star':
      return `the columns of ${candidates.join(' and ')} are not all known, so that ${name} cannot be written out`
    case 'ambiguous_column':
      return `the column ${name} is in ${candidates.filter((one) => one !== '').join(' and ') || 'more than one table'}`
    case 'undecided_column':
      return `the column ${name} may be of ${candidates.join(' or ')}, whose columns are not known`
    case 'unknown_table':
      return `nothing in the query is called what stands before the dot of ${name}`
    case 'unknown_column':
      return `there is no column ${name}`
    case 'refused_types':
    case 'converted_types':
      return `values of the types ${candidates.join(' and ')} meet in ${name}`
    case 'column_count':
      return `the sides of a set operation have ${name.replace(', ', ' and ')} columns`
  }
}
