import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { adapter } from '../../../adapters/postgres/adapter.ts'
import { csvLines } from '../../../adapters/postgres/copy-csv.ts'
import { copyText } from '../../../adapters/postgres/copy-text.ts'
import type { CsvRows } from '../../../src/adapter/csv-rows.ts'
import { guessColumns } from '../../../src/adapter/guess-columns.ts'
import { Table } from '../../../src/adapter/table.ts'
import { csvTable } from '../../../src/cli/seeds/csv-table.ts'
import { scanCsv } from '../../../src/cli/seeds/scan-csv.ts'
import { convertType } from '../../../src/context/adapter/convert-type.ts'
import { SourceFile } from '../../../src/errors/source-file.ts'
import { toText } from '../../../src/jinja/runtime/text.ts'
import { type BlockSize, CsvBlocks, UnusualCsv } from '../../../src/util/csv-blocks.ts'

interface Given {
  readonly text: string
  readonly delimiter: string
  readonly textColumns: readonly string[]
  readonly size: BlockSize
}

/** Names as the driver of Postgres has them. */
const TYPES = ['FLOAT', 'DECIMAL', 'INTEGER', 'LONGINTEGER', 'BOOLEAN', 'DATE', 'DATETIME', 'DATETIMETZ', 'STRING']

/** What is made of a text while it passes in blocks of a size; undefined for what is left to `csvTable`. */
async function scanned({ text, delimiter, textColumns, size }: Given) {
  const bytes = Buffer.from(text)
  const blocks = (): CsvBlocks => {
    let at = 0
    const read = async (buffer: Uint8Array, offset: number, length: number): Promise<number> => {
      const part = bytes.subarray(at, at + length)
      buffer.set(part, offset)
      at += part.length
      return part.length
    }
    return new CsvBlocks(read, delimiter, size)
  }
  try {
    const { names, columns, count } = await guessColumns(blocks(), textColumns)
    const rows: CsvRows = {
      count,
      columns,
      load: () => expect.fail('no value is needed'),
      changed: () => new Error('changed'),
      async *blocks() {
        const again = blocks()
        await again.header()
        for (let block = await again.next(); block !== undefined; block = await again.next()) yield block
      },
    }
    const table = new Table({ columnNames: names, columnTypes: columns.map(({ type }) => type), rows })
    return { ...(await facts(table)), lines: await linesByType(rows) }
  } catch (error) {
    if (error instanceof UnusualCsv) return undefined
    throw error
  }
}

const facts = async (table: Table) => ({
  names: table.columnNames,
  types: table.columnTypes.map(({ typeName }) => typeName),
  sqlTypes: table.columnNames.map((_, index) => convertType(table, index, adapter)),
  count: table.rowCount,
})

/** The lines for columns of each type; three at a time, as batches take them. */
async function linesByType(rows: CsvRows): Promise<Record<string, string | undefined>> {
  const made: Record<string, string | undefined> = {}
  for (const [name, types] of columnTypes(rows.columns.length)) {
    const lines = csvLines(rows, types)
    made[name] = lines === undefined ? undefined : ''
    for (let taken = 0; lines !== undefined && taken < rows.count; taken += 3)
      for await (const piece of lines.take(3)) made[name] += Buffer.from(piece).toString()
    await lines?.end()
  }
  return made
}

/** Each type for all columns, then types that change from column to column. */
const columnTypes = (columns: number): (readonly [string, readonly string[]])[] =>
  [0, 1].flatMap((step) =>
    TYPES.map((type, first) => [
      `${type} ${step}`,
      Array.from({ length: columns }, (_, column) => TYPES[(first + step * column) % TYPES.length] as string),
    ]),
  )

async function careful({ text, delimiter, textColumns }: Given) {
  const table = csvTable(new SourceFile('seeds/s.csv', text), delimiter, textColumns)
  const lines = columnTypes(table.columnNames.length).map(([name, types]) => [name, copyText(table, types)?.join('')])
  return { ...(await facts(table)), lines: Object.fromEntries(lines) }
}

const orError = async <Result>(made: Promise<Result>): Promise<Result | 'error'> => {
  try {
    return await made
  } catch {
    return 'error'
  }
}

// by column, so that types other than text are guessed
const NUMBERS = [
  '0', '1', '-1', '42', '007', '-007', '00', '-0', '0.0', '-0.0', '1.0', '5.', '.5', '-.5', '1.50', '0.000001', '0.0000001', '-0.00000012', '0.0000000',
  '00.5', '2147483647', '2147483648', '-2147483648', '-2147483649', '9223372036854775807', '9223372036854775808', '123456789012345678', '1234567890123456789',
  '0.1234567890123456789012345678', '1234567890.12345678901234567890', '12345678901234567890123456789', '1e3', '1E-7', '-2.5e10', '1e25', '+5', ' 12 ', '  -3.5',
  '1_000', '1,000', '$1', '-$1.50', '5%', 'NaN', '-nan', 'Infinity', '-inf', '٣', '\u00a07', '7\t', '1 2', '--1', '-', '1.2.3', '0x10', '1e', '- 1',
] // biome-ignore format: one list
const DATES = ['2024-01-31', '2024-02-28', '2024-02-29', '2023-02-29', '0001-01-01', '0000-01-01', '9999-12-31', ' 2024-01-01 ', '2024-1-1', '2024-13-01', '2024-00-10', '2024-01-00', '20240101', '2024-01-01x'] // biome-ignore format: one list
const MOMENTS = ['2024-01-28 23:59:59', '2024-01-28 24:00:00', '2024-01-28 23:60:00', '2024-01-28 23:59:61', '2024-01-28  1:02:03', ' 2024-01-28 00:00:00', '2024-02-29 12:00:00', '2024-01-28 23:59:59.5', '2024-01-28'] // biome-ignore format: one list
const ISO_MOMENTS = ['2024-01-28T23:59:59', '2024-01-28T23:59:59Z', '2024-01-28T23:59:59.5', '2024-01-28T23:59:59.500000Z', '2024-01-28T23:59:59.000', '2024-01-28T23:59:59.1234567', '2024-01-28T23:59:59.', '2024-01-28T23:59:59+02:00', '2024-01-28T23:59:59-00:00', '2024-01-28T23', '2024-W05T10', '20240128T101112', '2024-01-28t10:11:12', '2024-01-28T10:11:12z', ' 2024-01-28T10:11:12 ', '2024-02-30T00:00:00'] // biome-ignore format: one list
const BOOLEANS = ['true', 'false', 'TRUE', 'False', ' true ', 'tru,e', 'yes', 't', '1']
const NULLS = [
  '',
  ' ',
  'null',
  'NULL',
  ' Null ',
  '\u00a0',
  'NULL\u3000',
  'none',
  'N/A',
  'nul',
  'nullx',
  'n',
  '\u2003null',
]
const TEXTS = ['a', 'b c', 'ä', '🙂', 'Ünal', 'ひ', 'n', 'Nil', '\\', '\\N', '\\.', 'a\tb', 'a\nb', 'a\r\nb', 'a\rb', 'say "hi"', '"', ',', ';', "it's", '\ufeffx', 'x\u00a0', 'null', '\u0000', 'long '.repeat(40)] // biome-ignore format: one list

const POOLS = [NUMBERS, DATES, MOMENTS, ISO_MOMENTS, BOOLEANS, TEXTS]
/** One form of a type, or several, with None among them or not. */
const column = fc
  .tuple(fc.constantFrom(...POOLS), fc.integer({ min: 1, max: 4 }), fc.boolean(), fc.boolean())
  .chain(([pool, forms, hasNulls, isMixed]) =>
    fc
      .array(fc.constantFrom(...pool, ...(isMixed ? POOLS.flat() : [])), { minLength: forms, maxLength: forms })
      .map((values) => (hasNulls ? [...values, ...NULLS.slice(0, 5), ''] : values)),
  )

const quote = (cell: string): string => `"${cell.replaceAll('"', '""')}"`
/** A cell as a file may have it: quoted where it has to be, or quoted anyway, or as it is, whatever that means. */
const written = (cell: string, delimiter: string, how: number): string =>
  how === 0 || (how < 8 && (/["\r\n]/.test(cell) || cell.includes(delimiter)))
    ? quote(cell)
    : how === 9
      ? `"${cell}`
      : cell

const files: fc.Arbitrary<Given> = fc
  .record({
    columns: fc.array(column, { minLength: 1, maxLength: 4 }),
    picks: fc.array(fc.array(fc.nat(1000), { minLength: 4, maxLength: 4 }), { maxLength: 12 }),
    styles: fc.array(fc.nat({ max: 300 }), { minLength: 7, maxLength: 7 }),
    header: fc.array(fc.constantFrom('a', 'b', 'A', '', 'two words', 'ä', 'x"y', '1'), { minLength: 4, maxLength: 4 }),
    delimiter: fc.constantFrom(',', ',', ';', '\t', '|', ' ', 'ä'),
    newline: fc.constantFrom('\n', '\r\n', '\r'),
    mark: fc.constantFrom('', '', '\ufeff'),
    end: fc.boolean(),
    textColumns: fc.constantFrom([], [], ['a'], ['b', 'a_2']),
    size: fc.record({ bytes: fc.constantFrom(4, 7, 64, 4096), cells: fc.constantFrom(1, 4, 9, 1000) }),
  })
  .map(({ columns, picks, styles, header, delimiter, newline, mark, end, textColumns, size }) => {
    let turn = 0
    // now and then a row is shorter or longer, a line is empty, a quote stays open
    const style = (): number => (styles[turn++ % styles.length] as number) + (turn % 5)
    const rows = picks.map((pick) => {
      const odd = style()
      const cells = columns.map((values, index) => values[(pick[index] as number) % values.length] as string)
      const row = odd === 1 ? cells.slice(0, -1) : odd === 2 ? [...cells, 'more'] : odd === 3 ? [] : cells
      return row.map((cell) => written(cell, delimiter, style() % 60)).join(delimiter)
    })
    const names = columns.map((_, index) => written(header[index] as string, delimiter, 1)).join(delimiter)
    return { text: mark + [names, ...rows].join(newline) + (end ? newline : ''), delimiter, textColumns, size }
  })

test('a file that is looked through has the types, the number of rows and the lines for COPY of one that is read as a whole', async () => {
  let usual = 0
  await fc.assert(
    fc.asyncProperty(files, async (file) => {
      const found = await scanned(file)
      if (found === undefined) return
      usual++
      expect(found).toEqual(await orError(careful(file)))
    }),
    { numRuns: 1500 },
  )
  expect(usual).toBeGreaterThan(500)
})

test('single values: alone, and below a usual value of each type', async () => {
  const values = [...POOLS.flat(), ...NULLS]
  const size = { bytes: 4096, cells: 100 }
  for (const first of ['', '1', '1.5', '2024-01-01', '2024-01-01 10:00:00', '2024-01-01T10:00:00', 'true', 'text'])
    for (const value of values) {
      const text = `a,b\n${quote(first)},x\n${quote(value)},x\n`
      const file = { text, delimiter: ',', textColumns: [], size }
      const found = await scanned(file)
      if (found === undefined) expect(value).toBe('\u0000')
      else expect(found, `${first} ${value}`).toEqual(await careful(file))
    }
})

test("the reference's files have the same columns when they are looked through", async () => {
  const url = new URL('seed-files/answers.json', import.meta.url)
  const answers = JSON.parse(readFileSync(url, 'utf8')) as {
    text?: string
    text_columns?: string[]
    delimiter?: string
    columns?: [string, string][]
  }[]
  const good = answers.filter(({ text, columns }) => text !== undefined && columns !== undefined)
  for (const { text, text_columns, delimiter, columns } of good) {
    const size = { bytes: 16, cells: 8 }
    const file = { text: text!, delimiter: delimiter ?? ',', textColumns: text_columns ?? [], size }
    const found = await scanned(file)
    if (found !== undefined) expect(found.names.map((name, index) => [name, found.sqlTypes[index]])).toEqual(columns)
  }
})

function fileOf(text: string | Buffer, signal = new AbortController().signal) {
  const path = join(mkdtempSync(join(tmpdir(), 'quern-seed-scan-')), 's.csv')
  writeFileSync(path, text)
  return { path, shown: 'seeds/s.csv', delimiter: ',', textColumns: [], signal }
}

test('rows become values when they are looked at', async () => {
  const table = await scanCsv(fileOf('a,b\n1,x\n2,null\n'))
  expect(table?.rowCount).toBe(2)
  expect(table?.rows.pyLen()).toBe(2)
  expect([...(table?.rowTuples() ?? [])].map((row) => row.map(toText))).toEqual([
    ['1', 'x'],
    ['2', 'None'],
  ])
  expect(toText(table!.columns.named('b')!)).toBe("<agate.Column: ('x', None)>")
})

test('a file that changes before its rows are read is an error', async () => {
  const file = fileOf('a\n1\n')
  const table = await scanCsv(file)
  appendFileSync(file.path, '2\n')
  const message = 'the seed file seeds/s.csv was changed while it was loaded'
  expect(() => [...table!.rowTuples()]).toThrow(message)
  const read = async (): Promise<void> => {
    for await (const _ of table!.csv!.blocks());
  }
  await expect(read()).rejects.toThrow(message)
})

test('a run that is cancelled reads no further', async () => {
  await expect(scanCsv(fileOf('a\n1\n', AbortSignal.abort()))).rejects.toThrow('The run was cancelled')
})

test('what is wrong or unreadable is left to the reader that says what it is', async () => {
  for (const wrong of [
    '',
    'a\n1,2\n',
    'a\n\u0000\n',
    Buffer.from('a\n\xff\n', 'latin1'),
    Buffer.from('\xff\xfea\0', 'latin1'),
  ])
    expect(await scanCsv(fileOf(wrong))).toBeUndefined()
  expect(await scanCsv({ ...fileOf('a'), delimiter: '||' })).toBeUndefined()
  expect(await scanCsv({ ...fileOf('a'), path: tmpdir() })).toBeUndefined()
})
