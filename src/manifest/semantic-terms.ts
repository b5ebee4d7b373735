/*
 * The words of the semantic layer, as dbt_semantic_interfaces 0.9 has them. Whatever their case in a property file, they are published in lower case.
 */

/** From the finest to the coarsest. */
export const TIME_GRANULARITIES = [
  'nanosecond',
  'microsecond',
  'millisecond',
  'second',
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'quarter',
  'year',
] as const
export type TimeGranularity = (typeof TIME_GRANULARITIES)[number]

/** The allowed values by Python's name of the type, which dbt's messages use. */
export const SEMANTIC_TERMS = {
  MetricType: ['simple', 'ratio', 'cumulative', 'derived', 'conversion'],
  TimeGranularity: TIME_GRANULARITIES,
  EntityType: ['foreign', 'natural', 'primary', 'unique'],
  DimensionType: ['categorical', 'time'],
  AggregationType: ['sum', 'min', 'max', 'count_distinct', 'sum_boolean', 'average', 'percentile', 'median', 'count'],
  PeriodAggregation: ['first', 'last', 'average'],
  ConversionCalculationType: ['conversions', 'conversion_rate'],
  ExportDestinationType: ['table', 'view'],
} as const satisfies Record<string, readonly string[]>
export type SemanticTerm = keyof typeof SEMANTIC_TERMS

/** Parts of a date that a filter may ask for. */
export const DATE_PARTS = ['year', 'quarter', 'month', 'day', 'dow', 'doy'] as const

/** Negative when `a` is the finer one. */
export const compareGranularities = (a: TimeGranularity, b: TimeGranularity): number =>
  TIME_GRANULARITIES.indexOf(a) - TIME_GRANULARITIES.indexOf(b)

/** The model that was the time spine before `time_spine:` existed. */
export const LEGACY_TIME_SPINE = 'metricflow_time_spine'
