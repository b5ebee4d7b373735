import { QuernError } from '../errors/quern-error.ts'
import { repr, toText } from '../jinja/runtime/text.ts'
import {
  bindArguments,
  hostFunction,
  type Kwargs,
  type PyFunction,
  PyObject,
  type Value,
} from '../jinja/runtime/value.ts'

/** What a database's columns have of their own. */
export interface ColumnDialect {
  /** Python's class of the reference, which templates can print: `DuckDBColumn`. */
  readonly className: string
  readonly moduleName: string
  /** Generic type names (upper case) and what this database calls them. */
  readonly typeNames: Readonly<Record<string, string>>
  readonly integerTypes: ReadonlySet<string>
  readonly floatTypes: ReadonlySet<string>
  /** `text`, and `character varying` without a size, keep their names as data type (Postgres). */
  readonly keepsUnsizedText: boolean
  /** Columns of struct type have `fields`, `is_struct()` and `flatten()` (DuckDB). */
  readonly structs: boolean
}

const STRING_TYPES = new Set(['text', 'character varying', 'character', 'varchar'])
const NUMERIC_TYPES = new Set(['numeric', 'decimal'])
/** Integer types of dbt-adapters' base column. */
export const BASE_INTEGER_TYPES: ReadonlySet<string> = new Set([
  'smallint', 'integer', 'bigint', 'smallserial', 'serial', 'bigserial', 'int2', 'int4', 'int8', 'serial2', 'serial4', 'serial8',
]) // biome-ignore format: one list
export const BASE_FLOAT_TYPES: ReadonlySet<string> = new Set([
  'real', 'float4', 'float', 'double precision', 'float8', 'double',
]) // biome-ignore format: one list

export interface ColumnParts {
  readonly column: string
  readonly dtype: string
  readonly charSize?: Value
  readonly numericPrecision?: Value
  readonly numericScale?: Value
}

/** A column of a relation: name and type. Rules of dbt-adapters' Column. */
export class Column extends PyObject {
  readonly column: string
  readonly dtype: string
  readonly charSize: Value
  readonly numericPrecision: Value
  readonly numericScale: Value
  readonly dialect: ColumnDialect
  /** The fields of a struct; empty for other types. */
  readonly fields: readonly Column[]
  override readonly moduleName: string

  constructor(parts: ColumnParts, dialect: ColumnDialect) {
    super()
    this.column = parts.column
    this.dtype = parts.dtype
    this.charSize = parts.charSize ?? null
    this.numericPrecision = parts.numericPrecision ?? null
    this.numericScale = parts.numericScale ?? null
    this.dialect = dialect
    this.moduleName = dialect.moduleName
    this.fields = dialect.structs ? structFields(this.dtype, dialect) : []
  }

  override get typeName(): string {
    return this.dialect.className
  }
  get quoted(): string {
    return `"${this.column.replaceAll('"', '""')}"`
  }
  /** The type with its size, as DDL writes it. */
  get dataType(): string {
    if (this.isString) {
      const keep =
        this.dtype.toLowerCase() === 'text' ||
        (this.dtype.toLowerCase() === 'character varying' && this.charSize === null)
      return this.dialect.keepsUnsizedText && keep ? this.dtype : stringType(this.stringSize())
    }
    return this.isNumeric ? numericType(this.dtype, this.numericPrecision, this.numericScale) : this.dtype
  }
  get isString(): boolean {
    return STRING_TYPES.has(this.dtype.toLowerCase())
  }
  get isInteger(): boolean {
    return this.dialect.integerTypes.has(this.dtype.toLowerCase())
  }
  get isFloat(): boolean {
    return this.dialect.floatTypes.has(this.dtype.toLowerCase())
  }
  get isNumeric(): boolean {
    return NUMERIC_TYPES.has(this.dtype.toLowerCase())
  }
  get isStruct(): boolean {
    return this.dialect.structs && this.dtype.toLowerCase().startsWith('struct')
  }
  /** Characters that fit; 256 where the type has no size. Throws for other types. */
  stringSize(): number {
    if (!this.isString) {
      throw new QuernError('Runtime', 'column_not_string', 'Called string_size() on non-string field!', {
        hint: `column ${this.column} is of type ${this.dtype}; test is_string() first`,
      })
    }
    return this.dtype === 'text' || this.charSize === null ? 256 : Number(toText(this.charSize))
  }
  canExpandTo(other: Column): boolean {
    return this.isString && other.isString && other.stringSize() > this.stringSize()
  }
  /** The leaves of a struct as `a.b` columns; other columns as they are. */
  flatten(): Column[] {
    if (!this.isStruct) return [this]
    return this.fields.flatMap((field) =>
      (field.isStruct ? field.flatten() : [field]).map(
        (leaf) => new Column({ column: `${this.column}.${leaf.column}`, dtype: leaf.dtype }, this.dialect),
      ),
    )
  }

  override getAttr(name: string): Value | undefined {
    const method = (run: (...values: Value[]) => Value, ...parameters: string[]): PyFunction =>
      hostFunction(name, parameters, run)
    switch (name) {
      case 'column':
      case 'name':
        return this.column
      case 'dtype':
        return this.dtype
      case 'char_size':
        return this.charSize
      case 'numeric_precision':
        return this.numericPrecision
      case 'numeric_scale':
        return this.numericScale
      case 'quoted':
        return this.quoted
      case 'data_type':
      case 'expanded_data_type':
        return this.dataType
      case 'is_string':
        return method(() => this.isString)
      case 'is_number':
        return method(() => this.isInteger || this.isNumeric || this.isFloat)
      case 'is_integer':
        return method(() => this.isInteger)
      case 'is_float':
        return method(() => this.isFloat)
      case 'is_numeric':
        return method(() => this.isNumeric)
      case 'string_size':
        return method(() => this.stringSize())
      case 'can_expand_to':
        return method((other) => other instanceof Column && this.canExpandTo(other), 'other_column')
      case 'literal':
        return method((value) => `${toText(value!)}::${this.dataType}`, 'value')
    }
    if (this.dialect.structs) {
      if (name === 'fields') return [...this.fields]
      if (name === 'is_struct') return method(() => this.isStruct)
      if (name === 'flatten') return method(() => this.flatten())
    }
    return columnClassAttribute(name, this.dialect)
  }
  override pyRepr(): string {
    const parts: [string, Value][] = [
      ['column', this.column],
      ['dtype', this.dtype],
      ['char_size', this.charSize],
      ['numeric_precision', this.numericPrecision],
      ['numeric_scale', this.numericScale],
    ]
    if (this.dialect.structs) parts.push(['fields', [...this.fields]])
    return `${this.dialect.className}(${parts.map(([key, value]) => `${key}=${repr(value)}`).join(', ')})`
  }
  override pyEquals(other: Value): boolean {
    return other instanceof Column && other.pyRepr() === this.pyRepr()
  }
  /** Unhashable, like Python's mutable dataclasses. */
  override pyHash(): string {
    return ''
  }
}

export const stringType = (size: number): string => `character varying(${size})`

/** `numeric(p,s)`, or the bare type where precision or scale is unknown. */
export const numericType = (dtype: string, precision: Value, scale: Value): string =>
  precision === null || scale === null ? dtype : `${dtype}(${toText(precision)},${toText(scale)})`

/** This database's name of a generic type. */
export const translateType = (dtype: string, dialect: ColumnDialect): string =>
  Object.hasOwn(dialect.typeNames, dtype.toUpperCase()) ? dialect.typeNames[dtype.toUpperCase()]! : dtype

/** A column from `numeric(10,2)` or `varchar(20)`. Throws when the sizes are no numbers. */
export function columnFromDescription(name: string, rawType: string, dialect: ColumnDialect): Column {
  const match = /^([^(]+)(\([^)]+\))?/.exec(rawType)
  if (match === null) {
    throw new QuernError('Runtime', 'column_type_unreadable', `Could not interpret data type "${rawType}"`)
  }
  const sizes = match[2] === undefined ? [] : match[2].slice(1, -1).split(',')
  const size = (text: string): number => {
    if (/^\s*[+-]?\d+\s*$/.test(text)) return Number(text)
    throw new QuernError(
      'Runtime',
      'column_type_unreadable',
      `Could not interpret data_type "${rawType}": could not convert "${text}" to an integer`,
    )
  }
  const parts = { column: name, dtype: match[1]! }
  if (sizes.length === 1) return new Column({ ...parts, charSize: size(sizes[0]!) }, dialect)
  if (sizes.length !== 2) return new Column(parts, dialect)
  return new Column({ ...parts, numericPrecision: size(sizes[0]!), numericScale: size(sizes[1]!) }, dialect)
}

function columnClassAttribute(name: string, dialect: ColumnDialect): Value | undefined {
  switch (name) {
    case 'translate_type':
      return hostFunction(name, ['dtype'], (dtype) => translateType(toText(dtype!), dialect))
    case 'create':
      return hostFunction(
        name,
        ['name', 'label_or_dtype'],
        (column, dtype) =>
          new Column({ column: toText(column!), dtype: translateType(toText(dtype!), dialect) }, dialect),
      )
    case 'string_type':
      return hostFunction(name, ['size'], (size) => `character varying(${toText(size!)})`)
    case 'numeric_type':
      return hostFunction(name, ['dtype', 'precision', 'scale'], (dtype, precision, scale) =>
        numericType(toText(dtype!), precision!, scale!),
      )
    case 'from_description':
      return hostFunction(name, ['name', 'raw_data_type'], (column, type) =>
        columnFromDescription(toText(column!), toText(type!), dialect),
      )
    case 'TYPE_LABELS':
      return { ...dialect.typeNames }
    default:
      return undefined
  }
}

/** `api.Column` and `adapter.Column`: makes columns when called, and has the class methods. */
export class ColumnClass extends PyObject {
  readonly typeName = 'type'
  readonly #dialect: ColumnDialect
  constructor(dialect: ColumnDialect) {
    super()
    this.#dialect = dialect
  }
  override getAttr(name: string): Value | undefined {
    return columnClassAttribute(name, this.#dialect)
  }
  override pyCall(args: readonly Value[], kwargs: Kwargs): Value {
    const optional = ['char_size', 'numeric_precision', 'numeric_scale'].map((key) => [key, null] as const)
    const [column, dtype, charSize, numericPrecision, numericScale] = bindArguments(
      `${this.#dialect.className}.__init__`,
      ['column', 'dtype', ...optional],
      args,
      kwargs,
    ) as [Value, Value, Value, Value, Value]
    const sized = typeof charSize === 'number' || charSize === null ? charSize : toText(charSize)
    return new Column(
      { column: toText(column), dtype: toText(dtype), charSize: sized, numericPrecision, numericScale },
      this.#dialect,
    )
  }
  override pyRepr(): string {
    return `<class '${this.#dialect.moduleName}.${this.#dialect.className}'>`
  }
}

/** The fields of `STRUCT(a VARCHAR, b STRUCT(c DECIMAL(10, 2)))`: commas inside brackets do not separate. */
function structFields(dtype: string, dialect: ColumnDialect): Column[] {
  const content = /^STRUCT\((.*)\)/is.exec(dtype)?.[1]
  if (content === undefined) return []
  const texts: string[] = []
  let depth = 0
  let quoted = false
  let start = 0
  for (let at = 0; at < content.length; at++) {
    const char = content[at]
    if (char === '"') quoted = !quoted
    else if (quoted) continue
    else if (char === '(') depth++
    else if (char === ')') depth--
    else if (char === ',' && depth === 0) {
      texts.push(content.slice(start, at).trim())
      start = at + 1
    }
  }
  texts.push(content.slice(start).trim())
  return texts.map((text) => {
    const end = text.startsWith('"') ? text.indexOf('"', 1) + 1 : text.indexOf(' ')
    return new Column({ column: text.slice(0, end < 0 ? undefined : end), dtype: text.slice(end).trim() }, dialect)
  })
}
