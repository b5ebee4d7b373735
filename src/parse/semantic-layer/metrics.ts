import type {
  MeasureInput,
  SemanticManifest,
  SemanticMetric,
  SemanticModel,
  TimeWindow,
} from '../../artifacts/semantic-manifest.ts'
import { TIME_GRANULARITIES } from '../../manifest/semantic-terms.ts'
import { caution, customGranularities, fault, type Issue, names, type Rule } from './issue.ts'
import { checkName } from './names.ts'

const STANDARD: ReadonlySet<string> = new Set(TIME_GRANULARITIES)
const NO_CUSTOM = 'Custom granularities are not supported for this field yet.'

function checkWindow(window: TimeWindow, custom: ReadonlySet<string>, allowCustom: boolean): Issue[] {
  const known = (grain: string): boolean => STANDARD.has(grain) || custom.has(grain)
  const { count, granularity } = window
  const single = granularity.endsWith('s') && known(granularity.slice(0, -1)) ? granularity.slice(0, -1) : granularity
  const invalid = `Invalid time granularity '${single}' in window: '${count} ${granularity}'`
  if (!known(single)) return [fault(invalid)]
  return allowCustom || STANDARD.has(single) ? [] : [fault(`${invalid} ${NO_CUSTOM}`)]
}

const ofType = (manifest: SemanticManifest, type: string): SemanticMetric[] =>
  manifest.metrics.filter((metric) => metric.type === type)

/** Derived metrics: inputs, their aliases and offsets, and an expression that uses them. */
export const derivedMetrics: Rule = (manifest) => {
  const custom = new Set(customGranularities(manifest))
  return [
    ...ofType(manifest, 'derived')
      .filter((metric) => metric.type_params.metrics.length === 0)
      .map(({ name }) =>
        fault(`No input metrics found for derived metric '${name}'. Please add metrics to type_params.metrics.`),
      ),
    ...manifest.metrics.flatMap((metric) => [
      ...(metric.type === 'derived' ? aliasIssues(metric) : []),
      ...offsetIssues(metric, custom),
      ...(metric.type === 'derived' ? expressionIssues(metric) : []),
    ]),
  ]
}

function aliasIssues(metric: SemanticMetric): Issue[] {
  const used = new Set(metric.type_params.metrics.map(({ name }) => name))
  return metric.type_params.metrics.flatMap(({ name, alias }) => {
    if (!alias) return []
    if (!used.has(alias)) return checkName(alias)
    return [
      ...checkName(alias),
      fault(`Alias '${alias}' for input metric: '${name}' is already being used. Please choose another alias.`),
    ]
  })
}

function offsetIssues(metric: SemanticMetric, custom: ReadonlySet<string>): Issue[] {
  return metric.type_params.metrics.flatMap(({ name, offset_window, offset_to_grain }) => {
    const issues = offset_window === null ? [] : checkWindow(offset_window, custom, true)
    if (offset_to_grain && !STANDARD.has(offset_to_grain)) {
      issues.push(fault(`Invalid time granularity found in \`offset_to_grain\`: '${offset_to_grain}'. ${NO_CUSTOM}`))
    }
    if (offset_window !== null && offset_to_grain) {
      issues.push(
        fault(
          `Both offset_window and offset_to_grain set for derived metric '${metric.name}' on input metric '${name}'. Please set one or the other.`,
        ),
      )
    }
    return issues
  })
}

function expressionIssues(metric: SemanticMetric): Issue[] {
  const { expr, metrics } = metric.type_params
  if (!expr) {
    return [caution(`No \`expr\` set for derived metric ${metric.name}. It should name all input metrics.`)]
  }
  return metrics
    .map(({ name, alias }) => alias || name)
    .filter((name) => !expr.includes(name))
    .map((name) =>
      caution(
        `Input metric '${name}' is not used in \`expr\`: '${expr}' for derived metric '${metric.name}'. Use it there, or remove the input metric.`,
      ),
    )
}

const shownWindow = (window: TimeWindow): string => `${window.count} ${window.granularity}`

/** Cumulative metrics: a window or a grain to date, of granularities that exist. */
export const cumulativeMetrics: Rule = (manifest) => {
  const custom = new Set(customGranularities(manifest))
  return ofType(manifest, 'cumulative').flatMap((metric) => {
    const { type_params } = metric
    const nested = type_params.cumulative_type_params
    const issues: Issue[] = []
    const [outer, inner] = [type_params.window, nested?.window ?? null]
    if (outer !== null && inner !== null && shownWindow(outer) !== shownWindow(inner)) {
      issues.push(
        fault(
          `Got differing values for \`window\` on cumulative metric '${metric.name}'. It is '${shownWindow(outer)}' in \`type_params.window\` and '${shownWindow(inner)}' in \`type_params.cumulative_type_params.window\`: remove the first.`,
        ),
      )
    }
    const window = inner ?? outer
    const grain = nested?.grain_to_date || type_params.grain_to_date
    if (grain && !STANDARD.has(grain))
      issues.push(fault(`Invalid time granularity found in \`grain_to_date\`: '${grain}'. ${NO_CUSTOM}`))
    if (window !== null && grain) {
      issues.push(fault('Both window and grain_to_date set for cumulative metric. Please set one or the other.'))
    }
    return window === null ? issues : [...issues, ...checkWindow(window, custom, false)]
  })
}

const same = (a: MeasureInput, b: MeasureInput): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Aliases of measures: needed where one measure is used with several filters, and unlike any other name. */
export const measureAliases: Rule = (manifest) => {
  const measures = new Set(manifest.semantic_models.flatMap((model) => model.measures.map(({ name }) => name)))
  const used = new Map<string, string[]>()
  return manifest.metrics.flatMap((metric) => {
    const inputs = metric.type_params.input_measures
    const issues = missingAliases(metric)
    for (const { name, alias } of inputs) {
      if (alias === null) continue
      issues.push(...checkName(alias))
      if (measures.has(alias)) {
        issues.push(
          fault(
            `Alias \`${alias}\` for measure \`${name}\` conflicts with measure names defined elsewhere in the model! Choose another one.`,
          ),
        )
      }
      const before = used.get(alias)
      if (before !== undefined) {
        issues.push(
          fault(
            `Measure alias ${alias} conflicts with a measure alias used elsewhere in the model! It is an alias of measure ${name} in metric ${metric.name} and stands in ${names(before)} too. Choose another one.`,
          ),
        )
      }
      used.set(alias, [...(before ?? []), metric.name])
    }
    return issues
  })
}

function missingAliases(metric: SemanticMetric): Issue[] {
  const inputs = metric.type_params.input_measures
  const repeated = new Set(inputs.map(({ name }) => name).filter((name, index, all) => all.indexOf(name) !== index))
  return [...repeated].flatMap((name) => {
    const uses = inputs.filter((input) => input.name === name)
    if (uses.every((use) => same(use, uses[0]!))) {
      return [
        caution(`Metric ${metric.name} has multiple identical input measures specifications for measure ${name}.`),
      ]
    }
    const bare = uses.filter((use) => use.filter !== null && use.alias === null)
    if (bare.length === 0) return []
    return [
      fault(
        `Metric ${metric.name} depends on multiple different constrained versions of measure ${name}. Give those with a filter an alias: ${names(
          bare.map((use) => use.filter!.where_filters.map((one) => one.where_sql_template).join(' and ')),
        )}.`,
      ),
    ]
  })
}

const ownerOf = (manifest: SemanticManifest, measure: string): SemanticModel | undefined =>
  manifest.semantic_models.find((model) => model.measures.some(({ name }) => name === measure))

/** Conversion metrics: countable measures, an entity and constant properties that their semantic models have, a window. */
export const conversionMetrics: Rule = (manifest) => {
  const custom = new Set(customGranularities(manifest))
  return ofType(manifest, 'conversion').flatMap((metric) => {
    const params = metric.type_params.conversion_type_params!
    const base = ownerOf(manifest, params.base_measure.name)
    const conversion = ownerOf(manifest, params.conversion_measure.name)
    if (base === undefined || conversion === undefined)
      return [fault(`For metric '${metric.name}', conversion measures specified was not found.`)]
    const { entity, window, constant_properties } = params
    const lacks = (model: SemanticModel, what: string): Issue[] =>
      model.entities.some(({ name }) => name === entity)
        ? []
        : [fault(`Entity: ${entity} not found in ${what} semantic model: ${model.name}.`)]
    return [
      ...lacks(base, 'base'),
      ...lacks(conversion, 'conversion'),
      ...countable(base, params.base_measure),
      ...countable(conversion, params.conversion_measure),
      ...(params.conversion_measure.filter === null
        ? []
        : [
            caution(
              `Measure input ${params.conversion_measure.name} has a filter. For conversion metrics, filtering on a conversion input measure is not fully supported yet.`,
            ),
          ]),
      ...(window === null ? [] : checkWindow(window, custom, false)),
      ...unknownProperties(base, constant_properties?.map((one) => one.base_property) ?? []),
      ...unknownProperties(conversion, constant_properties?.map((one) => one.conversion_property) ?? []),
    ]
  })
}

function countable(model: SemanticModel, input: MeasureInput): Issue[] {
  const { name, agg, expr } = model.measures.find((measure) => measure.name === input.name)!
  if (agg === 'count' || agg === 'count_distinct' || (agg === 'sum' && expr === '1')) return []
  return [
    fault(
      `For conversion metrics, the measure must be COUNT/SUM(1)/COUNT_DISTINCT. Measure: ${name} is agg type: ${agg}`,
    ),
  ]
}

function unknownProperties(model: SemanticModel, properties: readonly string[]): Issue[] {
  const known = new Set([...model.entities, ...model.dimensions].map(({ name }) => name))
  return properties
    .filter((property) => !known.has(property))
    .map((property) =>
      fault(`The provided constant property: ${property}, cannot be found in semantic model ${model.name}`),
    )
}
