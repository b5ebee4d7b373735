import type { SemanticManifest } from '../../artifacts/semantic-manifest.ts'
import { filters, savedQueries } from './filters.ts'
import type { Issue, Rule } from './issue.ts'
import { conversionMetrics, cumulativeMetrics, derivedMetrics, measureAliases } from './metrics.ts'
import {
  countMeasures,
  defaultTimeDimension,
  dimensionTypes,
  measuresOnce,
  measureTimeDimensions,
  naturalEntities,
  nonAdditiveMeasures,
  percentileMeasures,
  primaryEntity,
  primaryEntityDimensions,
  validityWindows,
} from './models.ts'
import { elementKinds, labels, sqlKeywords, uniqueNames } from './names.ts'
import { timeSpines } from './time-spines.ts'

/** In the reference's order, which is the order of the messages. */
const RULES: readonly Rule[] = [
  percentileMeasures,
  derivedMetrics,
  countMeasures,
  measuresOnce,
  validityWindows,
  dimensionTypes,
  elementKinds,
  naturalEntities,
  measureAliases,
  cumulativeMetrics,
  uniqueNames,
  measureTimeDimensions,
  sqlKeywords,
  nonAdditiveMeasures,
  defaultTimeDimension,
  primaryEntity,
  primaryEntityDimensions,
  filters,
  savedQueries,
  labels,
  conversionMetrics,
  timeSpines,
]

/** All that is wrong with the semantic layer: warnings first, as dbt shows them. */
export function semanticIssues(manifest: SemanticManifest): Issue[] {
  const issues = RULES.flatMap((rule) => rule(manifest))
  return [...issues.filter(({ level }) => level === 'warning'), ...issues.filter(({ level }) => level === 'error')]
}
