import { toJson } from '../jinja/python/json.ts'
import { indices } from '../jinja/runtime/access.ts'
import { callNow } from '../jinja/runtime/collection-methods.ts'
import { equals } from '../jinja/runtime/compare.ts'
import { isIterable, iterate } from '../jinja/runtime/iterate.ts'
import { repr, toText } from '../jinja/runtime/text.ts'
import { truthy } from '../jinja/runtime/truth.ts'
import {
  dictEntries,
  hostFunction,
  isDict,
  type Parameter,
  PyObject,
  PyTuple,
  TemplateFault,
  tuple,
  Undefined,
  type Value,
} from '../jinja/runtime/value.ts'
import { type DataType, dataType, inferTypes } from './agate-data-types.ts'
import type { CsvRows } from './csv-rows.ts'
import { Column, MappedSequence, nullsLast, Row, Rows } from './mapped-sequence.ts'
import { type TableTextOptions, tableText } from './table-text.ts'

export interface TableData {
  readonly columnNames: readonly string[]
  readonly columnTypes: readonly DataType[]
  /** One value per column, of the column's type. */
  readonly rows: readonly (readonly Value[])[] | CsvRows
}

export interface FileTypes {
  /** DuckDB's names of the columns' types: `BIGINT`, `DECIMAL(18,3)`, `VARCHAR[]`. */
  readonly types: readonly string[]
  /** A query with which DuckDB reads the file, with the names and types of the table. */
  readonly query: string
}

/** Names with a number behind those that were there before: `a`, `a_2`, `a_3`; what has no name gets a letter. */
export function numberedNames(names: readonly string[]): string[] {
  const seen = new Set<string>()
  return names.map((given, index) => {
    const name = given === '' ? letterName(index) : given
    let unique = name
    for (let n = 2; seen.has(unique); n++) unique = `${name}_${n}`
    seen.add(unique)
    return unique
  })
}

const letterName = (index: number): string => String.fromCharCode(97 + (index % 26)).repeat(Math.floor(index / 26) + 1)

/** A table as templates get it from `run_query`, `load_result` and `load_agate_table`: agate's interface. */
export class Table extends PyObject {
  readonly typeName = 'Table'
  override readonly moduleName: string = 'agate.table'
  readonly columnNames: readonly string[]
  readonly columnTypes: readonly DataType[]
  /** The file that a seed's table was read from. */
  originalPath: string | undefined
  /** What is known of a table that came out of a file with types of its own. */
  file: FileTypes | undefined
  /** Where `print_table` and its like write to. */
  output: (text: string) => void = (text) => console.log(text)
  /** The rows of a CSV file that was looked through: they become values when somebody asks for them. */
  readonly csv: CsvRows | undefined
  #loaded: readonly Row[] | undefined
  readonly #names: PyTuple
  #rowSequence: MappedSequence | undefined
  #columnSequence: MappedSequence | undefined

  constructor(data: TableData) {
    super()
    this.columnNames = numberedNames(data.columnNames)
    this.columnTypes = data.columnTypes
    this.#names = PyTuple.fromItems(this.columnNames)
    if ('blocks' in data.rows) this.csv = data.rows
    else this.#loaded = this.#rowsOf(data.rows)
  }
  /** A table without columns and rows: what there is before anything was fetched. */
  static empty(): Table {
    return new Table({ columnNames: [], columnTypes: [], rows: [] })
  }
  /**
   * A table of a query's values: types are guessed from the values, except for `textColumns`, which are text and keep
   * texts like `null`. dbt-common 1.39: table_from_rows.
   */
  static infer(
    columnNames: readonly string[],
    values: readonly (readonly Value[])[],
    textColumns: ReadonlySet<string>,
  ): Table {
    const names = numberedNames(columnNames)
    const { types, rows } = inferTypes(names, values, textColumns, true)
    return new Table({ columnNames: names, columnTypes: types, rows })
  }

  get rowCount(): number {
    return this.#loaded?.length ?? this.csv?.count ?? 0
  }
  get #rows(): readonly Row[] {
    this.#loaded ??= this.#rowsOf(this.csv?.load() ?? [])
    return this.#loaded
  }
  #rowsOf(rows: readonly (readonly Value[])[]): readonly Row[] {
    return rows.map((row) => new Row(PyTuple.fromItems(row), this.#names))
  }
  /** The values of each row, for our own code. */
  *rowTuples(): Generator<PyTuple> {
    for (const row of this.#rows) yield row.values()
  }
  get rows(): MappedSequence {
    this.#rowSequence ??= new Rows(this.rowCount, () => this.#rows)
    return this.#rowSequence
  }
  get columns(): MappedSequence {
    this.#columnSequence ??= new MappedSequence(
      PyTuple.fromItems(
        this.columnNames.map((name, index) => new Column(index, name, this.columnTypes[index]!, () => this.#rows)),
      ),
      this.#names,
    )
    return this.#columnSequence
  }
  /** Another table with some of the rows. */
  #withRows(rows: readonly Row[]): Table {
    return this.#like({
      columnNames: this.columnNames,
      columnTypes: this.columnTypes,
      rows: rows.map((row) => row.values()),
    })
  }
  #like(data: TableData): Table {
    const table = new Table(data)
    table.output = this.output
    return table
  }

  /** A copy with other rows under the same columns: for code that limits or casts. */
  withData(rows: readonly (readonly Value[])[]): Table {
    return this.#like({ columnNames: this.columnNames, columnTypes: this.columnTypes, rows })
  }

  select(key: Value): Table {
    const names = isNameList(key) ? [...iterate(key)] : [key]
    const positions = names.map((name) => {
      const at = this.columnNames.indexOf(toText(name))
      if (at < 0) throw new TemplateFault('ValueError', 'tuple.index(x): x not in tuple')
      return at
    })
    return this.#like({
      columnNames: names.map(toText),
      columnTypes: positions.map((at) => this.columnTypes[at]!),
      rows: this.#rows.map((row) => positions.map((at) => row.values()[at]!)),
    })
  }
  #exclude(key: Value): Table {
    const dropped = isNameList(key) ? Array.from(iterate(key), toText) : [toText(key)]
    return this.select(this.columnNames.filter((name) => !dropped.includes(name)))
  }
  #limit(start: Value, stop: Value, step: Value): Table {
    const sliced = truthy(stop) || truthy(step)
    const taken = sliced ? indices(this.#rows.length, start, stop, step) : indices(this.#rows.length, null, start, null)
    return this.#withRows(taken.map((index) => this.#rows[index]!))
  }
  /** The value of a row under a column name, an index, a list of them, or a function of the row. */
  #keyOf(row: Row, key: Value): Value {
    if (key instanceof PyObject && key.pyCall !== undefined && !(key instanceof Undefined)) return callNow(key, [row])
    if (isNameList(key)) return PyTuple.fromItems(Array.from(iterate(key), (name) => this.#cell(row, name)))
    return this.#cell(row, key)
  }
  #cell(row: Row, key: Value): Value {
    const found = row.getItem(key)
    if (found === undefined)
      throw typeof key === 'number'
        ? new TemplateFault('IndexError', 'tuple index out of range')
        : new TemplateFault('KeyError', repr(key))
    return found
  }
  #orderBy(key: Value, reverse: Value): Table {
    const keyed = this.#rows.map((row) => ({ row, key: this.#keyOf(row, key) }))
    keyed.sort(truthy(reverse) ? (a, b) => nullsLast(b.key, a.key) : (a, b) => nullsLast(a.key, b.key))
    return this.#withRows(keyed.map(({ row }) => row))
  }
  #distinct(key: Value): Table {
    const seen: Value[] = []
    // agate compares generators when given several names, so that no two rows are ever equal
    if (isNameList(key)) return this.#withRows(this.#rows)
    const kept = this.#rows.filter((row) => {
      const value = key === null ? row.values() : this.#keyOf(row, key)
      if (seen.some((known) => equals(known, value))) return false
      seen.push(value)
      return true
    })
    return this.#withRows(kept)
  }
  #rename(columnNames: Value): Table {
    if (columnNames === null) return this.#withRows(this.#rows)
    const renamed = isDict(columnNames)
      ? (() => {
          const names = new Map(
            Array.from(dictEntries(columnNames), ([from, to]) => [toText(from), toText(to)] as const),
          )
          return this.columnNames.map((name) => names.get(name) ?? name)
        })()
      : Array.from(iterate(columnNames), toText)
    if (renamed.length !== this.columnNames.length) {
      throw new TemplateFault('ValueError', 'column_names and column_types must be the same length.')
    }
    return this.#like({
      columnNames: renamed,
      columnTypes: this.columnTypes,
      rows: this.#rows.map((row) => row.values()),
    })
  }
  #groupBy(key: Value, keyName: Value): TableSet {
    const groups: { key: Value; rows: Row[] }[] = []
    const byFunction = key instanceof PyObject && key.pyCall !== undefined
    for (const row of this.#rows) {
      const found = this.#keyOf(row, key)
      const group = groups.find((known) => equals(known.key, found))
      if (group === undefined) groups.push({ key: found, rows: [row] })
      else group.rows.push(row)
    }
    const name =
      keyName === null
        ? byFunction
          ? 'group'
          : typeof key === 'number'
            ? this.columnNames[key]!
            : toText(key)
        : toText(keyName)
    return new TableSet(
      groups.map((group) => group.key),
      groups.map((group) => this.#withRows(group.rows)),
      name,
    )
  }
  #text(maxRows: Value, maxColumns: Value, maxColumnWidth: Value, maxPrecision: Value): string {
    const limit = (value: Value): number => (typeof value === 'number' ? value : Number.POSITIVE_INFINITY)
    const options: TableTextOptions = {
      maxRows: limit(maxRows),
      maxColumns: limit(maxColumns),
      maxColumnWidth: limit(maxColumnWidth),
      maxPrecision: limit(maxPrecision),
    }
    return tableText(this.columnNames, this.columnTypes, [...this.rowTuples()], options)
  }
  #structure(maxRows: number): string {
    const rows = this.columnNames.map((name, index) => tuple(name, this.columnTypes[index]!.typeName))
    const text = dataType('Text')
    return tableText(['column', 'data_type'], [text, text], rows, {
      maxRows,
      maxColumns: 6,
      maxColumnWidth: Number.POSITIVE_INFINITY,
      maxPrecision: 3,
    })
  }
  #csv(): string {
    const cell = (value: Value): string => {
      const text = value === null ? '' : toText(value)
      return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
    }
    return [this.columnNames, ...this.rowTuples()]
      .map((row) => `${Array.from(row as readonly Value[], cell).join(',')}\n`)
      .join('')
  }

  override getAttr(name: string): Value | undefined {
    switch (name) {
      case 'rows':
        return this.rows
      case 'columns':
        return this.columns
      case 'column_names':
        return this.#names
      case 'column_types':
        return PyTuple.fromItems(this.columnTypes)
      case 'row_names':
        return null
      case 'original_abspath':
        return this.originalPath
    }
    const method = METHODS[name]
    if (method === undefined || !Object.hasOwn(METHODS, name)) return undefined
    return hostFunction(name, method.parameters, (...values) => method.run(this, values))
  }
  static methods(): Readonly<Record<string, TableMethod>> {
    const written = (table: Table, text: string): null => {
      table.output(text.replace(/\n$/, ''))
      return null
    }
    return {
      select: { parameters: ['key'], run: (table, [key]) => table.select(key!) },
      exclude: { parameters: ['key'], run: (table, [key]) => table.#exclude(key!) },
      where: {
        parameters: ['test'],
        run: (table, [test]) => table.#withRows(table.#rows.filter((row) => truthy(callNow(test!, [row])))),
      },
      find: {
        parameters: ['test'],
        run: (table, [test]) => table.#rows.find((row) => truthy(callNow(test!, [row]))) ?? null,
      },
      limit: {
        parameters: [
          ['start_or_stop', null],
          ['stop', null],
          ['step', null],
        ],
        run: (table, [start, stop, step]) => table.#limit(start!, stop!, step!),
      },
      order_by: {
        parameters: ['key', ['reverse', false]],
        run: (table, [key, reverse]) => table.#orderBy(key!, reverse!),
      },
      distinct: { parameters: [['key', null]], run: (table, [key]) => table.#distinct(key!) },
      rename: {
        parameters: [
          ['column_names', null],
          ['row_names', null],
        ],
        run: (table, [names]) => table.#rename(names!),
      },
      group_by: {
        parameters: ['key', ['key_name', null], ['key_type', null]],
        run: (table, [key, name]) => table.#groupBy(key!, name!),
      },
      print_table: {
        parameters: [
          ['max_rows', 20],
          ['max_columns', 6],
          ['output', null],
          ['max_column_width', 20],
          ['locale', null],
          ['max_precision', 3],
        ],
        run: (table, [rows, columns, , width, , precision]) =>
          written(table, table.#text(rows!, columns!, width!, precision!)),
      },
      print_structure: {
        parameters: [
          ['output', null],
          ['max_rows', null],
        ],
        run: (table) => written(table, table.#structure(Number.POSITIVE_INFINITY)),
      },
      print_csv: { parameters: [], run: (table) => written(table, table.#csv()) },
      print_json: { parameters: [], run: (table) => written(table, toJson(table.toPlain())) },
    }
  }
  override getItem(key: Value): Value | undefined {
    return this.rows.getItem(key)
  }
  override pySlice(start: Value, stop: Value, step: Value): Value {
    return this.rows.pySlice(start, stop, step)
  }
  override pyLen(): number {
    return this.rowCount
  }
  override pyIter(): Iterable<Value> {
    return this.#rows
  }
  override pyStr(): string {
    return this.#structure(Number.POSITIVE_INFINITY)
  }
  override pyRepr(): string {
    return '<agate.table.Table object>'
  }
  override toPlain(): Value {
    return this.#rows.map((row) =>
      Object.fromEntries(this.columnNames.map((name, index) => [name, row.values()[index]!])),
    )
  }
}

interface TableMethod {
  readonly parameters: readonly Parameter[]
  readonly run: (table: Table, values: Value[]) => Value
}
const METHODS = Table.methods()

/** Several names, as opposed to one. */
const isNameList = (key: Value): boolean => typeof key === 'object' && key !== null && isIterable(key) && !isDict(key)

/** The tables of `group_by`, by the value that they were grouped by. */
export class TableSet extends MappedSequence {
  override readonly typeName = 'TableSet'
  override readonly moduleName: string = 'agate.tableset'
  readonly #keyName: string
  constructor(keys: readonly Value[], tables: readonly Table[], keyName: string) {
    super(PyTuple.fromItems(tables), PyTuple.fromItems(keys))
    this.#keyName = keyName
  }
  override getAttr(name: string): Value | undefined {
    if (name === 'key_name') return this.#keyName
    return super.getAttr(name)
  }
}
