import type { AdapterHost } from '../../src/adapter/adapter.ts'
import { Table } from '../../src/adapter/table.ts'
import type { Value } from '../../src/jinja/runtime/value.ts'
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
  const lines = copyText(table, types)
  if (lines === undefined) return null
  const sql = `copy ${relation} (${columns}) from stdin`
  for (let start = 0; start < lines.length; start += batchSize)
    await host.execute(sql, { autoBegin: true, input: pieces(lines, start, Math.min(start + batchSize, lines.length)) })
  return sql
}

const LINES_PER_PIECE = 500

function* pieces(lines: readonly string[], start: number, end: number): Generator<string> {
  for (let at = start; at < end; at += LINES_PER_PIECE)
    yield lines.slice(at, Math.min(at + LINES_PER_PIECE, end)).join('')
}
