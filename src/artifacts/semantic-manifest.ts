import { QuernError } from '../errors/quern-error.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { type ModelNode, type OtherNode, REFABLE } from '../manifest/node.ts'
import { compareGranularities, LEGACY_TIME_SPINE, type TimeGranularity } from '../manifest/semantic-terms.ts'
import { toJson } from './json-text.ts'

/*
 * semantic_manifest.json: what a metrics engine reads. Shapes and the order of keys: dbt_semantic_interfaces 0.9, as dbt-core 1.11 writes it.
 */

export interface NodeRelation {
  alias: string
  schema_name: string
  database: string | null
  relation_name: string
}

export interface ElementConfig {
  meta: Record<string, unknown>
}

export interface WhereFilters {
  where_filters: { where_sql_template: string }[]
}

export interface SemanticEntity {
  name: string
  description: string | null
  type: string
  role: string | null
  expr: string | null
  metadata: null
  label: string | null
  config: ElementConfig | null
}

export interface SemanticMeasure {
  name: string
  agg: string
  description: string | null
  create_metric: boolean
  expr: string | null
  agg_params: {
    percentile: unknown
    use_discrete_percentile: boolean
    use_approximate_percentile: boolean
  } | null
  metadata: null
  non_additive_dimension: { name: string; window_choice: string; window_groupings: string[] } | null
  agg_time_dimension: string | null
  label: string | null
  config: ElementConfig | null
}

export interface SemanticDimension {
  name: string
  description: string | null
  type: string
  is_partition: boolean
  type_params: {
    time_granularity: TimeGranularity
    validity_params: { is_start: boolean; is_end: boolean } | null
  } | null
  expr: string | null
  metadata: null
  label: string | null
  config: ElementConfig | null
}

export interface SemanticModel {
  name: string
  defaults: { agg_time_dimension: string | null } | null
  description: string | null
  node_relation: NodeRelation
  primary_entity: string | null
  entities: SemanticEntity[]
  measures: SemanticMeasure[]
  dimensions: SemanticDimension[]
  label: string | null
  metadata: null
  config: ElementConfig | null
}

export interface TimeWindow {
  count: number
  granularity: string
}

export interface MeasureInput {
  name: string
  filter: WhereFilters | null
  alias: string | null
  join_to_timespine: boolean
  fill_nulls_with: number | null
}

export interface MetricInput {
  name: string
  filter: WhereFilters | null
  alias: string | null
  offset_window: TimeWindow | null
  offset_to_grain: string | null
}

export interface MetricTypeParams {
  measure: MeasureInput | null
  numerator: MetricInput | null
  denominator: MetricInput | null
  expr: string | null
  window: TimeWindow | null
  grain_to_date: string | null
  metrics: MetricInput[]
  conversion_type_params: {
    base_measure: MeasureInput
    conversion_measure: MeasureInput
    entity: string
    calculation: string
    window: TimeWindow | null
    constant_properties: { base_property: string; conversion_property: string }[] | null
  } | null
  cumulative_type_params: { window: TimeWindow | null; grain_to_date: string | null; period_agg: string } | null
  input_measures: MeasureInput[]
}

export interface SemanticMetric {
  name: string
  description: string | null
  type: string
  type_params: MetricTypeParams
  filter: WhereFilters | null
  metadata: null
  label: string | null
  config: ElementConfig | null
  time_granularity: string | null
}

export interface SavedQuery {
  name: string
  query_params: {
    metrics: string[]
    group_by: string[]
    order_by: string[]
    limit: number | null
    where: WhereFilters | null
  }
  description: string | null
  metadata: null
  label: string | null
  exports: { name: string; config: { export_as: string; schema_name: string | null; alias: string | null } }[]
  tags: string[]
}

export interface TimeSpine {
  node_relation: NodeRelation
  primary_column: { name: string; time_granularity: TimeGranularity }
  custom_granularities: { name: string; column_name: string | null }[]
}

export interface SemanticManifest {
  semantic_models: SemanticModel[]
  metrics: SemanticMetric[]
  project_configuration: {
    time_spine_table_configurations: { location: string | null; column_name: string; grain: TimeGranularity }[]
    metadata: null
    dsi_package_version: { major_version: string; minor_version: string; patch_version: string }
    time_spines: TimeSpine[]
  }
  saved_queries: SavedQuery[]
}

/** The text of semantic_manifest.json. Throws as `semanticManifest` does. */
export const semanticManifestJson = (manifest: Manifest): string => toJson(semanticManifest(manifest))

/** What semantic_manifest.json holds. Throws a `QuernError` when there are semantic models, but no time spine by day or finer. */
export function semanticManifest(manifest: Manifest): SemanticManifest {
  const spines: TimeSpine[] = []
  for (const { resource_type: type, time_spine: spine, unique_id: id } of manifest.nodes.outlines())
    if (type === 'model' && spine) spines.push(timeSpine(manifest.nodes.get(id) as ModelNode))
  const legacy = manifest.semanticModels.size === 0 ? undefined : legacySpine(manifest)
  if (manifest.semanticModels.size > 0) requireDailySpine(spines, legacy !== undefined)
  return {
    semantic_models: [...manifest.semanticModels.values()].map(semanticModel),
    metrics: [...manifest.metrics.values()].map(metric),
    project_configuration: {
      time_spine_table_configurations:
        legacy !== undefined && !legacy.time_spine
          ? [{ location: legacy.relation_name, column_name: 'date_day', grain: 'day' }]
          : [],
      metadata: null,
      dsi_package_version: { major_version: '0', minor_version: '9', patch_version: '0' },
      time_spines: spines,
    },
    saved_queries: [...manifest.savedQueries.values()].map(savedQuery),
  }
}

function legacySpine(manifest: Manifest): ModelNode | undefined {
  for (const { name, resource_type: type, unique_id: id } of manifest.nodes.outlines())
    if (name === LEGACY_TIME_SPINE && REFABLE.has(type)) return manifest.nodes.get(id) as ModelNode
  return undefined
}

function requireDailySpine(spines: readonly TimeSpine[], legacy: boolean): void {
  if (legacy || spines.some((spine) => compareGranularities(spine.primary_column.time_granularity, 'day') <= 0)) return
  throw new QuernError(
    'Parsing',
    'time_spine_missing',
    'The semantic layer requires a time spine model with granularity DAY or smaller in the project, but none was found.',
    {
      hint: 'add a model with one row per day and say time_spine: {standard_granularity_column: ...} in its properties, with granularity: day on that column',
    },
  )
}

const relation = (node: ModelNode): NodeRelation => ({
  alias: node.alias,
  schema_name: node.schema,
  database: node.database,
  relation_name:
    node.relation_name || [node.database, node.schema, node.alias].filter((part) => part !== null).join('.'),
})

function timeSpine(node: ModelNode): TimeSpine {
  const spine = node.time_spine as { standard_granularity_column: string; custom_granularities: [] }
  const name = spine.standard_granularity_column
  const granularity = node.columns[name]?.granularity as TimeGranularity
  return {
    node_relation: relation(node),
    primary_column: { name, time_granularity: granularity },
    custom_granularities: spine.custom_granularities,
  }
}

type Loose = Record<string, unknown>

const elementConfig = (config: unknown): ElementConfig | null =>
  config === null || config === undefined ? null : { meta: ((config as Loose)['meta'] ?? {}) as Loose }

function semanticModel(node: OtherNode): SemanticModel {
  const given = node as unknown as SemanticModel
  const place = given.node_relation
  return {
    name: given.name,
    defaults: given.defaults,
    description: given.description,
    node_relation: {
      ...place,
      relation_name:
        place.relation_name ||
        [place.database, place.schema_name, place.alias].filter((part) => part !== null).join('.'),
    },
    primary_entity: given.primary_entity,
    entities: given.entities.map((entity) => ({
      name: entity.name,
      description: entity.description,
      type: entity.type,
      role: entity.role,
      expr: entity.expr,
      metadata: null,
      label: entity.label,
      config: elementConfig(entity.config),
    })),
    measures: given.measures.map((measure) => ({
      name: measure.name,
      agg: measure.agg,
      description: measure.description,
      create_metric: measure.create_metric,
      expr: measure.expr,
      agg_params: measure.agg_params,
      metadata: null,
      non_additive_dimension: measure.non_additive_dimension,
      agg_time_dimension: measure.agg_time_dimension,
      label: measure.label,
      config: elementConfig(measure.config),
    })),
    dimensions: given.dimensions.map((dimension) => ({
      name: dimension.name,
      description: dimension.description,
      type: dimension.type,
      is_partition: dimension.is_partition,
      type_params: dimension.type_params,
      expr: dimension.expr,
      metadata: null,
      label: dimension.label,
      config: elementConfig(dimension.config),
    })),
    label: given.label,
    metadata: null,
    config: elementConfig(given.config),
  }
}

function metric(node: OtherNode): SemanticMetric {
  const given = node as unknown as SemanticMetric
  return {
    name: given.name,
    description: given.description,
    type: given.type,
    type_params: metricParams(given.type_params),
    filter: given.filter,
    metadata: null,
    label: given.label,
    config: elementConfig(given.config),
    time_granularity: given.time_granularity,
  }
}

function metricParams(given: MetricTypeParams): MetricTypeParams {
  const cumulative = given.cumulative_type_params
  return {
    measure: given.measure,
    numerator: given.numerator,
    denominator: given.denominator,
    expr: given.expr,
    window: given.window,
    grain_to_date: given.grain_to_date,
    metrics: given.metrics.map((input) => ({
      ...input,
      offset_to_grain: input.offset_to_grain?.toLowerCase() ?? null,
    })),
    conversion_type_params: given.conversion_type_params,
    cumulative_type_params:
      cumulative === null
        ? null
        : {
            window: cumulative.window,
            grain_to_date: cumulative.grain_to_date?.toLowerCase() ?? null,
            period_agg: cumulative.period_agg,
          },
    input_measures: given.input_measures,
  }
}

function savedQuery(node: OtherNode): SavedQuery {
  const given = node as unknown as SavedQuery
  const { metrics, group_by, order_by, limit, where } = given.query_params
  return {
    name: given.name,
    query_params: { metrics, group_by, order_by, limit, where },
    description: given.description,
    metadata: null,
    label: given.label,
    exports: given.exports.map(({ name, config }) => ({
      name,
      config: { export_as: config.export_as, schema_name: config.schema_name, alias: config.alias },
    })),
    tags: [...given.tags].sort(),
  }
}
