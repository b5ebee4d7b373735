import { BASE_FLOAT_TYPES, BASE_INTEGER_TYPES, type ColumnDialect } from '../../src/adapter/column.ts'
import type { RelationDialect } from '../../src/manifest/relation.ts'
import { relationMethod } from './relation-methods.ts'

/** Longest name of a table that Postgres keeps whole. */
export const MAX_IDENTIFIER = 63

export const postgresRelations: RelationDialect = {
  className: 'PostgresRelation',
  moduleName: 'dbt.adapters.postgres.relation',
  quoteCharacter: '"',
  maxIdentifierLength: MAX_IDENTIFIER,
  subqueryNeedsAlias: true,
  renameableTypes: ['view', 'table'],
  replaceableTypes: ['view', 'table'],
  method: relationMethod,
}

export const postgresColumns: ColumnDialect = {
  className: 'PostgresColumn',
  moduleName: 'dbt.adapters.postgres.column',
  typeNames: { STRING: 'TEXT' },
  integerTypes: BASE_INTEGER_TYPES,
  floatTypes: BASE_FLOAT_TYPES,
  keepsUnsizedText: true,
  structs: false,
}
