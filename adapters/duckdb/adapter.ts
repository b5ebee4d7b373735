import type { Adapter, SeedColumnKind } from '../../src/adapter/adapter.ts'
import { beside } from './beside.ts'
import { duckdbCredentials, duckdbSettings } from './credentials.ts'
import { duckdbColumns, duckdbRelations } from './dialect.ts'
import { DuckDBDriver } from './driver.ts'
import { natureOf } from './errors.ts'
import { foreignKeyTurn } from './key-constraints.ts'
import { checkSource, sourceLocation } from './source-location.ts'
import { templateMethods } from './template-methods.ts'

/** SQL types of seed columns, as dbt's SQL adapters choose them. */
const SEED_TYPES: Readonly<Record<SeedColumnKind, string>> = {
  Integer: 'integer',
  Number: 'float8',
  Boolean: 'boolean',
  Date: 'date',
  DateTime: 'timestamp without time zone',
  Time: 'time',
  Text: 'text',
}

/** DuckDB, as dbt-duckdb 1.11 presents it. */
export const adapter: Adapter = {
  type: 'duckdb',
  title: 'DuckDB',
  version: '1.11.1',
  macroPackage: 'dbt_duckdb',
  dispatchPrefixes: ['duckdb'],
  capabilities: {
    transactionalDdl: true,
    subqueryNeedsAlias: false,
    microbatchConcurrency: true,
    usesThreadPool: true,
    maxIdentifierLength: undefined,
    errorKind: 'Runtime',
  },
  relationDialect: duckdbRelations,
  columnDialect: duckdbColumns,
  incrementalStrategies: ['append', 'delete+insert', 'merge', 'microbatch'],
  constraintSupport: {
    check: 'enforced',
    not_null: 'enforced',
    unique: 'enforced',
    primary_key: 'enforced',
    foreign_key: 'enforced',
  },
  foreignKeyWithoutDatabase: true,
  widensColumns: false,
  behaviorFlags: {},
  defaultQuoting: { database: true, schema: true, identifier: true },
  configKeys: [
    'indexes', 'location', 'format', 'delimiter', 'options', 'parquet_read_options', 'csv_read_options', 'json_read_options', 'plugin',
    'glue_register', 'glue_database', 'parameters', 'fast', 'partitioned_by', 'partition_by', 'sorted_by', 'sort_by', 'external_location',
    'formatter', 'merge_on_using_columns', 'merge_update_condition', 'merge_insert_condition', 'merge_update_set_expressions',
    'merge_returning_columns', 'merge_clauses', 'submission_method',
  ], // biome-ignore format: one list
  columnTypeNames: duckdbColumns.typeNames,
  credentials: duckdbCredentials,
  open: (fields, options) => new DuckDBDriver(duckdbSettings(fields), options),
  sqlReader: async () => await (await import('./sql/sql-reader.ts')).duckdbReader(),
  datasetNamespace: (fields) => `duckdb://${duckdbSettings(fields).path}`,
  natureOf,
  seedType: (kind) => SEED_TYPES[kind],
  fileType: (type) => type,
  sourceLocation,
  checkSource,
  isMissingRelation: (error) => error.message.toLowerCase().includes('does not exist'),
  describeQuery: (sql) => `DESCRIBE (${sql})`,
  templateMethods,
  beforeNode: foreignKeyTurn,
  beside,
}
