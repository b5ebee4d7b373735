import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { dataFormatOf } from '../../adapter/data-file.ts'
import type { Table } from '../../adapter/table.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { SourceFile } from '../../errors/source-file.ts'
import { toText } from '../../jinja/runtime/text.ts'
import { dictEntries, isDict, type Value } from '../../jinja/runtime/value.ts'
import type { ManifestNode, SeedNode } from '../../manifest/node.ts'
import { readText } from '../../project/read-file.ts'
import type { Loaded } from '../load-manifest.ts'
import { csvTable } from './csv-table.ts'
import { scanCsv } from './scan-csv.ts'

/**
 * A seed's file as a table: a CSV with the types that dbt would infer, JSON and Parquet with their own. Columns with a configured type are texts.
 * Throws a `QuernError` with file and line for what cannot be read.
 */
export async function loadSeedTable(
  node: ManifestNode,
  loaded: Pick<Loaded, 'config' | 'readDataFile' | 'invocation'>,
): Promise<Table> {
  const seed = node as SeedNode
  const { config } = loaded
  const root = config.packages.get(seed.package_name)?.root ?? config.project.root
  const shown = seed.original_file_path
  const path = resolve(root, shown)
  if (!existsSync(path))
    throw new QuernError('Compilation', 'seed_missing', `the seed file ${shown} does not exist any more`)
  const types = seed.config.column_types as Value | undefined
  const typed = types !== undefined && isDict(types) ? [...dictEntries(types)].map(([name]) => toText(name)) : []
  const table = await readSeed(path, seed, typed, loaded)
  table.originalPath = path
  return table
}

async function readSeed(
  path: string,
  seed: SeedNode,
  textColumns: readonly string[],
  { readDataFile, invocation: { signal } }: Pick<Loaded, 'readDataFile' | 'invocation'>,
): Promise<Table> {
  const shown = seed.original_file_path
  const format = dataFormatOf(path)
  if (format !== undefined && !statSync(path).isFile())
    throw new QuernError('Runtime', 'file_unreadable', `Could not read ${shown}: it is no file`)
  if (format !== undefined) return await readDataFile({ path, shown, format, textColumns })
  const delimiter = String(seed.config['delimiter'] ?? ',')
  const scanned = await scanCsv({ path, shown, delimiter, textColumns, signal })
  return scanned ?? csvTable(new SourceFile(shown, readText(path, shown)), delimiter, textColumns)
}
