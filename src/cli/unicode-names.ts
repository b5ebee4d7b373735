import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))

let table: ReadonlyMap<string, number> | undefined

/** The code point of a Unicode name. The table, which the build writes, is read when a template first names a character. */
export function unicodeCodePoint(name: string): number | undefined {
  table ??= readTable()
  const known = table.get(name)
  if (known !== undefined) return known
  const numbered = /^(.+)-([0-9A-F]{4,6})$/.exec(name)
  return numbered !== null && table.has(`- ${numbered[1]}`) ? Number.parseInt(numbered[2] as string, 16) : undefined
}

/** Lines `hex NAME`; `- PREFIX` stands for names that end in their own number (`CJK UNIFIED IDEOGRAPH-4E01`). */
function readTable(): ReadonlyMap<string, number> {
  // Seen from `dist`, from `dist/chunks`, and from the sources.
  const path = [join(here, 'builtin'), join(here, '..', 'builtin'), join(here, '..', '..', 'dist', 'builtin')]
    .map((folder) => join(folder, 'unicode-names.txt'))
    .find((file) => existsSync(file))
  if (path === undefined) return new Map()
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  return new Map(
    lines.map((line) =>
      line.startsWith('- ') ? [line, 0] : [line.slice(line.indexOf(' ') + 1), Number.parseInt(line, 16)],
    ),
  )
}
