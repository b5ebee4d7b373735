import { type FileHandle, open, stat } from 'node:fs/promises'
import type { CsvRows } from '../../adapter/csv-rows.ts'
import { guessColumns } from '../../adapter/guess-columns.ts'
import { Table } from '../../adapter/table.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { SourceFile } from '../../errors/source-file.ts'
import { throwIfCancelled } from '../../execute/cancelled.ts'
import type { Value } from '../../jinja/runtime/value.ts'
import { readText } from '../../project/read-file.ts'
import { type CsvBlock, CsvBlocks, UnusualCsv } from '../../util/csv-blocks.ts'
import { csvTable } from './csv-table.ts'

interface CsvFile {
  readonly path: string
  /** The path for messages. */
  readonly shown: string
  readonly delimiter: string
  /** Columns that stay texts. */
  readonly textColumns: Iterable<string>
  /** Aborted: reading ends with an error. */
  readonly signal: AbortSignal
}

/**
 * The same table as `csvTable` makes of the file, in memory that does not grow with the file: it is looked through for names, types and the number of rows, and read
 * again for the rows. Undefined when that is left to `csvTable`: for what is unusual, wrong or unreadable.
 */
export async function scanCsv(file: CsvFile): Promise<Table | undefined> {
  try {
    return await withFile(file.path, async (handle) => {
      const version = await versionOf(handle)
      const { names, columns, count } = await guessColumns(blocksOf(handle, file), file.textColumns)
      const rows: CsvRows = {
        count,
        columns,
        load: () => loadRows(file, count),
        blocks: () => readAgain(file, version),
        changed: () => changed(file),
      }
      return new Table({ columnNames: names, columnTypes: columns.map(({ type }) => type), rows })
    })
  } catch (error) {
    if (error instanceof UnusualCsv || (error as NodeJS.ErrnoException).syscall !== undefined) return undefined
    throw error
  }
}

function loadRows(file: CsvFile, count: number): readonly (readonly Value[])[] {
  const text = readText(file.path, file.shown)
  const rows = [...csvTable(new SourceFile(file.shown, text), file.delimiter, file.textColumns).rowTuples()]
  if (rows.length !== count) throw changed(file)
  return rows
}

async function* readAgain(file: CsvFile, version: string): AsyncGenerator<CsvBlock> {
  const handle = await open(file.path)
  try {
    const blocks = blocksOf(handle, file)
    await blocks.header()
    for (let block = await blocks.next(); block !== undefined; block = await blocks.next()) yield block
    if ((await versionOf(handle)) !== version) throw changed(file)
  } catch (error) {
    throw error instanceof UnusualCsv ? changed(file) : error
  } finally {
    await handle.close()
  }
}

const changed = ({ shown }: CsvFile): QuernError =>
  new QuernError('Runtime', 'seed_changed', `the seed file ${shown} was changed while it was loaded`, {
    hint: 'run `quern seed` again',
  })

const blocksOf = (handle: FileHandle, { delimiter, signal }: CsvFile): CsvBlocks =>
  new CsvBlocks(async (buffer, offset, length) => {
    throwIfCancelled(signal)
    return (await handle.read(buffer, offset, length)).bytesRead
  }, delimiter)

/** Another one when the file has been written to or replaced. */
async function versionOf(handle: FileHandle): Promise<string> {
  const { ino, size, mtimeNs } = await handle.stat({ bigint: true })
  return `${ino} ${size} ${mtimeNs}`
}

/** Opens a file; what is none (a pipe) cannot be read twice. */
async function withFile<Result>(path: string, use: (handle: FileHandle) => Promise<Result>): Promise<Result> {
  if (!(await stat(path)).isFile()) throw new UnusualCsv()
  const handle = await open(path)
  try {
    return await use(handle)
  } finally {
    await handle.close()
  }
}
