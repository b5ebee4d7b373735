import type {
  DuckDBConnection,
  DuckDBMaterializedResult,
  DuckDBPreparedStatement,
  DuckDBType,
  DuckDBValue,
} from '@duckdb/node-api'
import {
  bytesValue,
  dateOfDays,
  datetimeOfMicros,
  decimalOf,
  pythonNumber,
  timedeltaOf,
  timeOfMicros,
  unwrapBinding,
  uuidOf,
} from '../../src/adapter/database-values.ts'
import type { ResultColumn } from '../../src/adapter/driver.ts'
import { QuernError } from '../../src/errors/quern-error.ts'
import { float, PyDict, tuple, type Value } from '../../src/jinja/runtime/value.ts'
import { zoneOffset } from './time-zone.ts'

type Module = typeof import('@duckdb/node-api')
type Convert = (value: DuckDBValue) => Value

const MICROS_PER_SECOND = 1_000_000n
/** datetime.min and datetime.max in microseconds since 1970; what lies outside comes as text. */
const FIRST_MICROS = -62_135_596_800_000_000n
const LAST_MICROS = 253_402_300_799_999_999n
const FIRST_DAY = -719_162
const LAST_DAY = 2_932_896

/** Turns results of the npm driver into the values that the Python driver gives (`fetchall`), and bindings back. */
export class ValueReader {
  readonly #module: Module
  readonly #connection: DuckDBConnection
  constructor(module: Module, connection: DuckDBConnection) {
    this.#module = module
    this.#connection = connection
  }

  /** All rows of a result with the names and types of its columns. */
  async read(result: DuckDBMaterializedResult): Promise<{ columns: ResultColumn[]; rows: Value[][] }> {
    const types = result.columnTypes()
    const names = result.columnNames()
    const columns = names.map((name, index) => ({ name, type: types[index]!.toString() }))
    const zone = types.some((type) => mentionsZone(type, this.#module)) ? await this.#timeZone() : 'UTC'
    const converts = types.map((type) => this.#converter(type, zone))
    const rows: Value[][] = []
    for (const row of rowsOf(result)) {
      rows.push(row.map((value, index) => (value === null ? null : converts[index]!(value))))
    }
    return { columns, rows }
  }

  async #timeZone(): Promise<string> {
    const result = await this.#connection.run("select current_setting('TimeZone')")
    const zone = rowsOf(result)[0]?.[0]
    return typeof zone === 'string' ? zone : 'UTC'
  }

  /** The conversion of one type, chosen once per column. */
  #converter(type: DuckDBType, zone: string): Convert {
    const { DuckDBTypeId: id } = this.#module
    switch (type.typeId) {
      case id.BOOLEAN:
      case id.VARCHAR:
      case id.ENUM:
        return (value) => value as Value
      case id.TINYINT:
      case id.SMALLINT:
      case id.INTEGER:
      case id.UTINYINT:
      case id.USMALLINT:
      case id.UINTEGER:
        return (value) => value as number
      case id.BIGINT:
      case id.UBIGINT:
      case id.HUGEINT:
      case id.UHUGEINT:
      case id.BIGNUM:
        return (value) => pythonNumber(value as bigint)
      case id.FLOAT:
      case id.DOUBLE:
        return (value) => float(value as number)
      case id.DATE:
        return (value) => dateValue(value as { days: number; isFinite: boolean })
      case id.TIMESTAMP:
        return (value) => timestampValue((value as { micros: bigint }).micros, value)
      case id.TIMESTAMP_S:
        return (value) => timestampValue((value as { seconds: bigint }).seconds * MICROS_PER_SECOND, value)
      case id.TIMESTAMP_MS:
        return (value) => timestampValue((value as { millis: bigint }).millis * 1000n, value)
      case id.TIMESTAMP_NS:
        return (value) => timestampValue(floorDivide((value as { nanos: bigint }).nanos, 1000n), value)
      case id.TIMESTAMP_TZ:
        return (value) => zonedValue((value as { micros: bigint }).micros, value, zone)
      case id.TIME:
        return (value) => timeOfMicros((value as { micros: bigint }).micros)
      case id.TIME_NS:
        return (value) => timeOfMicros((value as { nanos: bigint }).nanos / 1000n)
      case id.TIME_TZ:
        return (value) => timeOfMicros((value as { micros: bigint }).micros, (value as { offset: number }).offset)
      case id.INTERVAL:
        return (value) => intervalValue(value as { months: number; days: number; micros: bigint })
      case id.BLOB:
      case id.GEOMETRY:
        return (value) => bytesValue((value as { bytes: Uint8Array }).bytes)
      case id.UUID:
        return (value) => uuidOf(String(value))
      case id.DECIMAL:
        return (value) => decimalOf(String(value))
      default:
        return this.#nested(type, zone)
    }
  }

  #nested(type: DuckDBType, zone: string): Convert {
    const { DuckDBTypeId: id } = this.#module
    const inner = (of: DuckDBType): Convert => {
      const convert = this.#converter(of, zone)
      return (value) => (value === null ? null : convert(value))
    }
    switch (type.typeId) {
      case id.LIST: {
        const item = inner((type as { valueType: DuckDBType }).valueType)
        return (value) => (value as { items: DuckDBValue[] }).items.map(item)
      }
      case id.ARRAY: {
        const item = inner((type as { valueType: DuckDBType }).valueType)
        return (value) => tuple(...(value as { items: DuckDBValue[] }).items.map(item))
      }
      case id.STRUCT: {
        const { entryNames, entryTypes } = type as unknown as { entryNames: string[]; entryTypes: DuckDBType[] }
        const items = entryTypes.map(inner)
        return (value) => {
          const { entries } = value as { entries: Record<string, DuckDBValue> }
          return PyDict.from(entryNames.map((name, index) => [name, items[index]!(entries[name] ?? null)] as const))
        }
      }
      case id.MAP: {
        const { keyType, valueType } = type as unknown as { keyType: DuckDBType; valueType: DuckDBType }
        const [key, item] = [inner(keyType), inner(valueType)]
        return (value) =>
          mapValue((value as { entries: { key: DuckDBValue; value: DuckDBValue }[] }).entries, key, item)
      }
      case id.UNION: {
        const { memberTags, memberTypes } = type as unknown as { memberTags: string[]; memberTypes: DuckDBType[] }
        const members = new Map(memberTags.map((tag, index) => [tag, inner(memberTypes[index]!)]))
        return (value) => {
          const { tag, value: member } = value as { tag: string; value: DuckDBValue }
          return members.get(tag)!(member)
        }
      }
      case id.VARIANT:
        return (value) => {
          const variant = value as { value: DuckDBValue; type?: DuckDBType }
          return variant.value === null || variant.type === undefined
            ? textOf(variant.value)
            : inner(variant.type)(variant.value)
        }
      default:
        return textOf
    }
  }

  /** Binds Python-like values to the placeholders of a statement. */
  bind(statement: DuckDBPreparedStatement, values: readonly Value[]): void {
    if (values.length !== statement.parameterCount) {
      throw new QuernError(
        'Runtime',
        'duckdb_binding_count',
        `Invalid Input Error: Values were not provided for the following prepared statement parameters: ${statement.parameterCount} placeholders, ${values.length} values`,
      )
    }
    for (const [index, value] of values.entries()) this.#bindOne(statement, index + 1, value)
  }
  #bindOne(statement: DuckDBPreparedStatement, at: number, value: Value): void {
    const bound = unwrapBinding(value)
    if (bound === null) statement.bindNull(at)
    else if (typeof bound === 'boolean') statement.bindBoolean(at, bound)
    else if (typeof bound === 'bigint') {
      if (bound >= -(2n ** 63n) && bound < 2n ** 63n) statement.bindBigInt(at, bound)
      else statement.bindHugeInt(at, bound)
    } else if (typeof bound === 'number') {
      if (Number.isInteger(bound)) statement.bindBigInt(at, BigInt(bound))
      else statement.bindDouble(at, bound)
    } else if (typeof bound === 'string') statement.bindVarchar(at, bound)
    else if (bound instanceof Uint8Array) statement.bindBlob(at, bound)
    else statement.bindDouble(at, bound.double)
  }
}

/** Without going to DuckDB's threads again, as `getRows` would for each chunk: the rows are here. */
function rowsOf(result: DuckDBMaterializedResult): DuckDBValue[][] {
  const rows: DuckDBValue[][] = []
  for (let chunk = 0; chunk < result.chunkCount; chunk++) result.getChunk(chunk).appendToRows(rows)
  return rows
}

const textOf: Convert = (value) => (value === null ? null : String(value))

function mentionsZone(type: DuckDBType, module: Module): boolean {
  return (
    type.typeId === module.DuckDBTypeId.TIMESTAMP_TZ ||
    type.toString().includes('TIMESTAMP WITH TIME ZONE') ||
    type.typeId === module.DuckDBTypeId.VARIANT
  )
}

const floorDivide = (a: bigint, b: bigint): bigint => {
  const quotient = a / b
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient
}

/** Infinite dates are Python's last and first; years that Python has not come as text. */
function dateValue(value: { days: number; isFinite: boolean }): Value {
  if (!value.isFinite) return dateOfDays(value.days > 0 ? LAST_DAY : FIRST_DAY)
  return value.days < FIRST_DAY || value.days > LAST_DAY ? String(value) : dateOfDays(value.days)
}

function timestampValue(micros: bigint, value: DuckDBValue): Value {
  if ((value as { isFinite?: boolean }).isFinite === false)
    return datetimeOfMicros(micros > 0n ? LAST_MICROS : FIRST_MICROS)
  return micros < FIRST_MICROS || micros > LAST_MICROS ? String(value) : datetimeOfMicros(micros)
}

function zonedValue(micros: bigint, value: DuckDBValue, zone: string): Value {
  const plain = timestampValue(micros, value)
  if (typeof plain === 'string' || (value as { isFinite?: boolean }).isFinite === false) return plain
  const { seconds, name } = zoneOffset(zone, micros)
  return datetimeOfMicros(micros + BigInt(seconds) * MICROS_PER_SECOND, { seconds, name })
}

/** Months count 30 days, as in Python's driver. */
function intervalValue({ months, days, micros }: { months: number; days: number; micros: bigint }): Value {
  return timedeltaOf(months * 30 + days, micros)
}

/** A dict with one item per key. */
function mapValue(entries: readonly { key: DuckDBValue; value: DuckDBValue }[], key: Convert, item: Convert): Value {
  return PyDict.from(entries.map((entry) => [key(entry.key), item(entry.value)] as const))
}
