import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { dataFormatOf } from '../../adapter/data-file.ts'
import { numberedNames } from '../../adapter/table.ts'
import type { SeedNode } from '../../manifest/node.ts'
import { readText, withoutMark } from '../../project/read-file.ts'
import { readPythonCsv } from '../../util/python-csv.ts'
import type { Loaded } from '../load-manifest.ts'
import { loadSeedTable } from '../seeds/load-seed-table.ts'

/** Bytes that hold the header of nearly all files. */
const HEAD = 65_536

/**
 * The names of a seed's columns, as its table will have them: of a CSV only the first line is read. Undefined for a file that is not there or
 * cannot be read: seeding it says why.
 */
export async function seedColumns(seed: SeedNode, loaded: Loaded): Promise<readonly string[] | undefined> {
  const root = loaded.config.packages.get(seed.package_name)?.root ?? loaded.config.project.root
  const path = resolve(root, seed.original_file_path)
  if (!existsSync(path)) return undefined
  try {
    if (dataFormatOf(path) !== undefined) return (await loadSeedTable(seed, loaded)).columnNames
    const header = firstRecord(path, seed.original_file_path, String(seed.config['delimiter'] ?? ','))
    return header === undefined ? undefined : numberedNames(header)
  } catch {
    return undefined
  }
}

function firstRecord(path: string, shown: string, delimiter: string): readonly string[] | undefined {
  const head = withoutMark(statSync(path).size > HEAD ? readHead(path) : readText(path, shown))
  const [first, second] = readPythonCsv(head, delimiter)
  // A record that the head ends with may go on behind it.
  if (second !== undefined || head.length < HEAD / 4) return first?.cells
  return readPythonCsv(withoutMark(readText(path, shown)), delimiter)[0]?.cells
}

function readHead(path: string): string {
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(HEAD)
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, readSync(file, bytes)))
  } finally {
    closeSync(file)
  }
}
