const TYPES: Readonly<Record<string, string>> = {
  BOOLEAN: 'boolean',
  TINYINT: 'smallint',
  SMALLINT: 'smallint',
  INTEGER: 'integer',
  BIGINT: 'bigint',
  HUGEINT: 'numeric(39,0)',
  UTINYINT: 'smallint',
  USMALLINT: 'integer',
  UINTEGER: 'bigint',
  UBIGINT: 'numeric(20,0)',
  UHUGEINT: 'numeric(39,0)',
  BIGNUM: 'numeric',
  FLOAT: 'real',
  DOUBLE: 'double precision',
  DATE: 'date',
  TIME: 'time',
  TIME_NS: 'time',
  'TIME WITH TIME ZONE': 'time with time zone',
  TIMESTAMP: 'timestamp without time zone',
  TIMESTAMP_S: 'timestamp without time zone',
  TIMESTAMP_MS: 'timestamp without time zone',
  TIMESTAMP_NS: 'timestamp without time zone',
  'TIMESTAMP WITH TIME ZONE': 'timestamp with time zone',
  INTERVAL: 'interval',
  UUID: 'uuid',
  BLOB: 'bytea',
}

/**
 * The Postgres type that holds every value of a DuckDB type: lists of scalars are arrays, other nested types and JSON are `jsonb`, what Postgres has not
 * is `text`.
 */
export function fileType(type: string): string {
  if (/\[\d*\]$/.test(type)) {
    const item = scalarType(type.replace(/\[\d*\]$/, ''))
    return item === undefined ? 'jsonb' : `${item}[]`
  }
  if (/^(STRUCT|MAP|UNION)\(/.test(type) || type === 'JSON' || type === 'VARIANT') return 'jsonb'
  return scalarType(type) ?? 'text'
}

function scalarType(type: string): string | undefined {
  if (Object.hasOwn(TYPES, type)) return TYPES[type]
  if (type.startsWith('DECIMAL')) return type.replace('DECIMAL', 'numeric')
  return type === 'VARCHAR' || type.startsWith('ENUM') ? 'text' : undefined
}
