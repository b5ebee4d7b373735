import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import type { InvokeOptions } from '../../src/index.ts'

const folders: string[] = []

/** A folder of its own, which `removeFolders` takes away. */
export function newFolder(files: Readonly<Record<string, string>> = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'quern-library-')))
  folders.push(folder)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

/** A DuckDB file of the project's own; `more` are further fields of the output. */
export const duckdbProfile = (path: string, more: object = {}): string =>
  JSON.stringify({ p: { target: 'dev', outputs: { dev: { type: 'duckdb', path, schema: 'main', ...more } } } })

/** A project of two seeds rows, a model that says a word, and a test. */
export function wordProject(
  name: string,
  options: { readonly model?: string; readonly files?: Readonly<Record<string, string>> } = {},
): string {
  const model = options.model ?? "select id, '{{ var('word') }}' as word from {{ ref('raw') }}"
  return newFolder({
    'dbt_project.yml': `name: ${name}\nprofile: p\nvars: {word: ${name}}\nflags: {send_anonymous_usage_stats: false}\n`,
    'profiles.yml': duckdbProfile('own.duckdb', { schema: "{{ env_var('LIBRARY_SCHEMA', 'main') }}" }),
    'seeds/raw.csv': 'id\n1\n2\n',
    [`models/${name}.sql`]: model,
    'models/models.yml': `models:\n  - name: ${name}\n    columns:\n      - name: id\n        data_tests: [unique]\n`,
    ...options.files,
  })
}

/** The surroundings of a folder that knows nothing of the process's environment. */
export const inFolder = (cwd: string, env: Record<string, string> = {}): InvokeOptions => ({
  cwd,
  env: { HOME: cwd, ...env },
})

/** What a query gives on a DuckDB file that nobody has open. */
export async function rowsOf(path: string, sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(path)
  try {
    const connection = await instance.connect()
    return (await connection.runAndReadAll(sql)).getRows()
  } finally {
    instance.closeSync()
  }
}
