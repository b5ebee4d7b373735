import { anything, bool, dict, either, int, list, oneOf, optional, record, type Shape, text, version } from './shape.ts'

/*
 * The shapes of the entries of property files: dbt-core 1.11's `Unparsed*` classes. `open` where dbt keeps unknown keys.
 */

const tests = list(either(text, dict))
const constraints = list(dict)
const tags = list(text)
const docs = record({ show: bool, node_color: optional(text) })
const freshnessTime = optional(record({ count: optional(int), period: optional(oneOf('minute', 'hour', 'day')) }))
const freshness = optional(record({ warn_after: freshnessTime, error_after: freshnessTime, filter: optional(text) }))
const quoting = record({
  database: optional(bool),
  schema: optional(bool),
  identifier: optional(bool),
  column: optional(bool),
})
const owner = record({ name: optional(text), email: optional(either(text, list(text))) }, { open: true })

const columnFields = {
  name: text,
  description: text,
  meta: dict,
  data_type: optional(text),
  constraints,
  docs,
  config: dict,
  data_tests: tests,
  tests,
  quote: optional(bool),
  tags,
  granularity: optional(text),
}
const column: Shape = record(columnFields, { required: ['name'], open: true })
const columns = list(column)

const common = { name: text, description: text, meta: dict, data_type: optional(text), constraints, docs, config: dict }
const testable = { ...common, data_tests: tests, tests, columns, quote_columns: optional(bool), access: optional(text) }
const includeExclude = record({ include: either(text, tags), exclude: tags }, { required: ['include'] })
const modelVersion = record(
  {
    v: version,
    defined_in: optional(text),
    description: text,
    access: optional(text),
    config: dict,
    constraints,
    docs,
    data_tests: optional(tests),
    tests: optional(tests),
    columns: list(either(includeExclude, column)),
    deprecation_date: anything,
  },
  { required: ['v'] },
)
const timeSpine = record(
  {
    standard_granularity_column: text,
    custom_granularities: list(record({ name: text, column_name: optional(text) }, { required: ['name'] })),
  },
  { required: ['standard_granularity_column'] },
)
const open = { required: ['name'], open: true } as const

const sourceTable = record(
  {
    ...common,
    data_tests: tests,
    tests,
    columns,
    loaded_at_field: optional(text),
    loaded_at_query: optional(text),
    identifier: optional(text),
    quoting,
    freshness,
    external: optional(
      record(
        {
          location: optional(text),
          file_format: optional(text),
          row_format: optional(text),
          tbl_properties: optional(text),
          partitions: optional(list(either(text, dict))),
        },
        { open: true },
      ),
    ),
    tags,
  },
  open,
)
const fixtureFormat = oneOf('csv', 'dict', 'sql')
const rows = optional(either(text, list(dict)))
const filter = optional(either(text, list(text)))
const metricInput = either(
  text,
  record(
    { name: text, filter, alias: optional(text), offset_window: optional(text), offset_to_grain: optional(text) },
    { required: ['name'] },
  ),
)
const measureInput = either(
  text,
  record(
    { name: text, filter, alias: optional(text), join_to_timespine: bool, fill_nulls_with: optional(int) },
    { required: ['name'] },
  ),
)
const element = { name: text, description: optional(text), label: optional(text), config: dict }

/** Shapes by section of a property file. */
export const PROPERTY_SHAPES: Readonly<Record<string, Shape>> = {
  models: record(
    {
      ...testable,
      latest_version: optional(version),
      versions: list(modelVersion),
      deprecation_date: anything,
      time_spine: optional(timeSpine),
    },
    open,
  ),
  seeds: record(testable, open),
  snapshots: record(testable, open),
  analyses: record({ ...common, columns, access: optional(text) }, open),
  data_tests: record(common, open),
  macros: record(
    {
      name: text,
      description: text,
      meta: dict,
      docs,
      config: dict,
      arguments: list(record({ name: text, type: optional(text), description: text }, { required: ['name'] })),
      data_type: optional(text),
      constraints,
    },
    open,
  ),
  functions: record(
    {
      ...common,
      access: optional(text),
      arguments: list(
        record(
          { name: text, data_type: text, description: optional(text), default_value: anything },
          { required: ['name', 'data_type'] },
        ),
      ),
      returns: record({ data_type: text, description: optional(text) }, { required: ['data_type'], open: true }),
    },
    { required: ['name', 'returns'], open: true },
  ),
  sources: record(
    {
      name: text,
      description: text,
      meta: dict,
      database: optional(text),
      schema: optional(text),
      loader: text,
      quoting,
      freshness,
      loaded_at_field: optional(text),
      loaded_at_query: optional(text),
      tables: list(sourceTable),
      tags,
      config: dict,
      overrides: text,
    },
    { required: ['name'] },
  ),
  exposures: record(
    {
      name: text,
      type: oneOf('dashboard', 'notebook', 'analysis', 'ml', 'application'),
      owner,
      description: text,
      label: optional(text),
      maturity: optional(oneOf('low', 'medium', 'high')),
      meta: dict,
      tags,
      url: optional(text),
      depends_on: list(text),
      config: dict,
    },
    { required: ['name', 'type', 'owner'] },
  ),
  groups: record({ name: text, owner, description: optional(text), config: dict }, { required: ['name', 'owner'] }),
  unit_tests: record(
    {
      name: text,
      model: text,
      description: text,
      given: list(
        record({ input: text, rows, format: fixtureFormat, fixture: optional(text) }, { required: ['input'] }),
      ),
      expect: record({ rows, format: fixtureFormat, fixture: optional(text) }),
      overrides: optional(record({ macros: dict, vars: dict, env_vars: dict })),
      config: dict,
      versions: optional(record({ include: optional(list(version)), exclude: optional(list(version)) })),
    },
    { required: ['name', 'model', 'given', 'expect'] },
  ),
  metrics: record(
    {
      name: text,
      label: text,
      type: text,
      type_params: record({
        measure: optional(measureInput),
        numerator: optional(metricInput),
        denominator: optional(metricInput),
        expr: optional(either(text, bool)),
        window: optional(text),
        grain_to_date: optional(text),
        metrics: optional(list(metricInput)),
        conversion_type_params: optional(
          record(
            {
              base_measure: measureInput,
              conversion_measure: measureInput,
              entity: text,
              calculation: text,
              window: optional(text),
              constant_properties: optional(list(record({ base_property: text, conversion_property: text }))),
            },
            { required: ['base_measure', 'conversion_measure', 'entity'] },
          ),
        ),
        cumulative_type_params: optional(
          record({ window: optional(text), grain_to_date: optional(text), period_agg: text }),
        ),
      }),
      description: text,
      filter,
      time_granularity: optional(text),
      meta: dict,
      tags,
      config: dict,
    },
    { required: ['name', 'label', 'type', 'type_params'] },
  ),
  semantic_models: record(
    {
      name: text,
      model: text,
      config: dict,
      description: optional(text),
      label: optional(text),
      defaults: optional(record({ agg_time_dimension: optional(text) })),
      entities: list(
        record({ ...element, type: text, role: optional(text), expr: optional(text) }, { required: ['name', 'type'] }),
      ),
      measures: list(
        record(
          {
            ...element,
            agg: text,
            expr: optional(either(text, bool, int)),
            agg_params: optional(dict),
            non_additive_dimension: optional(
              record(
                { name: text, window_choice: text, window_groupings: list(text) },
                { required: ['name', 'window_choice'] },
              ),
            ),
            agg_time_dimension: optional(text),
            create_metric: bool,
          },
          { required: ['name', 'agg'] },
        ),
      ),
      dimensions: list(
        record(
          {
            ...element,
            type: text,
            is_partition: bool,
            type_params: optional(
              record(
                { time_granularity: text, validity_params: optional(record({ is_start: bool, is_end: bool })) },
                { required: ['time_granularity'] },
              ),
            ),
            expr: optional(text),
          },
          { required: ['name', 'type'] },
        ),
      ),
      primary_entity: optional(text),
    },
    { required: ['name', 'model'] },
  ),
  saved_queries: record(
    {
      name: text,
      query_params: record({
        metrics: list(text),
        group_by: list(text),
        where: filter,
        order_by: list(text),
        limit: optional(int),
      }),
      description: optional(text),
      label: optional(text),
      exports: list(record({ name: text, config: dict }, { required: ['name'] })),
      config: dict,
      tags: either(text, tags),
    },
    { required: ['name', 'query_params'] },
  ),
}
