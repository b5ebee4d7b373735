import { dayOfYear, fromIsoCalendar, fromOrdinal, toOrdinal } from '../jinja/python/datetime/calendar.ts'
import { PyDate } from '../jinja/python/datetime/date.ts'
import { PyDateTime } from '../jinja/python/datetime/datetime.ts'
import { strptime } from '../jinja/python/datetime/strptime.ts'
import { parseIsoTime } from '../jinja/python/datetime/time.ts'
import { Decimal } from '../jinja/python/decimal.ts'
import { stripSpace } from '../jinja/runtime/numbers.ts'
import { toText } from '../jinja/runtime/text.ts'
import { isFloat, isInt } from '../jinja/runtime/type-name.ts'
import { float, floatRepr, hostFunction, PyObject, TemplateFault, type Value } from '../jinja/runtime/value.ts'

export type DataTypeName = 'Integer' | 'Number' | 'Date' | 'DateTime' | 'ISODateTime' | 'Boolean' | 'Text'

/** What makes a value of a column out of a cell; undefined when the cell cannot be one. */
type Cast = (cell: Value) => Value | undefined

/** The types that dbt defines itself. */
const OWN_TYPES: ReadonlySet<DataTypeName> = new Set<DataTypeName>(['Integer', 'Number', 'ISODateTime'])

/** The type of a table's column, as agate and dbt name it. */
export class DataType extends PyObject {
  readonly typeName: DataTypeName
  override readonly moduleName: string
  readonly cast: Cast
  constructor(typeName: DataTypeName, cast: Cast) {
    super()
    this.moduleName = OWN_TYPES.has(typeName) ? 'dbt_common.clients.agate_helper' : 'agate.data_types'
    this.typeName = typeName
    this.cast = cast
  }
  override getAttr(name: string): Value | undefined {
    if (name === 'null_values') return this.typeName === 'Text' ? [] : ['null', '']
    if (name === 'jsonify') return hostFunction('jsonify', ['d'], (value) => this.#forJson(value as Value))
    if (name === 'csvify') return hostFunction('csvify', ['d'], (value) => this.#forCsv(value as Value))
    return undefined
  }
  /** A value of such a column for JSON. */
  #forJson(value: Value): Value {
    if (value === null || this.typeName === 'Integer' || this.typeName === 'Boolean') return value
    if (this.typeName === 'Number')
      return value instanceof PyObject ? (value.pyFloat?.() ?? value) : float(Number(value))
    return this.#forCsv(value)
  }
  /** A value of such a column for a csv file. */
  #forCsv(value: Value): Value {
    if (value === null) return null
    if (value instanceof PyDate) return value instanceof PyDateTime ? toText(value).replace(' ', 'T') : toText(value)
    return toText(value)
  }
  override pyRepr(): string {
    return `<${this.moduleName}.${this.typeName} object>`
  }
}

const isNull = (text: string): boolean => text === '' || text.toLowerCase() === 'null'

const integer: Cast = (cell) => (cell === null || isInt(cell) ? cell : undefined)

const CURRENCY = '؋$ƒ៛¥₡₱£€¢﷼₪₩₭₮₦฿₤₫'
const CURRENCY_AROUND = new RegExp(`^[${CURRENCY}]+|[${CURRENCY}]+$`, 'g')

const number: Cast = (cell) => {
  if (cell === null || cell instanceof Decimal) return cell
  if (typeof cell === 'boolean') return undefined
  if (isInt(cell)) return Decimal.ofInt(cell)
  if (isFloat(cell)) return Decimal.parse(floatRepr(typeof cell === 'number' ? cell : cell.value))
  if (typeof cell !== 'string') return undefined
  const text = stripSpace(cell)
  if (isNull(text)) return null
  const bare = text.replace(/^%+|%+$/g, '')
  const negative = bare.startsWith('-')
  const digits = (negative ? bare.slice(1) : bare).replace(CURRENCY_AROUND, '').replaceAll(',', '')
  const parsed = Decimal.parse(digits)?.rounded()
  if (parsed === undefined) return undefined
  return negative ? new Decimal(!parsed.negative, parsed.coefficient, parsed.exponent, parsed.special) : parsed
}

/** strptime that answers undefined where Python raises ValueError. */
function byFormat(text: string, format: string): ReturnType<typeof strptime> | undefined {
  try {
    return strptime(text, format)
  } catch (error) {
    if (error instanceof TemplateFault) return undefined
    throw error
  }
}

const date: Cast = (cell) => {
  if (cell === null || (cell instanceof PyDate && !(cell instanceof PyDateTime))) return cell
  if (typeof cell !== 'string') return undefined
  const text = stripSpace(cell)
  if (isNull(text)) return null
  if (!/^\d{4}-/.test(text)) return undefined
  const found = byFormat(text, '%Y-%m-%d')
  return found === undefined ? undefined : attempt(() => new PyDate(found.year, found.month, found.day))
}

const midnight = { hour: 0, minute: 0, second: 0, microsecond: 0 }

/** What both datetime types make of values that are not texts; `null` texts too. */
function momentOrText(cell: Value): { readonly value: Value } | { readonly text: string } | undefined {
  if (cell === null || cell instanceof PyDateTime) return { value: cell }
  if (cell instanceof PyDate) return { value: new PyDateTime(cell.year, cell.month, cell.day, midnight) }
  if (typeof cell !== 'string') return undefined
  const text = stripSpace(cell)
  return isNull(text) ? { value: null } : { text }
}

const datetime: Cast = (cell) => {
  const read = momentOrText(cell)
  if (read === undefined || 'value' in read) return read?.value
  if (!/^\d{4}-/.test(read.text)) return undefined
  const found = byFormat(read.text, '%Y-%m-%d %H:%M:%S')
  return found === undefined ? undefined : attempt(() => new PyDateTime(found.year, found.month, found.day, found))
}

const isoDatetime: Cast = (cell) => {
  const read = momentOrText(cell)
  if (read === undefined || 'value' in read) return read?.value
  const parts = read.text.split('T')
  if (parts.length !== 2) return undefined
  const time = parseIsoTime(parts[1]!.replace(/^(\d\d(?::?\d\d)?(?::?\d\d)?)\.(\d+)/, '$1.$2'))
  if (time === undefined) return undefined
  return attempt(() => {
    const at = isoDate(parts[0]!)
    return at === undefined ? undefined : new PyDateTime(...at, time, time.zone)
  })
}

/** ISO 8601 dates, also by week, by day of the year, and without day or month. */
function isoDate(text: string): [number, number, number] | undefined {
  const found = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(text) ?? /^(\d{4})(\d\d)(\d\d)$/.exec(text)
  if (found !== null) return [Number(found[1]), Number(found[2] ?? 1), Number(found[3] ?? 1)]
  const week = /^(\d{4})-?W(\d\d)(?:-?(\d))?$/.exec(text)
  if (week !== null) {
    const ordinal = fromIsoCalendar(Number(week[1]), Number(week[2]), Number(week[3] ?? 1))
    return ordinal === undefined ? undefined : fromOrdinal(ordinal)
  }
  const day = /^(\d{4})-?(\d{3})$/.exec(text)
  if (day === null) return undefined
  const year = Number(day[1])
  if (Number(day[2]) < 1 || Number(day[2]) > dayOfYear(year, 12, 31)) return undefined
  return fromOrdinal(toOrdinal(year, 1, 1) + Number(day[2]) - 1)
}

function attempt(make: () => Value | undefined): Value | undefined {
  try {
    return make()
  } catch (error) {
    if (error instanceof TemplateFault) return undefined
    throw error
  }
}

const boolean: Cast = (cell) => {
  if (cell === null || typeof cell === 'boolean') return cell
  if (isInt(cell) || cell instanceof Decimal) {
    const value = cell instanceof Decimal ? cell.toDouble() : Number(cell)
    return value === 1 ? true : value === 0 ? false : undefined
  }
  if (typeof cell !== 'string') return undefined
  const text = stripSpace(cell.replaceAll(',', '')).toLowerCase()
  if (text === '' || text === 'null') return null
  return text === 'true' ? true : text === 'false' ? false : undefined
}

const textWithNulls: Cast = (cell) => {
  if (cell === null) return null
  return typeof cell === 'string' ? (isNull(stripSpace(cell)) ? null : cell) : toText(cell)
}
const textAsIs: Cast = (cell) => (cell === null ? null : toText(cell))

const INTEGER = new DataType('Integer', integer)
const NUMBER = new DataType('Number', number)
const DATE = new DataType('Date', date)
const DATETIME = new DataType('DateTime', datetime)
const ISO_DATETIME = new DataType('ISODateTime', isoDatetime)
const BOOLEAN = new DataType('Boolean', boolean)
/** Text in which `null` and the empty text mean None. */
export const TEXT_WITH_NULLS = new DataType('Text', textWithNulls)
/** Text that keeps what it holds. */
const PLAIN_TEXT = new DataType('Text', textAsIs)

/** The types that a column may have besides Text, the preferred one first. */
export const CANDIDATES: readonly DataType[] = [INTEGER, NUMBER, DATE, DATETIME, ISO_DATETIME, BOOLEAN]

/** The type of a name, for tables whose types are known. */
export const dataType = (name: DataTypeName): DataType =>
  ({
    Integer: INTEGER,
    Number: NUMBER,
    Date: DATE,
    DateTime: DATETIME,
    ISODateTime: ISO_DATETIME,
    Boolean: BOOLEAN,
    Text: PLAIN_TEXT,
  })[name]

export interface Inference {
  readonly types: DataType[]
  readonly rows: Value[][]
}

/**
 * The types of columns, by their values: the first of Integer, Number, Date, DateTime, ISODateTime, Boolean and Text that all values
 * of a column can be; columns named in `textColumns` are Text. `keepNulls`: texts like `null` stay texts (results of queries); else
 * they are None (seeds). dbt-common 1.39: a text is never an Integer, so that numbers in a CSV file are Number.
 */
export function inferTypes(
  names: readonly string[],
  rows: readonly (readonly Value[])[],
  textColumns: ReadonlySet<string>,
  keepNulls: boolean,
): Inference {
  const text = keepNulls ? PLAIN_TEXT : TEXT_WITH_NULLS
  const columns = names.map((name, column): Guess => {
    if (!textColumns.has(name)) {
      for (const type of CANDIDATES) {
        const cells = castColumn(type, rows, column)
        if (cells !== undefined) return { type, cells }
      }
    }
    return { type: text, cells: castColumn(text, rows, column) ?? [] }
  })
  return {
    types: columns.map(({ type }) => type),
    rows: rows.map((_, index) => columns.map(({ cells }) => cells[index]!)),
  }
}

interface Guess {
  readonly type: DataType
  readonly cells: readonly Value[]
}

/** The cells of a column as values of a type; undefined as soon as one cannot be. */
function castColumn(type: DataType, rows: readonly (readonly Value[])[], column: number): readonly Value[] | undefined {
  const cells: Value[] = []
  for (const row of rows) {
    const cell = type.cast(row[column] ?? null)
    if (cell === undefined) return undefined
    cells.push(cell)
  }
  return cells
}
