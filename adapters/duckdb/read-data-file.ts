import type { DuckDBConnection } from '@duckdb/node-api'
import { type DataType, dataType } from '../../src/adapter/agate-data-types.ts'
import type { DataFile, DataFileReader } from '../../src/adapter/data-file.ts'
import { Table } from '../../src/adapter/table.ts'
import { QuernError } from '../../src/errors/quern-error.ts'
import { statementError } from './errors.ts'
import { loadModule } from './load-module.ts'
import { escapeSqlString } from './startup-sql.ts'
import { ValueReader } from './values.ts'

const JSON_HINT =
  'a JSON seed is an array of objects, or one object per line; .dbtignore leaves out files that are no seeds'
const CODES = { json: 'seed_json', ndjson: 'seed_json', parquet: 'seed_parquet' } as const

/** Reads JSON and Parquet with a DuckDB of its own in memory, whatever the target is. */
export const readDataFile: DataFileReader = async (file) => {
  const module = loadModule()
  const instance = await module.DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    await connection.run("set TimeZone = 'UTC'")
    const query = await fileQuery(file, connection)
    const described = await describe(query, connection)
    const names = described.map(([name]) => name)
    const types = described.map(([, type]) => type)
    const { rows } = await new ValueReader(module, connection).read(await connection.run(withJson(query, types)))
    const table = new Table({ columnNames: names, columnTypes: types.map(agateType), rows })
    table.file = { types, query }
    return table
  } catch (error) {
    if (error instanceof QuernError) throw error
    const what = file.format === 'parquet' ? 'Parquet' : 'JSON'
    const message = `the seed file ${file.shown} cannot be read as ${what}: ${statementError(error).message.split('\n\nLINE ')[0]?.trimEnd()}`
    throw new QuernError('Compilation', CODES[file.format], message, {
      hint: file.format === 'parquet' ? undefined : JSON_HINT,
      cause: error,
    })
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** The file's rows: first its columns are looked at, then those with a configured type are asked for as texts. */
async function fileQuery(file: DataFile, connection: DuckDBConnection): Promise<string> {
  const typed = new Set(file.textColumns)
  const whole = `select * from ${reader(file)}`
  const columns = await describe(whole, connection)
  if (file.format !== 'parquet' && columns.length === 1 && columns[0]?.[0] === 'json') {
    await rejectPlainValues(file, connection)
  }
  if (!columns.some(([name]) => typed.has(name))) return whole
  if (file.format !== 'parquet') {
    const list = columns.map(([name, type]) => `${text(name)}: ${text(typed.has(name) ? 'VARCHAR' : type)}`)
    return `select * from ${reader(file, `, columns = {${list.join(', ')}}`)}`
  }
  const list = columns.map(([name, type]) => {
    if (!typed.has(name)) return quoted(name)
    const value = isNested(type) || type.endsWith(']') ? `to_json(${quoted(name)})` : quoted(name)
    return `cast(${value} as varchar) as ${quoted(name)}`
  })
  return `select ${list.join(', ')} from ${reader(file)}`
}

/** DuckDB gives values that are no objects the column `json`: as seed that would be a mistake. */
async function rejectPlainValues(file: DataFile, connection: DuckDBConnection): Promise<void> {
  try {
    await connection.run(`select * from ${reader(file, ', records = true')} limit 0`)
  } catch (cause) {
    throw new QuernError(
      'Compilation',
      'seed_json',
      `the seed file ${file.shown} holds no objects, so that it has no columns`,
      {
        hint: JSON_HINT,
        cause,
      },
    )
  }
}

async function describe(
  query: string,
  connection: DuckDBConnection,
): Promise<(readonly [name: string, type: string])[]> {
  const rows = await (await connection.run(`describe ${query}`)).getRows()
  return rows.map((row) => [String(row[0]), String(row[1])])
}

const isNested = (type: string): boolean =>
  /^(STRUCT|MAP|UNION)\(|^VARIANT|\][[\d]*\]$|\)\[\d*\]$/.test(type) && !/^DECIMAL\(.*\)\[\d*\]$/.test(type)

/** The query with nested values as JSON; lists of scalars stay lists. */
function withJson(query: string, types: readonly string[]): string {
  if (!types.some(isNested)) return query
  const names = types.map((_, index) => `c${index}`)
  const list = names.map((name, index) => (isNested(types[index] as string) ? `to_json(${name})` : name))
  return `select ${list.join(', ')} from (${query}) as t(${names.join(', ')})`
}

function reader({ path, format }: DataFile, more = ''): string {
  if (format === 'parquet') return `read_parquet(${text(path)})`
  const lines = format === 'ndjson' ? 'newline_delimited' : 'auto'
  return `read_json(${text(path)}, format = '${lines}', sample_size = -1, map_inference_threshold = -1${more})`
}

const text = (value: string): string => `'${escapeSqlString(value)}'`
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** What agate would call a type. */
function agateType(type: string): DataType {
  if (/^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|BIGNUM)$/.test(type)) return dataType('Integer')
  if (/^(FLOAT|DOUBLE|DECIMAL\(.*\))$/.test(type)) return dataType('Number')
  if (type === 'BOOLEAN') return dataType('Boolean')
  if (type === 'DATE') return dataType('Date')
  return dataType(type.startsWith('TIMESTAMP') ? 'DateTime' : 'Text')
}
