import type { SemanticDimension, SemanticMeasure, SemanticModel } from '../../artifacts/semantic-manifest.ts'
import { eachModel, fault, type Issue, names, type Rule } from './issue.ts'

const timeDimension = (model: SemanticModel, name: string): boolean =>
  model.dimensions.some((dimension) => dimension.type === 'time' && dimension.name === name)

/** The time dimension by which a measure is aggregated; undefined when none is said. */
const timeOf = (model: SemanticModel, measure: SemanticMeasure): string | undefined =>
  (measure.agg_time_dimension || model.defaults?.agg_time_dimension) ?? undefined

/** Validity windows: two time dimensions, one the start and one the end, on a semantic model with a natural entity and nothing to aggregate. */
export const validityWindows: Rule = eachModel((model) => {
  const window = model.dimensions.filter((dimension) => dimension.type_params?.validity_params)
  if (window.length === 0) return []
  const issues: Issue[] = []
  const requirements =
    'A validity window takes exactly two time dimensions with validity params: one is `is_start`, the other `is_end`.'
  const all = window.map(({ name }) => name)
  const starts = window.filter((one) => one.type_params?.validity_params?.is_start).map(({ name }) => name)
  const ends = window.filter((one) => one.type_params?.validity_params?.is_end).map(({ name }) => name)
  const subject = `Semantic model ${model.name} has`
  if (window.length === 1 && starts.length === 1 && ends.length === 1) {
    issues.push(
      fault(`${subject} a single validity param dimension that defines its window: \`${all[0]}\`. ${requirements}`),
    )
  } else if (window.length !== 2) {
    issues.push(
      fault(
        `${subject} ${window.length} dimensions defined with validity params. They are: ${names(all)}. ${requirements}`,
      ),
    )
  } else if (starts.length !== 1 || ends.length !== 1) {
    issues.push(
      fault(
        `${subject} two validity param dimensions defined, but does not have exactly one each marked with is_start and is_end! Starts: ${names(starts)}, ends: ${names(ends)}. ${requirements}`,
      ),
    )
  }
  const keys = model.entities.filter(({ type }) => type === 'primary' || type === 'unique').map(({ name }) => name)
  if (!model.entities.some(({ type }) => type === 'natural')) {
    issues.push(
      fault(
        `${subject} validity param dimensions defined, but does not have an entity with type \`natural\` set. A validity window is joined by it; entities that might serve: ${names(keys)}.`,
      ),
    )
  }
  if (keys.length > 0) {
    issues.push(
      fault(
        `${subject} validity param dimensions defined and also has one or more entities designated as \`primary\` or \`unique\`. Joins by these are not possible with a validity window.`,
      ),
    )
  }
  if (model.measures.length > 0) {
    issues.push(
      fault(
        `${subject} both measures and validity param dimensions defined. Take out the measures ${names(model.measures.map(({ name }) => name))} or the validity params of ${names(all)}.`,
      ),
    )
  }
  return issues
})

/** A dimension of one name has one type everywhere, and is a partition everywhere or nowhere. */
export const dimensionTypes: Rule = (manifest) => {
  const first = new Map<string, SemanticDimension>()
  return manifest.semantic_models.flatMap((model) =>
    model.dimensions.flatMap((dimension) => {
      const before = first.get(dimension.name)
      if (before === undefined) {
        first.set(dimension.name, dimension)
        return []
      }
      const issues: Issue[] = []
      if (before.type !== dimension.type) {
        issues.push(
          fault(
            `In semantic model \`${model.name}\`, type conflict for dimension \`${dimension.name}\` - already in model as type \`${before.type}\` but got \`${dimension.type}\``,
          ),
        )
      }
      if (before.is_partition !== dimension.is_partition) {
        issues.push(
          fault(
            `In semantic model \`${model.name}\`, conflicting is_partition attribute for dimension \`${dimension.name}\` - already in model with is_partition as \`${before.is_partition}\` but got \`${dimension.is_partition}\``,
          ),
        )
      }
      return issues
    }),
  )
}

export const naturalEntities: Rule = eachModel((model) => {
  const natural = [...new Set(model.entities.filter(({ type }) => type === 'natural').map(({ name }) => name))]
  const issues: Issue[] = []
  if (natural.length > 1) {
    issues.push(
      fault(
        `Semantic models can have at most one natural entity, but semantic model \`${model.name}\` has ${natural.length} distinct natural entities set! ${names(natural)}.`,
      ),
    )
  }
  if (natural.length > 0 && !model.dimensions.some((dimension) => dimension.type_params?.validity_params)) {
    issues.push(
      fault(
        `The use of \`natural\` entities is currently supported only in conjunction with a validity window defined in the set of time dimensions associated with the semantic model. Semantic model \`${model.name}\` has the natural entity ${names(natural)} and no validity window.`,
      ),
    )
  }
  return issues
})

/** One primary entity: an entity of that type or `primary_entity`, and some where there are dimensions. */
export const primaryEntity: Rule = eachModel((model) => {
  const primary = model.entities.filter(({ type }) => type === 'primary').map(({ name }) => name)
  if (primary.length > 1) {
    return [
      fault(
        `Semantic models can have only one primary entity. The semantic model \`${model.name}\` has ${primary.length}: ${primary.join(', ')}`,
      ),
    ]
  }
  if (primary.length === 1 && model.primary_entity !== null) {
    return [
      fault(
        `The semantic model \`${model.name}\` has an entity named \`${primary[0]}\` with type primary but it also has the \`primary_entity\` field set to \`${model.primary_entity}\`. Keep one of them.`,
      ),
    ]
  }
  if (primary.length === 0 && model.primary_entity === null && model.dimensions.length > 0) {
    return [
      fault(
        `The semantic model ${model.name} contains dimensions, but it does not define a primary entity. Give it an entity of type primary, or \`primary_entity\`.`,
      ),
    ]
  }
  return []
})

/** With `primary_entity`, a dimension's name belongs to one semantic model of that entity. */
export const primaryEntityDimensions: Rule = (manifest) => {
  const owners = new Map<string, Map<string, string>>()
  return manifest.semantic_models.flatMap((model) => {
    const entity = model.primary_entity
    if (entity === null) return []
    const known = owners.get(entity) ?? new Map<string, string>()
    owners.set(entity, known)
    return model.dimensions.flatMap(({ name }) => {
      const owner = known.get(name)
      if (owner === undefined) {
        known.set(name, model.name)
        return []
      }
      return [
        fault(
          `Duplicate dimension + primary entity pairing detected, dimension + primary entity pairings must be unique. Semantic models \`${owner}\` and \`${model.name}\` both have the primary entity \`${entity}\` and a dimension \`${name}\`.`,
        ),
      ]
    })
  })
}

export const defaultTimeDimension: Rule = eachModel((model) => {
  const name = model.defaults?.agg_time_dimension ?? null
  if (name === null || timeDimension(model, name)) return []
  return [
    fault(
      `Default aggregation time dimension was specified as '${name}' which doesn't exist as a time dimension in semantic model named '${model.name}'.`,
    ),
  ]
})

const timeMissing = (measure: SemanticMeasure): Issue =>
  fault(
    `Aggregation time dimension for measure ${measure.name} is not set! Say agg_time_dimension on the measure, or under defaults of its semantic model.`,
  )

export const measureTimeDimensions: Rule = eachModel((model) =>
  model.measures.flatMap((measure) => {
    const time = timeOf(model, measure)
    if (time === undefined) return [timeMissing(measure)]
    if (timeDimension(model, time)) return []
    return [
      fault(
        `In semantic model '${model.name}', measure '${measure.name}' has the aggregation time dimension set to '${time}', which is not a valid time dimension in the semantic model`,
      ),
    ]
  }),
)

export const measuresOnce: Rule = (manifest) => {
  const owners = new Map<string, string[]>()
  return manifest.semantic_models.flatMap((model) =>
    model.measures.flatMap(({ name }) => {
      const before = owners.get(name)
      const issue =
        before &&
        fault(
          `Found measure with name ${name} in multiple semantic models with names (${names(before)}, '${model.name}')`,
        )
      owners.set(name, [...(before ?? []), model.name])
      return issue === undefined ? [] : [issue]
    }),
  )
}

export const countMeasures: Rule = eachModel((model) =>
  model.measures.flatMap(({ name, agg, expr }) => {
    if (agg !== 'count') return []
    if (expr === null) {
      return [
        fault(
          `Measure '${name}' uses a COUNT aggregation, which requires an expr to be provided. Write 'expr: 1' to count all rows.`,
        ),
      ]
    }
    if (!expr.toLowerCase().startsWith('distinct ')) return []
    return [
      fault(
        `Measure '${name}' uses a 'count' aggregation with a DISTINCT expr: '${expr}'. Such counts cannot be added up: use the aggregation count_distinct.`,
      ),
    ]
  }),
)

export const percentileMeasures: Rule = eachModel((model) => model.measures.flatMap(percentileIssues))

function percentileIssues({ name, agg, agg_params }: SemanticMeasure): Issue[] {
  const value = agg_params?.percentile ?? null
  const shown = value === null ? '' : floatText(value)
  const percentile = value === null ? null : Number(shown)
  if (agg === 'percentile') {
    if (percentile === null) {
      return [
        fault(`Measure '${name}' uses a PERCENTILE aggregation, which requires agg_params.percentile to be provided.`),
      ]
    }
    if (percentile > 0 && percentile < 1) return []
    return [
      fault(
        `Percentile aggregation parameter for measure '${name}' is '${shown}', but must be between 0 and 1 (non-inclusive). The 65th percentile, say, is 0.65; use min and max for the ends.`,
      ),
    ]
  }
  if (agg_params === null) return []
  if (agg === 'median') {
    const issues: Issue[] = []
    if (percentile !== null && percentile !== 0.5) {
      issues.push(
        fault(
          `Measure '${name}' uses a MEDIAN aggregation, while percentile is set to '${shown}', a conflicting value. Remove the parameter, or say 0.5.`,
        ),
      )
    }
    if (agg_params.use_discrete_percentile) {
      issues.push(
        fault(
          `Measure '${name}' uses a MEDIAN aggregation, while use_discrete_percentile is set to true. Remove the parameter.`,
        ),
      )
    }
    return issues
  }
  const wrong = [
    percentile ? 'percentile' : '',
    agg_params.use_discrete_percentile ? 'use_discrete_percentile' : '',
    agg_params.use_approximate_percentile ? 'use_approximate_percentile' : '',
  ].filter((param) => param !== '')
  if (wrong.length === 0) return []
  return [
    fault(
      `Measure '${name}' with aggregation '${agg}' uses agg_params (${wrong.join(', ')}) only relevant to Percentile measures.`,
    ),
  ]
}

/** A number of a property file, which may be one of the template language's floats. */
const floatText = (value: unknown): string => {
  const number = typeof value === 'object' && value !== null && 'value' in value ? value.value : value
  return Number.isInteger(number) ? `${String(number)}.0` : String(number)
}

export const nonAdditiveMeasures: Rule = eachModel((model) => {
  const entities = new Set(model.entities.map(({ name }) => name))
  return model.measures.flatMap((measure) => {
    const additive = measure.non_additive_dimension
    const time = timeOf(model, measure)
    if (additive === null || time === undefined) return []
    const subject = `Measure '${measure.name}' has a`
    const by = model.dimensions.find(({ name }) => name === time)
    if (by === undefined) {
      return [
        fault(
          `${subject} agg_time_dimension of ${time} that is not defined as a dimension in semantic model '${model.name}'.`,
        ),
      ]
    }
    const issues: Issue[] = []
    const dimension = model.dimensions.find(({ name }) => name === additive.name)
    const named = `${subject} non_additive_dimension with name '${additive.name}'`
    const own = dimension?.type_params?.time_granularity
    const wanted = by.type_params?.time_granularity
    if (dimension === undefined)
      issues.push(fault(`${named} that is not defined as a dimension in semantic model '${model.name}'.`))
    else if (dimension.type !== 'time')
      issues.push(fault(`${named} that is defined as a categorical dimension which is not supported.`))
    if (own !== undefined && wanted !== undefined && own !== wanted) {
      issues.push(
        fault(
          `${named} that has a base time granularity (${own.toUpperCase()}) that is not equal to the measure's agg_time_dimension ${by.name} with a base granularity of (${wanted.toUpperCase()}).`,
        ),
      )
    }
    if (additive.window_choice !== 'min' && additive.window_choice !== 'max') {
      issues.push(
        fault(
          `${subject} non_additive_dimension with an invalid 'window_choice' of '${additive.window_choice}'. It can be 'min' or 'max'.`,
        ),
      )
    }
    const unknown = additive.window_groupings.filter((name) => !entities.has(name))
    if (unknown.length > 0) {
      issues.push(
        fault(
          `${subject} non_additive_dimension with an invalid 'window_groupings'. The semantic model has no entities ${names(unknown)}.`,
        ),
      )
    }
    return issues
  })
})
