import type { ColumnDialect } from '../../src/adapter/column.ts'
import type { RelationDialect } from '../../src/manifest/relation.ts'

export const duckdbRelations: RelationDialect = {
  className: 'DuckDBRelation',
  moduleName: 'dbt.adapters.duckdb.relation',
  quoteCharacter: '"',
  maxIdentifierLength: undefined,
  subqueryNeedsAlias: false,
  renameableTypes: [],
  replaceableTypes: [],
}

export const duckdbColumns: ColumnDialect = {
  className: 'DuckDBColumn',
  moduleName: 'dbt.adapters.duckdb.column',
  typeNames: { STRING: 'TEXT' },
  integerTypes: new Set([
    'tinyint', 'smallint', 'integer', 'bigint', 'hugeint', 'utinyint', 'usmallint', 'uinteger', 'ubigint',
    'int1', 'int2', 'int4', 'int8', 'short', 'int', 'signed', 'long',
  ]), // biome-ignore format: one list
  floatTypes: new Set(['real', 'float', 'float4', 'float8', 'double']),
  keepsUnsizedText: false,
  structs: true,
}
