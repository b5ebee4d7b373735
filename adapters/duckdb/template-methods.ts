import { createHash, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Adapter, AdapterHost } from '../../src/adapter/adapter.ts'
import { dataType } from '../../src/adapter/agate-data-types.ts'
import { parseIndex } from '../../src/adapter/index-config.ts'
import { Table } from '../../src/adapter/table.ts'
import { QuernError } from '../../src/errors/quern-error.ts'
import { getAttribute } from '../../src/jinja/runtime/access.ts'
import { toText } from '../../src/jinja/runtime/text.ts'
import {
  dictEntries,
  hostFunction,
  isDict,
  type Parameter,
  type PlainDict,
  PyDict,
  Undefined,
  type Value,
} from '../../src/jinja/runtime/value.ts'
import { RecordObject } from '../../src/manifest/relation-attributes.ts'
import { duckdbSettings } from './credentials.ts'
import { externalReadLocation, externalWriteOptions } from './external.ts'
import { besideLocation } from './external-files.ts'
import { catalogSupportsForeignKeys, existingKeyConstraints } from './key-constraints.ts'
import { escapeSqlString } from './startup-sql.ts'

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex')

/** Methods that are not called while parsing. */
const ASKS_THE_DATABASE = new Set([
  'ensure_transaction',
  'location_exists',
  'write_external',
  'catalog_supports_foreign_keys',
  'existing_key_constraint_types',
])

/** The methods that templates have on `adapter` for DuckDB only, as in dbt-duckdb 1.11. */
export function templateMethods(host: AdapterHost): ReturnType<Adapter['templateMethods']> {
  const settings = duckdbSettings(host.fields)
  const methods: Record<string, { fn: ReturnType<typeof hostFunction>; duringParse: boolean }> = {}
  const add = (
    name: string,
    parameters: readonly Parameter[],
    run: (...values: Value[]) => Value | Promise<Value>,
  ): void => {
    methods[name] = { fn: hostFunction(name, parameters, run), duringParse: !ASKS_THE_DATABASE.has(name) }
  }
  const isDucklake = (relation: Value): boolean => {
    const database = relation === null || relation instanceof Undefined ? null : getAttribute(relation, 'database')
    return typeof database === 'string' && settings.ducklakes.has(database)
  }

  add('parse_index', ['raw_index'], (raw) =>
    parseIndex(raw!, { className: 'DuckDBIndexConfig', hasType: false, md5, now: () => new Date() }),
  )
  add('is_motherduck', [], () => settings.isMotherduck)
  add('disable_transactions', [], () => settings.disableTransactions)
  add('escape_sql_string', ['value'], (value) => escapeSqlString(value!))
  add('ensure_transaction', [], async () => {
    const connection = await host.connection()
    if (connection.inTransaction) return null
    if (settings.disableTransactions) {
      host.warnOnce(
        'disable_transactions is set, but a transaction is used to rebuild tables with foreign keys in place, ' +
          "so that a failed build does not lose the existing table's data.",
      )
    }
    await host.ensureTransaction()
    return null
  })
  add('is_ducklake', ['relation'], (relation) => isDucklake(relation!))
  // The workarounds are for DuckDB before 1.5.3.
  add('use_ducklake_table_workarounds', ['relation'], () => false)
  add('convert_datetimes_to_strs', ['table'], (table) => (table instanceof Table ? datetimesAsTexts(table) : table!))
  add('get_seed_file_path', ['model'], (model) => seedFilePath(model!, host.projectRoot))
  add('seed_file_query', ['agate_table'], (table) => (table instanceof Table ? (table.file?.query ?? null) : null))
  add('location_exists', ['location'], async (location) => {
    try {
      await host.execute(`select 1 from '${toText(location!)}' where 1=0`, { autoBegin: false, fetch: false })
      return true
    } catch (error) {
      if (error instanceof QuernError) return false
      throw error
    }
  })
  add('write_external', ['relation', 'location', 'options'], async (relation, location, options) => {
    await writeExternal(host, toText(relation!), toText(location!), toText(options!))
    return null
  })
  add('store_relation', ['plugin_name', 'relation', 'column_list', 'path', 'format', 'config'], (plugin) => {
    throw new QuernError(
      'Runtime',
      'duckdb_plugin_store',
      `The dbt-duckdb plugin '${toText(plugin!)}' is Python code and cannot run in quern`,
      { hint: 'leave `plugin` and `glue_register` out of the model: the file itself is written by DuckDB' },
    )
  })
  add('external_root', [], () => settings.externalRoot)
  add('get_binding_char', [], () => '?')
  add('external_write_options', ['write_location', 'rendered_options'], (location, options) =>
    writeOptions(toText(location!), options!),
  )
  add('external_read_location', ['write_location', 'rendered_options'], (location, options) =>
    externalReadLocation(toText(location!), plainOptions(options!)),
  )
  add('warn_once', ['msg'], (message) => {
    host.warnOnce(toText(message!))
    return null
  })
  add('catalog_supports_foreign_keys', ['database'], (database) => catalogSupportsForeignKeys(host, toText(database!)))
  add('existing_key_constraint_types', ['relation'], async (relation) =>
    [...(await existingKeyConstraints(host, partsOf(relation!)))].sort(),
  )
  add('batch_id_for_model', ['model'], (model) => batchId(model!))
  add('get_temp_relation_path', ['model', ['batch_id', '']], (model, batch) =>
    tempRelationPath(model!, toText(batch!), host),
  )
  return methods
}

/** Writes a relation to a file or folder by COPY, in one step where that can be had. Rejects with what COPY says. */
async function writeExternal(host: AdapterHost, relation: string, written: string, options: string): Promise<void> {
  // two single quotes are one: dbt-duckdb leaves it to whoever writes the path
  const location = escapeSqlString(written.replaceAll("''", "'"))
  const beside = await besideLocation(location, options, host.baseDir)
  const to = beside?.location ?? location
  try {
    await host.execute(`copy ${relation} to '${to}' (${options})`, { autoBegin: true })
    await beside?.publish()
  } catch (error) {
    await beside?.discard()
    // people know the file by its own name
    if (error instanceof Error) error.message = error.message.replaceAll(to, location)
    throw error
  }
}

/** The options as a plain dict. */
const plainOptions = (options: Value): PlainDict =>
  isDict(options) ? Object.fromEntries([...dictEntries(options)].map(([key, value]) => [toText(key), value])) : {}

/** What the method filled in is seen in the caller's dict too: the read location is made from it. */
function writeOptions(location: string, options: Value): string {
  const filled = plainOptions(options)
  const text = externalWriteOptions(location, filled)
  for (const [key, value] of Object.entries(filled)) {
    if (options instanceof PyDict) options.set(key, value)
    else (options as PlainDict)[key] = value
  }
  return text
}

/** A table whose datetime columns are text. */
function datetimesAsTexts(table: Table): Table {
  const isDatetime = table.columnTypes.map((type) => /DateTime$/.test(type.typeName))
  const rows = [...table.rowTuples()].map((row) =>
    row.map((value, index) => (isDatetime[index] && value !== null ? toText(value) : value)),
  )
  const columnTypes = table.columnTypes.map((type, index) => (isDatetime[index] ? dataType('Text') : type))
  return new Table({ columnNames: table.columnNames, columnTypes, rows })
}

function seedFilePath(model: Value, projectRoot: string): string {
  const field = (name: string): Value => (isDict(model) ? getAttribute(model, name) : null)
  const root = field('root_path')
  return join(typeof root === 'string' && root !== '' ? root : projectRoot, toText(field('original_file_path')))
}

/** Database, schema and name of a relation or node. */
export function partsOf(value: Value): { database: string; schema: string; identifier: string } {
  const get = (name: string): string | undefined => {
    const found = getAttribute(value, name)
    return found === null || found instanceof Undefined ? undefined : toText(found)
  }
  const [database, schema, identifier] = [
    get('database'),
    get('schema'),
    get('identifier') ?? get('alias') ?? get('name'),
  ]
  if (database === undefined || schema === undefined || identifier === undefined) {
    throw new QuernError(
      'Runtime',
      'duckdb_relation_incomplete',
      `Foreign key metadata requires a relation with a database, schema, and identifier; got ${toText(value)}`,
    )
  }
  return { database, schema, identifier }
}

/** The suffix of a microbatch's temporary table: the batch's start without punctuation. */
function batchId(model: Value): string {
  const batch = getAttribute(model, 'batch')
  if (batch === null || batch instanceof Undefined) return ''
  const start = getAttribute(batch, 'event_time_start')
  if (start === null || start instanceof Undefined || start === '') return ''
  return toText(start).replace(/[-:+]/g, '').replaceAll(' ', '_')
}

/** MotherDuck has no temporary tables: a real one under a name that no other run uses. */
function tempRelationPath(model: Value, batch: string, host: AdapterHost): Value {
  const { database, identifier } = partsOf(model)
  const key = `duckdb:temp-name:${identifier}`
  const unique = (host.shared.get(key) as string | undefined) ?? randomUUID().split('-').at(-1)!
  host.shared.set(key, unique)
  const meta = isDict(host.node?.config ?? null) ? getAttribute(host.node!.config!, 'meta') : null
  const schema = meta !== null && isDict(meta) ? getAttribute(meta, 'temp_schema_name') : null
  return new RecordObject('Path', {
    database,
    schema: typeof schema === 'string' ? schema : 'dbt_temp',
    identifier: `${identifier}__${unique}${batch === '' ? '' : `__${batch}`}`,
  })
}
