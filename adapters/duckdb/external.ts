import { extname } from 'node:path'
import { toText } from '../../src/jinja/runtime/text.ts'
import type { PlainDict } from '../../src/jinja/runtime/value.ts'

const COMPRESSIONS: Readonly<Record<string, string>> = { '.gz': 'gzip', '.zst': 'zstd' }
const QUOTED_OPTIONS = new Set(['delimiter', 'quote', 'escape', 'null'])

/**
 * The options of the COPY that writes an external model. What is not said comes from the location: the format is its extension
 * (before `.gz` and `.zst`, which name the compression), csv gets a header. Fills `options` in, as dbt-duckdb does.
 */
export function externalWriteOptions(location: string, options: PlainDict): string {
  if (options.format === undefined) {
    const last = extname(location)
    const compression = COMPRESSIONS[last.toLowerCase()]
    const extension = (compression === undefined ? last : extname(location.slice(0, -last.length))).toLowerCase()
    if (extension !== '') {
      options.format = extension.slice(1)
      if (compression !== undefined && options.compression === undefined) options.compression = compression
    } else options.format = options.delimiter === undefined ? 'parquet' : 'csv'
  }
  if (options.format === 'csv' && options.header === undefined) options.header = 1
  if (options.partition_by !== undefined) {
    const columns = toText(options.partition_by)
    if (columns.includes(',') && !columns.startsWith('(')) options.partition_by = `(${columns})`
  }
  return Object.entries(options)
    .map(([key, value]) => {
      const text = toText(value)
      return QUOTED_OPTIONS.has(key.toLowerCase()) && !text.startsWith("'") ? `${key} '${text}'` : `${key} ${text}`
    })
    .join(', ')
}

/** Where an external model is read from: the location, or a glob over the files that a partitioned write leaves. */
export function externalReadLocation(location: string, options: PlainDict): string {
  const partitions = options.partition_by ?? null
  const isPartitioned = partitions !== null && partitions !== '' && partitions !== false
  if (!isPartitioned && !options.per_thread_output) return location
  const globs = [location, '*']
  if (isPartitioned) for (const _ of toText(partitions).split(',')) globs.push('*')
  return `${globs.join('/')}.${toText(options.format ?? 'parquet')}`
}
