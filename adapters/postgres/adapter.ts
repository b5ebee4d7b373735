import { createHash } from 'node:crypto'
import type { Adapter, SeedColumnKind } from '../../src/adapter/adapter.ts'
import { parseIndex } from '../../src/adapter/index-config.ts'
import { QuernError } from '../../src/errors/quern-error.ts'
import { toText } from '../../src/jinja/runtime/text.ts'
import { hostFunction } from '../../src/jinja/runtime/value.ts'
import { beside } from './beside.ts'
import { copyRows } from './copy-rows.ts'
import { postgresCredentials, postgresSettings } from './credentials.ts'
import { MAX_IDENTIFIER, postgresColumns, postgresRelations } from './dialect.ts'
import { PostgresDriver } from './driver.ts'
import { natureOf } from './errors.ts'
import { fileType } from './file-type.ts'
import { lockRelations } from './run-lock.ts'

const SEED_TYPES: Readonly<Record<SeedColumnKind, string>> = {
  Integer: 'integer',
  Number: 'float8',
  Boolean: 'boolean',
  Date: 'date',
  DateTime: 'timestamp without time zone',
  Time: 'time',
  Text: 'text',
}

const SKIP_FLAG = 'postgres_skip_autocommit_transaction_statements'

/** Names are compared without case; quotes around a name are ignored. */
function verifyDatabase(database: string, targetDatabase: string): void {
  const name = database.startsWith('"') ? database.replace(/^"+|"+$/g, '') : database
  if (name.toLowerCase() === targetDatabase.toLowerCase()) return
  throw new QuernError(
    'Runtime',
    'cross_database',
    `ERROR: Cross-db references not allowed in postgres (${name} vs ${targetDatabase})`,
    { hint: 'a Postgres connection sees one database: leave `database` out, or use postgres_fdw' },
  )
}

/** PostgreSQL, as dbt-postgres 1.11 presents it. */
export const adapter: Adapter = {
  type: 'postgres',
  title: 'Postgres',
  version: '1.11.0',
  macroPackage: 'dbt_postgres',
  dispatchPrefixes: ['postgres'],
  capabilities: {
    transactionalDdl: true,
    subqueryNeedsAlias: true,
    microbatchConcurrency: false,
    usesThreadPool: false,
    maxIdentifierLength: MAX_IDENTIFIER,
    errorKind: 'Database',
  },
  relationDialect: postgresRelations,
  columnDialect: postgresColumns,
  incrementalStrategies: ['append', 'delete+insert', 'merge', 'microbatch'],
  constraintSupport: {
    check: 'enforced',
    not_null: 'enforced',
    unique: 'enforced',
    primary_key: 'enforced',
    foreign_key: 'enforced',
  },
  foreignKeyWithoutDatabase: false,
  widensColumns: true,
  behaviorFlags: { [SKIP_FLAG]: true },
  defaultQuoting: { database: true, schema: true, identifier: true },
  configKeys: ['unlogged', 'indexes', 'fast'],
  columnTypeNames: postgresColumns.typeNames,
  dependenciesMacro: 'postgres__get_relations',
  credentials: postgresCredentials,
  open: (fields, { behavior, signal, tell }) =>
    new PostgresDriver(postgresSettings(fields), {
      skipTransactionStatements: behavior?.[SKIP_FLAG] ?? true,
      ...(signal && { signal }),
      tell,
    }),
  sqlReader: async () => await (await import('./sql/sql-reader.ts')).postgresReader(),
  datasetNamespace: (fields) => {
    const { host, port } = postgresSettings(fields)
    return `postgres://${host}:${port}`
  },
  natureOf,
  seedType: (kind) => SEED_TYPES[kind],
  fileType,
  lockRelations,
  verifyDatabase,
  templateMethods: (host) => ({
    verify_database: {
      fn: hostFunction('verify_database', ['database'], (database) => {
        verifyDatabase(toText(database!), toText(host.target.database ?? host.target.dbname ?? null))
        return ''
      }),
      duringParse: true,
    },
    copy_rows: {
      fn: hostFunction(
        'copy_rows',
        ['relation', 'columns', 'agate_table', 'batch_size'],
        (relation, columns, table, size) => copyRows(host, toText(relation!), toText(columns!), table!, Number(size)),
      ),
      duringParse: false,
    },
    parse_index: {
      fn: hostFunction('parse_index', ['raw_index'], (raw) =>
        parseIndex(raw!, {
          className: 'PostgresIndexConfig',
          hasType: true,
          md5: (text) => createHash('md5').update(text).digest('hex'),
          now: () => new Date(),
        }),
      ),
      duringParse: true,
    },
  }),
  beside,
}
