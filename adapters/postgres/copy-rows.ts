import type { AdapterHost } from '../../src/adapter/adapter.ts'
import type { CopyInput } from '../../src/adapter/driver.ts'
import { Table } from '../../src/adapter/table.ts'
import type { Value } from '../../src/jinja/runtime/value.ts'
import { csvLines } from './copy-csv.ts'
import { copyText } from './copy-text.ts'

/**
 * Loads a table's rows into a relation by COPY, `batchSize` rows each, in a transaction. Gives back the statement, or None when rows have to be inserted:
 * then nothing was sent but a look at the relation's types. `columns`: their names as SQL, separated by commas.
 */
export async function copyRows(
  host: AdapterHost,
  relation: string,
  columns: string,
  table: Value,
  batchSize: number,
): Promise<Value> {
  if (!(table instanceof Table) || !(batchSize > 0)) return null
  const look = `select ${columns} from ${relation} limit 0`
  const { types } = await host.execute(look, { autoBegin: true, fetch: true })
  const lines = linesOf(table, types)
  if (lines === undefined) return null
  const sql = `copy ${relation} (${columns}) from stdin`
  try {
    for (let start = 0; start < table.rowCount; start += batchSize)
      await host.execute(sql, { autoBegin: true, input: lines.take(batchSize) })
    await lines.end()
  } finally {
    await lines.close()
  }
  return sql
}

/** Lines of COPY's text format, taken one batch after the other. */
interface Lines {
  take(count: number): CopyInput
  end(): Promise<void>
  close(): Promise<void>
}

function linesOf(table: Table, types: readonly string[]): Lines | undefined {
  if (table.csv !== undefined) return csvLines(table.csv, types)
  const lines = copyText(table, types)
  if (lines === undefined) return undefined
  let at = 0
  return {
    take: (count) => {
      const start = at
      at = Math.min(at + count, lines.length)
      return pieces(lines, start, at)
    },
    end: async () => undefined,
    close: async () => undefined,
  }
}

const LINES_PER_PIECE = 500

function* pieces(lines: readonly string[], start: number, end: number): Generator<string> {
  for (let at = start; at < end; at += LINES_PER_PIECE)
    yield lines.slice(at, Math.min(at + LINES_PER_PIECE, end)).join('')
}
