import { asPlainDict } from '../config/python-data.ts'
import { QuernError } from '../errors/quern-error.ts'
import { toText } from '../jinja/runtime/text.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import type { OtherNode } from '../manifest/node.ts'
import { TIME_GRANULARITIES } from '../manifest/semantic-terms.ts'
import { uniqueId } from '../manifest/unique-id.ts'
import { computeConfig } from './node-config.ts'
import type { Entry } from './property-file.ts'
import { semanticTerm } from './semantic-term.ts'
import { addResource, type ParseSession } from './session.ts'
import { fqnOf } from './sql-node.ts'
import { placeIn, under } from './yaml-place.ts'

const GRAINS: ReadonlySet<string> = new Set(TIME_GRANULARITIES)

/** `filter:` or `where:` in its published form. */
export function whereFilter(value: Value | undefined): Value {
  if (value === undefined || value === null) return null
  const list = typeof value === 'string' ? [value] : (value as string[])
  return { where_filters: list.map((where_sql_template) => ({ where_sql_template })) }
}

/** Makes a metric. Its inputs are resolved when all is read. */
export function parseMetric(session: ParseSession, entry: Entry): void {
  const problems: string[] = []
  const { name } = entry.data
  if (name.includes(' ')) problems.push('cannot contain spaces')
  if (name.length > 250) problems.push('cannot contain more than 250 characters')
  if (!/^[A-Za-z]/.test(name)) problems.push('must begin with a letter')
  if (!/^\w+$/u.test(name)) problems.push('must contain only letters, numbers and underscores')
  if (problems.length > 0) {
    throw new QuernError('Parsing', 'metric_name', `The metric name '${name}' is invalid.  It ${problems.join(', ')}`, {
      at: placeIn(under(entry.place, 'name')),
    })
  }
  makeMetric(session, entry, entry.data, asPlainDict(entry.data['config']) ?? {})
}

/** Makes a metric of a checked dict (also for measures with `create_metric`). */
export function makeMetric(
  session: ParseSession,
  entry: Entry,
  data: PlainDict & { readonly name: string },
  patch: PlainDict,
): void {
  const { project } = entry
  const { file, text } = entry.properties
  const fqn = fqnOf(project.name, file.relative, data.name)
  const { config, unrenderedConfig } = computeConfig(session, 'metric', project, fqn, { patch, file: text })
  const type = semanticTerm('MetricType', data['type']!, under(entry.place, 'type'))
  const node: OtherNode = {
    name: data.name,
    resource_type: 'metric',
    package_name: project.name,
    path: file.relative,
    original_file_path: file.original,
    unique_id: uniqueId('metric', project.name, data.name),
    fqn,
    description: (data['description'] ?? '') as string,
    label: data['label']!,
    type,
    type_params: typeParams(entry, type, asPlainDict(data['type_params'])!),
    filter: whereFilter(data['filter']),
    metadata: null,
    time_granularity: data['time_granularity'] ?? null,
    meta: Object.keys(config.meta).length > 0 ? config.meta : (data['meta'] ?? {}),
    tags: data['tags'] ?? [],
    config: config as unknown as PlainDict,
    unrendered_config: unrenderedConfig,
    sources: [],
    depends_on: { macros: [], nodes: [] },
    refs: [],
    metrics: [],
    created_at: session.startedAt,
    group: config.group ?? null,
  }
  addResource(session, session.manifest.metrics, node)
}

function typeParams(entry: Entry, type: string, given: PlainDict): PlainDict {
  const cumulative = asPlainDict(given['cumulative_type_params']) ?? {}
  const conversion = asPlainDict(given['conversion_type_params'])
  const place = under(entry.place, 'type_params')
  const optional = (value: Value | undefined, read: (value: Value) => Value): Value =>
    value === undefined || value === null ? null : read(value)
  return {
    measure: optional(given['measure'], inputMeasure),
    input_measures: [],
    numerator: optional(given['numerator'], (value) => inputMetric(entry, value)),
    denominator: optional(given['denominator'], (value) => inputMetric(entry, value)),
    expr: optional(given['expr'], toText),
    window: timeWindow(entry, given['window']),
    grain_to_date: optional(given['grain_to_date'], (value) =>
      semanticTerm('TimeGranularity', value, under(place, 'grain_to_date')),
    ),
    metrics: ((given['metrics'] ?? []) as Value[]).map((value) => inputMetric(entry, value)),
    conversion_type_params:
      conversion === undefined
        ? null
        : {
            base_measure: inputMeasure(conversion['base_measure']!),
            conversion_measure: inputMeasure(conversion['conversion_measure']!),
            entity: conversion['entity']!,
            calculation: optional(conversion['calculation'] ?? 'conversion_rate', (value) =>
              semanticTerm('ConversionCalculationType', value, under(place, 'conversion_type_params', 'calculation')),
            ),
            window: timeWindow(entry, conversion['window']),
            constant_properties: conversion['constant_properties'] ?? null,
          },
    cumulative_type_params:
      type === 'cumulative'
        ? {
            window: timeWindow(entry, cumulative['window'] ?? given['window']),
            grain_to_date: cumulative['grain_to_date'] ?? given['grain_to_date'] ?? null,
            period_agg: semanticTerm(
              'PeriodAggregation',
              cumulative['period_agg'] ?? 'first',
              under(place, 'cumulative_type_params', 'period_agg'),
            ),
            metric: null,
          }
        : null,
    metric_aggregation_params: null,
  }
}

function inputMeasure(value: Value): PlainDict {
  const given = typeof value === 'string' ? { name: value } : asPlainDict(value)!
  return {
    name: given['name']!,
    filter: whereFilter(given['filter']),
    alias: given['alias'] ?? null,
    join_to_timespine: given['join_to_timespine'] ?? false,
    fill_nulls_with: given['fill_nulls_with'] ?? null,
  }
}

function inputMetric(entry: Entry, value: Value): PlainDict {
  const given = typeof value === 'string' ? { name: value } : asPlainDict(value)!
  return {
    name: given['name']!,
    filter: whereFilter(given['filter']),
    alias: given['alias'] ?? null,
    offset_window: timeWindow(entry, given['offset_window']),
    offset_to_grain: given['offset_to_grain'] ?? null,
  }
}

/** `28 days` as count and grain. */
function timeWindow(entry: Entry, value: Value | undefined): Value {
  if (value === undefined || value === null) return null
  const parts = String(value).toLowerCase().split(' ')
  const invalid = (message: string): QuernError =>
    new QuernError('Parsing', 'metric_window', message, { at: placeIn(entry.place) })
  if (parts.length !== 2) {
    throw invalid(
      `Invalid window (${String(value)}) in cumulative/conversion metric. Should be of the form \`<count> <granularity>\`, e.g., \`28 days\``,
    )
  }
  const [count, grain] = parts as [string, string]
  if (!/^\d+$/.test(count))
    throw invalid(`Invalid count (${count}) in cumulative/conversion metric window string: (${String(value)})`)
  const single = grain.endsWith('s') && GRAINS.has(grain.slice(0, -1)) ? grain.slice(0, -1) : grain
  return { count: Number(count), granularity: single }
}
