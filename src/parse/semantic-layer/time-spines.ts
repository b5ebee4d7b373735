import { compareGranularities, type TimeGranularity } from '../../manifest/semantic-terms.ts'
import { caution, type Issue, names, type Rule } from './issue.ts'

/** One time spine for each granularity, and one as fine as the finest time dimension. */
export const timeSpines: Rule = (manifest) => {
  const spines = manifest.project_configuration.time_spines
  if (spines.length === 0) return []
  const byGrain = new Map<TimeGranularity, string[]>()
  for (const { primary_column, node_relation } of spines) {
    const grain = primary_column.time_granularity
    byGrain.set(grain, [...(byGrain.get(grain) ?? []), node_relation.relation_name])
  }
  const issues: Issue[] = []
  const twice = [...byGrain].filter(([, relations]) => relations.length > 1)
  if (twice.length > 0) {
    const shown = twice.map(([grain, relations]) => `${grain.toUpperCase()}: ${names(relations)}`).join(', ')
    issues.push(caution(`Only one time spine is supported per granularity. Got duplicates: ${shown}`))
  }
  const finest = (grains: Iterable<TimeGranularity>): TimeGranularity | undefined =>
    [...grains].sort(compareGranularities)[0]
  const dimension = finest(
    manifest.semantic_models.flatMap((model) =>
      model.dimensions.flatMap(({ type_params }) => (type_params === null ? [] : [type_params.time_granularity])),
    ),
  )
  const spine = finest(byGrain.keys())
  if (dimension !== undefined && spine !== undefined && compareGranularities(dimension, spine) < 0) {
    issues.push(
      caution(
        `To avoid unexpected query errors, configuring a time spine at or below the smallest time dimension granularity is recommended. Smallest time dimension granularity: ${dimension.toUpperCase()}; Smallest time spine granularity: ${spine.toUpperCase()}`,
      ),
    )
  }
  return issues
}
