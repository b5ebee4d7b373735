import { asPlainDict } from '../config/python-data.ts'
import { toText } from '../jinja/runtime/text.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'
import type { OtherNode } from '../manifest/node.ts'
import { uniqueId } from '../manifest/unique-id.ts'
import { dicts } from './columns.ts'
import { makeMetric } from './metric.ts'
import { computeConfig } from './node-config.ts'
import type { Entry } from './property-file.ts'
import { parseReference } from './reference-text.ts'
import { semanticTerm } from './semantic-term.ts'
import { addResource, type ParseSession } from './session.ts'
import { fqnOf } from './sql-node.ts'
import { type Place, placeIn, under } from './yaml-place.ts'

/** Makes a semantic model, and a metric for each measure with `create_metric`. */
export function parseSemanticModel(session: ParseSession, entry: Entry): void {
  const { data, project } = entry
  const { file, text } = entry.properties
  const fqn = fqnOf(project.name, file.relative, data.name)
  const { config, unrenderedConfig } = computeConfig(session, 'semantic_model', project, fqn, {
    patch: asPlainDict(data['config']) ?? {},
    file: text,
  })
  const elementConfig = (element: PlainDict): PlainDict => ({
    meta: { ...config.meta, ...asPlainDict(asPlainDict(element['config'])?.['meta']) },
  })
  const reference = parseReference(data['model'] as string, placeIn(under(entry.place, 'model')))
  const node: OtherNode = {
    name: data.name,
    resource_type: 'semantic_model',
    package_name: project.name,
    path: file.relative,
    original_file_path: file.original,
    unique_id: uniqueId('semantic_model', project.name, data.name),
    fqn,
    model: data['model']!,
    node_relation: null,
    description: data['description'] ?? null,
    label: data['label'] ?? null,
    defaults: defaultsOf(data),
    entities: dicts(data['entities']).map((entity, index) => ({
      name: entity['name']!,
      type: semanticTerm('EntityType', entity['type']!, under(entry.place, 'entities', index, 'type')),
      description: entity['description'] ?? null,
      label: entity['label'] ?? null,
      role: entity['role'] ?? null,
      expr: entity['expr'] ?? null,
      config: elementConfig(entity),
    })),
    measures: dicts(data['measures']).map((measure, index) =>
      measureOf(measure, elementConfig(measure), under(entry.place, 'measures', index)),
    ),
    dimensions: dicts(data['dimensions']).map((dimension, index) =>
      dimensionOf(dimension, elementConfig(dimension), under(entry.place, 'dimensions', index)),
    ),
    metadata: null,
    depends_on: { macros: [], nodes: [] },
    refs: reference.kind === 'ref' ? [reference.ref] : [],
    created_at: session.startedAt,
    config: config as unknown as PlainDict,
    unrendered_config: unrenderedConfig,
    primary_entity: data['primary_entity'] ?? null,
    group: config.group ?? null,
  }
  addResource(session, session.manifest.semanticModels, node)
  for (const measure of dicts(data['measures'])) {
    if (measure['create_metric'] === true)
      createMetric(session, entry, measure, { enabled: config.enabled, meta: config.meta })
  }
}

function defaultsOf(data: PlainDict): PlainDict | null {
  const defaults = asPlainDict(data['defaults'])
  return defaults === undefined ? null : { agg_time_dimension: defaults['agg_time_dimension'] ?? null }
}

function measureOf(measure: PlainDict, config: PlainDict, place: Place): PlainDict {
  const additive = asPlainDict(measure['non_additive_dimension'])
  const expr = measure['expr'] ?? null
  const params = asPlainDict(measure['agg_params'])
  return {
    name: measure['name']!,
    agg: semanticTerm('AggregationType', measure['agg']!, under(place, 'agg')),
    description: measure['description'] ?? null,
    label: measure['label'] ?? null,
    create_metric: false,
    expr: expr === null ? null : toText(expr),
    agg_params:
      params === undefined
        ? null
        : {
            percentile: params['percentile'] ?? null,
            use_discrete_percentile: params['use_discrete_percentile'] ?? false,
            use_approximate_percentile: params['use_approximate_percentile'] ?? false,
          },
    non_additive_dimension:
      additive === undefined
        ? null
        : {
            name: additive['name']!,
            window_choice: semanticTerm(
              'AggregationType',
              additive['window_choice']!,
              under(place, 'non_additive_dimension', 'window_choice'),
            ),
            window_groupings: additive['window_groupings'] ?? [],
          },
    agg_time_dimension: measure['agg_time_dimension'] ?? null,
    config,
  }
}

function dimensionOf(dimension: PlainDict, config: PlainDict, place: Place): PlainDict {
  const params = asPlainDict(dimension['type_params'])
  const validity = asPlainDict(params?.['validity_params'])
  return {
    name: dimension['name']!,
    type: semanticTerm('DimensionType', dimension['type']!, under(place, 'type')),
    description: dimension['description'] ?? null,
    label: dimension['label'] ?? null,
    is_partition: dimension['is_partition'] ?? false,
    type_params:
      params === undefined
        ? null
        : {
            time_granularity: semanticTerm(
              'TimeGranularity',
              params['time_granularity']!,
              under(place, 'type_params', 'time_granularity'),
            ),
            validity_params:
              validity === undefined
                ? null
                : { is_start: validity['is_start'] ?? false, is_end: validity['is_end'] ?? false },
          },
    expr: dimension['expr'] ?? null,
    metadata: null,
    config,
  }
}

function createMetric(session: ParseSession, entry: Entry, measure: PlainDict, config: PlainDict): void {
  const name = measure['name'] as string
  const expr = measure['expr'] ?? null
  makeMetric(
    session,
    entry,
    {
      name,
      label: measure['label'] || name,
      type: 'simple',
      type_params: { measure: name, expr: expr === null ? name : toText(expr) },
      description: measure['description'] || `Metric created from measure ${name}`,
    },
    config,
  )
}
