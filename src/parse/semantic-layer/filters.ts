import type { SavedQuery, SemanticMetric, WhereFilters } from '../../artifacts/semantic-manifest.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { TIME_GRANULARITIES } from '../../manifest/semantic-terms.ts'
import { caution, customGranularities, fault, type Issue, names, type Rule } from './issue.ts'
import { type QueryItem, readItems, resolveItem } from './query-items.ts'

/** What `read` gives, or the issue that it failed. Other errors than a user's pass. */
function attempt<T>(doing: string, read: () => T): { readonly value: T } | { readonly issue: Issue } {
  try {
    return { value: read() }
  } catch (error) {
    if (!(error instanceof QuernError)) throw error
    return { issue: fault(`An error occurred while ${doing} - ${error.message}`) }
  }
}

/** All filters of metrics and saved queries can be read, and name granularities that exist. */
export const filters: Rule = (manifest) => {
  const custom = customGranularities(manifest)
  return [
    ...manifest.metrics.flatMap((metric) => metricFilters(metric, custom)),
    ...manifest.saved_queries.flatMap((query) =>
      filterIssues(
        query.query_params.where,
        `trying to parse a filter in saved query \`${query.name}\``,
        `Filter for saved query \`${query.name}\``,
        custom,
      ),
    ),
  ]
}

function metricFilters(metric: SemanticMetric, custom: readonly string[]): Issue[] {
  const { measure, numerator, denominator, metrics } = metric.type_params
  const check = (filter: WhereFilters | null | undefined, doing: string): Issue[] =>
    filterIssues(filter ?? null, doing, `Filter for metric \`${metric.name}\``, custom)
  const on = `on metric \`${metric.name}\``
  return [
    ...check(metric.filter, `trying to parse filter of metric \`${metric.name}\``),
    ...check(measure?.filter, `trying to parse filter of measure input \`${measure?.name}\` ${on}`),
    ...check(numerator?.filter, `trying to parse the numerator filter ${on}`),
    ...check(denominator?.filter, `trying to parse the denominator filter ${on}`),
    ...metrics.flatMap((input) =>
      check(input.filter, `trying to parse filter for input metric \`${input.name}\` ${on}`),
    ),
  ]
}

function filterIssues(filter: WhereFilters | null, doing: string, subject: string, custom: readonly string[]): Issue[] {
  const grains: readonly string[] = [...TIME_GRANULARITIES, ...custom]
  return (filter?.where_filters ?? []).flatMap(({ where_sql_template: template }) => {
    const read = attempt(doing, () => readItems(template).map((item) => resolveItem(item, grains)))
    if ('issue' in read) return [fault(`${read.issue.message}\n  Filter: ${template}`)]
    return read.value
      .filter(({ grain }) => grain !== null && !grains.includes(grain))
      .map(({ grain }) =>
        caution(
          `${subject} is not valid. \`${grain}\` is not a valid granularity name. Valid granularity options: ${names(grains)}`,
        ),
      )
  })
}

/** Saved queries: metrics and group-by items that exist, an order by what is asked for, a limit that is one. */
export const savedQueries: Rule = (manifest) => {
  const custom = customGranularities(manifest)
  const metrics = new Set(manifest.metrics.map(({ name }) => name))
  const elements = new Set([
    ...metrics,
    'metric_time',
    ...manifest.semantic_models.flatMap((model) => [...model.dimensions, ...model.entities].map(({ name }) => name)),
  ])
  return manifest.saved_queries.flatMap((query) => {
    const { metrics: asked, group_by: groups, limit } = query.query_params
    return [
      ...asked.filter((name) => !metrics.has(name)).map((name) => fault(`\`${name}\` is not a valid metric name.`)),
      ...groups.flatMap((item) => groupIssues(query.name, item, elements, custom)),
      ...orderIssues(query),
      ...(limit !== null && limit < 0 ? [fault(`Invalid limit value: ${limit} (should be >= 0)`)] : []),
    ]
  })
}

function groupIssues(query: string, item: string, elements: ReadonlySet<string>, custom: readonly string[]): Issue[] {
  const read = attempt(`trying to parse a group-by in saved query \`${query}\``, () =>
    readItems(`{{${item}}}`).map((one) => resolveItem(one, custom)),
  )
  if ('issue' in read) return [read.issue]
  const [only, ...others] = read.value
  return only !== undefined && others.length === 0 && elements.has(only.element)
    ? []
    : [fault(`\`${item}\` is not a valid group-by name.`)]
}

function orderIssues(query: SavedQuery): Issue[] {
  const { metrics, group_by, order_by } = query.query_params
  if (order_by.length === 0) return []
  const parse = (item: string, orderBy: boolean): { readonly value: QueryItem } | { readonly issue: Issue } =>
    attempt(`parsing a field in '${query.name}'`, () => {
      const [only, ...others] = readItems(`{{ ${item} }}`, { orderBy })
      if (only !== undefined && others.length === 0) return only
      throw new QuernError(
        'Parsing',
        'query_item',
        `Did not get exactly one query item from: '${item}'. Metrics are written as Metric('name'), .descending(True) comes last.`,
      )
    })
  const offered = [...metrics.map((name) => `Metric('${name}')`), ...group_by].map((item) => parse(item, false))
  const problems = offered.flatMap((one) => ('issue' in one ? [one.issue] : []))
  if (problems.length > 0) return problems
  const known = new Set(offered.flatMap((one) => ('value' in one ? [JSON.stringify(one.value)] : [])))
  return order_by.flatMap((item) => {
    const read = parse(item, true)
    if ('issue' in read) return [read.issue]
    return known.has(JSON.stringify({ ...read.value, descending: null }))
      ? []
      : [fault(`${item} does not match any of the listed metrics or group-by items.`)]
  })
}
